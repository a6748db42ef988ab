/**
 * The database's clock is the authority: its offset is measured with error bounds, and time never goes back. The
 * statement that reads it says what is due as well: one pulse a second, and one at each wake-up.
 */
import { readFileSync } from "node:fs";
import { hostname, uptime } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { TenantId } from "../domain/ids.ts";
import type { BoundedClock, Instant } from "../domain/time.ts";
import { instant } from "../domain/time.ts";
import { apart } from "../telemetry/doing.ts";
import type { Pulse } from "../use-cases/pulse.ts";
import { errorAt, type Reading, STEP_MS, type Testimony, type Trust, trustAfter } from "./clock-trust.ts";
import { call } from "./database.ts";
import type { Incarnation, Standing } from "./incarnation.ts";

const MEASURE_EVERY_MS = 1_000;
const STALE_AFTER_MS = 5_000;
// While wake-ups come without end, the database is not asked without end.
const LEAST_PAUSE_MS = 5;
// Of what is counted by a process's own clock the shortest-lived are good for a minute.
const OWN_SKEW_MS = 60_000;

/** Answered with 503: nobody can say whether an end has passed. */
export class ClockUnmeasured extends Error {
  override readonly name = "ClockUnmeasured";
  constructor() {
    super(`the database's clock was not read for ${STALE_AFTER_MS / 1_000} s; nothing is decided without it`);
  }
}

/** Answered with 503: somebody's clock is wrong, and nobody knows whose. */
export class ClockSuspected extends Error {
  override readonly name = "ClockSuspected";
  readonly code = "clock_suspected";
  constructor(why: string) {
    super(`${why}; nothing is decided until it is clear which time it is`);
  }
}

export interface DatabaseClock extends BoundedClock {
  /**
   * Throws `ClockSuspected` while nothing may be begun or told to be over by this process's own clock: it shows another
   * time than the one that was believed last, which is seen at once, or the database's jumped, which keeps what is begun.
   */
  requireOwn(): void;
  /** This process's own clock; while that shows another time than the one that was believed last, that one. */
  ownNow(): number;
  /** Takes the next pulse at once: something may be due. Resolves when it is taken, or failed. */
  beat(): Promise<void>;
  /** Calls back at each pulse at which the clock is believed. Returns a function that stops it. */
  onPulse(callback: (pulse: Pulse) => void): () => void;
  /** Calls back with a line for the log when the clock becomes suspected, at once if it is, and when it is believed again. */
  onTrust(callback: (line: string) => void): void;
  /** How it stands, for whoever watches over it; throws nothing. */
  standing(): {
    readonly suspected: string | null;
    readonly ageMs: number;
    readonly aheadMs: number;
    readonly errorMs: number;
  };
  stop(): void;
}

interface Taken {
  readonly reading: Reading;
  /** The stored high-water mark never goes back: what has ended stays ended, whatever happens to the clock. */
  readonly mark: number;
  /** How often an operator lowered a wrong mark. */
  readonly repairs: number;
  /** Which transactions were over: another text where one more was. */
  readonly snapshot: string;
  readonly pulse: Omit<Pulse, "moved">;
  readonly standing: Standing;
}

/** What this machine has of clocks, in milliseconds. */
export interface OwnClocks {
  readonly host: string;
  /** Goes on evenly, and not while the machine sleeps. */
  monotonic(): number;
  /** Since the machine started, its sleep included; null where there is none. */
  sinceBoot(): number | null;
}

const OWN: OwnClocks = {
  host: thisHost(),
  monotonic: () => performance.now(),
  sinceBoot: () => (process.platform === "linux" ? uptime() * 1_000 : null),
};

