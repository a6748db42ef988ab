/** Rows by their scope: there and below it, by whole segments; and by what there is at it. */
import { type RawBuilder, sql } from "kysely";
import { GROUPS, type ScopeFamily } from "../../domain/scope.ts";

export function isUnder(key: string): RawBuilder<boolean> {
  if (key === "/") return sql<boolean>`true`;
  return sql<boolean>`(scope_key = ${key} OR starts_with(scope_key, ${`${key}/`}))`;
}

export function isOf(family: ScopeFamily): RawBuilder<boolean> {
  const group = sql`starts_with(scope_key, ${`${GROUPS}/`})`;
  switch (family) {
    case "applications":
      return sql<boolean>`application_id IS NOT NULL`;
    case "groups":
      return sql<boolean>`${group}`;
    case "resources":
      return sql<boolean>`(application_id IS NULL AND NOT ${group})`;
  }
}
