/** What compatible surfaces keep beside the domain: one row an object, found by the id it was given there. */
import { sql } from "kysely";
import { BrokenInvariant } from "../../domain/rejection.ts";
import { type Scope, scopeKey } from "../../domain/scope.ts";
import type { ResourceRepository, SurfaceResource } from "../../use-cases/ports.ts";
import type { TenantScope } from "../within-tenant.ts";

// Ids are scopes and more: a name in them may hold letters that a scope may not.
const keyOf = (id: string) => scopeKey(id as Scope);

export function resourcesIn({ trx, tenantId }: TenantScope): ResourceRepository {
  const living = () => trx.selectFrom("azure_resource").select("body").where("deleted_at", "is", null);
  return {
    async find(kind, id) {
      // The other party may have used the same id: one's own comes first.
      const row = await living()
        .where("kind", "=", kind)
        .where("id_key", "=", keyOf(id))
        .orderBy(sql`tenant_id = ${tenantId}`, "desc")
        .executeTakeFirst();
      return (row?.body as SurfaceResource | undefined) ?? null;
    },
    async of(kind, subjectIds) {
      if (subjectIds.length === 0) return [];
      const rows = await living()
        .where("kind", "=", kind)
        .where(sql<boolean>`subject_id = ANY(${[...subjectIds]}::uuid[])`)
        .execute();
      return rows.map((row) => row.body as SurfaceResource);
    },
    async list({ kind, under, after, limit }) {
      let select = living().where("tenant_id", "=", tenantId).where("kind", "=", kind).limit(limit);
      select = select.where(sql<boolean>`starts_with(id_key, ${keyOf(under)})`);
      if (after !== undefined) select = select.where("id_key", ">", keyOf(after));
      return (await select.orderBy("id_key").execute()).map((row) => row.body as SurfaceResource);
    },
    async claim(kind, id) {
      const key = `surface/${tenantId}/${kind}/${keyOf(id)}`;
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(trx);
    },
    async save(resource) {
      const changing = {
        id_key: keyOf(resource.id),
        other_tenant_id: resource.otherTenantId,
        body: JSON.stringify(resource),
        deleted_at: null,
      };
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto("azure_resource")
        .values({
          tenant_id: resource.tenantId,
          kind: resource.kind,
          subject_id: resource.subjectId,
          ...changing,
        })
        .onConflict((conflict) =>
          conflict
            .columns(["tenant_id", "kind", "subject_id"])
            .doUpdateSet(changing)
            // An object keeps the id it was given: no other resource takes its place.
            .whereRef("azure_resource.id_key", "=", "excluded.id_key"),
        )
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n)
        throw new BrokenInvariant(`${resource.kind} ${resource.subjectId} has another id`);
    },
    async bury(kind, subjectId, at) {
      await trx
        .updateTable("azure_resource")
        .set({ deleted_at: new Date(at) })
        .where("tenant_id", "=", tenantId)
        .where("kind", "=", kind)
        .where("subject_id", "=", subjectId)
        .execute();
    },
  };
}
