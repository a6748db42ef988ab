/** Runs one statement with a fetched log-in and answers what PostgreSQL says, in rows or in its own refusal. */
import pg from "pg";
import type { ClientAnswer, ClientTable, RunWith } from "../client.ts";

const CONNECT_WAIT_MS = 10_000;
/** SQLSTATE class 28: the log-in itself was refused. */
const REFUSED = /^28/;

export const runStatement: RunWith = async ({ connectionString }, sql): Promise<ClientAnswer> => {
  const client = new pg.Client({
    connectionString: String(connectionString),
    connectionTimeoutMillis: CONNECT_WAIT_MS,
    application_name: "curfew",
    // Values as PostgreSQL writes them: nothing is read into them on the way.
    types: { getTypeParser: () => (text: unknown) => text },
  });
  // A session that is cut says so here as well; the statement's own error is what is shown.
  client.on("error", () => {});
  try {
    await client.connect();
    const answer = await client.query({ text: sql, rowMode: "array" });
    return { tables: (Array.isArray(answer) ? answer : [answer]).map(tableOf) };
  } catch (error) {
    return faultOf(error);
  } finally {
    await client.end().catch(() => {});
  }
};

function tableOf({ command, rowCount, fields, rows }: pg.QueryArrayResult<unknown[]>): ClientTable {
  return {
    command,
    rowCount,
    columns: fields.map(({ name }) => name),
    rows: rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
  };
}

function faultOf(error: unknown): ClientAnswer {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : "unknown fault";
  const named = `${message}${/^[0-9A-Z]{5}$/.test(code) ? ` [${code}]` : ""}`;
  return { message: `PostgreSQL answers: ${named}`, isRefusal: REFUSED.test(code) };
}
