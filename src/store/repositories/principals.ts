/** Principals as configuration changes them; a deleted one stays as a tombstone. */
import { sql } from "kysely";
import { asId, type ObjectId, type TenantId } from "../../domain/ids.ts";
import type { PrincipalKind } from "../../domain/principal.ts";
import type {
  PrincipalRecord,
  PrincipalRepository,
  StoredLock,
} from "../../use-cases/configuration-ports.ts";
import type { PasswordHash } from "../../use-cases/identity-ports.ts";
import type { TenantScope } from "../within-tenant.ts";

export function principalsIn(scope: TenantScope): PrincipalRepository {
  const { trx, tenantId } = scope;
  const living = () => trx.selectFrom("principal").selectAll().where("deleted_at", "is", null);
  return {
    async named(name) {
      const rows = await living().where("name_key", "=", name.toLowerCase()).orderBy("kind").execute();
      return rows.map(recordOf);
    },
    async find(objectId) {
      const row = await living().where("object_id", "=", objectId).executeTakeFirst();
      return row === undefined ? null : recordOf(row);
    },
    async list(kind, { after, limit }) {
      const rows = await living()
        .where("kind", "=", kind)
        .where("name_key", ">", after)
        .orderBy("name_key")
        .limit(limit)
        .execute();
      return rows.map(recordOf);
    },
    async withEmail(email) {
      const row = await living()
        .where("kind", "=", "user")
        .where("email_key", "=", email.toLowerCase())
        .executeTakeFirst();
      return row === undefined ? null : recordOf(row);
    },
    async isLinkedTo({ tenantId, objectId }) {
      const { rows } = await sql<{
        yes: boolean;
      }>`SELECT is_linked_to(${tenantId}, ${objectId}) AS yes`.execute(trx);
      return rows[0]?.yes !== false;
    },
    async save(record) {
      const changing = {
        display_name: record.displayName,
        email: record.email,
        linked_tenant_id: record.linkedTo?.tenantId ?? null,
        linked_object_id: record.linkedTo?.objectId ?? null,
      };
      const { objectId: object_id, kind, name } = record;
      await trx
        .insertInto("principal")
        .values({ tenant_id: tenantId, object_id, kind, name, ...changing })
        .onConflict((conflict) => conflict.columns(["tenant_id", "object_id"]).doUpdateSet(changing))
        .execute();
    },
    async setLock(objectId, lock) {
      await trx
        .updateTable("principal")
        .set({ lock: JSON.stringify(lock) })
        .where("object_id", "=", objectId)
        .execute();
    },
    async bury(objectId, at) {
      await trx
        .updateTable("principal")
        .set({ deleted_at: new Date(at), linked_tenant_id: null, linked_object_id: null })
        .where("object_id", "=", objectId)
        .execute();
      await trx
        .deleteFrom("group_member")
        .where((or) => or.or([or("group_id", "=", objectId), or("member_id", "=", objectId)]))
        .execute();
      await trx
        .deleteFrom("principal_owner")
        .where((or) => or.or([or("principal_id", "=", objectId), or("owner_id", "=", objectId)]))
        .execute();
      await trx.deleteFrom("tenant_right").where("object_id", "=", objectId).execute();
      await trx.deleteFrom("client_secret").where("object_id", "=", objectId).execute();
      // Nobody signs in by it any more, and the address is free again.
      await sql`SELECT release_name(email) FROM local_account WHERE object_id = ${objectId}`.execute(trx);
    },
    async ownersOf(objectId) {
      const rows = await trx
        .selectFrom("principal_owner")
        .select("owner_id")
        .where("principal_id", "=", objectId)
        .orderBy("owner_id")
        .execute();
      return rows.map((row) => asId<ObjectId>(row.owner_id));
    },
    async setOwners(objectId, owners) {
      await trx.deleteFrom("principal_owner").where("principal_id", "=", objectId).execute();
      const rows = owners.map((owner_id) => ({ tenant_id: tenantId, principal_id: objectId, owner_id }));
      if (rows.length > 0) await trx.insertInto("principal_owner").values(rows).execute();
    },
    async groupEdges(only) {
      let select = trx.selectFrom("group_member").select(["group_id", "member_id"]);
      if (only !== undefined && "members" in only)
        select = select.where(sql<boolean>`member_id = ANY(${[...only.members]}::uuid[])`);
      if (only !== undefined && "groups" in only)
        select = select.where(sql<boolean>`group_id = ANY(${[...only.groups]}::uuid[])`);
      const rows = await select.execute();
      return rows.map((row) => ({
        groupId: asId<ObjectId>(row.group_id),
        memberId: asId<ObjectId>(row.member_id),
      }));
    },
    async othersOfHuman({ objectId, linkedTo }) {
      const root = linkedTo ?? { tenantId, objectId };
      // INVARIANT I12: a tie to another tenant was made by an operator, and is not this tenant's to read.
      if (root.tenantId !== tenantId) return [];
      const rows = await trx
        .selectFrom("principal")
        .select(["object_id", "display_name"])
        .where("tenant_id", "=", tenantId)
        .where("object_id", "<>", objectId)
        .where("deleted_at", "is", null)
        .where(
          sql<boolean>`(object_id = ${root.objectId}
            OR (linked_tenant_id = ${tenantId} AND linked_object_id = ${root.objectId}))`,
        )
        .orderBy("object_id")
        .execute();
      return rows.map((row) => ({
        objectId: asId<ObjectId>(row.object_id),
        displayName: row.display_name,
      }));
    },
    async ownedBy(objectId) {
      const rows = await trx
        .selectFrom("principal_owner")
        .select("principal_id")
        .where("owner_id", "=", objectId)
        .orderBy("principal_id")
        .execute();
      return rows.map((row) => asId<ObjectId>(row.principal_id));
    },
    async setMembers(groupId, members) {
      await trx.deleteFrom("group_member").where("group_id", "=", groupId).execute();
      const rows = members.map((member_id) => ({ tenant_id: tenantId, group_id: groupId, member_id }));
      if (rows.length > 0) await trx.insertInto("group_member").values(rows).execute();
    },
    async setRights(objectId, rights) {
      await trx.deleteFrom("tenant_right").where("object_id", "=", objectId).execute();
      const rows = rights.map((held) => ({ tenant_id: tenantId, object_id: objectId, held }));
      if (rows.length > 0) await trx.insertInto("tenant_right").values(rows).execute();
    },
    async administrators() {
      const rows = await trx
        .selectFrom("tenant_right as r")
        .innerJoin("principal as p", (join) =>
          join.onRef("p.tenant_id", "=", "r.tenant_id").onRef("p.object_id", "=", "r.object_id"),
        )
        .select("p.object_id")
        .where("r.held", "=", "administrator")
        .where("p.kind", "=", "user")
        .where(sql<boolean>`is_active(p)`)
        .execute();
      return rows.map((row) => asId<ObjectId>(row.object_id));
    },
    async credentialsOf(objectId) {
      const account = await trx
        .selectFrom("local_account")
        .select(["email", "password_hash", "totp_sealed"])
        .where("object_id", "=", objectId)
        .executeTakeFirst();
      const client = await trx
        .selectFrom("client_secret")
        .select(["client_id", "secret_hash"])
        .where("object_id", "=", objectId)
        .executeTakeFirst();
      return {
        passwordHash: (account?.password_hash ?? null) as PasswordHash | null,
        email: account?.email ?? null,
        totpSealed: account?.totp_sealed ?? null,
        clientId: client?.client_id ?? null,
        clientSecretHash: client?.secret_hash ?? null,
      };
    },
  };
}

function recordOf(row: {
  object_id: string;
  kind: PrincipalKind;
  name: string;
  display_name: string;
  email: string | null;
  linked_tenant_id: string | null;
  linked_object_id: string | null;
  lock: StoredLock | null;
}): PrincipalRecord {
  const { linked_tenant_id: tenant, linked_object_id: object } = row;
  return {
    objectId: asId<ObjectId>(row.object_id),
    kind: row.kind,
    name: row.name,
    displayName: row.display_name,
    email: row.email,
    lock: row.lock,
    linkedTo:
      tenant === null || object === null
        ? null
        : { tenantId: asId<TenantId>(tenant), objectId: asId<ObjectId>(object) },
  };
}
