/** The only way to a query: a transaction in which row-level security shows one tenant's rows. */
import { sql, type Transaction } from "kysely";
import type { TenantId } from "../domain/ids.ts";
import type { Book } from "../policy/book/book.ts";
import { type Database, inShare } from "./database.ts";
import type { Tables } from "./tables.ts";

export interface TenantScope {
  readonly trx: Transaction<Tables>;
  readonly tenantId: TenantId;
  /**
   * Runs one named query among another tenant's rows and comes back. For what a decision needs of the other party:
   * every call of it is in `repositories/tenants.ts`, `directory.ts` or `applications.ts`.
   */
  among<T>(tenantId: TenantId, query: () => Promise<T>): Promise<T>;
  /** After a statement that went among another tenant's rows by itself: to where the transaction was. */
  comeBack(): Promise<void>;
  /** Of the whole transaction, whichever tenant's rows it is among. */
  readonly state: TransactionState;
  /** The scope that belongs to a tenant; used only by `moveTo`, while the transaction is among that tenant's rows. */
  of(tenantId: TenantId): TenantScope;
}

/** What one transaction knows of itself. */
export interface TransactionState {
  /** Changes configuration: what it asks is answered from its own rows, not from a book. */
  configuring: boolean;
  /** Books as of this transaction. */
  readonly books: Map<TenantId, Promise<Book | null>>;
  /** No decision is under way in the tenants whose turn it took. */
  alone: boolean;
  /** Tenants whose configuration it changes. */
  readonly turns: Set<TenantId>;
}

export async function withTenant<T>(
  db: Database,
  tenantId: TenantId,
  work: (scope: TenantScope) => Promise<T>,
): Promise<T> {
  const state = { configuring: false, alone: false, books: new Map(), turns: new Set<TenantId>() };
  return inShare(db, tenantId, () =>
    db.transaction().execute(async (trx) => {
      await enter(trx, tenantId);
      return work(scopeOf(trx, tenantId, { tenantId }, state));
    }),
  );
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

function scopeOf(
  trx: Transaction<Tables>,
  tenantId: TenantId,
  position: Position,
  state: TransactionState,
): TenantScope {
  return {
    trx,
    tenantId,
    state,
    comeBack: () => enter(trx, position.tenantId),
    of: (other) => scopeOf(trx, other, position, state),
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
