/** Who is who, and who is behind them: of this tenant, and by exact reference of another. */
import { sql } from "kysely";
import type { ObjectId, TenantId } from "../../domain/ids.ts";
import {
  type Identity,
  type PersonKey,
  type Principal,
  type PrincipalRef,
  personOf,
  principalKey,
  type User,
} from "../../domain/principal.ts";
import type { DirectoryRepository } from "../../use-cases/configuration-ports.ts";
import { type PrincipalJson, principalOf } from "../books.ts";
import type { TenantScope } from "../within-tenant.ts";

export function directoryIn(scope: TenantScope): DirectoryRepository {
  const { trx } = scope;
  return {
    identity: (ref) => readIdentity(scope, ref),
    peopleBehind: (refs) => peopleBehind(scope, refs),
    usersReachedBy: (refs) => usersReachedBy(scope, refs),
    membersOf: (ref) => membersReached(scope, ref.tenantId, [ref.objectId]),
    async list({ query, ids, kind, limit, after }) {
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
    const behind = await scope.among(ref.tenantId, () => usersBehind(scope, ref));
    for (const user of behind) people.add(personOf(user));
  }
  return people;
}

/** Through owners and members of whatever is reached, in any order and of any length, as a book finds them. */
async function usersBehind(
  { trx }: TenantScope,
  { tenantId, objectId }: PrincipalRef,
): Promise<readonly Principal[]> {
  const { rows } = await sql<{ json: PrincipalJson }>`
    WITH RECURSIVE behind(id) AS (
      SELECT ${objectId}::uuid
      UNION SELECT next.id FROM behind b CROSS JOIN LATERAL (
        SELECT m.member_id FROM group_member m WHERE m.tenant_id = ${tenantId} AND m.group_id = b.id
        UNION ALL SELECT o.owner_id FROM principal_owner o WHERE o.tenant_id = ${tenantId} AND o.principal_id = b.id
      ) next(id)
    )
    SELECT principal_json(p) AS json FROM principal p JOIN behind b ON p.object_id = b.id
    WHERE p.tenant_id = ${tenantId} AND p.kind = 'user' AND p.deleted_at IS NULL`.execute(trx);
  return rows.map(({ json }) => principalOf(json));
}

function byTenant(refs: readonly PrincipalRef[]): Map<TenantId, ObjectId[]> {
  const grouped = new Map<TenantId, ObjectId[]>();
  for (const ref of refs) grouped.set(ref.tenantId, [...(grouped.get(ref.tenantId) ?? []), ref.objectId]);
  return grouped;
}
