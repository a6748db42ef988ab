/** Where a tenant's events are sent to, and where that stands. */
import type { Id, TenantId } from "./ids.ts";
import type { JsonObject } from "./target-binding.ts";
import type { Instant } from "./time.ts";

export type ExportId = Id<"Export">;

export interface ExportSink {
  readonly id: ExportId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly kind: string;
  /** Without secrets: those are sealed beside it. */
  readonly config: JsonObject;
  readonly version: number;
}

/** Of one tenant: each is a stream of its own, read and sent by itself. */
export const MOST_EXPORTS = 20;

/** `person`: an administrator paused it; `refused`: its far side refuses everything; `secret`: it has none to sign with yet. */
export const PAUSED = ["person", "refused", "secret"] as const;
export type Paused = (typeof PAUSED)[number];

export interface ExportPosition {
  /** Everything up to and with this number of the log is accepted, or is a dead letter. */
  readonly through: number;
  readonly paused: Paused | null;
  /** How often it was tried since something was accepted last; 0 where all is well. */
  readonly tries: number;
  readonly againAt: Instant | null;
  /** Events in a row that were refused for good. */
  readonly refusedInRow: number;
  readonly lastError: string | null;
  readonly lastErrorAt: Instant | null;
  readonly acceptedAt: Instant | null;
}

/** An event that the far side refuses for good. The log has it; here stands that it was not sent. */
export interface DeadLetter {
  readonly number: number;
  readonly reason: string;
  readonly at: Instant;
  /** Somebody asked for another try. */
  readonly replay: boolean;
}

/** So many in a row mean that it is not about the events. */
export const MOST_REFUSED_IN_ROW = 10;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = { own: 300_000, operators: 60_000, asked: 3_600_000 };

/**
 * How long until the next try: twice as long each time, up to five minutes for a tenant's sink and one for an operator's,
 * and as long as the far side asked for, up to an hour.
 * @param share in [0, 1): of a fifth, by which many that failed together come back one by one
 */
export function pauseAfter(tries: number, asked: number | null, own: boolean, share: number): number {
  if (asked !== null) return Math.min(Math.max(asked, FIRST_PAUSE_MS), LONGEST_PAUSE_MS.asked);
  const longest = own ? LONGEST_PAUSE_MS.own : LONGEST_PAUSE_MS.operators;
  return Math.round(Math.min(FIRST_PAUSE_MS * 2 ** Math.min(tries - 1, 20), longest) * (1 - share / 5));
}

/** So long a signing secret is accepted beside the one that took its place. */
export const SECRET_OVERLAP_MS = 86_400_000;
