/** What a scenario plays on: the versions side by side, taking turns round by round, and how steady the machine was. */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lane } from "./caller.ts";
import { openLanes } from "./caller.ts";
import { type Found, median, type Row } from "./scenario.ts";
import type { Subject } from "./subject.ts";

export interface Stage {
  /** Small sizes: right answers are asserted, times are not worth reading. */
  readonly quick: boolean;
  /** Today's first; at most one other. */
  readonly subjects: readonly Subject[];
  say(line: string): void;
}

/** A measure's words, its unit, and which way is better. */
export type Measure = readonly [words: string, unit: string, better: Row["better"]];
type Taken<M> = Partial<Record<keyof M, number>>;

const CALIBRATION_MS = 120;
const MOST_DRIFT = 0.2;
const FEWEST_ROUNDS = 3;
const FSYNCS = 20;

/**
 * Plays `round` on every subject in turn, again and again (A-B-A-B), and makes a row of each measure. A round in which
 * the machine itself was more than a fifth faster or slower than usual is left out, as long as three others remain.
 */
export async function play<M extends Record<string, Measure>>(
  stage: Stage,
  rounds: number,
  measures: M,
  round: (subject: Subject) => Promise<Taken<M>>,
): Promise<Row[]> {
  const taken: { speed: number; found: Taken<M>[] }[] = [];
  for (let turn = 0; turn < rounds; turn++) {
    const speed = machineSpeed();
    const found: Taken<M>[] = [];
    for (const subject of stage.subjects) {
      await subject.freshen();
      found.push(await round(subject));
    }
    taken.push({ speed, found });
  }
  const usual = median(taken.map(({ speed }) => speed));
  const steady = taken.filter(({ speed }) => Math.abs(speed / usual - 1) <= MOST_DRIFT);
  const kept = steady.length >= Math.min(FEWEST_ROUNDS, rounds) ? steady : taken;
  if (rounds > 1) {
    const why = kept === taken && steady.length < rounds ? ", all kept: fewer than three were steady" : "";
    stage.say(`${steady.length} of ${rounds} rounds on a steady machine${why}`);
  }
  return Object.entries(measures).map(([key, [measure, unit, better]]) => ({
    measure,
    unit,
    better,
    found: stage.subjects.map((subject, at): Found => {
      const values = kept.map(({ found }) => found[at]?.[key]).filter((value) => value !== undefined);
      return { who: subject.name, values };
    }),
  }));
}

/** Lanes for the time of `work` only: one a client, and never two for the same person. */
export async function withLanes<T>(
  subject: Subject,
  width: number,
  work: (lanes: readonly Lane[]) => Promise<T>,
): Promise<T> {
  await subject.freshen();
  const lanes = openLanes(subject.port, Math.min(width, subject.requesters.length));
  try {
    return await work(lanes);
  } finally {
    for (const lane of lanes) lane.close();
  }
}

/** Hashing and syncing, as one figure: what everything here is made of. */
function machineSpeed(): number {
  const block = Buffer.alloc(4_096);
  const start = performance.now();
  let hashes = 0;
  while (performance.now() - start < CALIBRATION_MS) {
    createHash("sha256").update(block).digest();
    hashes++;
  }
  const folder = mkdtempSync(join(tmpdir(), "curfew-bench-sync-"));
  const file = openSync(join(folder, "file"), "w");
  const syncing = performance.now();
  for (let at = 0; at < FSYNCS; at++) {
    writeSync(file, block);
    fsyncSync(file);
  }
  const syncMs = performance.now() - syncing;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return Math.sqrt((hashes / CALIBRATION_MS) * (FSYNCS / syncMs));
}
