/** Temporary data directories, servers in this process and in one of their own, and bounded waiting. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "../../src/store/embedded/embedded-postgres.ts";

const HOLDER = fileURLToPath(new URL("./hold-server.ts", import.meta.url));

export const isRoot = process.geteuid?.() === 0;

/** A folder that goes away with the test; anybody may pass through it. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync("/tmp/curfew-test-");
  chmodSync(folder, 0o711);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function start(
  t: TestContext,
  dataDir: string,
  more: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: () => {}, ...more });
  t.after(async () => {
    await server.stop();
    if (!server.socketDir.startsWith(dataDir)) rmSync(server.socketDir, { recursive: true, force: true });
  });
  return server;
}

let model: Promise<string> | null = null;

/** A data directory that has been used before: a copy of one made once, which is quicker than initdb. */
export async function usedDataDir(t: TestContext): Promise<string> {
  model ??= makeModel();
  const dataDir = join(temporaryFolder(t), "data");
  execFileSync("cp", ["--archive", "--reflink=auto", await model, dataDir]);
  return dataDir;
}

async function makeModel(): Promise<string> {
  const folder = mkdtempSync("/tmp/curfew-test-");
  chmodSync(folder, 0o711);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, "data");
  await (await startEmbeddedPostgres({ dataDir, log: () => {} })).stop();
  return dataDir;
}

export interface HeldServer {
  readonly holder: ChildProcess;
  readonly holderPid: number;
  /** Null when the start was refused; `refusal` is the error's code then. */
  readonly pid: number | null;
  readonly refusal: string | null;
}

/** Starts a server owned by a Node process of its own, so that the owner can be killed. */
export async function startElsewhere(t: TestContext, dataDir: string): Promise<HeldServer> {
  const holder = spawnHolder(t, dataDir);
  const [line] = await once(createInterface({ input: holder.stdout }), "line");
  const said: { pid: number | null; refusal: string | null } = JSON.parse(line);
  return { holder, holderPid: holder.pid ?? 0, ...said };
}

export function spawnHolder(t: TestContext, dataDir: string) {
  const holder = spawn(process.execPath, [HOLDER, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => holder.kill("SIGKILL"));
  return holder;
}

export async function query(
  server: EmbeddedPostgres,
  sql: string,
  password?: string,
): Promise<Record<string, unknown>[]> {
  const { host, port, user } = { host: server.socketDir, port: server.port, user: server.superuser.user };
  const client = new pg.Client({
    host,
    port,
    user,
    password: password ?? server.superuser.password,
    database: "postgres",
  });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Pids of every process that works in this cluster, or names it on its command line. */
export function processesOf(dataDir: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.map(Number).filter((pid) => commandLine(pid).includes(join(dataDir, "cluster")));
}

export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

export function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

export async function until(what: string, condition: () => boolean, limitMs = 15_000): Promise<void> {
  for (const end = performance.now() + limitMs; !condition(); await delay(10)) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
  }
}
