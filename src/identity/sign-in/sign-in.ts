/** Who somebody is, by password and then by code: every answer is constant in work, bounded in rate and on record. */
import type { ObjectId, TenantId } from "../../domain/ids.ts";
import type { Instant } from "../../domain/time.ts";
import type { IdentityStore, LocalAccount } from "../../use-cases/identity-ports.ts";
import type { OneTimeCodes } from "../credentials/one-time-codes.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import { logInName, tryPassword } from "./log-in-names.ts";
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

/** What the session may say of itself. */
export interface Proof {
  readonly amr: readonly string[];
  readonly acr: string;
}

export const BY_PASSWORD: Proof = { amr: ["pwd"], acr: PASSWORD_ACR };
const WITH_CODE: Proof = { amr: ["pwd", "otp", "mfa"], acr: MFA_ACR };

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
  if (account.active && (await spendCode(deps, account, { code, at, record }))) {
    await attempt.giveBack();
    return { kind: "proved", proof: WITH_CODE };
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
  return BY_PASSWORD;
}

/** Reads the account again for the second step: what was true at the first may have changed. */
export async function accountForCode(
  deps: SignInDeps,
  objectId: ObjectId,
  version: number,
): Promise<LocalAccount | null> {
  const account = await deps.identities.accountById(objectId);
  return account !== null && account.version === version && account.active ? account : null;
}

interface SpentCode {
  readonly code: string;
  readonly at: Instant;
  readonly record: SignInRecord;
}

/** Spending the code and recording the sign-in are one transaction. */
async function spendCode(
  deps: SignInDeps,
  account: LocalAccount,
  { code, at, record }: SpentCode,
): Promise<boolean> {
  const { ref, totpSealed } = account;
  const step = totpSealed === null ? null : deps.codes.matchingStep(ref, totpSealed, code, at);
  return deps.store.inTenant(ref.tenantId, async (tx) => {
    const spent =
      step !== null
        ? await tx.accounts.spendTotpStep(ref, step)
        : await tx.accounts.spendRecoveryCode(ref, deps.codes.recoveryHash(code));
    if (spent) await tx.record([signedIn(account, { ...record, recoveryCode: step === null })], at);
    return spent;
  });
}
