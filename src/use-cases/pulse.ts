/** What a process is told once a second, and at each wake-up, in one statement: what is due, across tenants. */
import type { TenantId } from "../domain/ids.ts";
import type { Instant } from "../domain/time.ts";

export interface Pulse {
  readonly grants: Due;
  readonly requests: Due;
  /** Tenants in whose outbox something waits. */
  readonly toTell: readonly TenantId[];
  /** Whether entries wait to be linked. */
  readonly toLink: boolean;
  /** Tenants whose policy moved past what was looked at again, and the version they are at. */
  readonly toLookAtAgain: readonly { readonly tenantId: TenantId; readonly version: number }[];
  /** Another one where a target was added or taken away. */
  readonly targets: string;
  /** Whether any transaction that wrote was over since the pulse before. */
  readonly moved: boolean;
}

export interface Due {
  /** The earliest instant at which something is due, whether or not it is past. */
  readonly first: Instant | null;
  /** The earliest that is not past. */
  readonly next: Instant | null;
}
