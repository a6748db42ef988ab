/**
 * Which start of the installation this process is, and whether the database it works on was restored. The file beside the
 * key says what was seen last; the database says what it knows of that, at the start and with each pulse.
 */
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type pg from "pg";
import {
  type Restoration,
  type Restored,
  RestoredUnconfirmed,
  type WhyRestored,
} from "../domain/restored.ts";
import { formatInstant, type Instant, MINUTE_MS, parseInstant } from "../domain/time.ts";
import { call } from "./database.ts";

// What is said before anybody listens.
const MOST_LINES = 10;
const NEVER = "never";

/** What the file keeps: the newest incarnation, and how far the database was when it was written. */
interface Kept {
  readonly incarnation: string;
  readonly mark: Instant;
  /** How often an operator had lowered a wrong mark. */
  readonly repairs: number;
  /** When a restore was confirmed last, in any of the databases that were put in place; null for never. */
  readonly confirmed: Instant | null;
}

/** What a pulse says beside what is due. */
export interface Standing {
  readonly system_identifier: string | null;
  readonly timeline: string | null;
  readonly is_known: boolean;
  /** The mark that was stored before this pulse, and how often it had been lowered. */
  readonly stored: Instant;
  readonly stored_repairs: number;
  readonly restored: WhyRestored | null;
  readonly restored_at: Instant | null;
  /** When a restore was confirmed last. */
  readonly confirmed: Instant | null;
}

export interface Incarnation extends Restoration {
  /** The id of the newest one. */
  id(): string;
  /** What the last pulse said, and the mark that is stored since; where the database is not what it was, another one begins. */
  heard(standing: Standing, mark: Instant): void;
  /** Calls back with a line for the log, at once with those that were said before. */
  onLine(callback: (line: string) => void): void;
  confirm(): Promise<boolean>;
}

export interface IncarnationOptions {
  readonly pool: pg.Pool;
  readonly file: string;
  /** Whether the database lies beside the file, so that one without the other was put back. */
  readonly accompanied: boolean;
  readonly declared: boolean;
  /** Of the PostgreSQL, as whoever set it up may read it; null where they may not. */
  readonly systemIdentifier: string | null;
  /** Forgets everything that was read: the database is not where it was. */
  readonly forget: () => void;
}

interface Begun {
  readonly installation: string;
  readonly mark: Instant;
  readonly repairs: number;
  readonly confirmed: Instant | null;
  readonly system_identifier: string | null;
  readonly timeline: string | null;
}

