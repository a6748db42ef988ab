/** Opens the database, embedded or external: roles, migrations, clock, wake-ups; and closes all of it again. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type pg from "pg";
import type { BoundedClock } from "../domain/time.ts";
import type { Decisions } from "../use-cases/decisions.ts";
import type { Store } from "../use-cases/ports.ts";
import { createBooks, type KeptBooks } from "./books.ts";
import { bootstrapRoles, requireHarmless } from "./bootstrap.ts";
import { type DataKey, loadDataKey } from "./data-key.ts";
import {
  type ConnectionSettings,
  connectionPool,
  type Database,
  database,
  singleConnection,
} from "./database.ts";
import { type DatabaseClock, startDatabaseClock } from "./database-clock.ts";
import { parseDatabaseUrl } from "./database-url.ts";
import { createDecisions } from "./decisions/decisions.ts";
import {
  type EmbeddedPostgres,
  type LaunchedPostgres,
  launchDatabase,
} from "./embedded/embedded-postgres.ts";
import { migrate } from "./migrations/index.ts";
import { createStore, transactionOf } from "./store.ts";

const POOL_SIZE = 16;
const WORKER_POOL_SIZE = 8;
const DATABASE = "curfew";
const WAKE_CHANNEL = "curfew_wake";

export interface OpenStore {
  readonly store: Store;
  readonly db: Database;
  /** Connections of its own for the clock and for what must end on time: no call of a tenant's can take them. */
  readonly worker: {
    readonly store: Store;
    readonly db: Database;
    readonly decisions: OpenStore["decisions"];
  };
  readonly books: KeptBooks;
  /** Decisions by a clock; `beforeCommit` is for tests that stop between what was decided and its commit. */
  readonly decisions: (clock: BoundedClock, beforeCommit?: () => Promise<void>) => Decisions;
  readonly clock: DatabaseClock;
  readonly key: DataKey;
  readonly app: ConnectionSettings;
  readonly owner: ConnectionSettings;
  readonly systemIdentifiers: readonly string[];
  readonly installationId: string;
  /** Resolves, with a reason, when the embedded server is gone. */
  readonly died: Promise<string>;
  /** Calls back when any replica says that something may be due. Returns a function that stops it. */
  onWake(callback: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly keyFile: string | null;
  readonly log: (line: string) => void;
  /** The embedded server where the caller launched it already; launched here otherwise. */
  readonly launched?: LaunchedPostgres | null;
}

export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const launched = options.launched ?? (await launchDatabase(options));
  const embedded = launched === null ? null : await launched.started;
  try {
    const key = loadDataKey(options.keyFile ?? join(options.dataDir, "key"));
    const admin =
      embedded === null ? parseDatabaseUrl(options.databaseUrl ?? "") : await embeddedDatabase(embedded);
    const { owner, app, systemIdentifiers } = await bootstrapRoles(admin, key);
    await runMigrations(owner);
    await requireHarmless(app);
    return await assemble({ embedded, key, owner, app, systemIdentifiers });
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

async function assemble(parts: {
  embedded: EmbeddedPostgres | null;
  key: DataKey;
  owner: ConnectionSettings;
  app: ConnectionSettings;
  systemIdentifiers: readonly string[];
}): Promise<OpenStore> {
  const pool = connectionPool(parts.app, POOL_SIZE);
  const db = database(pool);
  const workerPool = connectionPool(parts.app, WORKER_POOL_SIZE);
  const workerDb = database(workerPool);
  const clock = await startDatabaseClock(workerDb);
  const waker = createWaker(pool);
  const books = createBooks();
  const decisionsOn =
    (on: pg.Pool, through: Database) =>
    (by: BoundedClock, beforeCommit?: () => Promise<void>): Decisions =>
      createDecisions({
        pool: on,
        db: through,
        books,
        clock: by,
        transactionOf: (scope) => transactionOf(scope, books),
        wake: waker.wake,
        ...(beforeCommit === undefined ? {} : { beforeCommit }),
      });
  return {
    store: createStore(db, books, waker.wake),
    db,
    books,
    decisions: decisionsOn(pool, db),
    worker: {
      store: createStore(workerDb, books, waker.wake),
      db: workerDb,
      decisions: decisionsOn(workerPool, workerDb),
    },
    clock,
    key: parts.key,
    systemIdentifiers: parts.systemIdentifiers,
    installationId: await readInstallationId(db),
    app: parts.app,
    owner: parts.owner,
    died: parts.embedded?.died ?? new Promise(() => {}),
    onWake: (callback) => listen(parts.app, callback),
    async close() {
      clock.stop();
      await waker.settle();
      await db.destroy();
      await workerDb.destroy();
      await parts.embedded?.stop();
    },
  };
}

async function readInstallationId(db: Database): Promise<string> {
  const { rows } = await sql<{ id: string }>`SELECT installation_id() AS id`.execute(db);
  return rows[0]?.id ?? "";
}

async function embeddedDatabase({
  socketDir,
  port,
  superuser,
}: EmbeddedPostgres): Promise<ConnectionSettings> {
  const admin = { host: socketDir, port, ...superuser, database: "postgres" };
  const client = singleConnection(admin);
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
  return { ...admin, database: DATABASE };
}

async function runMigrations(owner: ConnectionSettings): Promise<void> {
  const pool = connectionPool(owner, 2);
  try {
    await migrate(database(pool) as never);
  } finally {
    await pool.end();
  }
}

/** One NOTIFY for all the commits of a moment: inside each transaction it would halve their rate. */
function createWaker(pool: pg.Pool) {
  let running: Promise<void> | null = null;
  let again = false;
  const notify = async (): Promise<void> => {
    do {
      again = false;
      // A lost wake-up costs at most the worker's safety pass.
      await pool.query(`NOTIFY ${WAKE_CHANNEL}`).catch(() => {});
    } while (again);
    running = null;
  };
  return {
    wake() {
      if (running === null) running = notify();
      else again = true;
    },
    async settle() {
      await running;
    },
  };
}

async function listen(app: ConnectionSettings, callback: () => void): Promise<() => Promise<void>> {
  let client: pg.Client | null = null;
  let stopped = false;
  const connect = async (): Promise<void> => {
    const next = singleConnection(app);
    next.on("notification", callback);
    next.on("error", () => {});
    next.on("end", () => void reconnect());
    await next.connect();
    await next.query(`LISTEN ${WAKE_CHANNEL}`);
    client = next;
    callback();
  };
  const reconnect = async (): Promise<void> => {
    while (!stopped) {
      await delay(500);
      if (stopped) return;
      try {
        return await connect();
      } catch {
        // The database is away; the next try comes in half a second.
      }
    }
  };
  await connect();
  return async () => {
    stopped = true;
    await client?.end();
  };
}
