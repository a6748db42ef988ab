/** The database's clock is the authority: its offset is measured with error bounds, and time never goes back. */
import { performance } from "node:perf_hooks";
import { sql } from "kysely";
import type { BoundedClock } from "../domain/time.ts";
import { instant } from "../domain/time.ts";
import type { Database } from "./database.ts";

const MEASURE_EVERY_MS = 1_000;
const STALE_AFTER_MS = 5_000;

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
  let measured = await measure(db, 0);
  let highWater: number = measured.highWater;
  const timer = setInterval(async () => {
    try {
      measured = await measure(db, Math.floor(performance.now() + measured.offsetMs));
      highWater = Math.max(highWater, measured.highWater);
    } catch {
      // A failed measurement ages the last one; `now` refuses when it is too old.
    }
  }, MEASURE_EVERY_MS);
  timer.unref();
  const read = (): { at: number; errorMs: number } => {
    const nowMs = performance.now();
    if (nowMs - measured.atMs > STALE_AFTER_MS) throw new ClockUnmeasured();
    highWater = Math.max(highWater, Math.floor(nowMs + measured.offsetMs));
    return { at: highWater, errorMs: measured.errorMs };
  };
  return {
    now: () => instant(read().at),
    bounds() {
      const { at, errorMs } = read();
      return { earliest: instant(Math.floor(at - errorMs)), latest: instant(Math.ceil(at + errorMs)) };
    },
    stop: () => clearInterval(timer),
  };
}

/** The stored high-water mark never goes back: what has ended stays ended, whatever happens to the clock. */
async function measure(db: Database, seenMs: number): Promise<Measurement & { highWater: number }> {
  const before = performance.now();
  const { rows } = await sql<{ now: number; mark: number }>`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now,
      (extract(epoch FROM raise_high_water(greatest(clock_timestamp(), ${new Date(seenMs)}::timestamptz))) * 1000)::float8 AS mark`.execute(
    db,
  );
  const after = performance.now();
  const [row] = rows;
  if (row === undefined) throw new ClockUnmeasured();
  const errorMs = (after - before) / 2;
  return {
    atMs: after,
    offsetMs: row.now - (before + errorMs),
    errorMs,
    highWater: Math.floor(row.mark),
  };
}
