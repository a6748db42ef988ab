/** Opens the database, embedded or external: roles, migrations, clock, wake-ups; and closes all of it again. */
import { join } from "node:path";
import { sql } from "kysely";
import type pg from "pg";
import { Unavailable } from "../domain/outage.ts";
import type { DescribeTarget } from "../domain/target-traits.ts";
import type { BoundedClock } from "../domain/time.ts";
import type { Decisions } from "../use-cases/decisions.ts";
import type { Store } from "../use-cases/ports.ts";
import type { Pulse } from "../use-cases/pulse.ts";
import { type Attendance, attend } from "./attendance.ts";
import { createBooks, type KeptBooks } from "./books.ts";
import { enterDatabase, requireHarmless } from "./bootstrap.ts";
import {
  type ConnectionSettings,
  call,
  connectionPool,
  type Database,
  database,
  onClient,
  singleConnection,
  standingOf,
} from "./database.ts";
import { type DatabaseClock, startDatabaseClock } from "./database-clock.ts";
import { parseDatabaseUrl } from "./database-url.ts";
import { createDecisions } from "./decisions/decisions.ts";
import {
  type LaunchedPostgres,
  launchDatabase,
  type SupervisedPostgres,
} from "./embedded/embedded-postgres.ts";
import { beginIncarnation, type Incarnation } from "./incarnation.ts";
import type { KeptKey, Keyring, UnboundKeyring } from "./keyring.ts";
import { migrate } from "./migrations/index.ts";
import { transactionOf } from "./repositories/transaction.ts";
import { createStore } from "./store.ts";

const POOL_SIZES = { calls: 16, checks: 5, worker: 8, clock: 1, metrics: 1 };
/** What is only watched gives up early: it is asked again a moment later. */
const METRICS_LIMITS = { statementMs: 2_000, answerMs: 2_500 };
// A migration may rewrite every row there is.
const MIGRATION_LIMITS = { statementMs: 0, answerMs: 3_600_000 };
const DATABASE = "curfew";
const WAKE_CHANNEL = "curfew_wake";
export const KEY_CHANNEL = "curfew_keys";
const NOTIFY = { name: "notify", text: `NOTIFY ${WAKE_CHANNEL}` };

interface Part {
  readonly store: Store;
  readonly db: Database;
  readonly decisions: OpenStore["decisions"];
}

export interface OpenStore {
  readonly store: Store;
  readonly db: Database;
  readonly books: KeptBooks;
  /** Decisions by a clock; `beforeCommit` is for tests that stop between what was decided and its commit. */
  readonly decisions: (clock: BoundedClock, beforeCommit?: () => Promise<void>) => Decisions;
  /** Connections of its own for what must be answered, and for what must end, on time: no call of a tenant's can take them. */
  readonly checks: Part;
  readonly worker: Part;
  /** Behind `db`, and behind each part that has connections of its own. */
  readonly pools: Readonly<Record<keyof typeof POOL_SIZES, pg.Pool>>;
  readonly clock: DatabaseClock;
  readonly key: Keyring;
  readonly app: ConnectionSettings;
  readonly owner: ConnectionSettings;
  /** Of each of them. */
  readonly standings: () => Readonly<Record<string, ReturnType<typeof standingOf>>>;
  readonly systemIdentifiers: readonly string[];
  readonly installationId: string;
  /** Whether the database was restored, and which start of it this is. */
  readonly incarnation: Incarnation;
  /** Calls back when the database is not what it was, so that everything that was read of it is read again. */
  onMoved(callback: () => void): void;
  /** Resolves, with a reason, when the embedded server is gone for good. */
  readonly died: Promise<string>;
  /** @throws Unavailable with the reason while the embedded server is down, or nothing can be stored. */
  requireRoom(): Promise<void>;
  /** Calls back once a second, and at once when any replica says that something may be due. Returns a function that stops it. */
  onWake(callback: (pulse: Pulse) => void): Promise<() => Promise<void>>;
  /** Calls back when a process says that the installation's key is rotated on, and when that may have been missed. */
  onKeys(callback: () => void): () => void;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly keyFile: string | null;
  /** Whoever starts it says that the database was restored. */
  readonly restored?: boolean;
  readonly log: (line: string) => void;
  /** Told of what is decided and stored, and of each policy that is read. */
  readonly meters?: StoreMeters | undefined;
  /** What the kinds of targets say of their targets; left out, no kind is known. */
  readonly describeTarget?: DescribeTarget;
  /** The embedded server where the caller launched it already; launched here otherwise. */
  readonly launched?: LaunchedPostgres | null;
  /** Takes a line for the operator when the embedded server ended by itself, and when it runs again. */
  readonly tell?: ((line: string) => void) | undefined;
}

