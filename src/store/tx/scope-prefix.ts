/** Rows at a scope and below it, by whole segments. */
import { type RawBuilder, sql } from "kysely";

export function isUnder(key: string): RawBuilder<boolean> {
  if (key === "/") return sql<boolean>`true`;
  return sql<boolean>`(scope_key = ${key} OR starts_with(scope_key, ${`${key}/`}))`;
}
