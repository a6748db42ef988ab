/** The database's clock is the authority: its offset is measured with error bounds, and time never goes back. */
import { performance } from "node:perf_hooks";
import { sql } from "kysely";
import type { BoundedClock } from "../domain/time.ts";
import { instant } from "../domain/time.ts";
import type { Database } from "./database.ts";

const MEASURE_EVERY_MS = 1_000;
const STALE_AFTER_MS = 5_000;
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
  stop(): void;
}

interface Measurement {
  readonly atMs: number;
  readonly offsetMs: number;
  readonly errorMs: number;
}

export async function startDatabaseClock(db: Database): Promise<DatabaseClock> {
  let best = await measure(db);
  let measuredAtMs = best.atMs;
  let highWater = await raiseHighWater(db, best);
  // The next one after the answer to the last: a database that is silent is not asked again and again.
  const measureAgain = async (): Promise<void> => {
    try {
      const next = await measure(db);
      best = better(best, next);
      measuredAtMs = next.atMs;
      highWater = Math.max(highWater, await raiseHighWater(db, best));
    } catch {
      // A failed measurement ages the last one; `now` refuses when it is too old.
    }
    if (!stopped) timer = setTimeout(measureAgain, MEASURE_EVERY_MS).unref();
  };
  let stopped = false;
  let timer = setTimeout(measureAgain, MEASURE_EVERY_MS).unref();
  const read = (): { at: number; errorMs: number } => {
    const nowMs = performance.now();
    if (nowMs - measuredAtMs > STALE_AFTER_MS) throw new ClockUnmeasured();
    highWater = Math.max(highWater, Math.floor(nowMs + best.offsetMs));
    return { at: highWater, errorMs: errorAt(best, nowMs) };
  };
  return {
    now: () => instant(read().at),
    bounds() {
      const { at, errorMs } = read();
      return { earliest: instant(Math.floor(at - errorMs)), latest: instant(Math.ceil(at + errorMs)) };
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

async function measure(db: Database): Promise<Measurement> {
  const before = performance.now();
  const { rows } = await sql<{ now: number }>`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`.execute(db);
  const after = performance.now();
  const [row] = rows;
  if (row === undefined) throw new ClockUnmeasured();
  const errorMs = (after - before) / 2;
  return { atMs: after, offsetMs: row.now - (before + errorMs), errorMs };
}

/** The stored high-water mark never goes back: what has ended stays ended, whatever happens to the clock. */
async function raiseHighWater(db: Database, best: Measurement): Promise<number> {
  const seen = new Date(Math.floor(performance.now() + best.offsetMs));
  const { rows } = await sql<{ mark: number }>`
    SELECT (extract(epoch FROM raise_high_water(${seen}::timestamptz)) * 1000)::float8 AS mark`.execute(db);
  return Math.floor(rows[0]?.mark ?? 0);
}
