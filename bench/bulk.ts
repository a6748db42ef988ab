/**
 * Many rows out of one real row, in whatever schema the version has: every column is copied as it is, with some words
 * in it (ids, instants) replaced by others, wherever they stand. What a column's default makes anew is left to it.
 */
import pg from "pg";
import type { Cluster } from "./cluster.ts";
import { approve, ask, pick } from "./life.ts";
import { DATABASE, type Person, type Subject } from "./subject.ts";

export interface Copies {
  readonly table: "access_request" | "access_grant";
  /** The row that is copied. */
  readonly id: string;
  readonly count: number;
  /**
   * Words in the row, and the SQL of what stands there in copy number `n` (from 1), as text. An instant is given as
   * epoch milliseconds, and replaced in columns of that type too.
   */
  readonly words?: ReadonlyMap<string, string>;
  readonly instants?: ReadonlyMap<number, string>;
}

/** Ids that can be told again from the seed and the number, so that a request and its grant find each other. */
export function idSql(seed: string): string {
  return `md5(${pg.escapeLiteral(seed)} || n)::uuid::text`;
}

/** One of these in turn. */
export function turnSql(texts: readonly string[]): string {
  return `(ARRAY[${texts.map((text) => pg.escapeLiteral(text)).join(",")}])[1 + n % ${texts.length}]`;
}

export async function copyRows(cluster: Cluster, copies: Copies): Promise<void> {
  const { table, id, count, words = new Map(), instants = new Map() } = copies;
  const columns = await columnsOf(cluster, table);
  const selected = columns.map(({ name, type }) => {
    const column = `t.${pg.escapeIdentifier(name)}`;
    if (type.startsWith("timestamp")) return momentSql(column, instants);
    if (!/^(uuid|text|json|jsonb|character varying)$/.test(type)) return column;
    return `${replacedSql(`${column}::text`, words, instants)}::${type}`;
  });
  const names = columns.map(({ name }) => pg.escapeIdentifier(name)).join(", ");
  await cluster.query(
    DATABASE,
    `INSERT INTO ${table} (${names}) SELECT ${selected.join(", ")} FROM ${table} t, generate_series(1, ${count}) n WHERE t.id = $1`,
    [id],
  );
  await cluster.query(DATABASE, `ANALYZE ${table}`);
}

function replacedSql(
  text: string,
  words: ReadonlyMap<string, string>,
  instants: ReadonlyMap<number, string>,
): string {
  let sql = text;
  for (const [word, by] of words) sql = `replace(${sql}, ${pg.escapeLiteral(word)}, ${by})`;
  for (const [ms, by] of instants) sql = `replace(${sql}, '${ms}', (${by})::bigint::text)`;
  return sql;
}

function momentSql(column: string, instants: ReadonlyMap<number, string>): string {
  const cases = [...instants].map(
    ([ms, by]) => `WHEN ${column} = to_timestamp(${ms} / 1000.0) THEN to_timestamp((${by}) / 1000.0)`,
  );
  return cases.length === 0 ? column : `CASE ${cases.join(" ")} ELSE ${column} END`;
}

/** Without what is generated from others, and without what is new in every row (numbers, transaction ids). */
async function columnsOf(cluster: Cluster, table: string): Promise<{ name: string; type: string }[]> {
  return cluster.query(
    DATABASE,
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' AND is_identity = 'NO'
        AND (column_default IS NULL OR column_default !~ '(nextval|random_uuid|xact_id)') ORDER BY ordinal_position`,
    [table],
  );
}

/** Waits for PostgreSQL to have put away what was inserted: nothing of it is to be paid for in a measure. */
export async function settle(cluster: Cluster): Promise<void> {
  await cluster.query(DATABASE, "VACUUM ANALYZE");
  await cluster.query(DATABASE, "CHECKPOINT");
}

export async function removeCopies(
  cluster: Cluster,
  table: Copies["table"],
  seed: string,
  count: number,
): Promise<void> {
  const ids = `SELECT (${idSql(seed)})::uuid FROM generate_series(1, $1) n`;
  await cluster.query(DATABASE, `DELETE FROM ${table} WHERE id IN (${ids})`, [count]);
}

/** A real grant as a model, and what is known of it over HTTP. */
export interface Model {
  readonly grantId: string;
  readonly requestId: string;
  readonly beneficiaryId: string;
  readonly endsAt: number;
}

/** One that is open: asked for and approved by people. It stays open until somebody ends it. */
export async function openModel(subject: Subject, requester: Person): Promise<Model> {
  const requestId = await ask(subject, subject.lane, requester, "PT8H");
  const grantId = await approve(subject.lane, pick(subject.approvers, 0), requestId);
  const { body } = await subject.lane.call(requester.token, "GET", `/api/v1/grants/${grantId}`);
  return { grantId, requestId, beneficiaryId: requester.id, endsAt: Date.parse(body.endsAt) };
}

export interface GrantCopies {
  readonly seed: string;
  readonly count: number;
  readonly endsAt?: string | undefined;
}

/** Open grants of all the people, each at a place of its own below the model's, so that nothing overlaps. */
export async function copyOpenGrants(
  subject: Subject,
  model: Model,
  { seed, count, endsAt }: GrantCopies,
): Promise<void> {
  await copyRows(subject.cluster, {
    table: "access_grant",
    id: model.grantId,
    count,
    words: new Map([
      [model.grantId, idSql(seed)],
      [model.beneficiaryId, turnSql(subject.requesters.map(({ id }) => id))],
      [subject.scope, `${pg.escapeLiteral(`${subject.scope}/providers/Microsoft.Web/sites/site-`)} || n`],
    ]),
    ...(endsAt === undefined ? {} : { instants: new Map([[model.endsAt, endsAt]]) }),
  });
}
