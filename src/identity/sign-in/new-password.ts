/** A person's own new password, for the one that they have. */

import type { LocalAccount } from "../../use-cases/identity-ports.ts";
import { SECURITY_CLIENT } from "../provider/clients.ts";
import type { Waiting } from "./admission.ts";
import { credentialsChanged } from "./second-factor.ts";
import { checkPassword, type Failure, type Origin, type SignInDeps } from "./sign-in.ts";

export type PasswordChange =
  | { readonly kind: "changed" }
  /** The credentials are no longer those that the person proved. */
  | { readonly kind: "stale" }
  /** The new one will not do; the sentence says why. */
  | { readonly kind: "unfit"; readonly problem: string }
  | Waiting
  | Failure;

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
  if (next === current) return { kind: "unfit", problem: "that is the password you have; choose another" };
  const hashed = await deps.passwords.hash(next);
  if (!hashed.ok) return { kind: "unfit", problem: hashed.rejection.message };
  return deps.store.inTenant(ref.tenantId, async (tx) => {
    if (!(await tx.accounts.hold(ref, version))) return { kind: "stale" };
    await tx.accounts.setPassword(ref, email, hashed.value);
    await tx.record([credentialsChanged(account, "password")], deps.clock.now());
    return { kind: "changed" };
  });
}
