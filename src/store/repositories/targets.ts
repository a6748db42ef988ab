/** Targets, what is bound to them, and what was last seen in them. */
import { sql } from "kysely";
import type { Binding, TargetDefinition, TargetObservation } from "../../domain/target-binding.ts";
import type { TargetRepository } from "../../use-cases/configuration-ports.ts";
import type { TenantScope } from "../within-tenant.ts";

export function targetsIn(scope: TenantScope): TargetRepository {
  const { trx, tenantId } = scope;
  return {
    async find(id) {
      const row = await trx.selectFrom("target").select("body").where("id", "=", id).executeTakeFirst();
      return (row?.body as TargetDefinition | undefined) ?? null;
    },
    async named(name) {
      const row = await trx.selectFrom("target").select("body").where("name", "=", name).executeTakeFirst();
      return (row?.body as TargetDefinition | undefined) ?? null;
    },
    async list() {
      const rows = await trx.selectFrom("target").select("body").orderBy("name").execute();
      return rows.map((row) => row.body as TargetDefinition);
    },
    async save(target, sealed) {
      const changing = {
        name: target.name,
        body: JSON.stringify(target),
        ...(sealed === null ? {} : { sealed_secrets: sealed }),
      };
      await trx
        .insertInto("target")
        .values({ tenant_id: tenantId, id: target.id, sealed_secrets: sealed, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet(changing))
        .execute();
    },
    async sealedSecrets(id) {
      const row = await trx
        .selectFrom("target")
        .select("sealed_secrets")
        .where("id", "=", id)
        .executeTakeFirst();
      return row?.sealed_secrets ?? null;
    },
    async remove(id) {
      await trx.deleteFrom("target").where("id", "=", id).execute();
    },
    async isInUse(id) {
      const { rows } = await sql<{ used: boolean }>`SELECT EXISTS (
        SELECT 1 FROM access_grant g, jsonb_array_elements(g.body -> 'entitlements') e
        WHERE g.tenant_id = ${tenantId} AND g.state <> 'ended' AND e ->> 'targetId' = ${id} AND e ->> 'state' <> 'absent'
          AND (e -> 'handle' <> 'null' OR e -> 'wanted' <> 'null')) AS used`.execute(trx);
      return rows[0]?.used !== false;
    },
    async observation(targetId) {
      const row = await trx
        .selectFrom("target_observation")
        .select(["at", "drift"])
        .where("target_id", "=", targetId)
        .executeTakeFirst();
      return row === undefined
        ? null
        : { targetId, at: row.at, drift: row.drift as TargetObservation["drift"] };
    },
    async saveObservation({ targetId, at, drift }) {
      const changing = { at: new Date(at), drift: JSON.stringify(drift) };
      await trx
        .insertInto("target_observation")
        .values({ tenant_id: tenantId, target_id: targetId, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "target_id"]).doUpdateSet(changing))
        .execute();
    },
    async bindings() {
      const rows = await trx.selectFrom("binding").select("body").execute();
      return rows.map((row) => row.body as Binding);
    },
    async saveBinding(binding) {
      const changing = { name: binding.name, body: JSON.stringify(binding) };
      await trx
        .insertInto("binding")
        .values({ tenant_id: tenantId, id: binding.id, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "id"]).doUpdateSet(changing))
        .execute();
    },
    async removeBinding(id) {
      await trx.deleteFrom("binding").where("id", "=", id).execute();
    },
  };
}
