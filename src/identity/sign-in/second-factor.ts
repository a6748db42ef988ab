/** What somebody has beside a password, changed together with the entry that says so. */
import type { DomainEvent } from "../../domain/event.ts";
import type { Instant } from "../../domain/time.ts";
import type { LocalAccount } from "../../use-cases/identity-ports.ts";
import { SECURITY_CLIENT } from "../provider/clients.ts";
import type { SignInDeps } from "./sign-in.ts";

export async function recoveryCodesLeft({ store }: SignInDeps, { ref }: LocalAccount): Promise<number> {
  return store.inTenant(ref.tenantId, (tx) => tx.accounts.recoveryCodesLeft(ref));
}

/**
 * With the first code of it, which counts as spent. Resolves to new recovery codes, shown once; to null when the
 * account's credentials are no longer those that the person proved.
 */
export async function addAuthenticator(
  { store, codes: made }: SignInDeps,
  account: LocalAccount,
  { sealed, step, at }: { readonly sealed: Buffer; readonly step: number; readonly at: Instant },
): Promise<readonly string[] | null> {
  const { ref, version } = account;
  const { codes, hashes } = made.newRecoveryCodes();
  return store.inTenant(ref.tenantId, async (tx) => {
    if (!(await tx.accounts.hold(ref, version))) return null;
    await tx.accounts.setTotp(ref, sealed);
    await tx.accounts.spendTotpStep(ref, step);
    await tx.accounts.setRecoveryCodes(ref, hashes);
    await tx.record([credentialsChanged(account, "authenticator")], at);
    return codes;
  });
}

/** Those from before are gone; null as above. */
export async function renewRecoveryCodes(
  { store, clock, codes: made }: SignInDeps,
  account: LocalAccount,
): Promise<readonly string[] | null> {
  const { ref, version } = account;
  const { codes, hashes } = made.newRecoveryCodes();
  return store.inTenant(ref.tenantId, async (tx) => {
    if (!(await tx.accounts.hold(ref, version))) return null;
    await tx.accounts.setRecoveryCodes(ref, hashes);
    await tx.record([credentialsChanged(account, "recovery_codes")], clock.now());
    return codes;
  });
}

/** The entry that says which of their credentials somebody changed. */
export function credentialsChanged(
  account: LocalAccount,
  what: "authenticator" | "recovery_codes" | "password",
): DomainEvent {
  const { ref } = account;
  return {
    type: "configuration.changed",
    subject: { kind: "principal", id: ref.objectId },
    actor: { kind: "user", ref, via: SECURITY_CLIENT },
    parties: [ref.tenantId],
    facts: { changed: [what] },
    correlationId: ref.objectId,
  };
}
