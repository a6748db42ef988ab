/** Curfew in a process of its own, on a PostgreSQL that tests stop, freeze and start again. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import type { ReadyFile } from "../../src/demo/ready-file.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/store/embedded/embedded-postgres.ts";
import { parentOf } from "../embedded/servers.ts";
import { personOf, until } from "../fixtures/program.ts";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body of any answer; the tests say what they expect of it
  readonly body: any;
  readonly headers: Headers;
  readonly tookMs: number;
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

export interface Away {
  readonly ready: ReadyFile;
  readonly socket: string;
  isAlive(): boolean;
  /** What the process wrote to its standard error. */
  log(): string;
  as(name: string): Promise<Call>;
  admin(sql: string): Promise<Record<string, unknown>[]>;
  /** Runs the work while the rows that the statement locks are locked. */
  whileLocked<T>(sql: string, work: () => Promise<T>): Promise<T>;
  stopDatabase(how: "fast" | "immediate"): Promise<void>;
  startDatabase(): Promise<void>;
  freeze(): () => void;
  close(): Promise<void>;
}

export async function openAway(): Promise<Away> {
  const folder = mkdtempSync(join(tmpdir(), "curfew-away-"));
  chmodSync(folder, 0o711);
  const start = () =>
    startEmbeddedPostgres({ dataDir: join(folder, "records"), log: () => {}, reachableByLocalUsers: true });
  let server: EmbeddedPostgres = await start();
  const { socketDir, port, superuser } = server;
  const withAdmin = async <T>(work: (client: pg.Client) => Promise<T>, database = "postgres"): Promise<T> => {
    const client = new pg.Client({ host: socketDir, port, ...superuser, database });
    client.on("error", () => {});
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const admin = (sql: string) => withAdmin(async (client) => (await client.query(sql)).rows);
  await admin("CREATE ROLE records LOGIN CREATEROLE PASSWORD 'of the records'");
  await admin("CREATE DATABASE records OWNER records");
  const url = `postgresql://records:of%20the%20records@localhost/records?host=${socketDir}&port=${port}`;
  const { child, ready, log } = await serve(join(folder, "served"), url);
  // A machine with much to do needs a moment after the start.
  await until(
    async () => (await fetch(`${ready.http}/readyz`)).status === 200,
    20_000,
    "it to be ready",
    log,
  );
  return {
    ready,
    socket: join(socketDir, `.s.PGSQL.${port}`),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    log,
    admin,
    whileLocked: (sql, work) =>
      withAdmin(async (client) => {
        await client.query("BEGIN");
        await client.query(sql);
        return work();
      }, "records"),
    async as(name) {
      const { token } = await personOf(ready, name).catch((error: unknown) => {
        throw new Error(`${name} cannot sign in:\n${log()}`, { cause: error });
      });
      return (...given) => call(ready.http, token, ...given);
    },
    async stopDatabase(how) {
      if (how === "fast") return server.stop();
      process.kill(server.pid, "SIGQUIT");
      await server.died;
    },
    async startDatabase() {
      server = await start();
    },
    freeze() {
      const pids = [server.pid, ...childrenOf(server.pid)];
      for (const pid of pids) process.kill(pid, "SIGSTOP");
      return () => {
        for (const pid of pids) process.kill(pid, "SIGCONT");
      };
    },
    async close() {
      child.stdin?.end();
      if (child.exitCode === null) await once(child, "exit");
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
      rmSync(socketDir, { recursive: true, force: true });
    },
  };
}

async function serve(dataDir: string, url: string) {
  const program = new URL("./served.ts", import.meta.url).pathname;
  const child: ChildProcess = spawn(process.execPath, [program, dataDir, url], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const faults: string[] = [];
  child.stderr?.on("data", (chunk) => faults.push(String(chunk)));
  assert.ok(child.stdout);
  const line = once(createInterface({ input: child.stdout }), "line");
  line.then(() => child.stdout?.on("data", (chunk) => faults.push(String(chunk))));
  const ended = once(child, "exit").then(() => assert.fail(`it ended at once: ${faults.join("")}`));
  const [text] = await Promise.race([line, ended]);
  ended.catch(() => {});
  const ready: ReadyFile = JSON.parse(String(text));
  return { child, ready, log: () => faults.join("") };
}

async function call(
  base: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const startMs = performance.now();
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const tookMs = performance.now() - startMs;
  return {
    status: response.status,
    body: text === "" ? null : JSON.parse(text),
    headers: response.headers,
    tookMs,
  };
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return parentOf(pid) === parent;
      } catch {
        return false;
      }
    });
}
