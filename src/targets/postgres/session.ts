/** One connection of the management role: pinned, bounded in time, and closed when its work is done. */
import { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import type { TargetContext } from "../target.ts";
import { type Endpoint, TargetFault } from "../target.ts";
import type { PostgresConfig } from "./config.ts";
import { faultOf } from "./fault.ts";
import { tooOld } from "./preflight.ts";

export interface Session {
  readonly database: string;
  /** Rows of a statement that changes nothing. */
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A statement with an effect. */
  run(sql: string): Promise<void>;
  /** Commits what `work` ran, or none of it. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Whatever `work` ran, none of it is ever committed. */
  undone<T>(work: () => Promise<T>): Promise<T>;
  /** A session of its own in another database of the same cluster, with a minute for each statement. */
  elsewhere<T>(database: string, work: (session: Session) => Promise<T>): Promise<T>;
}

/** A session that is kept; while it is not at work it keeps no process from ending. */
export interface KeptSession extends Session {
  whileAtWork<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Options {
  readonly database?: string;
  /** How long the server may take over one statement. */
  readonly statementTimeoutMs?: number;
  /** For whoever looks at a server that is refused everywhere else. */
  readonly anyVersion?: boolean;
}

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const PATIENT_TIMEOUT_MS = 60_000;
const LOCK_TIMEOUT_MS = 500;
const ANSWER_MARGIN_MS = 5_000;
const CLOSE_TIMEOUT_MS = 1_000;

export async function withSession<T>(
  config: PostgresConfig,
  ctx: TargetContext,
  work: (session: Session) => Promise<T>,
  options: Options = {},
): Promise<T> {
  const session = await keepSession(config, ctx, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** To be closed by whoever asked for it. */
export async function keepSession(
  config: PostgresConfig,
  ctx: TargetContext,
  options: Options = {},
): Promise<KeptSession> {
  const database = options.database ?? config.database;
  const endpoints = await ctx.outbound.resolve(config.host, config.port);
  const connection = await connectToAny(config, endpoints, {
    database,
    statementTimeoutMs: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
  });
  const { client } = connection;
  // node-postgres has both and does not say so in its types.
  const referable = client as unknown as { ref(): void; unref(): void };
  const patiently = { statementTimeoutMs: PATIENT_TIMEOUT_MS };
  const session: KeptSession = {
    ...openSession(client),
    database,
    elsewhere: (other, there) => withSession(config, ctx, there, { ...patiently, database: other }),
    async whileAtWork(work) {
      referable.ref();
      try {
        return await work();
      } finally {
        referable.unref();
      }
    },
    close: () => close(connection),
  };
  try {
    // With `synchronous_commit = off` a crash of the server could bring back what we saw removed.
    const [server] = await session.rows<{ readonly version: string; readonly versionNumber: number }>(
      `SELECT current_setting('server_version') AS "version",
              current_setting('server_version_num')::int AS "versionNumber",
              CASE current_setting('synchronous_commit')
                WHEN 'off' THEN set_config('synchronous_commit', 'local', false) END`,
    );
    const refusal = server === undefined || options.anyVersion ? null : tooOld(server);
    if (refusal !== null) throw refusal;
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

interface Connection {
  readonly client: pg.Client;
  readonly socket: Socket;
}

interface Limits {
  readonly database: string;
  readonly statementTimeoutMs: number;
}

async function connectToAny(
  config: PostgresConfig,
  endpoints: readonly Endpoint[],
  limits: Limits,
): Promise<Connection> {
  let fault = new TargetFault("retryable", `\`${config.host}\` has no address`);
  for (const endpoint of endpoints) {
    try {
      return await connect(config, endpoint, limits);
    } catch (error) {
      fault = faultOf(error, `cannot connect to \`${config.host}\``, false);
      // An answer is an answer; only silence is worth another address.
      if (fault.kind !== "retryable") break;
    }
  }
  throw fault;
}

async function connect(config: PostgresConfig, endpoint: Endpoint, limits: Limits): Promise<Connection> {
  const socket = new Socket();
  const client = new pg.Client({
    host: endpoint.via === "unix" ? endpoint.directory : endpoint.address,
    port: endpoint.port,
    ssl: tlsOptions(config, endpoint),
    stream: () => socket,
    user: config.user,
    password: config.password,
    database: limits.database,
    application_name: "curfew",
    // Said in full, so that nothing is taken from PG* variables of the process. Temporary roles can create
    // objects: nothing of theirs may stand in for a catalog's.
    options: "-c search_path=pg_catalog",
    client_encoding: "UTF8",
    enableChannelBinding: endpoint.via === "tcp",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: limits.statementTimeoutMs,
    query_timeout: limits.statementTimeoutMs + ANSWER_MARGIN_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: limits.statementTimeoutMs,
  });
  // A connection lost between two statements is told by the next one.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { client, socket };
}

function tlsOptions(config: PostgresConfig, endpoint: Endpoint): false | pg.ClientConfig["ssl"] {
  if (endpoint.via === "unix") return false;
  if (config.tls === "off") {
    if (endpoint.reach !== "public") return false;
    throw new TargetFault("permanent", `\`${config.host}\` is a public address: \`tls\` cannot be \`off\``);
  }
  const ca = config.tlsCa === undefined ? {} : { ca: config.tlsCa };
  return { ...ca, rejectUnauthorized: true, servername: endpoint.name, minVersion: "TLSv1.2" };
}

function openSession(client: pg.Client): Omit<Session, "database" | "elsewhere"> {
  let inTransaction = false;
  const query = async <Row>(sql: string, values: readonly unknown[], doing: string, effect: boolean) => {
    try {
      const answer = await client.query<Row & pg.QueryResultRow>(sql, [...values]);
      return answer.rows as Row[];
    } catch (error) {
      throw faultOf(error, doing, effect);
    }
  };
  return {
    rows: (sql, values = []) => query(sql, values, "cannot look", false),
    async run(sql) {
      // What a transaction did is gone with its connection; only its COMMIT can be in doubt.
      await query(sql, [], `cannot ${verbOf(sql)}`, !inTransaction);
    },
    async transaction(work) {
      await query("BEGIN", [], "cannot begin", false);
      inTransaction = true;
      try {
        const result = await work();
        await query("COMMIT", [], "cannot commit", true);
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch(() => undefined);
        throw error;
      } finally {
        inTransaction = false;
      }
    },
    async undone(work) {
      await query("BEGIN", [], "cannot begin", false);
      inTransaction = true;
      try {
        return await work();
      } finally {
        inTransaction = false;
        // A server that lost us rolls back by itself.
        await client.query("ROLLBACK").catch(() => undefined);
      }
    },
  };
}

/** The first two words of a statement: never its literals. */
function verbOf(sql: string): string {
  return sql.trim().split(/\s+/, 2).join(" ").toLowerCase();
}

async function close({ client, socket }: Connection): Promise<void> {
  const ended = client.end().catch(() => undefined);
  await Promise.race([ended, wait(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  socket.destroy();
}
