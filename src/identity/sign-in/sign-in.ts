/** Who somebody is, by password and then by code: every answer is constant in work, bounded in rate and on record. */
import type { TenantId } from "../../domain/ids.ts";
import type { Instant } from "../../domain/time.ts";
import type { IdentityStore, LocalAccount } from "../../use-cases/identity-ports.ts";
import type { OneTimeCodes } from "../credentials/one-time-codes.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import { logInName, tryPassword } from "./log-in-names.ts";
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
export const RETRY_AFTER_SECONDS = 60;

export interface SignInDeps extends RecordDeps {
  readonly identities: IdentityStore;
  readonly passwords: PasswordHasher;
  readonly codes: OneTimeCodes;
}

/** Where an attempt comes from, and through which client. */
export interface Origin {
  readonly ip: string;
  readonly via: string;
}

export type Failure = { readonly kind: "refused" | "limited" | "busy" };
export type PasswordAnswer =
  | { readonly kind: "known"; readonly account: LocalAccount }
  /** One name and one password in several tenants: only the person can say which of them is meant. */
  | { readonly kind: "several"; readonly accounts: readonly LocalAccount[] }
  | Failure;
export type CodeAnswer = { readonly kind: "proved"; readonly proof: Proof } | Failure;

/** What the session may say of itself: who, with which credentials, and how it was proved. */
export interface Proof extends Methods {
  readonly accountId: ProofName;
}

interface Methods {
  readonly amr: readonly string[];
  readonly acr: string;
}

const BY_PASSWORD: Methods = { amr: ["pwd"], acr: PASSWORD_ACR };
const WITH_CODE: Methods = { amr: ["pwd", "otp", "mfa"], acr: MFA_ACR };

export async function checkPassword(
  deps: SignInDeps,
  given: { readonly email: string; readonly password: string; readonly tenantId: TenantId | null },
  origin: Origin,
): Promise<PasswordAnswer> {
  const email = logInName(given.email);
  const attempt = await deps.limits.password(email, origin.ip);
  if (attempt === null) return { kind: "limited" };
  const tried = await tryPassword(deps, email, given.password, given.tenantId);
  if (tried === null) {
    await attempt.giveBack();
    return { kind: "busy" };
  }
  const [account, ...more] = tried.fitting;
  if (account === undefined) {
    recordRefusals(deps, tried.named, { ...origin, step: "password" });
    return { kind: "refused" };
  }
  await attempt.giveBack();
  return more.length === 0 ? { kind: "known", account } : { kind: "several", accounts: tried.fitting };
}

/** The second step. A code that was seen once is refused, also when it is right. */
export async function checkCode(
  deps: SignInDeps,
  account: LocalAccount,
  code: string,
  origin: Origin,
): Promise<CodeAnswer> {
  const attempt = await deps.limits.code(account.ref.objectId);
  if (attempt === null) return { kind: "limited" };
  const at = deps.clock.now();
  const record: SignInRecord = { ...origin, methods: WITH_CODE.amr };
  const version = account.active ? await spendCode(deps, account, { code, at, record }) : null;
  if (version !== null) {
    await attempt.giveBack();
    return { kind: "proved", proof: { ...WITH_CODE, accountId: proofName({ ref: account.ref, version }) } };
  }
  recordRefusal(deps, account, { ...origin, step: "code" });
  return { kind: "refused" };
}

/** For an account without a second factor: the password was all there is. */
export async function completeByPassword(
  deps: SignInDeps,
  account: LocalAccount,
  origin: Origin,
): Promise<Proof> {
  const event = signedIn(account, { ...origin, methods: BY_PASSWORD.amr });
  await deps.store.inTenant(account.ref.tenantId, (tx) => tx.record([event], deps.clock.now()));
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
    if (after !== null) await tx.record([signedIn(account, { ...record, recoveryCode: step === null })], at);
    return after;
  });
}
