/** Runs one statement with a fetched log-in and shows what PostgreSQL says, in rows or in its own refusal. */
import pg from "pg";
import { EXIT } from "./exit.ts";
import type { Screen } from "./screen.ts";
import { table } from "./text/table.ts";

const CONNECT_WAIT_MS = 10_000;
const MAX_ROWS = 1_000;
const MAX_CELL = 200;
/** SQLSTATE class 28: the log-in itself was refused. */
const REFUSED = /^28/;

/** Exits with 0 for an answer, 3 when PostgreSQL refuses the log-in, 1 for any other fault. */
export async function runStatement(screen: Screen, connectionString: string, sql: string): Promise<number> {
  const client = new pg.Client({
    connectionString,
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
    for (const one of Array.isArray(answer) ? answer : [answer]) show(screen, one);
    return EXIT.done;
  } catch (error) {
    return explain(screen, error);
  } finally {
    await client.end().catch(() => {});
  }
}

function show(screen: Screen, answer: pg.QueryArrayResult<unknown[]>): void {
  const { command, rowCount, fields } = answer;
  const rows = answer.rows.slice(0, MAX_ROWS);
  if (fields.length > 0) {
    const columns = fields.map(({ name }) => ({ title: name }));
    for (const line of table(
      columns,
      rows.map((row) => row.map(cell)),
    ))
      screen.result(line);
  }
  if (rows.length < answer.rows.length)
    screen.progress(`the first ${MAX_ROWS} of ${answer.rows.length} rows`);
  if (fields.length === 0) screen.result(`${command}${rowCount === null ? "" : ` ${rowCount}`}`);
  screen.json({ command, rowCount, columns: fields.map(({ name }) => name), rows });
}

function explain(screen: Screen, error: unknown): number {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : "unknown fault";
  screen.progress(`PostgreSQL answers: ${message}${/^[0-9A-Z]{5}$/.test(code) ? ` [${code}]` : ""}`);
  return REFUSED.test(code) ? EXIT.denied : EXIT.fault;
}

function cell(value: unknown): string {
  const text = value === null ? "" : String(value);
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
}