/** @throws when there is a file that cannot be read or that says something else */
export async function beginIncarnation(
  options: IncarnationOptions,
): Promise<Incarnation & { readonly installationId: string }> {
  const { pool, file, forget } = options;
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  let id = randomUUID() as string;
  let restored: Restored | null = null;
  let beginning = false;
  let keptAtMs = Number.NEGATIVE_INFINITY;
  let keeping: Promise<void> = Promise.resolve();
  let isKept = true;
  let told: WhyRestored | null = null;

  const say = (line: string): void => {
    if (lines.push(line) > MOST_LINES) lines.shift();
    for (const listener of listeners) listener(line);
  };
  const begin = async (next: string, before: Kept | null, said: WhyRestored | null): Promise<Begun> => {
    const { rows } = await call<Begun>(pool, {
      name: "incarnation begin",
      text: "SELECT * FROM incarnation_begin($1, $2, $3, $4, $5, $6, $7, $8)",
      values: [
        ...[next, before?.incarnation ?? null, dateOf(before?.mark ?? null), before?.repairs ?? null],
        ...[dateOf(before?.confirmed ?? null), options.systemIdentifier, said, options.accompanied],
      ],
    });
    const [begun] = rows;
    if (begun === undefined) throw new Error("the database did not say which installation it is of");
    id = next;
    // A backup that is older than a confirmation does not know of it, and the next one to be put in place may.
    return { ...begun, confirmed: laterOf(begun.confirmed, before?.confirmed ?? null) };
  };
  let last = await begin(id, await readKept(file), options.declared ? "declared" : null);
  /** The row is first: killed in between, the file names one that the database knows. */
  const keep = async (): Promise<void> => {
    keptAtMs = performance.now();
    const failed = await writeKept(file, { incarnation: id, ...last }).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : "unknown error"),
    );
    if (failed !== null && isKept)
      say(
        `the file \`${file}\` cannot be written, so a restore may not be noticed; set CURFEW_RESTORED=1 for the first start after one: ${failed}`,
      );
    isKept = failed === null;
  };
  const beginAgain = async (lost: WhyRestored | null): Promise<void> => {
    beginning = true;
    // Nothing is given before it is known what this database is.
    if (lost !== null) restored ??= { why: lost, since: last.mark };
    try {
      forget();
      last = await begin(randomUUID(), { incarnation: id, ...last }, lost);
      say("the database is not where it was: everything is read again");
      keeping = keeping.then(keep);
      await keeping;
    } finally {
      beginning = false;
    }
  };

  await keep();
  return {
    installationId: last.installation,
    id: () => id,
    pending: () => restored,
    heard(standing, mark) {
      if (beginning) return;
      const lost = lostSince(last, standing);
      // Failed, it is tried again with the next pulse.
      if (lost !== null || differ(last.timeline, standing.timeline))
        return void beginAgain(lost).catch(() => {});
      const { restored: why, restored_at: since } = standing;
      const now = why === null ? null : { why, since: since ?? mark };
      restored = now;
      if (told !== why)
        say(now === null ? "the restored database is confirmed" : `restored_unconfirmed: ${wordsOf(now)}`);
      told = why;
      const confirmed = laterOf(last.confirmed, standing.confirmed);
      const isNew = confirmed !== last.confirmed;
      last = { ...last, mark, repairs: standing.stored_repairs, confirmed };
      if (isNew || performance.now() - keptAtMs >= MINUTE_MS) keeping = keeping.then(keep);
    },
    onLine(callback) {
      listeners.add(callback);
      for (const line of lines) callback(line);
    },
    async confirm() {
      const { rows } = await call<{ done: boolean }>(pool, {
        name: "restore confirm",
        text: "SELECT restore_confirm() AS done",
        values: [],
      });
      return rows[0]?.done === true;
    },
  };
}

function wordsOf(restored: Restored): string {
  return new RestoredUnconfirmed(restored).message;
}

/** Why the database must be another than the one that this process knew; null where it is the same, or a failover of it. */
function lostSince(last: Begun, standing: Standing): WhyRestored | null {
  if (differ(last.system_identifier, standing.system_identifier)) return "elsewhere";
  const { is_known, stored, stored_repairs } = standing;
  const behind = stored_repairs === last.repairs && stored < last.mark - MINUTE_MS;
  return is_known && !behind && stored_repairs >= last.repairs ? null : "older";
}

function laterOf(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || (b !== null && b > a) ? b : a;
}

/** What is not known differs from nothing. */
function differ(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a !== b;
}

async function readKept(file: string): Promise<Kept | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const [, incarnation, at = "", repairs, then = ""] =
    /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\S{1,40}) (\d{1,9}) (\S{1,40})\n$/.exec(text) ?? [];
  const [mark, confirmed] = [parseInstant(at), parseInstant(then)];
  if (incarnation === undefined || mark === null || (confirmed === null && then !== NEVER))
    throw new Error(
      `the file \`${file}\` does not say what this installation saw last; if the database was restored, take it away and set CURFEW_RESTORED=1 for one start, else take it away`,
    );
  return { incarnation, mark, repairs: Number(repairs), confirmed };
}

function dateOf(at: Instant | null): Date | null {
  return at === null ? null : new Date(at);
}

/** All of it or nothing, whenever the power goes. */
async function writeKept(file: string, { incarnation, mark, repairs, confirmed }: Kept): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Two processes may share a folder.
  const beside = `${file}.${incarnation}`;
  try {
    const handle = await open(beside, "w", 0o600);
    try {
      const then = confirmed === null ? NEVER : formatInstant(confirmed);
      await handle.writeFile(`${incarnation} ${formatInstant(mark)} ${repairs} ${then}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw error;
  }
}