export interface StoreMeters {
  readonly decided: (types: readonly string[]) => void;
  readonly bookRead: () => void;
}

export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const launched = options.launched ?? (await launchDatabase(options));
  const embedded = launched === null ? null : await launched.started;
  try {
    const admin =
      embedded === null ? parseDatabaseUrl(options.databaseUrl ?? "") : await embeddedDatabase(embedded);
    const keyFile = options.keyFile ?? join(options.dataDir, "key");
    const entered = await enterDatabase(admin, keyFile, async ({ owner }, keepProof) => {
      await runMigrations(owner);
      await keepProof();
    });
    const { owner, app, key, systemIdentifiers } = entered;
    await requireHarmless(app);
    const { describeTarget } = options;
    const incarnation = {
      file: join(options.dataDir, "incarnation"),
      accompanied: embedded !== null,
      declared: options.restored === true,
      systemIdentifier: systemIdentifiers[0] ?? null,
    };
    const { meters } = options;
    const parts = { embedded, key, owner, app, systemIdentifiers, incarnation, meters };
    return await assemble(describeTarget === undefined ? parts : { ...parts, describeTarget });
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

async function assemble(parts: {
  embedded: SupervisedPostgres | null;
  key: UnboundKeyring;
  owner: ConnectionSettings;
  app: ConnectionSettings;
  systemIdentifiers: readonly string[];
  incarnation: Omit<Parameters<typeof beginIncarnation>[0], "pool" | "forget">;
  describeTarget?: DescribeTarget;
  meters: StoreMeters | undefined;
}): Promise<OpenStore> {
  const attendance = await attend(parts.app, [WAKE_CHANNEL, KEY_CHANNEL]);
  const app = { ...parts.app, reach: attendance.reach };
  const pools = {
    calls: connectionPool(app, POOL_SIZES.calls, { use: "calls", shared: true }),
    checks: connectionPool(app, POOL_SIZES.checks, { use: "checks", shared: true }),
    worker: connectionPool(app, POOL_SIZES.worker, { use: "worker", shared: true }),
    clock: connectionPool(app, POOL_SIZES.clock, { use: "clock" }),
    metrics: connectionPool(app, POOL_SIZES.metrics, { use: "metrics", ...METRICS_LIMITS }),
  };
  try {
    return await furnish(parts, attendance, app, pools);
  } catch (error) {
    // Left alone it would go on reaching for a database that nobody wants any more.
    for (const pool of Object.values(pools)) await pool.end();
    await attendance.close();
    throw error;
  }
}

async function furnish(
  parts: Parameters<typeof assemble>[0],
  attendance: Attendance,
  app: ConnectionSettings,
  pools: OpenStore["pools"],
): Promise<OpenStore> {
  const waker = createWaker(pools.worker);
  const books = createBooks(parts.describeTarget, parts.meters?.bookRead);
  const moved = new Set<() => void>([books.forget]);
  const { installationId, ...incarnation } = await beginIncarnation({
    ...parts.incarnation,
    pool: pools.clock,
    forget() {
      for (const callback of moved) callback();
    },
  });
  const on = (pool: pg.Pool): Part => {
    const db = database(pool);
    const decisions: Part["decisions"] = (by, beforeCommit) =>
      createDecisions({
        pool,
        db,
        books,
        clock: by,
        restoration: incarnation,
        transactionOf: (scope) => transactionOf(scope, books, incarnation),
        wake: waker.wake,
        decided: parts.meters?.decided ?? (() => {}),
        ...(beforeCommit === undefined ? {} : { beforeCommit }),
      });
    return { db, store: createStore(db, books, incarnation, waker.wake), decisions };
  };
  const calls = on(pools.calls);
  await bindKeys(parts.key, calls.db, attendance);
  const clock = await startDatabaseClock(pools.clock, incarnation);
  attendance.onWake(WAKE_CHANNEL, clock.beat);
  return {
    ...calls,
    books,
    checks: on(pools.checks),
    worker: on(pools.worker),
    pools,
    standings: () =>
      Object.fromEntries(Object.entries(pools).map(([name, pool]) => [name, standingOf(pool)])),
    clock,
    key: parts.key,
    systemIdentifiers: parts.systemIdentifiers,
    installationId,
    incarnation,
    onMoved: (callback) => void moved.add(callback),
    app,
    owner: parts.owner,
    died: parts.embedded?.died ?? new Promise(() => {}),
    async requireRoom() {
      const trouble = parts.embedded?.trouble ?? null;
      if (trouble !== null) throw new Unavailable(`the embedded PostgreSQL is down: ${trouble}`);
      await requireRoom(pools.checks);
    },
    async onWake(callback) {
      const stop = clock.onPulse(callback);
      clock.beat();
      return async () => stop();
    },
    onKeys: (callback) => attendance.onWake(KEY_CHANNEL, callback),
    close: () => closeAll({ clock, waker, pools, attendance, embedded: parts.embedded }),
  };
}

async function closeAll(parts: {
  clock: DatabaseClock;
  waker: ReturnType<typeof createWaker>;
  pools: OpenStore["pools"];
  attendance: Attendance;
  embedded: SupervisedPostgres | null;
}): Promise<void> {
  parts.clock.stop();
  await parts.waker.settle();
  for (const pool of Object.values(parts.pools)) await pool.end();
  await parts.attendance.close();
  await parts.embedded?.stop();
}

async function bindKeys(key: UnboundKeyring, db: Database, attendance: Attendance): Promise<void> {
  await key.bind({
    read: async () => (await sql<KeptKey>`SELECT * FROM installation_keys()`.execute(db)).rows,
    async lasting(purpose, first) {
      const { rows } = await sql<{ sealed: Buffer }>`
        SELECT lasting_secret(${purpose}, ${first}) AS sealed`.execute(db);
      return rows[0]?.sealed ?? first;
    },
    introduce: attendance.introduce,
  });
}

/**
 * A server whose disk is full answers whatever only reads, and some of what writes. So it is made to write half a
 * megabyte, as a result that does not fit into memory; that needs no right, and leaves nothing.
 */
async function requireRoom(pool: pg.Pool): Promise<void> {
  await onClient(pool, async (client) => {
    const [, , asked] = await Promise.all([
      client.query("BEGIN"),
      client.query("SET LOCAL work_mem = '64kB'"),
      client.query<{
        reads_only: boolean;
      }>(`WITH wide AS MATERIALIZED (SELECT repeat('x', 8000) AS x FROM generate_series(1, 64))
        SELECT current_setting('transaction_read_only')::boolean AS reads_only, (SELECT count(x) FROM wide)`),
      client.query("ROLLBACK"),
    ]);
    if (asked.rows[0]?.reads_only !== false)
      throw new Unavailable("the database only reads: it is a standby, or was set to that");
  });
}

async function embeddedDatabase({
  socketDir,
  port,
  superuser,
}: SupervisedPostgres): Promise<ConnectionSettings> {
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
  const pool = connectionPool(owner, 2, MIGRATION_LIMITS);
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
      // A lost wake-up costs at most the time to the next pulse.
      await call(pool, { ...NOTIFY, values: [] }).catch(() => {});
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
