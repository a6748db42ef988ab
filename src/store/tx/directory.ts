/** People, groups, workloads and tenants, of this tenant and by exact reference of another. */
import { sql } from "kysely";
import { asId, type ObjectId, type SubscriptionId, type TenantId } from "../../domain/ids.ts";
import {
  type PersonKey,
  type Principal,
  type PrincipalRef,
  personOf,
  principalKey,
} from "../../domain/principal.ts";
import type { DirectoryTx } from "../../use-cases/ports.ts";
import type { TenantScope } from "../within-tenant.ts";

const MAX_NESTING = 32;

export function directoryTx(scope: TenantScope): DirectoryTx {
  const { trx } = scope;
  return {
    tenant: (id) => scope.among(id, () => readTenant(scope, id)),
    holdPolicy: (tenantIds) => holdPolicy(scope, tenantIds),
    async bumpPolicy() {
      await sql`UPDATE tenant SET policy_version = nextval('policy_version_seq')`.execute(trx);
    },
    identity: (ref) =>
      scope.among(ref.tenantId, async () => {
        const principal = await readPrincipal(scope, ref);
        return principal === null ? null : { principal, groups: await groupsHolding(scope, ref) };
      }),
    peopleBehind: (refs) => peopleBehind(scope, refs),
    usersReachedBy: (refs) => usersReachedBy(scope, refs),
    membersOf: (ref) => scope.among(ref.tenantId, () => leavesOf(scope, ref.tenantId, [ref.objectId])),
    async principals({ query, kind, limit, after }) {
      let select = trx
        .selectFrom("principal")
        .selectAll()
        .where("deleted_at", "is", null)
        .orderBy("object_id")
        .limit(limit);
      if (kind !== undefined) select = select.where("kind", "=", kind);
      if (after !== undefined) select = select.where("object_id", ">", after);
      if (query !== undefined && query !== "") {
        const pattern = `%${query.replace(/[\\%_]/g, "\\$&")}%`;
        select = select.where((or) =>
          or.or([or("display_name", "ilike", pattern), or("name", "ilike", pattern)]),
        );
      }
      const rows = await select.execute();
      return Promise.all(rows.map((row) => withOwners(scope, row)));
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

async function holdPolicy(scope: TenantScope, tenantIds: readonly TenantId[]): Promise<number> {
  let newest = 0;
  // Always in the same order, so that two transactions never wait for each other.
  for (const tenantId of [...new Set(tenantIds)].sort()) {
    const held = await scope.among(tenantId, () =>
      scope.trx
        .selectFrom("tenant")
        .select("policy_version")
        .where("tenant_id", "=", tenantId)
        .forShare()
        .executeTakeFirst(),
    );
    newest = Math.max(newest, held?.policy_version ?? 0);
  }
  return newest;
}

type PrincipalRow = {
  tenant_id: string;
  object_id: string;
  kind: Principal["kind"];
  name: string;
  display_name: string;
  email: string | null;
  linked_tenant_id: string | null;
  linked_object_id: string | null;
  deleted_at: Principal["deletedAt"];
};

async function readPrincipal(scope: TenantScope, ref: PrincipalRef): Promise<Principal | null> {
  const row = await scope.trx
    .selectFrom("principal")
    .selectAll()
    .where("tenant_id", "=", ref.tenantId)
    .where("object_id", "=", ref.objectId)
    .executeTakeFirst();
  return row === undefined ? null : withOwners(scope, row);
}

async function withOwners(scope: TenantScope, row: PrincipalRow): Promise<Principal> {
  const base = {
    tenantId: asId<TenantId>(row.tenant_id),
    objectId: asId<ObjectId>(row.object_id),
    displayName: row.display_name,
    deletedAt: row.deleted_at,
  };
  if (row.kind === "user") return { ...base, kind: "user", email: row.email ?? "", linkedTo: linkOf(row) };
  const owners = await scope.trx
    .selectFrom("principal_owner")
    .select("owner_id")
    .where("tenant_id", "=", row.tenant_id)
    .where("principal_id", "=", row.object_id)
    .execute();
  return { ...base, kind: row.kind, owners: owners.map((owner) => asId<ObjectId>(owner.owner_id)) };
}

function linkOf(row: PrincipalRow): PrincipalRef | null {
  if (row.linked_tenant_id === null || row.linked_object_id === null) return null;
  return { tenantId: asId<TenantId>(row.linked_tenant_id), objectId: asId<ObjectId>(row.linked_object_id) };
}

/** Every group that holds the principal, at any depth; the union in the recursion ends on a cycle. */
async function groupsHolding({ trx }: TenantScope, ref: PrincipalRef) {
  const { rows } = await sql<{ object_id: string; display_name: string }>`
    WITH RECURSIVE holding(id, depth) AS (
      SELECT group_id, 1 FROM group_member WHERE tenant_id = ${ref.tenantId} AND member_id = ${ref.objectId}
      UNION
      SELECT m.group_id, h.depth + 1 FROM group_member m JOIN holding h ON m.member_id = h.id
      WHERE m.tenant_id = ${ref.tenantId} AND h.depth < ${MAX_NESTING}
    )
    SELECT DISTINCT p.object_id, p.display_name FROM holding h
    JOIN principal p ON p.tenant_id = ${ref.tenantId} AND p.object_id = h.id AND p.deleted_at IS NULL`.execute(
    trx,
  );
  return rows.map((row) => ({ objectId: asId<ObjectId>(row.object_id), displayName: row.display_name }));
}

async function usersReachedBy(scope: TenantScope, refs: readonly PrincipalRef[]): Promise<Principal[]> {
  const found = new Map<string, Principal>();
  for (const [tenantId, ids] of byTenant(refs)) {
    const leaves = await scope.among(tenantId, () => leavesOf(scope, tenantId, ids));
    for (const leaf of leaves) if (leaf.kind === "user") found.set(principalKey(leaf), leaf);
  }
  return [...found.values()];
}

async function leavesOf(
  scope: TenantScope,
  tenantId: TenantId,
  ids: readonly ObjectId[],
): Promise<Principal[]> {
  const { rows } = await sql<PrincipalRow>`
    WITH RECURSIVE reached(id, depth) AS (
      SELECT unnest(${ids}::uuid[]), 0
      UNION
      SELECT m.member_id, r.depth + 1 FROM group_member m JOIN reached r ON m.group_id = r.id
      WHERE m.tenant_id = ${tenantId} AND r.depth < ${MAX_NESTING}
    )
    SELECT DISTINCT p.* FROM reached r JOIN principal p ON p.tenant_id = ${tenantId} AND p.object_id = r.id
    WHERE p.deleted_at IS NULL AND p.kind <> 'group'`.execute(scope.trx);
  return Promise.all(rows.map((row) => withOwners(scope, row)));
}

/** INVARIANT I2: everyone who would be deciding for themselves. */
async function peopleBehind(
  scope: TenantScope,
  refs: readonly PrincipalRef[],
): Promise<ReadonlySet<PersonKey>> {
  const people = new Set<PersonKey>();
  for (const ref of refs) {
    const principal = await scope.among(ref.tenantId, () => readPrincipal(scope, ref));
    if (principal === null) continue;
    people.add(personOf(principal));
    const owners =
      principal.kind === "user" ? [] : principal.owners.map((objectId) => ({ ...ref, objectId }));
    for (const user of await usersReachedBy(scope, [ref, ...owners])) people.add(personOf(user));
  }
  return people;
}

function byTenant(refs: readonly PrincipalRef[]): Map<TenantId, ObjectId[]> {
  const grouped = new Map<TenantId, ObjectId[]>();
  for (const ref of refs) grouped.set(ref.tenantId, [...(grouped.get(ref.tenantId) ?? []), ref.objectId]);
  return grouped;
}
