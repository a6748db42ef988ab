/** Connections to PostgreSQL: who we are there, how its types come back, and the one place that makes clients. */
import { Kysely } from "kysely";
import pg from "pg";
import type { TenantId } from "../domain/ids.ts";
import { FairShare } from "./fair-share.ts";
import {
  DatabaseAway,
  GuardedClient,
  PASSWORD_REFUSED,
  type Passwords,
  type Reach,
} from "./guarded-client.ts";
import { StoreDialect } from "./store-dialect.ts";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;

export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | Passwords;
  readonly database: string;
  readonly ssl?: { readonly rejectUnauthorized: boolean; readonly ca?: string };
  /** Where one session of the process watches over all the others; see `attendance.ts`. */
  readonly reach?: Reach;
}

export interface Limits {
  /** After which the server gives up a statement; 0 for never. */
  readonly statementMs?: number;
  /** After which we give up the session, whatever the server does. */
  readonly answerMs?: number;
}

/** One named prepared statement. The name belongs to the text: never two texts under one name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A client that somebody holds; pipelined, so that statements asked without waiting go in one round trip. */
export type Session = pg.PoolClient & GuardedClient;

const STATEMENT_TIMEOUT_MS = 15_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
const ANSWER_MARGIN_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;
const KEPT_IDLE_MS = 60_000;
const KEPT_S = 3_600;
// While a key is rotated a role has one of two.
const MOST_PASSWORDS = 3;
const OID = { int8: 20, timestamptz: 1184 };
// Planned anew for its values, a statement with optional parts costs more than it saves.
const GENERIC_PLANS = "-c plan_cache_mode=force_generic_plan";

const types = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (oid === OID.timestamptz) return (text: string) => new Date(text).getTime();
    if (oid === OID.int8) return (text: string) => Number(text);
    return pg.types.getTypeParser(oid, format);
  },
} as pg.CustomTypesConfig;

export function connectionPool(
  settings: ConnectionSettings,
  max: number,
  { use, shared = false, ...limits }: Limits & { readonly use?: string; readonly shared?: boolean } = {},
): pg.Pool {
  const { statementMs = STATEMENT_TIMEOUT_MS } = limits;
  const pool = new pg.Pool({
    ...settings,
    Client: GuardedClient,
    max,
    types,
    pipeline: true,
    options: GENERIC_PLANS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: KEPT_IDLE_MS,
    maxLifetimeSeconds: KEPT_S,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    // What its sessions are for, as `pg_stat_activity` shows them.
    application_name: nameFor(use),
    keepAlive: true,
    ...{ limitMs: limits.answerMs ?? statementMs + ANSWER_MARGIN_MS },
  });
  // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
  pool.on("error", () => {});
  // One is left for what belongs to no tenant.
  if (shared) shares.set(pool, new FairShare(max - 1));
  return pool;
}

function nameFor(use: string | undefined): string {
  return use === undefined ? "curfew" : `curfew ${use}`;
}

/** Of pools, and of databases on them, that tenants share. */
const shares = new WeakMap<object, FairShare>();

/** How many connections somebody has, how many wait for nobody, and who waits for one. */
export function standingOf(pool: pg.Pool): { inUse: number; idle: number; waiting: number; most: number } {
  const { totalCount, idleCount, waitingCount, options } = pool;
  const waiting = waitingCount + (shares.get(pool)?.waiting ?? 0);
  return { inUse: totalCount - idleCount, idle: idleCount, waiting, most: options.max ?? 0 };
}

/** In the tenant's share of the connections, where there are shares. */
export function inShare<T>(of: pg.Pool | Database, tenantId: TenantId, work: () => Promise<T>): Promise<T> {
  return shares.get(of)?.within(tenantId, work) ?? work();
}

export function database(pool: pg.Pool): Database {
  const db = new Kysely<Tables>({ dialect: new StoreDialect(pool, checkOut) });
  const share = shares.get(pool);
  if (share !== undefined) shares.set(db, share);
  return db;
}

export function singleConnection(
  settings: ConnectionSettings,
  { use, statementMs, answerMs }: Limits & { readonly use?: string } = {},
): GuardedClient {
  return new GuardedClient({
    ...settings,
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: nameFor(use),
    keepAlive: true,
    ...(statementMs === undefined ? {} : { statement_timeout: statementMs }),
    ...(answerMs === undefined ? {} : { limitMs: answerMs }),
  });
}

/** A session of its own, open, by whichever password the database knows by now. */
export async function openConnection(
  settings: ConnectionSettings,
  limits: Limits & { readonly use?: string } = {},
): Promise<GuardedClient> {
  for (let refusals = 0; ; ) {
    const client = singleConnection(settings, limits);
    try {
      await client.connect();
      return client;
    } catch (error) {
      client.end().catch(() => {});
      refusals++;
      if (refusals >= MOST_PASSWORDS || !isPasswordRefused(error)) throw error;
    }
  }
}

function isPasswordRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === PASSWORD_REFUSED;
}

/** Runs one named prepared statement on a connection of the pool; what is a tenant's to ask goes `inShare`. */
export function call<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  { name, text, values }: Statement,
): Promise<pg.QueryResult<Row>> {
  return onClient(pool, (client) => client.query<Row>({ name, text, values: [...values] }));
}

/**
 * Checks a client out, and in again once all that it was asked is answered. It is thrown away when it was lost, or when
 * the work left a transaction open.
 */
export async function onClient<T>(pool: pg.Pool, work: (client: Session) => Promise<T>): Promise<T> {
  const client = await checkOut(pool);
  try {
    return await work(client);
  } finally {
    await client.settled();
    client.release(!client.isFree);
  }
}

/** A client that can be used: what is worn out is replaced here. Its holder releases it. */
export async function checkOut(pool: pg.Pool): Promise<Session> {
  for (let refusals = 0; ; ) {
    const client = await pool.connect().catch((error: unknown) => {
      if (error instanceof Error && error.message === "timeout exceeded when trying to connect")
        throw new DatabaseAway(`no connection came free within ${CONNECT_TIMEOUT_MS} ms`, error);
      if (pool.ending) throw new DatabaseAway("this process is being stopped", error);
      refusals++;
      if (refusals < MOST_PASSWORDS && isPasswordRefused(error)) return null;
      throw error;
    });
    if (client === null) continue;
    if (!(client instanceof GuardedClient))
      throw new Error("a pool was made elsewhere than in connectionPool");
    if (!client.isSpent) return client;
    client.release(true);
  }
}
