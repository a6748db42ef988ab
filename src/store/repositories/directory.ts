/** Who is who: of this tenant, and by exact reference of another. Who is behind them a book alone says (I2). */
import { sql } from "kysely";
import type { ObjectId, TenantId } from "../../domain/ids.ts";
import {
  type Identity,
  type Principal,
  type PrincipalRef,
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

function byTenant(refs: readonly PrincipalRef[]): Map<TenantId, ObjectId[]> {
  const grouped = new Map<TenantId, ObjectId[]>();
  for (const ref of refs) grouped.set(ref.tenantId, [...(grouped.get(ref.tenantId) ?? []), ref.objectId]);
  return grouped;
}
