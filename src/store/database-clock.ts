/**
 * The database's clock is the authority: its offset is measured with error bounds, and time never goes back. The
 * statement that reads it says what is due as well: one pulse a second, and one at each wake-up.
 */
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { TenantId } from "../domain/ids.ts";
import type { BoundedClock, Instant } from "../domain/time.ts";
import { instant } from "../domain/time.ts";
import type { Pulse } from "../use-cases/pulse.ts";
import { call } from "./database.ts";

const MEASURE_EVERY_MS = 1_000;
const STALE_AFTER_MS = 5_000;
// While wake-ups come without end, the database is not asked without end.
const LEAST_PAUSE_MS = 5;
// Two quartz clocks drift apart by less than 200 millionths.
const DRIFT = 200e-6;

/** Answered with 503: nobody can say whether an end has passed. */
export class ClockUnmeasured extends Error {
  override readonly name = "ClockUnmeasured";
  constructor() {
    super(`the database's clock was not read for ${STALE_AFTER_MS / 1_000} s; nothing is decided without it`);
  }
}

export interface DatabaseClock extends BoundedClock {
  /** Takes the next pulse at once: something may be due. */
  beat(): void;
  /** Calls back at each pulse. Returns a function that stops it. */
  onPulse(callback: (pulse: Pulse) => void): () => void;
  stop(): void;
}

interface Measurement {
  readonly atMs: number;
  readonly offsetMs: number;
  readonly errorMs: number;
}

interface Taken {
  readonly measured: Measurement;
  /** The stored high-water mark never goes back: what has ended stays ended, whatever happens to the clock. */
  readonly mark: number;
  /** Which transactions were over: another text where one more was. */
  readonly snapshot: string;
  readonly pulse: Omit<Pulse, "moved">;
}

/** @param pool of one connection, which nobody else takes */
export async function startDatabaseClock(pool: pg.Pool): Promise<DatabaseClock> {
  const callbacks = new Set<(pulse: Pulse) => void>();
  let last = await take(pool, 0);
  let best = last.measured;
  let highWater = last.mark;
  let stopped = false;
  let running = false;
  let again = false;
  let timer: NodeJS.Timeout;

  const takeOne = async (): Promise<void> => {
    const next = await take(pool, highWater);
    const moved = next.snapshot !== last.snapshot;
    last = next;
    best = better(best, next.measured);
    highWater = Math.max(highWater, next.mark);
    for (const callback of callbacks) callback({ ...next.pulse, moved });
  };
  // The next one after the answer to the last: a database that is silent is not asked again and again.
  const round = async (): Promise<void> => {
    if (running) again = true;
    if (running || stopped) return;
    running = true;
    clearTimeout(timer);
    do {
      again = false;
      // A failed measurement ages the last one; `now` refuses when it is too old.
      const failed = await takeOne().then(
        () => false,
        () => true,
      );
      if (failed) break;
      if (again) await delay(LEAST_PAUSE_MS);
    } while (again && !stopped);
    running = false;
    if (!stopped) timer = setTimeout(round, MEASURE_EVERY_MS).unref();
  };
  timer = setTimeout(round, MEASURE_EVERY_MS).unref();

  const read = (): { at: number; errorMs: number } => {
    const nowMs = performance.now();
    if (nowMs - last.measured.atMs > STALE_AFTER_MS) throw new ClockUnmeasured();
    highWater = Math.max(highWater, Math.floor(nowMs + best.offsetMs));
    return { at: highWater, errorMs: errorAt(best, nowMs) };
  };
  return {
    now: () => instant(read().at),
    bounds() {
      const { at, errorMs } = read();
      return { earliest: instant(Math.floor(at - errorMs)), latest: instant(Math.ceil(at + errorMs)) };
    },
    beat: () => void round(),
    onPulse(callback) {
      callbacks.add(callback);
      return () => void callbacks.delete(callback);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** The quicker answer knows better, until it has aged; one that contradicts it means that a clock was set. */
function better(kept: Measurement, next: Measurement): Measurement {
  const contradicts = Math.abs(next.offsetMs - kept.offsetMs) > next.errorMs + errorAt(kept, next.atMs);
  return contradicts || next.errorMs <= errorAt(kept, next.atMs) ? next : kept;
}

function errorAt(measured: Measurement, nowMs: number): number {
  return measured.errorMs + (nowMs - measured.atMs) * DRIFT;
}

interface PulseRow {
  readonly at: number;
  readonly mark: number;
  readonly snapshot: string;
  readonly grants_first: Instant | null;
  readonly grants_next: Instant | null;
  readonly requests_first: Instant | null;
  readonly requests_next: Instant | null;
  readonly to_tell: readonly TenantId[];
  readonly to_link: boolean;
  readonly to_look_at_again: Readonly<Record<string, number>>;
  readonly targets: string;
}

/** @param told the latest instant that this process has told anybody */
async function take(pool: pg.Pool, told: number): Promise<Taken> {
  const before = performance.now();
  const { rows } = await call<PulseRow>(pool, {
    name: "pulse",
    text: "SELECT * FROM pulse($1)",
    values: [new Date(told)],
  });
  const after = performance.now();
  const [row] = rows;
  if (row === undefined) throw new ClockUnmeasured();
  const errorMs = (after - before) / 2;
  return {
    measured: { atMs: after, offsetMs: row.at - (before + errorMs), errorMs },
    mark: Math.floor(row.mark),
    snapshot: row.snapshot,
    pulse: {
      grants: { first: row.grants_first, next: row.grants_next },
      requests: { first: row.requests_first, next: row.requests_next },
      toTell: row.to_tell,
      toLink: row.to_link,
      toLookAtAgain: Object.entries(row.to_look_at_again).map(([id, version]) => ({
        tenantId: id as TenantId,
        version,
      })),
      targets: row.targets,
    },
  };
}
