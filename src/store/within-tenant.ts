/** The only way to a query: a transaction in which row-level security shows one tenant's rows. */
import { sql, type Transaction } from "kysely";
import type { TenantId } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

export interface TenantScope {
  readonly trx: Transaction<Tables>;
  readonly tenantId: TenantId;
  /**
   * Runs one named query among another tenant's rows and comes back. For what a decision needs of the other party:
   * every call of it is in `tx/directory.ts` or `tx/configuration.ts`.
   */
  among<T>(tenantId: TenantId, query: () => Promise<T>): Promise<T>;
}

export async function withTenant<T>(
  db: Database,
  tenantId: TenantId,
  work: (scope: TenantScope) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await enter(trx, tenantId);
    const among = async <R>(other: TenantId, query: () => Promise<R>): Promise<R> => {
      if (other === tenantId) return query();
      await enter(trx, other);
      const found = await query();
      await enter(trx, tenantId);
      return found;
    };
    return work({ trx, tenantId, among });
  });
}

async function enter(trx: Transaction<Tables>, tenantId: TenantId): Promise<void> {
  await sql`SELECT set_config('curfew.tenant', ${tenantId}, true)`.execute(trx);
}
