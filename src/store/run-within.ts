/** Sends a named statement within a transaction; whose rows that sees is the same afterwards, whatever was looked at. */
import { CompiledQuery } from "kysely";
import { BOOK_ROWS, type Run } from "./books.ts";
import type { TenantScope } from "./within-tenant.ts";

export function runWithin(scope: TenantScope): Run {
  const run: Run = async ({ name, text, values }) => {
    const { rows } = await scope.trx.executeQuery(CompiledQuery.raw(text, [...values]));
    // A book is read among its own tenant's rows.
    if (name === BOOK_ROWS) await scope.comeBack();
    return rows as never;
  };
  return Object.assign(run, { holdsConnection: true } as const);
}
