/** Who somebody is, by password and then by code: every answer is constant in work, bounded in rate and on record. */
import type { TenantId } from "../../domain/ids.ts";
import { networkOf } from "../../domain/network.ts";
import type { Instant } from "../../domain/time.ts";
import type { IdentityStore, LocalAccount } from "../../use-cases/identity-ports.ts";
import type { OneTimeCodes } from "../credentials/one-time-codes.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import type { Admission, Admitted, From, Waiting } from "./admission.ts";
import type { HalfProven } from "./half-way.ts";
import { type Attempt, accountsOf, logInName, type Tried, tryPassword } from "./log-in-names.ts";
import { type ProofName, type Proven, proofName, provenAccount } from "./proof.ts";
import {
  type RecordDeps,
  recordRefusal,
  recordRefusals,
  type SignInRecord,
  signedIn,
} from "./record-sign-in.ts";

export const MFA_ACR = "urn:curfew:mfa";
const PASSWORD_ACR = "urn:curfew:pwd";

export interface SignInDeps extends RecordDeps {
  readonly identities: IdentityStore;
  readonly passwords: PasswordHasher;
  readonly codes: OneTimeCodes;
  readonly admission: Admission;
}

/** Where an attempt comes from, and through which client. */
export interface Origin extends From {
  readonly via: string;
}

export type Failure = { readonly kind: "refused" | "busy" };
export type PasswordAnswer =
  | { readonly kind: "known"; readonly account: LocalAccount }
  /** One name and one password in several tenants: only the person can say which of them is meant. */
  | { readonly kind: "several"; readonly accounts: readonly LocalAccount[] }
  | Waiting
  | Failure;
export type CodeAnswer =
  | { readonly kind: "proved"; readonly proof: Proof }
  /** The password has to be proved again. */
  | { readonly kind: "spent" }
  | Waiting
  | Failure;

/** What the session may say of itself: who, with which credentials, and how it was proved. */
export interface Proof extends Methods {
  readonly accountId: ProofName;
}

export interface Methods {
  readonly amr: readonly string[];
  readonly acr: string;
}

export const BY_PASSWORD: Methods = { amr: ["pwd"], acr: PASSWORD_ACR };
export const WITH_CODE: Methods = { amr: ["pwd", "otp", "mfa"], acr: MFA_ACR };

export async function checkPassword(
  deps: SignInDeps,
  given: { readonly email: string; readonly password: string; readonly tenantId: TenantId | null },
  origin: Origin,
): Promise<PasswordAnswer> {
  const email = logInName(given.email);
  const named = await accountsOf(deps.identities, email, given.tenantId);
  const ofOneTenant = given.tenantId !== null;
  const asked = { name: email, accounts: named, ofOneTenant };
  const attempt = { name: email, password: given.password, named, ofOneTenant };
  const admitted = await deps.admission.password(asked, origin);
  if (admitted.kind === "waiting") return admitted;
  let tried = await tryAs(deps, admitted, attempt);
  if (tried?.fitting.length === 0 && !admitted.all && !ofOneTenant) {
    const others = await deps.admission.otherwise(asked, origin);
    if (others !== null) tried = await tryAs(deps, others, attempt);
  }
  if (tried === null) return { kind: "busy" };
  const [account, ...more] = tried.fitting;
  if (account !== undefined)
    return more.length === 0 ? { kind: "known", account } : { kind: "several", accounts: tried.fitting };
  recordRefusals(deps, tried.on, { ip: origin.ip, via: origin.via, step: "password" });
  return { kind: "refused" };
}

async function tryAs(
  deps: SignInDeps,
  admitted: Admitted,
  { name, ...attempt }: Omit<Attempt, "admitted"> & { readonly name: string },
): Promise<Tried | null> {
  const tried = await tryPassword(deps.passwords, { ...attempt, admitted });
  if (tried === null) await admitted.untried();
  if (tried === null || tried.fitting.length === 0) return tried;
  if (!(await deps.admission.isNoGuess(name, tried))) return { ...tried, fitting: [] };
  await admitted.right();
  return tried;
}

/** The second step. A code that was seen once is refused, also when it is right. */
export async function checkCode(
  deps: SignInDeps,
  account: LocalAccount,
  { code, once }: Pick<HalfProven, "once"> & { readonly code: string },
  origin: Origin,
): Promise<CodeAnswer> {
  const admitted = await deps.admission.code(account, once, origin);
  if (admitted === null) return { kind: "spent" };
  if (admitted.kind === "waiting") return admitted;
  const at = deps.clock.now();
  const { ip, via } = origin;
  const record: SignInRecord = { ip, via, methods: WITH_CODE.amr };
  const version = account.active ? await spendCode(deps, account, { code, at, record }) : null;
  if (version !== null) {
    await admitted.right();
    return { kind: "proved", proof: { ...WITH_CODE, accountId: proofName({ ref: account.ref, version }) } };
  }
  recordRefusal(deps, account, { ip, via, step: "code" });
  return { kind: "refused" };
}

/** For an account without a second factor: the password was all there is. */
export async function completeByPassword(
  deps: SignInDeps,
  account: LocalAccount,
  { ip, via }: Origin,
): Promise<Proof> {
  const at = deps.clock.now();
  await deps.store.inTenant(account.ref.tenantId, async (tx) => {
    const newDevice = await tx.accounts.rememberNetwork(account.ref, networkOf(ip), at);
    await tx.record([signedIn(account, { ip, via, methods: BY_PASSWORD.amr, newDevice })], at);
  });
  // The version that the password was compared with, whatever it is by now.
  return { ...BY_PASSWORD, accountId: proofName(account) };
}

/** Reads the account again for the second step: what was true at the first may have changed. */
export async function accountForCode(deps: SignInDeps, proof: Proven | null): Promise<LocalAccount | null> {
  return provenAccount(deps.identities, proof);
}

interface SpentCode {
  readonly code: string;
  readonly at: Instant;
  readonly record: SignInRecord;
}

/** Spending the code and recording the sign-in are one transaction. The version of the credentials after it, or null. */
async function spendCode(
  deps: SignInDeps,
  account: LocalAccount,
  { code, at, record }: SpentCode,
): Promise<number | null> {
  const { ref, totpSealed, version } = account;
  const step = totpSealed === null ? null : deps.codes.matchingStep(ref, totpSealed, code, at);
  return deps.store.inTenant(ref.tenantId, async (tx) => {
    if (!(await tx.accounts.hold(ref, version))) return null;
    const after =
      step === null
        ? await tx.accounts.spendRecoveryCode(ref, deps.codes.recoveryHash(code))
        : (await tx.accounts.spendTotpStep(ref, step))
          ? version
          : null;
    if (after === null) return null;
    const newDevice = await tx.accounts.rememberNetwork(ref, networkOf(record.ip), at);
    await tx.record([signedIn(account, { ...record, newDevice, recoveryCode: step === null })], at);
    return after;
  });
}
