/** Applying configuration on PostgreSQL: turns, tenants, what was applied and what was buried. */
import { sql } from "kysely";
import { asId, type TenantId } from "../../domain/ids.ts";
import type { AppliedObject, ApplyTx } from "../../use-cases/apply/apply-ports.ts";
import type { Tx } from "../../use-cases/ports.ts";
import { VersionConflict } from "../version-conflict.ts";
import { moveTo, type TenantScope } from "../within-tenant.ts";
import { applyConfigurationTx } from "./apply-configuration.ts";
import { applyDirectoryTx } from "./apply-directory.ts";

const UNIQUE_VIOLATION = "23505";

export function applyTx(scope: TenantScope, transactionOf: (scope: TenantScope) => Tx): ApplyTx<Tx> {
  return {
    inside: (tenantId, work) => moveTo(scope, tenantId, (there) => work(transactionOf(there))),
    takeTurns: (change, read) => takeTurns(scope, change, read),
    stopDecisions: () => stopDecisions(scope),
    ...tenancy(scope),
    ...memory(scope),
    ...applyDirectoryTx(scope),
    ...applyConfigurationTx(scope),
  };
}

/** Somebody made the same thing at the same time: look again, and find theirs. */
export async function orConflict<T>(what: string, insert: () => Promise<T>): Promise<T> {
  try {
    return await insert();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === UNIQUE_VIOLATION) throw new VersionConflict(what);
    throw error;
  }
}

async function takeTurns(
  scope: TenantScope,
  change: readonly TenantId[],
  read: readonly TenantId[],
): Promise<void> {
  for (const tenantId of [...new Set([...change, ...read])].sort()) {
    const key = sql`turn_key(${tenantId}::uuid)`;
    const lock = change.includes(tenantId)
      ? sql`SELECT pg_advisory_xact_lock(${key})`
      : sql`SELECT pg_advisory_xact_lock_shared(${key})`;
    await lock.execute(scope.trx);
  }
  for (const tenantId of change) scope.state.turns.add(tenantId);
}

/**
 * Waits until no decision is under way in the tenants whose turn this is, and lets none be committed before this
 * transaction is: for what looks at requests and grants, and as the last thing before the policy moves.
 */
export async function stopDecisions(scope: TenantScope): Promise<void> {
  const { turns } = scope.state;
  for (const tenantId of [...turns].sort()) {
    await sql`SELECT pg_advisory_xact_lock(decisions_key(${tenantId}::uuid))`.execute(scope.trx);
  }
  scope.state.alone = true;
}

function tenancy(scope: TenantScope) {
  const { trx } = scope;
  return {
    async tenantNamed(name) {
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
    async tenantOfSubscription(id) {
      const { rows } = await sql<{ id: string | null }>`SELECT route_subscription(${id}) AS id`.execute(trx);
      const owner = rows[0]?.id ?? null;
      return owner === null ? null : asId<TenantId>(owner);
    },
    async saveTenant(tenant) {
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
    async saveSubscription(subscription) {
      const { tenantId: tenant_id, id, name } = subscription;
      await orConflict("subscription", () =>
        trx.insertInto("subscription").values({ tenant_id, id, name }).execute(),
      );
    },
    async removeSubscription(id) {
      await trx.deleteFrom("subscription").where("id", "=", id).execute();
    },
  } satisfies Partial<ApplyTx<Tx>>;
}

function memory({ trx, tenantId }: TenantScope) {
  return {
    async appliedObjects() {
      const rows = await trx
        .selectFrom("applied_object")
        .selectAll()
        .orderBy("kind")
        .orderBy("name")
        .execute();
      return rows.map((row) => ({
        kind: row.kind as AppliedObject["kind"],
        nameKey: row.name,
        id: row.object_id,
      }));
    },
    async rememberApplied({ kind, nameKey, id }) {
      await trx
        .insertInto("applied_object")
        .values({ tenant_id: tenantId, kind, name: nameKey, object_id: id })
        .onConflict((conflict) =>
          conflict.columns(["tenant_id", "kind", "name"]).doUpdateSet({ object_id: id }),
        )
        .execute();
    },
    async forgetApplied(kind, nameKey) {
      await trx.deleteFrom("applied_object").where("kind", "=", kind).where("name", "=", nameKey).execute();
    },
    async tombstones(kind, nameKey) {
      const rows = await trx
        .selectFrom("tombstone")
        .select("object_id")
        .where("kind", "=", kind)
        .where("name_key", "=", nameKey)
        .orderBy("arrival")
        .execute();
      return rows.map((row) => row.object_id);
    },
    async bury(kind, nameKey, id, at) {
      await trx
        .insertInto("tombstone")
        .values({ tenant_id: tenantId, kind, name_key: nameKey, object_id: id, at: new Date(at) })
        .onConflict((conflict) => conflict.columns(["tenant_id", "kind", "object_id"]).doNothing())
        .execute();
    },
    async isIdTaken(id) {
      const { rows } = await sql<{ taken: boolean }>`SELECT is_id_taken(${id}) AS taken`.execute(trx);
      return rows[0]?.taken !== false;
    },
  } satisfies Partial<ApplyTx<Tx>>;
}
