/**
 * Lists, the newest first. Row-level security shows a tenant's own rows or those where it is the other party, and no
 * index is in the order of both: each half is read from its own, only as far as the page goes, and they are merged.
 */
import { type RawBuilder, sql } from "kysely";
import type { Instant } from "../../domain/time.ts";
import type { Position } from "../../use-cases/ports.ts";
import type { TenantScope } from "../within-tenant.ts";

export type Clause = RawBuilder<boolean>;

/** Rows `r` of the list's table that one index has in order. */
export interface Half {
  readonly where: Clause;
  /** Read apart for each of these rows `o`, such as `unnest(ids) o(id)`. */
  readonly each?: RawBuilder<unknown>;
  /** Where `r` is found through another table, that and its columns of the order. */
  readonly through?: {
    readonly from: RawBuilder<unknown>;
    readonly at: RawBuilder<Instant>;
    readonly id: RawBuilder<string>;
  };
}

export interface Order {
  readonly table: "access_request" | "access_grant";
  readonly at: "created_at" | "starts_at";
  /** Where its rows stand, as far as they are looked for by place; by default the scope. */
  readonly place?: "scope_key" | "managed_scope_key";
}

export interface Slice {
  readonly limit: number;
  readonly after?: Position;
  readonly from?: Instant;
  readonly to?: Instant;
}

// The planner takes a limit it does not know for a tenth of the table, and would rather read all of that and sort it.
const LIMITS = [20, 50, 100, 200, 500, 1_000, 2_000];

export interface ListAsked {
  readonly halves: readonly Half[];
  readonly clauses: readonly Clause[];
  /** One of these as well: each half is read apart for each. */
  readonly oneOf?: readonly Clause[];
  readonly slice: Slice;
}

/** `clauses`: about `r`, for every half. A row that is in several halves comes once. */
export async function newestFirst<T>(
  { trx }: TenantScope,
  order: Order,
  { halves, clauses, oneOf = [sql<boolean>`true`], slice }: ListAsked,
): Promise<T[]> {
  if (halves.length === 0 || oneOf.length === 0) return [];
  const most = sql.lit(LIMITS.find((one) => one >= slice.limit) ?? slice.limit);
  const parts = halves.flatMap((half) =>
    oneOf.map((one) => readHalf(order, half, { clauses: [one, ...clauses], slice, most })),
  );
  const { rows } = await sql<{ body: T }>`SELECT DISTINCT ON (at, id) body
    FROM (${sql.join(parts, sql` UNION ALL `)}) found ORDER BY at DESC, id LIMIT ${slice.limit}`.execute(trx);
  return rows.map(({ body }) => body);
}

interface HalfAsked {
  readonly clauses: readonly Clause[];
  readonly slice: Slice;
  readonly most: RawBuilder<unknown>;
}

function readHalf(
  order: Order,
  { where, each, through }: Half,
  { clauses, slice, most }: HalfAsked,
): RawBuilder<unknown> {
  const {
    from = sql`${sql.table(order.table)} r`,
    at = sql<Instant>`r.${sql.ref(order.at)}`,
    id = sql<string>`r.id`,
  } = through ?? {};
  const all = [where, ...clauses, ...within(at, id, slice)];
  const part = sql`SELECT ${at} AS at, ${id} AS id, r.body FROM ${from}
    WHERE ${sql.join(all, sql` AND `)} ORDER BY ${at} DESC, ${id} LIMIT ${most}`;
  if (each === undefined) return sql`(${part})`;
  return sql`(SELECT p.* FROM ${each} CROSS JOIN LATERAL (${part}) p ORDER BY p.at DESC, p.id LIMIT ${most})`;
}

function within(at: RawBuilder<Instant>, id: RawBuilder<string>, { after, from, to }: Slice): Clause[] {
  const clauses: Clause[] = [];
  if (from !== undefined) clauses.push(sql<boolean>`${at} >= ${new Date(from)}`);
  if (to !== undefined) clauses.push(sql<boolean>`${at} < ${new Date(to)}`);
  if (after !== undefined) {
    const instant = new Date(after.at ?? 0);
    // The first comparison is the index's, the second tells apart what shares the instant.
    clauses.push(
      sql<boolean>`${at} <= ${instant}`,
      sql<boolean>`(${at} < ${instant} OR ${id} > ${after.id}::uuid)`,
    );
  }
  return clauses;
}

/** One half for each of these ids; for a single one nothing is read apart. */
export function forEach(ids: readonly string[], where: (id: RawBuilder<string>) => Clause): Half {
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return { where: where(sql<string>`${only}::uuid`) };
  return { each: sql`unnest(${[...ids]}::uuid[]) o(id)`, where: where(sql<string>`o.id`) };
}
