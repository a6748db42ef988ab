/** Rows `r` by their scope: there and below it, by whole segments; what is held there from above; by what there is at it. */
import { type RawBuilder, sql } from "kysely";
import type { TenantId } from "../../domain/ids.ts";
import { GROUPS, type Scope, type ScopeFamily, scopeLineage } from "../../domain/scope.ts";
import type { TenantScope } from "../within-tenant.ts";
import type { Clause, Half, Order } from "./newest-first.ts";

export interface PlaceFilter {
  /** Key of a scope: exactly that one. */
  readonly scopeKey?: string;
  /** Key of a scope: there and below it. */
  readonly under?: string;
  /** Key of a scope: there, below it and above it. */
  readonly concerning?: string;
}

export function placeClauses(filter: PlaceFilter, column: RawBuilder<string> = sql`r.scope_key`): Clause[] {
  const { scopeKey, under, concerning } = filter;
  return [
    ...(scopeKey === undefined ? [] : [sql<boolean>`${column} COLLATE "C" = ${scopeKey}`]),
    ...(under === undefined ? [] : [isUnder(column, under)]),
    ...(concerning === undefined || concerning === "/"
      ? []
      : [
          sql<boolean>`(${column} = ANY(${scopeLineage(concerning as Scope)}::text[]) OR ${isUnder(column, concerning)})`,
        ]),
  ];
}

export function isUnder(column: RawBuilder<string>, key: string): Clause {
  if (key === "/") return sql<boolean>`true`;
  return sql<boolean>`(${column} = ${key} OR starts_with(${column}, ${`${key}/`}))`;
}

export function isOf(family: ScopeFamily): Clause {
  // As a word of the statement: what is about groups has an index of its own.
  const group = sql`starts_with(r.scope_key, ${sql.lit(`${GROUPS}/`)})`;
  switch (family) {
    case "applications":
      return sql<boolean>`r.application_id IS NOT NULL`;
    case "groups":
      return sql<boolean>`${group}`;
    case "resources":
      return sql<boolean>`(r.application_id IS NULL AND NOT ${group})`;
  }
}

const PARTIES = ["tenant_id", "other_tenant_id"] as const;

/** All that a tenant may read, as its two halves. */
export function halvesOf({ tenantId }: TenantScope): Half[] {
  return PARTIES.map((column) => ({ where: sql<boolean>`r.${sql.ref(column)} = ${tenantId}::uuid` }));
}

/** Of that, what stands at the places that are asked for: each read apart, where they are few. */
export async function halvesAt(
  scope: TenantScope,
  order: Order,
  filter: PlaceFilter,
  about: readonly Clause[] = [],
): Promise<Half[]> {
  const places = await placesIn(scope, order, filter, about);
  const place = placeOf(order);
  const clauses = placeClauses(filter, place);
  return halvesOf(scope).map(({ where }) =>
    places === null
      ? { where: sql<boolean>`${sql.join([where, ...clauses], sql` AND `)}` }
      : {
          each: sql`unnest(${places}::text[]) o(key)`,
          where: sql<boolean>`${where} AND ${place} COLLATE "C" = o.key`,
        },
  );
}

function placeOf({ place = "scope_key" }: Order): RawBuilder<string> {
  return sql<string>`r.${sql.ref(place)}`;
}

// With more of them what is asked for is no small part of the whole, and is found soon by going through that.
const MOST_PLACES = 50;

/** The places in question at which anything stands; null where there are too many, or all are meant. */
async function placesIn(
  { trx, tenantId }: TenantScope,
  order: Order,
  { scopeKey, under, concerning }: PlaceFilter,
  about: readonly Clause[],
): Promise<string[] | null> {
  if (scopeKey !== undefined) return [scopeKey];
  const top = under ?? concerning;
  if (top === undefined || top === "/") return null;
  const below = PARTIES.map((column) => sql`(${keysBelow(order, { column, tenantId, top, about })})`);
  const { rows } = await sql<{
    key: string;
  }>`${sql.join(below, sql` UNION ALL `)}`.execute(trx);
  if (rows.length > MOST_PLACES) return null;
  const above = under === undefined ? scopeLineage(top as Scope) : [top];
  return [...new Set([...above, ...rows.map(({ key }) => key)])];
}

interface Below {
  readonly column: (typeof PARTIES)[number];
  readonly tenantId: TenantId;
  readonly top: string;
  readonly about: readonly Clause[];
}

/** From one key to the next, whatever number of rows stands at each. */
function keysBelow(order: Order, { column, tenantId, top, about }: Below) {
  const also = sql.join([sql`true`, ...about], sql` AND `);
  const key = sql`${placeOf(order)} COLLATE "C"`;
  const next = (after: RawBuilder<unknown>) => sql`SELECT ${key} FROM ${sql.table(order.table)} r
    WHERE r.${sql.ref(column)} = ${tenantId}::uuid AND ${key} > ${after} AND ${key} < ${`${top}0`}
    AND ${also} ORDER BY ${key} LIMIT 1`;
  return sql`WITH RECURSIVE place(key) AS ((${next(sql`${`${top}/`}`)})
    UNION ALL SELECT (${next(sql`place.key`)}) FROM place WHERE place.key IS NOT NULL)
    SELECT key FROM place WHERE key IS NOT NULL LIMIT ${sql.lit(MOST_PLACES + 1)}`;
}
