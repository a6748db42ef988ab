/** Tenants and their subscriptions. */
import { sql } from "kysely";
import { asId, type SubscriptionId, type TenantId } from "../../domain/ids.ts";
import type { TenantRepository } from "../../use-cases/configuration-ports.ts";
import { VersionConflict } from "../version-conflict.ts";
import type { TenantScope } from "../within-tenant.ts";

const UNIQUE_VIOLATION = "23505";

export function tenantsIn(scope: TenantScope): TenantRepository {
  const { trx } = scope;
  return {
    find: (id) => scope.among(id, () => readTenant(scope, id)),
    async named(name) {
      const { rows } = await sql<{ id: string | null }>`SELECT route_tenant(${name}) AS id`.execute(trx);
      const id = rows[0]?.id ?? null;
      if (id === null) return null;
      const tenantId = asId<TenantId>(id);
      return scope.among(tenantId, async () => {
        const row = await trx
          .selectFrom("tenant")
          .selectAll()
          .where("tenant_id", "=", tenantId)
          .executeTakeFirst();
        if (row === undefined) return null;
        return { id: tenantId, name: row.name, displayName: row.display_name, closedAt: row.closed_at };
      });
    },
    async ofSubscription(id) {
      const { rows } = await sql<{ id: string | null }>`SELECT route_subscription(${id}) AS id`.execute(trx);
      const owner = rows[0]?.id ?? null;
      return owner === null ? null : asId<TenantId>(owner);
    },
    async save(tenant) {
      const closed_at = tenant.closedAt === null ? null : new Date(tenant.closedAt);
      const changing = { display_name: tenant.displayName, closed_at };
      await orConflict("tenant", () =>
        trx
          .insertInto("tenant")
          .values({ tenant_id: tenant.id, name: tenant.name, ...changing })
          .onConflict((conflict) => conflict.column("tenant_id").doUpdateSet(changing))
          .execute(),
      );
    },
    async subscriptions() {
      const rows = await trx.selectFrom("subscription").selectAll().orderBy("name").execute();
      return rows.map((row) => ({
        tenantId: asId<TenantId>(row.tenant_id),
        id: asId<SubscriptionId>(row.id),
        name: row.name,
      }));
    },
    async saveSubscription(subscription) {
      const { tenantId: tenant_id, id, name } = subscription;
      await orConflict("subscription", () =>
        trx.insertInto("subscription").values({ tenant_id, id, name }).execute(),
      );
    },
    async removeSubscription(id) {
      await trx.deleteFrom("subscription").where("id", "=", id).execute();
    },
  };
}

async function readTenant({ trx }: TenantScope, id: TenantId) {
  const row = await trx.selectFrom("tenant").selectAll().where("tenant_id", "=", id).executeTakeFirst();
  if (row === undefined) return null;
  return {
    id: asId<TenantId>(row.tenant_id),
    name: row.name,
    displayName: row.display_name,
    closedAt: row.closed_at,
  };
}

/** Somebody made the same thing at the same time: look again, and find theirs. */
async function orConflict<T>(what: string, insert: () => Promise<T>): Promise<T> {
  try {
    return await insert();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === UNIQUE_VIOLATION) throw new VersionConflict(what);
    throw error;
  }
}
