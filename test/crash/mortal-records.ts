/** A cluster of our own that a test kills and starts again, its processes and its sessions with it. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/store/embedded/embedded-postgres.ts";

export interface MortalRecords {
  readonly databaseUrl: string;
  admin<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
  /** Ends every session but the one that asks. */
  terminateSessions(): Promise<void>;
  /** kill -9, and a start right afterwards. */
  killServer(): Promise<void>;
  stop(): Promise<void>;
}

const ORPHANS_LEAVE_WITHIN_MS = 20_000;

export async function startMortalRecords(): Promise<MortalRecords> {
  const folder = mkdtempSync(join(tmpdir(), "curfew-mortal-"));
  chmodSync(folder, 0o711);
  const start = () =>
    startEmbeddedPostgres({ dataDir: join(folder, "data"), log: () => {}, reachableByLocalUsers: true });
  let server: EmbeddedPostgres = await start();
  const { socketDir: host, port, superuser } = server;
  const query = async <Row>(text: string, database = "postgres"): Promise<Row[]> => {
    const client = new pg.Client({ host, port, ...superuser, database });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(text)).rows as Row[];
    } finally {
      await client.end();
    }
  };
  await query("CREATE ROLE records LOGIN CREATEROLE PASSWORD 'of the records'");
  await query("CREATE DATABASE records OWNER records");
  return {
    databaseUrl: `postgresql://records:of%20the%20records@localhost/records?host=${host}&port=${port}`,
    admin: (text) => query(text, "records"),
    async terminateSessions() {
      await query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('curfew_app', 'curfew_owner')",
      );
    },
    async killServer() {
      process.kill(server.pid, "SIGKILL");
      await server.died;
      server = await startOnceOrphansLeft(start);
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
      rmSync(host, { recursive: true, force: true });
    },
  };
}

/** What the server has left behind holds its memory until it notices that the server is gone. */
async function startOnceOrphansLeft(start: () => Promise<EmbeddedPostgres>): Promise<EmbeddedPostgres> {
  const deadlineMs = performance.now() + ORPHANS_LEAVE_WITHIN_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await delay(100);
    }
  }
}
