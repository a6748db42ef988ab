/** A second factor that was shown and not yet confirmed: it waits in the form of the account it was made for. */
import type { LocalAccount } from "../../use-cases/identity-ports.ts";
import type { SealedNotes } from "./sealed-note.ts";

export interface PendingFactor {
  seal(account: LocalAccount, base32: string): string;
  open(account: LocalAccount, sealed: string): string | null;
}

export function createPendingFactor(notes: SealedNotes): PendingFactor {
  const placeOf = ({ ref, version }: LocalAccount) => `authenticator of ${ref.objectId} ${version}`;
  return {
    seal: (account, base32) => notes.seal(placeOf(account), [base32]),
    open: (account, sealed) => notes.open(placeOf(account), sealed)?.[0] ?? null,
  };
}
