/** The ports of the use cases on PostgreSQL. */
import { sql } from "kysely";
import { asId, type SubscriptionId, type TenantId } from "../domain/ids.ts";
import type { Instant } from "../domain/time.ts";
import type { ClockMark, MailLink, Routes, Store, Tx } from "../use-cases/ports.ts";
import { isAskable } from "./askable.ts";
import type { KeptBooks } from "./books.ts";
import type { Database } from "./database.ts";
import { tenantsIn } from "./repositories/tenants.ts";
import { transactionOf } from "./repositories/transaction.ts";
import { stopDecisions } from "./repositories/turns.ts";
import { VersionConflict } from "./version-conflict.ts";
import { type TenantScope, withTenant } from "./within-tenant.ts";

const MAX_TRIES = 5;
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";

export function createStore(
  db: Database,
  books: KeptBooks,
  restoration: Store["restoration"],
  wake: () => void,
): Store {
  return {
    async inTenant(tenantId, work) {
      // INVARIANT I5: on a conflict load again and decide again; give up only when the world keeps moving.
      for (let attempt = 1; ; attempt++) {
        try {
          return await withTenant(db, tenantId, async (scope) => {
            const done = await work(transactionOf(scope, books, restoration));
            // Versions rise at the commit, one tenant after the other: in one order, so that two never wait for each other.
            if (scope.state.turns.size > 1) await stopDecisions(scope);
            return done;
          });
        } catch (error) {
          if (attempt >= MAX_TRIES || !isConflict(error)) throw error;
        }
      }
    },
    routes: routesOn(db, books, new Map()),
    mark: markOn(db, books, restoration),
    restoration,
    wake,
  };
}

function markOn(db: Database, books: KeptBooks, restoration: Store["restoration"]): ClockMark {
  const telling = <T>(
    home: TenantId,
    tell: (tx: Tx) => Promise<void>,
    then: (scope: TenantScope) => Promise<T>,
  ) =>
    withTenant(db, home, async (scope) => {
      await tell(transactionOf(scope, books, restoration));
      return then(scope);
    });
  return {
    async read() {
      const { rows } = await sql<{ mark: Instant; newest: Instant | null; tenants: TenantId[] }>`
        SELECT * FROM clock_mark()`.execute(db);
      const [row] = rows;
      if (row === undefined) throw new Error("the mark is gone");
      return { mark: row.mark, newestEntry: row.newest, tenants: row.tenants };
    },
    async accept(home, tell) {
      await telling(home, tell, ({ trx }) => sql`SELECT clock_accept()`.execute(trx));
    },
    async lower(to, home, tell) {
      const lowered = telling(home, tell, async ({ trx }) => {
        const { rows } = await sql<{ done: boolean }>`SELECT clock_repair(${new Date(to)}) AS done`.execute(
          trx,
        );
        if (rows[0]?.done !== true) throw new NotLowered();
      });
      return lowered.then(
        () => true,
        (error: unknown) => {
          if (error instanceof NotLowered) return false;
          throw error;
        },
      );
    },
  };
}

/** Takes back what was told of it. */
class NotLowered extends Error {}

function isConflict(error: unknown): boolean {
  if (error instanceof VersionConflict) return true;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

function routesOn(db: Database, books: KeptBooks, subscriptions: Map<SubscriptionId, TenantId>): Routes {
  const route = async (
    question: ReturnType<typeof sql<{ tenant_id: string | null }>>,
  ): Promise<TenantId | null> => {
    const { rows } = await question.execute(db);
    const found = rows[0]?.tenant_id ?? null;
    return found === null ? null : asId<TenantId>(found);
  };
  return {
    async tenantOfSubscription(id) {
      // Where the book at hand says that it is theirs still, whoever decides by that book finds out if it is not.
      const known = subscriptions.get(id);
      if (known !== undefined && books.kept(known)?.subscription(id) != null) return known;
      const owner = await route(sql`SELECT route_subscription(${id}) AS tenant_id`);
      if (owner !== null) subscriptions.set(id, owner);
      return owner;
    },
    tenantByName: async (name) =>
      isAskable(name) ? route(sql`SELECT route_tenant(${name}) AS tenant_id`) : null,
    async nameOfTenant(id) {
      const kept = books.kept(id)?.tenant.name;
      if (kept !== undefined) return kept;
      return withTenant(db, id, async (scope) => (await tenantsIn(scope).find(id))?.name ?? null);
    },
    tenantOfGrant: (id) => route(sql`SELECT route_grant(${id}) AS tenant_id`),
    async mailLink(tokenHash, now) {
      const { rows } = await sql<{ tenant_id: string; address: string; purpose: MailLink["purpose"] }>`
        SELECT tenant_id, address, purpose FROM mail_link_of(${tokenHash}, ${new Date(now)})`.execute(db);
      const [row] = rows;
      if (row === undefined) return null;
      return { tenantId: asId<TenantId>(row.tenant_id), address: row.address, purpose: row.purpose };
    },
  };
}
