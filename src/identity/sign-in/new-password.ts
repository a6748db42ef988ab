/** A person's own new password, for the one that they have or that somebody gave them. */

import { networkOf } from "../../domain/network.ts";
import type { LocalAccount } from "../../use-cases/identity-ports.ts";
import { SECURITY_CLIENT } from "../provider/clients.ts";
import type { Waiting } from "./admission.ts";
import { proofName } from "./proof.ts";
import { signedIn } from "./record-sign-in.ts";
import { credentialsChanged } from "./second-factor.ts";
import {
  BY_PASSWORD,
  checkPassword,
  type Failure,
  type Methods,
  type Origin,
  type Proof,
  type SignInDeps,
} from "./sign-in.ts";

export type PasswordChange =
  | { readonly kind: "changed" }
  /** The credentials are no longer those that the person proved. */
  | { readonly kind: "stale" }
  /** The new one will not do; the sentence says why. */
  | { readonly kind: "unfit"; readonly problem: string }
  | Waiting
  | Failure;

const SAME = { kind: "unfit", problem: "that is the password you have; choose another" } as const;

/**
 * The one they have is tried as at a sign-in, so that whoever sits down at an open session guesses no faster here, and is
 * on record. Every session and token ends with it.
 */
export async function changePassword(
  deps: SignInDeps,
  account: LocalAccount,
  { current, next }: { readonly current: string; readonly next: string },
  from: Pick<Origin, "ip" | "cookies">,
): Promise<PasswordChange> {
  const { ref, email, version } = account;
  const given = { email, password: current, tenantId: ref.tenantId };
  const origin = { ...from, via: SECURITY_CLIENT, holder: `password of ${ref.objectId}` };
  const checked = await checkPassword(deps, given, origin);
  // In one tenant a name is one account's.
  if (checked.kind === "several") return { kind: "refused" };
  if (checked.kind !== "known") return checked;
  if (next === current) return SAME;
  const hashed = await deps.passwords.hash(next);
  if (!hashed.ok) return { kind: "unfit", problem: hashed.rejection.message };
  return deps.store.inTenant(ref.tenantId, async (tx) => {
    if (!(await tx.accounts.hold(ref, version))) return { kind: "stale" };
    await tx.accounts.setPassword(ref, email, hashed.value);
    await tx.record([credentialsChanged(account, "password")], deps.clock.now());
    return { kind: "changed" };
  });
}

/** Whether a sign-in by the password that the account has begins with another one: somebody else knows this one. */
export async function mustChooseOwn({ store }: SignInDeps, { ref }: LocalAccount): Promise<boolean> {
  return store.inTenant(ref.tenantId, (tx) => tx.accounts.hasGivenPassword(ref));
}

export type OwnPassword =
  | { readonly kind: "proved"; readonly proof: Proof }
  | Extract<PasswordChange, { readonly kind: "stale" | "unfit" }>
  | { readonly kind: "busy" };

/**
 * In the middle of a sign-in, by somebody who has proved all else that it asks for. The one they were given is nothing
 * from then on, in the transaction in which they are in.
 */
export async function chooseOwnPassword(
  deps: SignInDeps,
  account: LocalAccount,
  { next, methods }: { readonly next: string; readonly methods: Methods },
  { ip, via }: Origin,
): Promise<OwnPassword> {
  const { ref, email, version } = account;
  const isSame = await deps.passwords.matches(next, account.passwordHash);
  if (isSame === null) return { kind: "busy" };
  if (isSame) return SAME;
  const hashed = await deps.passwords.hash(next);
  if (!hashed.ok) {
    const { code, message } = hashed.rejection;
    return code === "too_many_requests" ? { kind: "busy" } : { kind: "unfit", problem: message };
  }
  const at = deps.clock.now();
  return deps.store.inTenant(ref.tenantId, async (tx) => {
    if (!(await tx.accounts.hold(ref, version))) return { kind: "stale" };
    await tx.accounts.setPassword(ref, email, hashed.value);
    // A sign-in with a code was put on record with it.
    const entry = methods === BY_PASSWORD ? [signedIn(account, { ip, via, methods: methods.amr })] : [];
    if (methods === BY_PASSWORD) await tx.accounts.rememberNetwork(ref, networkOf(ip), at);
    await tx.record([credentialsChanged(account, "password"), ...entry], at);
    // INVARIANT I19: of the version that this made, which is the next one, for it was held.
    return { kind: "proved", proof: { ...methods, accountId: proofName({ ref, version: version + 1 }) } };
  });
}
