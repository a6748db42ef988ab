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
   * every call of it is in `tx/directory.ts`, `tx/configuration.ts` or `tx/apply.ts`.
   */
  among<T>(tenantId: TenantId, query: () => Promise<T>): Promise<T>;
  /** The scope that belongs to a tenant; used only by `moveTo`, while the transaction is among that tenant's rows. */
  of(tenantId: TenantId): TenantScope;
}

export async function withTenant<T>(
  db: Database,
  tenantId: TenantId,
  work: (scope: TenantScope) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await enter(trx, tenantId);
    return work(scopeOf(trx, tenantId, { tenantId }));
  });
}

/** Whose rows the transaction sees at this moment; shared by every scope of it. */
interface Position {
  tenantId: TenantId;
}

/** The same transaction as it is among another tenant's rows, and back. Only configuration that was authorized goes there. */
export async function moveTo<T>(
  scope: TenantScope,
  tenantId: TenantId,
  work: (scope: TenantScope) => Promise<T>,
): Promise<T> {
  return scope.among(tenantId, () => work(scope.of(tenantId)));
}

function scopeOf(trx: Transaction<Tables>, tenantId: TenantId, position: Position): TenantScope {
  return {
    trx,
    tenantId,
    of: (other) => scopeOf(trx, other, position),
    async among(other, query) {
      const from = position.tenantId;
      if (other === from) return query();
      await enter(trx, other);
      position.tenantId = other;
      const found = await query();
      await enter(trx, from);
      position.tenantId = from;
      return found;
    },
  };
}

async function enter(trx: Transaction<Tables>, tenantId: TenantId): Promise<void> {
  await sql`SELECT set_config('curfew.tenant', ${tenantId}, true)`.execute(trx);
}
