/** A database that was restored knows of grants that were ended since: until an operator confirms it, access is only taken away. */
import type { AccessRequest } from "./access-request.ts";
import { type Grant, isOpen } from "./grant.ts";
import type { Instant } from "./time.ts";

/** How it was noticed, as a clause. */
export const RESTORED_BECAUSE = {
  declared: "whoever started Curfew said so, with CURFEW_RESTORED",
  elsewhere: "it is on another server than before",
  older: "it is older than what this process, or the one before it, saw of it",
  unaccompanied: "its data directory came back without the file `incarnation`",
} as const;

export type WhyRestored = keyof typeof RESTORED_BECAUSE;

export interface Restored {
  readonly why: WhyRestored;
  /** When it was noticed. */
  readonly since: Instant;
}

/** Who knows whether it was. */
export interface Restoration {
  /** Null where it was not restored, or where that is confirmed. */
  pending(): Restored | null;
}

/** Answered with 503: what would give access, or changes who may get it. */
export class RestoredUnconfirmed extends Error {
  override readonly name = "RestoredUnconfirmed";
  readonly code = "restored_unconfirmed";
  constructor({ why }: Restored) {
    super(
      `the database was restored: ${RESTORED_BECAUSE[why]}; until an operator confirms it with \`curfew restore confirm\`, access is only taken away`,
    );
  }
}

/** @throws RestoredUnconfirmed */
export function requireConfirmed(restoration: Restoration): void {
  const restored = restoration.pending();
  if (restored !== null) throw new RestoredUnconfirmed(restored);
}

interface Written {
  readonly requests: readonly AccessRequest[];
  readonly grants: readonly { readonly grant: Grant }[];
}

/** Whether storing these rows gives nobody anything: every grant is closed by it, and every request without a yes. */
export function onlyTakesAway({ requests, grants }: Written): boolean {
  return (
    grants.every(({ grant }) => !isOpen(grant)) &&
    requests.every(({ state }) => state.name !== "pending" && state.name !== "approved")
  );
}
