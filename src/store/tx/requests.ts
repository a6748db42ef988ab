/** Access requests: one body a row, read by either party, changed by the tenant that owns the scope. */
import { sql } from "kysely";
import { type AccessRequest, requestDueAt } from "../../domain/access-request.ts";
import { type PrincipalRef, principalKey } from "../../domain/principal.ts";
import type { RequestFilter, RequestTx } from "../../use-cases/ports.ts";
import { VersionConflict } from "../version-conflict.ts";
import type { TenantScope } from "../within-tenant.ts";
import { isOf, isUnder } from "./scope-prefix.ts";

export function requestTx(scope: TenantScope): RequestTx {
  const { trx, tenantId } = scope;
  return {
    serializeAsks: (refs) => serializeAsks(scope, refs),
    async request(id, lock) {
      let select = trx.selectFrom("access_request").select("body").where("id", "=", id);
      if (lock === "lock") select = select.where("tenant_id", "=", tenantId).forUpdate();
      const row = await select.executeTakeFirst();
      return (row?.body as AccessRequest | undefined) ?? null;
    },
    requests: (filter) => listRequests(scope, filter),
    async insertRequest(request) {
      await trx
        .insertInto("access_request")
        .values({ tenant_id: request.tenantId, id: request.id, ...columns(request) })
        .execute();
    },
    async updateRequest(request) {
      const next = { ...request, version: request.version + 1 };
      const { numUpdatedRows } = await trx
        .updateTable("access_request")
        .set(columns(next))
        .where("tenant_id", "=", request.tenantId)
        .where("id", "=", request.id)
        .where("version", "=", request.version)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) throw new VersionConflict(`access request ${request.id}`);
      return next;
    },
    async pendingExtension(grantId) {
      const row = await trx
        .selectFrom("access_request")
        .select("body")
        .where("tenant_id", "=", tenantId)
        .where("extends_grant_id", "=", grantId)
        .where("state", "=", "pending")
        .forUpdate()
        .executeTakeFirst();
      return (row?.body as AccessRequest | undefined) ?? null;
    },
  };
}

async function serializeAsks({ trx, tenantId }: TenantScope, refs: readonly PrincipalRef[]): Promise<void> {
  const people = [...new Map(refs.map((ref) => [principalKey(ref), ref]))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  for (const [, ref] of people) {
    await sql`INSERT INTO person_turn AS p VALUES (${tenantId}, ${ref.tenantId}, ${ref.objectId}, 1)
      ON CONFLICT (tenant_id, person_tenant_id, person_id) DO UPDATE SET turns = p.turns + 1`.execute(trx);
  }
}

function columns(request: AccessRequest) {
  const dueAt = requestDueAt(request);
  return {
    version: request.version,
    body: JSON.stringify(request),
    due_at: dueAt === null ? null : new Date(dueAt),
  };
}

async function listRequests({ trx }: TenantScope, filter: RequestFilter): Promise<AccessRequest[]> {
  let select = trx
    .selectFrom("access_request")
    .select("body")
    .orderBy("created_at", "desc")
    .orderBy("id")
    .limit(filter.limit);
  if (filter.ids !== undefined) select = select.where("id", "in", filter.ids);
  if (filter.states !== undefined) select = select.where("state", "in", filter.states);
  if (filter.requester !== undefined) {
    select = select.where((or) =>
      or.or([
        or("requester_id", "=", filter.requester?.objectId ?? ""),
        or("beneficiary_id", "=", filter.requester?.objectId ?? ""),
      ]),
    );
  }
  if (filter.scopeKey !== undefined) select = select.where("scope_key", "=", filter.scopeKey);
  if (filter.under !== undefined) select = select.where(isUnder(filter.under));
  if (filter.about !== undefined) select = select.where(isOf(filter.about));
  if (filter.applicationIds !== undefined) {
    if (filter.applicationIds.length === 0) return [];
    select = select.where("application_id", "in", filter.applicationIds);
  }
  if (filter.from !== undefined) select = select.where("created_at", ">=", new Date(filter.from) as never);
  if (filter.to !== undefined) select = select.where("created_at", "<", new Date(filter.to) as never);
  if (filter.roleDefinitionId !== undefined) {
    select = select.where(sql<boolean>`body #> '{asked,roleDefinitionIds}' ? ${filter.roleDefinitionId}`);
  }
  if (filter.decidedBy !== undefined) {
    const approval = JSON.stringify([{ approver: { objectId: filter.decidedBy.objectId } }]);
    select = select.where(sql<boolean>`body -> 'approvals' @> ${approval}::jsonb`);
  }
  if (filter.after !== undefined) {
    const [at, id] = filter.after.split("~");
    const instant = new Date(Number(at));
    select = select.where(
      sql<boolean>`(created_at < ${instant} OR (created_at = ${instant} AND id > ${id}::uuid))`,
    );
  }
  const rows = await select.execute();
  return rows.map((row) => row.body as AccessRequest);
}
