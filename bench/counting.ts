/** What does not depend on the machine: statements as they were sent, WAL, bytes kept, rows written; and CPU. */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import { DATABASE, type Subject } from "./subject.ts";

/** As Linux counts processor time, on every architecture we run on. */
const TICKS_A_SECOND = 100;
export const LOOK_EVERY_MS = 250;
/** Less than this from one look to the next is what it costs to wait. */
const QUIET = { cpuMs: 50, walBytes: 4_000 };
const QUIET_WITHIN_MS = 60_000;

/** What clients sent, told apart by what it was for. */
export interface Sent {
  /** Everything but what follows. */
  readonly statements: number;
  /** BEGIN, COMMIT, ROLLBACK. */
  readonly frames: number;
  /** `set_config` alone, which says whose rows a transaction may see. */
  readonly settings: number;
  /** BEGIN … COMMIT, and statements outside of one. */
  readonly transactions: number;
}

/** What the server heard, and for how long it was listened to. */
export interface Heard {
  readonly statements: readonly Statement[];
  readonly ms: number;
}

export interface Statement {
  readonly backend: number;
  readonly application: string;
  readonly text: string;
}

/** Turns the log of statements on while `work` runs, and until what it set off is done. */
export async function listenTo(subject: Subject, work: () => Promise<void>): Promise<Heard> {
  const { cluster } = subject;
  await cluster.tell({ log_statement: "all" });
  try {
    const from = sizeOf(cluster.logFile);
    const began = performance.now();
    await work();
    await untilQuiet(subject);
    const ms = performance.now() - began;
    return { statements: parseLog(readFrom(cluster.logFile, from)), ms };
  } finally {
    await cluster.tell({ log_statement: "none" });
  }
}

/** What is sent while nobody calls and nothing is left to do. */
export async function listenToWaiting(subject: Subject, forMs: number): Promise<Heard> {
  await untilQuiet(subject);
  return listenTo(subject, () => delay(forMs));
}

/**
 * Neither computing nor writing for some looks one after the other: no version says it in the same words. False when
 * the time is up.
 */
export async function untilQuiet(
  subject: Subject,
  { looks = 3, withinMs = QUIET_WITHIN_MS } = {},
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  const look = async () => ({ cpu: cpuOf(subject), wal: await walPosition(subject.cluster) });
  let before = await look();
  for (let quiet = 0; quiet < looks; ) {
    if (performance.now() > deadline) return false;
    await delay(LOOK_EVERY_MS);
    const now = await look();
    const { oursMs, postgresMs } = cpuBetween(before.cpu, now.cpu);
    const isQuiet = oursMs + postgresMs < QUIET.cpuMs && now.wal - before.wal < QUIET.walBytes;
    quiet = isQuiet ? quiet + 1 : 0;
    before = now;
  }
  return true;
}

/** The server's log, entry by entry; lines that begin with a tab belong to the one above. */
export function parseLog(text: string): Statement[] {
  const found: Statement[] = [];
  for (const entry of text.split(/\n(?=@@)/)) {
    const [, backend, application, said] = /^@@(\d+)\|([^@]*)@@ LOG: {2}([\s\S]*)$/.exec(entry) ?? [];
    // Simple queries are logged as statements, the extended protocol's at each Execute: one message of the client's each.
    const sent = /^(?:statement|execute [^:]*):\s([\s\S]*)$/.exec(said ?? "")?.[1];
    if (sent === undefined || application === undefined || application === "bench") continue;
    found.push({ backend: Number(backend), application, text: sent.trim() });
  }
  return found;
}

