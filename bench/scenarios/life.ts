/** One life (ask, approve, check, end) over HTTP with the worker: what it costs, how fast it is, beside the floor. */
import { setTimeout as delay } from "node:timers/promises";
import {
  bytesKept,
  count,
  cpuBetween,
  cpuOf,
  type Heard,
  listenTo,
  listenToWaiting,
  ROWS_TOLD_AFTER_MS,
  rowsWritten,
  type Sent,
  split,
  untilQuiet,
  walPosition,
} from "../counting.ts";
import { bareCommits, openFloor } from "../floor.ts";
import { liveFor, liveTimes } from "../life.ts";
import { quantile, type Row, type Scenario } from "../scenario.ts";
import { play, type Stage } from "../stage.ts";
import type { Subject } from "../subject.ts";

const COUNTED_AT = 8;

const COUNTS = {
  statements: ["statements a life", "", "lower"],
  callers: ["… of the callers' path", "", "lower"],
  background: ["… of worker, notifications and log", "", "lower"],
  frames: ["BEGIN, COMMIT and `set_config` a life, beside them", "", "lower"],
  transactions: ["transactions a life", "", "lower"],
  wal: ["WAL a life, without full pages", "kB", "lower"],
  rows: ["rows written a life", "", "lower"],
  kept: ["kept a life, with indexes", "kB", "lower"],
} as const;

const TIMES = {
  commits: ["bare commits, one client", "/s", null],
  one: ["lives, one client", "/s", "higher"],
  ofCommits: ["lives / (bare commits / 2), one client", "", "higher"],
  p50: ["approve → check true, p50, one client", "ms", "lower"],
  p99: ["approve → check true, p99, one client", "ms", "lower"],
  many: ["lives, 32 clients", "/s", "higher"],
  cpuOurs: ["our CPU a life, 64 clients", "ms", "lower"],
  cpuPostgres: ["PostgreSQL's CPU a life, 64 clients", "ms", "lower"],
} as const;

export const life: Scenario = {
  name: "life",
  question: "what does one life cost, and how close is it to the rows alone and to the bare commit?",
  askers: 64,
  async run(stage) {
    const counts = await play(stage, 1, COUNTS, (subject) => counted(stage, subject));
    const times = await play(stage, stage.quick ? 1 : 5, TIMES, (subject) => timed(stage, subject));
    return [...counts, ...times, ...(await floor(stage))];
  },
};

async function counted(stage: Stage, subject: Subject) {
  const { cluster } = subject;
  const [warm, lives, kept] = stage.quick ? [8, 8, 16] : [64, 200, 1_000];
  const rowsToldMs = stage.quick ? 0 : ROWS_TOLD_AFTER_MS;
  // What a checkpoint makes a page cost is no cost of the life: no full pages, and no checkpoint in between.
  await cluster.tell({
    full_page_writes: "off",
    checkpoint_timeout: "1h",
    max_wal_size: "8GB",
    autovacuum: "off",
  });
  await cluster.query("postgres", "CHECKPOINT");
  const run = (total: number, width = COUNTED_AT) => liveTimes(subject, width, total);
  await run(warm);
  const idle = await listenToWaiting(subject, stage.quick ? 800 : 3_000);
  const sent = await listenTo(subject, () => run(lives));
  await delay(rowsToldMs);
  const before = { wal: await walPosition(cluster), rows: await rowsWritten(cluster) };
  await run(lives);
  await untilQuiet(subject);
  const wal = (await walPosition(cluster)) - before.wal;
  await delay(rowsToldMs);
  const rows = (await rowsWritten(cluster)) - before.rows;
  const sizeBefore = await bytesKept(cluster);
  await run(kept, 32);
  await untilQuiet(subject);
  const sizeAfter = await bytesKept(cluster);
  await cluster.tell({
    full_page_writes: "on",
    checkpoint_timeout: "5min",
    max_wal_size: "1GB",
    autovacuum: "on",
  });
  return {
    ...sentALife(sent, idle, lives),
    wal: wal / lives / 1_000,
    rows: rows / lives,
    kept: (sizeAfter - sizeBefore) / kept / 1_000,
  };
}

/** Less what is sent while nobody calls: a slow machine would count more of it. */
function sentALife(sent: Heard, idle: Heard, lives: number) {
  const parts = split(sent.statements, idle.statements);
  const [all, callers, background, waiting] = [
    sent.statements,
    parts.callers,
    parts.background,
    idle.statements,
  ].map(count) as [Sent, Sent, Sent, Sent];
  const meanwhile = sent.ms / idle.ms;
  const aLife = (key: keyof Sent, of: Sent, less = waiting[key] * meanwhile) => (of[key] - less) / lives;
  return {
    statements: aLife("statements", all),
    callers: aLife("statements", callers, 0),
    background: aLife("statements", background),
    frames: aLife("frames", all) + aLife("settings", all),
    transactions: aLife("transactions", all),
  };
}

async function timed(stage: Stage, subject: Subject) {
  const forMs = stage.quick ? 300 : 4_000;
  const commits = await bareCommits(subject.cluster, stage.quick ? 100 : 1_500);
  const one = await liveFor(subject, 1, forMs);
  const many = await liveFor(subject, 32, forMs);
  const before = cpuOf(subject);
  const busy = await liveFor(subject, 64, forMs);
  const cpu = cpuBetween(before, cpuOf(subject));
  const untilTrueMs = one.lives.map((lived) => lived.untilTrueMs);
  return {
    commits,
    one: one.perSecond,
    ofCommits: one.perSecond / (commits / 2),
    p50: quantile(untilTrueMs, 0.5),
    p99: quantile(untilTrueMs, 0.99),
    many: many.perSecond,
    cpuOurs: cpu.oursMs / busy.done,
    cpuPostgres: cpu.postgresMs / busy.done,
  };
}

/** On the disk and with the PostgreSQL of today's; it has no other version. */
async function floor({ quick, subjects: [subject] }: Stage): Promise<Row[]> {
  if (subject === undefined) return [];
  const program = await openFloor(subject.cluster);
  try {
    const found: number[] = [];
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      found.push(await program.lives(32, quick ? 200 : 2_000));
    }
    await subject.cluster.tell({ full_page_writes: "off" });
    const wal = await program.walBytesALife();
    await subject.cluster.tell({ full_page_writes: "on" });
    const row = (measure: string, unit: string, values: number[]): Row => ({
      measure,
      unit,
      better: null,
      found: [{ who: "floor", values }],
    });
    return [
      row("the floor: lives, 32 clients", "/s", found),
      row("the floor: WAL a life, without full pages", "kB", [wal / 1_000]),
    ];
  } finally {
    await program.close();
  }
}
