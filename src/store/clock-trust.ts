/**
 * Whether the database's clock is believed. It may step forward while this machine's monotonic clock did not: that is
 * suspected until it has stood for a minute and somebody else's clock agrees, or an operator accepts it. A step back is no
 * question of trust: time then stands still until the clock is past what was told before.
 */

/** What one look at the database's clock found. */
export interface Reading {
  /** Of the monotonic clock, which does not count sleep. */
  readonly atMs: number;
  /** Of the clock since boot, which does; null where there is none. */
  readonly bootMs: number | null;
  /** The database's clock is that much ahead of the monotonic one, give or take `errorMs`. */
  readonly offsetMs: number;
  readonly errorMs: number;
}

/** What others say of a suspected clock. */
export interface Testimony {
  /** The own clock of a process on another host, which is not the database's, shows the same. */
  readonly agreed: boolean;
  /** An operator accepted it since it is suspected. */
  readonly accepted: boolean;
}

export type Trust =
  | {
      readonly kind: "believed";
      readonly best: Reading;
      /** The furthest ahead that was believed: back from a step back it is no step forward. */
      readonly furthest: Reading;
    }
  | {
      readonly kind: "suspected";
      /** The last that was believed. */
      readonly best: Reading;
      readonly furthest: Reading;
      readonly suspect: Reading;
      /** Of the monotonic clock: since when it stands where it stands now. */
      readonly sinceMs: number;
    };

export const STEP_MS = 2_000;
const STANDS_AFTER_MS = 60_000;
// Two quartz clocks drift apart by less than 200 millionths.
const DRIFT = 200e-6;
const UNHEARD: Testimony = { agreed: false, accepted: false };

export function errorAt(reading: Reading, nowMs: number): number {
  return reading.errorMs + (nowMs - reading.atMs) * DRIFT;
}

export function trustAfter(before: Trust, next: Reading, heard: Testimony = UNHEARD): Trust {
  const { best, furthest } = before;
  const least = STEP_MS + next.errorMs + errorAt(furthest, next.atMs);
  if (next.offsetMs - furthest.offsetMs <= least) {
    const kept = better(best, next);
    return { kind: "believed", best: kept, furthest: kept.offsetMs < furthest.offsetMs ? furthest : kept };
  }
  const stood =
    before.kind === "suspected" &&
    Math.abs(next.offsetMs - before.suspect.offsetMs) <= STEP_MS + next.errorMs;
  const sinceMs = stood ? before.sinceMs : next.atMs;
  const agreed = heard.agreed || sleptFor(best, next, next.offsetMs - best.offsetMs);
  if (stood && (heard.accepted || (agreed && next.atMs - sinceMs >= STANDS_AFTER_MS)))
    return { kind: "believed", best: next, furthest: next };
  return { kind: "suspected", best, furthest, suspect: next, sinceMs };
}

/** The quicker answer knows better, until it has aged; one that contradicts it means that a clock was set. */
function better(kept: Reading, next: Reading): Reading {
  const contradicts = Math.abs(next.offsetMs - kept.offsetMs) > next.errorMs + errorAt(kept, next.atMs);
  return contradicts || next.errorMs <= errorAt(kept, next.atMs) ? next : kept;
}

/** Whether the step is the sleep of this machine: the one of its clocks that counts it moved on by as much. */
function sleptFor(best: Reading, next: Reading, stepMs: number): boolean {
  if (best.bootMs === null || next.bootMs === null) return false;
  const sleptMs = next.bootMs - best.bootMs - (next.atMs - best.atMs);
  return Math.abs(sleptMs - stepMs) <= STEP_MS;
}
