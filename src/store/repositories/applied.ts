/** What earlier applies made and still own, and the ids that once belonged to a name. */
import { sql } from "kysely";
import type { AppliedObject, AppliedRepository } from "../../use-cases/configuration-ports.ts";
import type { TenantScope } from "../within-tenant.ts";

export function appliedIn(scope: TenantScope): AppliedRepository {
  const { trx, tenantId } = scope;
  return {
    async list() {
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
    async remember({ kind, nameKey, id }) {
      await trx
        .insertInto("applied_object")
        .values({ tenant_id: tenantId, kind, name: nameKey, object_id: id })
        .onConflict((conflict) =>
          conflict.columns(["tenant_id", "kind", "name"]).doUpdateSet({ object_id: id }),
        )
        .execute();
    },
    async forget(kind, nameKey) {
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
  };
}
