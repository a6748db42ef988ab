/** Connections to PostgreSQL: who we are there, and how its types come back. */
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;

export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl?: { readonly rejectUnauthorized: boolean; readonly ca?: string };
}

const STATEMENT_TIMEOUT_MS = 15_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
const OID = { int8: 20, timestamptz: 1184 };

const types = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (oid === OID.timestamptz) return (text: string) => new Date(text).getTime();
    if (oid === OID.int8) return (text: string) => Number(text);
    return pg.types.getTypeParser(oid, format);
  },
} as pg.CustomTypesConfig;

export function connectionPool(settings: ConnectionSettings, max: number): pg.Pool {
  const pool = new pg.Pool({
    ...settings,
    max,
    types,
    connectionTimeoutMillis: 5_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: "curfew",
  });
  // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
  pool.on("error", () => {});
  return pool;
}

export function database(pool: pg.Pool): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

export function singleConnection(settings: ConnectionSettings): pg.Client {
  return new pg.Client({ ...settings, types, connectionTimeoutMillis: 5_000, application_name: "curfew" });
}

/** One statement with a name of its own: parsed and planned once on each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export async function call<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  { name, text, values }: Statement,
): Promise<Row[]> {
  const { rows } = await pool.query<Row>({ name, text, values: [...values] });
  return rows;
}