/** @param pool of one connection, which nobody else takes for long */
export async function startDatabaseClock(
  pool: pg.Pool,
  incarnation: Pick<Incarnation, "id" | "heard">,
  own = OWN,
): Promise<DatabaseClock> {
  const callbacks = new Set<(pulse: Pulse) => void>();
  const listeners = new Set<(line: string) => void>();
  const heed = async (ask: Omit<Ask, "incarnation">): Promise<Taken> => {
    const id = incarnation.id();
    const taken = await take(pool, own, { ...ask, incarnation: id });
    if (id === incarnation.id()) incarnation.heard(taken.standing, instant(taken.mark));
    return taken;
  };
  let last = await heed({ told: 0, believed: Number.POSITIVE_INFINITY, repairs: 0 });
  let trust: Trust = { kind: "believed", best: last.reading, furthest: last.reading };
  let highWater = last.mark;
  let suspected = false;
  let stopped = false;
  let running: Promise<void> | null = null;
  let again = false;
  let timer: NodeJS.Timeout;

  const estimateAt = (nowMs: number): number => Math.floor(nowMs + trust.best.offsetMs);
  /** Why nothing may be decided; null where all is well. */
  const doubt = (nowMs: number): string | null => {
    if (trust.kind === "suspected") {
      const aheadS = Math.round((trust.suspect.offsetMs - trust.best.offsetMs) / 1_000);
      return `the database's clock stepped ${aheadS} s ahead of this machine's`;
    }
    const behindS = Math.round((highWater - estimateAt(nowMs)) / 1_000);
    return behindS * 1_000 > STEP_MS
      ? `the database's clock is ${behindS} s behind a time that it showed before`
      : null;
  };
  const lineFor = (why: string | null): string =>
    why === null
      ? "clock: believed again"
      : `clock_suspected: ${why}; nothing is decided or ended in targets`;
  // Seconds go on; one line says it.
  const tell = (): void => {
    const why = doubt(own.monotonic());
    if ((why !== null) !== suspected) for (const listener of listeners) listener(lineFor(why));
    suspected = why !== null;
  };

  const takeOne = async (): Promise<void> => {
    const believed = estimateAt(own.monotonic()) + STEP_MS;
    const next = await heed({ told: highWater, believed, repairs: last.repairs });
    const moved = next.snapshot !== last.snapshot;
    const heard = trust.kind === "suspected" ? await hear(pool, own, trust) : undefined;
    trust = trustAfter(trust, next.reading, heard);
    // What was told by a mark that was lowered counts for nothing.
    if (next.repairs !== last.repairs) trust = { ...trust, furthest: trust.best };
    highWater = next.repairs === last.repairs ? Math.max(highWater, next.mark) : next.mark;
    last = next;
    tell();
    if (!suspected) for (const callback of callbacks) callback({ ...next.pulse, moved });
  };
  // The next one after the answer to the last: a database that is silent is not asked again and again.
  const takeAll = async (): Promise<void> => {
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
    running = null;
    if (!stopped) timer = setTimeout(beat, MEASURE_EVERY_MS).unref();
  };
  const beat = async (): Promise<void> => {
    if (running !== null) again = true;
    // It is nobody's call: what it says bears no request.
    else if (!stopped) running = apart(takeAll);
    await running;
  };
  timer = setTimeout(beat, MEASURE_EVERY_MS).unref();

  const fresh = (): number => {
    const nowMs = own.monotonic();
    if (nowMs - last.reading.atMs > STALE_AFTER_MS) throw new ClockUnmeasured();
    return nowMs;
  };
  const now = (): Instant => {
    const nowMs = fresh();
    const why = doubt(nowMs);
    if (why !== null) throw new ClockSuspected(why);
    highWater = Math.max(highWater, estimateAt(nowMs));
    return instant(highWater);
  };
  return {
    now,
    requireOwn() {
      const nowMs = fresh();
      if (trust.kind === "suspected") throw new ClockSuspected(doubt(nowMs) ?? "");
      const aheadMs = Date.now() - estimateAt(nowMs);
      if (Math.abs(aheadMs) <= OWN_SKEW_MS) return;
      const [seconds, way] = [Math.round(Math.abs(aheadMs) / 1_000), aheadMs > 0 ? "ahead of" : "behind"];
      throw new ClockSuspected(`this machine's clock is ${seconds} s ${way} the database's`);
    },
    ownNow() {
      const believed = estimateAt(fresh());
      const own = Date.now();
      return Math.abs(own - believed) <= OWN_SKEW_MS ? own : believed;
    },
    bounds() {
      const nowMs = fresh();
      const errorMs = errorAt(trust.best, nowMs);
      const estimate = estimateAt(nowMs);
      const suspect = trust.kind === "suspected" ? nowMs + trust.suspect.offsetMs : estimate;
      // INVARIANT I1: by whichever clock is right, what is past its end is over, and what has not begun has not.
      return {
        earliest: instant(
          Math.floor((doubt(nowMs) === null ? Math.max(highWater, estimate) : estimate) - errorMs),
        ),
        latest: instant(Math.ceil(Math.max(highWater, estimate, suspect) + errorMs)),
      };
    },
    beat,
    onPulse(callback) {
      callbacks.add(callback);
      return () => void callbacks.delete(callback);
    },
    onTrust(callback) {
      listeners.add(callback);
      if (suspected) callback(lineFor(doubt(own.monotonic())));
    },
    standing() {
      const nowMs = own.monotonic();
      return {
        suspected: doubt(nowMs),
        ageMs: nowMs - last.reading.atMs,
        // As it shows it now, believed or not.
        aheadMs: Math.floor(nowMs + last.reading.offsetMs) - Date.now(),
        errorMs: errorAt(trust.best, nowMs),
      };
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** What others say of a suspected clock; this process says what its own shows, for those on other hosts. */
async function hear(pool: pg.Pool, own: OwnClocks, trust: Trust & { kind: "suspected" }): Promise<Testimony> {
  const standingMs = own.monotonic() - trust.sinceMs;
  const { rows } = await call<{ agreed: boolean; accepted: boolean }>(pool, {
    name: "clock testimony",
    text: "SELECT * FROM clock_testimony($1, $2, $3)",
    values: [own.host, Date.now(), standingMs],
  });
  const [row] = rows;
  return { agreed: row?.agreed === true, accepted: row?.accepted === true };
}

/** The same for every container of a machine, whatever it is called: they share its clock. */
function thisHost(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return hostname();
  }
}

interface PulseRow extends Standing {
  readonly at: number;
  readonly mark: number;
  readonly repairs: number;
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

interface Ask {
  /** The latest instant that this process has told anybody. */
  readonly told: number;
  /** Past it the database's clock is not stored, though it may be told here. */
  readonly believed: number;
  /** How many lowered marks it has heard of. */
  readonly repairs: number;
  readonly incarnation: string;
}

async function take(
  pool: pg.Pool,
  own: OwnClocks,
  { told, believed, repairs, incarnation }: Ask,
): Promise<Taken> {
  const before = own.monotonic();
  const { rows } = await call<PulseRow>(pool, {
    name: "pulse",
    text: "SELECT * FROM pulse($1, $2, $3) CROSS JOIN incarnation_standing($4)",
    values: [
      ...[new Date(told), Number.isFinite(believed) ? new Date(believed) : "infinity", repairs],
      incarnation,
    ],
  });
  const after = own.monotonic();
  const [row] = rows;
  if (row === undefined) throw new ClockUnmeasured();
  const errorMs = (after - before) / 2;
  return {
    reading: { atMs: after, bootMs: own.sinceBoot(), offsetMs: row.at - (before + errorMs), errorMs },
    mark: Math.floor(row.mark),
    repairs: row.repairs,
    snapshot: row.snapshot,
    standing: row,
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