const FRAME = /^(begin|start transaction|commit|end|rollback|abort)\b/i;
const OPENING = /^(begin|start transaction)\b/i;
const SETTING = /^select set_config\(/i;

export function count(statements: readonly Statement[]): Sent {
  const open = new Set<number>();
  const sent = { statements: 0, frames: 0, settings: 0, transactions: 0 };
  for (const { backend, text } of statements) {
    if (FRAME.test(text)) {
      sent.frames++;
      if (!OPENING.test(text)) open.delete(backend);
      else {
        sent.transactions++;
        open.add(backend);
      }
      continue;
    }
    if (!open.has(backend)) sent.transactions++;
    if (SETTING.test(text)) sent.settings++;
    else sent.statements++;
  }
  return sent;
}

/**
 * Which statements were the callers', and which were of whatever runs by itself. A backend belongs to the latter when
 * it says so of itself or, in a version whose backends have one name, when some of what it does is what is also done
 * when nobody calls: pools are not shared between the two.
 */
export function split(
  statements: readonly Statement[],
  idle: readonly Statement[],
): { callers: Statement[]; background: Statement[] } {
  const alone = new Set(
    idle.map(({ text }) => text).filter((text) => !FRAME.test(text) && !SETTING.test(text)),
  );
  const seen = new Map<number, { all: number; alone: number }>();
  for (const { backend, text } of statements) {
    const one = seen.get(backend) ?? { all: 0, alone: 0 };
    seen.set(backend, { all: one.all + 1, alone: one.alone + (alone.has(text) ? 1 : 0) });
  }
  const isBackground = ({ backend, application }: Statement) => {
    if (application !== "curfew") return !/ (calls|checks)$/.test(application);
    const one = seen.get(backend);
    return one !== undefined && one.alone / one.all >= 0.05;
  };
  return {
    callers: statements.filter((one) => !isBackground(one)),
    background: statements.filter(isBackground),
  };
}

/** Statements of the callers' path for one call, of several; `idle` tells what runs by itself. */
export async function statementsACall(
  subject: Subject,
  idle: Heard,
  calls: number,
  call: () => Promise<void>,
): Promise<number> {
  const sent = await listenTo(subject, async () => {
    for (let at = 0; at < calls; at++) await call();
  });
  return count(split(sent.statements, idle.statements).callers).statements / calls;
}

export interface Cpu {
  readonly oursMs: number;
  readonly postgresMs: number;
}

/** Since they started, of the program with everything below it and of PostgreSQL with all its sessions, gone ones too. */
export function cpuOf(subject: Subject): Cpu {
  const processes = readProcesses();
  return {
    oursMs: subtreeMs(processes, subject.pid()),
    postgresMs: subtreeMs(processes, subject.cluster.postmaster),
  };
}

export function cpuBetween(before: Cpu, after: Cpu): Cpu {
  return { oursMs: after.oursMs - before.oursMs, postgresMs: after.postgresMs - before.postgresMs };
}

/** Of children that have ended and were waited for. */
export function endedChildrenMs(): number {
  const one = readProcess(process.pid);
  return one === null ? Number.NaN : one.endedChildrenMs;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly ownMs: number;
  readonly endedChildrenMs: number;
}

function subtreeMs(processes: readonly Process[], root: number): number {
  const below = processes.filter(({ parent }) => parent === root).map(({ pid }) => subtreeMs(processes, pid));
  const self = processes.find(({ pid }) => pid === root);
  return (self?.ownMs ?? 0) + (self?.endedChildrenMs ?? 0) + below.reduce((sum, ms) => sum + ms, 0);
}

function readProcesses(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((one) => one !== null);
}

/** proc_pid_stat(5); the command's name, in brackets, may hold anything. */
function readProcess(pid: number): Process | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  const [, parent, ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = rest.slice(9, 13).map(Number);
  const ms = (ticks: number) => (ticks * 1_000) / TICKS_A_SECOND;
  return {
    pid,
    parent: Number(parent),
    ownMs: ms(user + system),
    endedChildrenMs: ms(childrenUser + childrenSystem),
  };
}

/** How far the log has been written, exact at once. */
export async function walPosition(cluster: Cluster): Promise<number> {
  const [row] = await cluster.query<{ bytes: string }>(
    DATABASE,
    "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text AS bytes",
  );
  return Number(row?.bytes);
}

/** Idle sessions tell the server's counters of rows within ten seconds. */
export const ROWS_TOLD_AFTER_MS = 11_000;

/** Inserted, updated and deleted in our tables up to now. */
export async function rowsWritten(cluster: Cluster): Promise<number> {
  const [row] = await cluster.query<{ rows: string }>(
    DATABASE,
    "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::text AS rows FROM pg_stat_user_tables",
  );
  return Number(row?.rows ?? 0);
}

/** Tables with their indexes, after a VACUUM. */
export async function bytesKept(cluster: Cluster): Promise<number> {
  await cluster.query(DATABASE, "VACUUM");
  const [found] = await cluster.query<{ bytes: string }>(
    DATABASE,
    `SELECT sum(pg_total_relation_size(c.oid))::text AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`,
  );
  return Number(found?.bytes);
}

function sizeOf(path: string): number {
  const file = openSync(path, "r");
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}

function readFrom(path: string, from: number): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(fstatSync(file).size - from);
    readSync(file, bytes, 0, bytes.length, from);
    return bytes.toString("utf8");
  } finally {
    closeSync(file);
  }
}
