/** People, groups, workloads and tenants, of this tenant and by exact reference of another. */
import { sql } from "kysely";
import { asId, type ObjectId, type SubscriptionId, type TenantId } from "../../domain/ids.ts";
import {
  type Identity,
  type PersonKey,
  type Principal,
  type PrincipalRef,
  personOf,
  principalKey,
  type User,
} from "../../domain/principal.ts";
import type { DirectoryTx } from "../../use-cases/ports.ts";
import { type PrincipalJson, principalOf } from "../books.ts";
import type { TenantScope } from "../within-tenant.ts";

export function directoryTx(scope: TenantScope): DirectoryTx {
  const { trx } = scope;
  return {
    tenant: (id) => scope.among(id, () => readTenant(scope, id)),
    async holdPolicy(tenantIds) {
      await sql`SELECT hold_policy(${[...new Set(tenantIds)]}::uuid[])`.execute(trx);
    },
    identity: (ref) => readIdentity(scope, ref),
    peopleBehind: (refs) => peopleBehind(scope, refs),
    usersReachedBy: (refs) => usersReachedBy(scope, refs),
    membersOf: (ref) => membersReached(scope, ref.tenantId, [ref.objectId]),
    async principals({ query, ids, kind, limit, after }) {
      let select = trx
        .selectFrom("principal")
        .where("deleted_at", "is", null)
        .orderBy("object_id")
        .limit(limit);
      if (kind !== undefined) select = select.where("kind", "=", kind);
      if (after !== undefined) select = select.where("object_id", ">", after);
      if (ids !== undefined) select = select.where(sql<boolean>`object_id = ANY(${[...ids]}::uuid[])`);
      if (query !== undefined && query !== "") {
        const literal = query.replace(/[\\%_]/g, "\\$&");
        select = select.where((or) =>
          or.or([
            or("display_name", "ilike", `%${literal}%`),
            or("name", "ilike", `%${literal}%`),
            or("email", "ilike", `${literal}%`),
          ]),
        );
      }
      const rows = await select
        .select(["name", sql<PrincipalJson>`principal_json(principal)`.as("json")])
        .execute();
      return rows.map(({ name, json }) => ({ ...principalOf(json), name }));
    },
    async rightsOf(objectId) {
      const rows = await trx
        .selectFrom("tenant_right")
        .select("held")
        .where("object_id", "=", objectId)
        .execute();
      return rows.map((row) => row.held);
    },
    async subscriptions() {
      const rows = await trx.selectFrom("subscription").selectAll().orderBy("name").execute();
      return rows.map((row) => ({
        tenantId: asId<TenantId>(row.tenant_id),
        id: asId<SubscriptionId>(row.id),
        name: row.name,
      }));
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

async function readIdentity({ trx }: TenantScope, ref: PrincipalRef): Promise<Identity | null> {
  const { rows } = await sql<{ found: { principal: PrincipalJson; groups: Identity["groups"] } | null }>`
    SELECT identity_of(${ref.tenantId}, ${ref.objectId}) AS found`.execute(trx);
  const found = rows[0]?.found ?? null;
  return found === null ? null : { principal: principalOf(found.principal), groups: found.groups };
}

async function membersReached(
  { trx }: TenantScope,
  tenantId: TenantId,
  ids: readonly ObjectId[],
): Promise<Principal[]> {
  const { rows } = await sql<{ json: PrincipalJson }>`
    SELECT members_reached(${tenantId}, ${[...ids]}::uuid[]) AS json`.execute(trx);
  return rows.map((row) => principalOf(row.json));
}

async function usersReachedBy(scope: TenantScope, refs: readonly PrincipalRef[]): Promise<User[]> {
  const found = new Map<string, User>();
  for (const [tenantId, ids] of byTenant(refs)) {
    for (const leaf of await membersReached(scope, tenantId, ids)) {
      if (leaf.kind === "user") found.set(principalKey(leaf), leaf);
    }
  }
  return [...found.values()];
}

/** INVARIANT I2: everyone who would be deciding for themselves. */
async function peopleBehind(
  scope: TenantScope,
  refs: readonly PrincipalRef[],
): Promise<ReadonlySet<PersonKey>> {
  const people = new Set<PersonKey>();
  for (const ref of refs) {
    const principal = (await readIdentity(scope, ref))?.principal;
    if (principal === undefined) continue;
    people.add(personOf(principal));
    if (principal.kind === "user") continue;
    const owners = await scope.among(ref.tenantId, () => ownersWithin(scope, ref));
    for (const user of await usersReachedBy(scope, [ref, ...owners])) people.add(personOf(user));
  }
  return people;
}

/** Owners of the principal, and of every group and workload that it holds at any depth. */
async function ownersWithin(
  { trx }: TenantScope,
  { tenantId, objectId }: PrincipalRef,
): Promise<PrincipalRef[]> {
  const { rows } = await sql<{ id: string }>`
    WITH RECURSIVE within(id) AS (
      SELECT ${objectId}::uuid
      UNION SELECT m.member_id FROM group_member m JOIN within w ON m.group_id = w.id WHERE m.tenant_id = ${tenantId}
    )
    SELECT DISTINCT o.owner_id AS id FROM principal_owner o JOIN within w ON o.principal_id = w.id
    WHERE o.tenant_id = ${tenantId}`.execute(trx);
  return rows.map(({ id }) => ({ tenantId, objectId: asId<ObjectId>(id) }));
}

function byTenant(refs: readonly PrincipalRef[]): Map<TenantId, ObjectId[]> {
  const grouped = new Map<TenantId, ObjectId[]>();
  for (const ref of refs) grouped.set(ref.tenantId, [...(grouped.get(ref.tenantId) ?? []), ref.objectId]);
  return grouped;
}
