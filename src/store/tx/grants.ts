/** Grants: one body a row, with the instant at which the worker must look at it again. */
import { sql } from "kysely";
import type { Grant } from "../../domain/grant.ts";
import { principalKey } from "../../domain/principal.ts";
import { scopeKey } from "../../domain/scope.ts";
import type { Instant } from "../../domain/time.ts";
import type { GrantFilter, GrantTx } from "../../use-cases/ports.ts";
import { VersionConflict } from "../version-conflict.ts";
import type { TenantScope } from "../within-tenant.ts";
import { isOf, isUnder } from "./scope-prefix.ts";

const MOST_MEASURED = 2_000;

export function grantTx(scope: TenantScope): GrantTx {
  const { trx, tenantId } = scope;
  return {
    async grant(id, lock) {
      let select = trx.selectFrom("access_grant").select("body").where("id", "=", id);
      if (lock === "lock") select = select.where("tenant_id", "=", tenantId).forUpdate();
      const row = await select.executeTakeFirst();
      return (row?.body as Grant | undefined) ?? null;
    },
    grants: (filter) => listGrants(scope, filter),
    async claimGrantId(id) {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`grant/${id}`}, 0))`.execute(trx);
      const { rows } = await sql<{ free: boolean }>`SELECT route_grant(${id}) IS NULL AS free`.execute(trx);
      return rows[0]?.free === true;
    },
    async insertGrant(grant, dueAt) {
      await trx
        .insertInto("access_grant")
        .values({
          tenant_id: grant.tenantId,
          id: grant.id,
          ...columns(grant, dueAt),
        })
        .execute();
    },
    async updateGrant(grant, dueAt) {
      const next = { ...grant, version: grant.version + 1 };
      const { numUpdatedRows } = await trx
        .updateTable("access_grant")
        .set(columns(next, dueAt))
        .where("tenant_id", "=", grant.tenantId)
        .where("id", "=", grant.id)
        .where("version", "=", grant.version)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) throw new VersionConflict(`grant ${grant.id}`);
      return next;
    },
    async lockPlainGrants(ids) {
      const { rows } = await sql<{ body: Grant }>`
        SELECT body FROM access_grant g WHERE tenant_id = ${tenantId} AND id = ANY(${[...ids]}::uuid[])
          AND jsonb_array_length(body -> 'entitlements') = 0
          AND NOT EXISTS (SELECT 1 FROM access_grant c WHERE c.tenant_id = g.tenant_id AND c.under_grant_id = g.id AND c.open)
          AND NOT EXISTS (SELECT 1 FROM access_request r WHERE r.tenant_id = g.tenant_id AND r.extends_grant_id = g.id AND r.state = 'pending')
        ORDER BY id FOR UPDATE SKIP LOCKED`.execute(trx);
      return rows.map((row) => row.body);
    },
    async lockFreeGrants(ids) {
      const { rows } = await sql<{ grant: Grant; alone: boolean }>`
        SELECT body AS grant,
          NOT EXISTS (SELECT 1 FROM access_grant c WHERE c.tenant_id = g.tenant_id AND c.under_grant_id = g.id AND c.open)
          AND NOT EXISTS (SELECT 1 FROM access_request r WHERE r.tenant_id = g.tenant_id AND r.extends_grant_id = g.id AND r.state = 'pending') AS alone
        FROM access_grant g WHERE tenant_id = ${tenantId} AND id = ANY(${[...ids]}::uuid[])
        ORDER BY id FOR UPDATE SKIP LOCKED`.execute(trx);
      return rows;
    },
    async updateGrants(changed) {
      const next = changed.map(({ grant, dueAt }) => ({
        grant: { ...grant, version: grant.version + 1 },
        dueAt,
      }));
      const { numAffectedRows } = await sql`
        UPDATE access_grant g SET body = v.body, version = g.version + 1, due_at = v.due_at
        FROM unnest(${next.map((one) => one.grant.id)}::uuid[], ${next.map((one) => one.grant.version)}::int[],
          ${next.map((one) => JSON.stringify(one.grant))}::jsonb[], ${next.map((one) => (one.dueAt === null ? null : new Date(one.dueAt)))}::timestamptz[])
          AS v(id, version, body, due_at)
        WHERE g.tenant_id = ${tenantId} AND g.id = v.id AND g.version = v.version - 1`.execute(trx);
      if (Number(numAffectedRows) !== next.length) throw new VersionConflict("a grant of a batch");
    },
    async heldWindows(beneficiary, at, since) {
      const rows = await trx
        .selectFrom("access_grant")
        .select(["id", "role_definition_id", "starts_at", "ends_at"])
        .where("tenant_id", "=", tenantId)
        .where("beneficiary_id", "=", beneficiary.objectId)
        .where("scope_key", "=", scopeKey(at))
        .where(
          sql<boolean>`(open OR (body #>> '{state,cause}' = 'expired' AND ends_at > ${new Date(since)}))`,
        )
        .execute();
      return rows.map((row) => ({
        grantId: row.id as Grant["id"],
        roleDefinitionId: row.role_definition_id as Grant["roleDefinitionId"],
        startsAt: row.starts_at,
        endsAt: row.ends_at,
      }));
    },
    async grantsCovering(principals, scopeKeys) {
      const rows = await trx
        .selectFrom("access_grant")
        .select("body")
        .where("tenant_id", "=", tenantId)
        .where("open", "=", true)
        .where(
          "beneficiary_id",
          "in",
          principals.map((ref) => ref.objectId),
        )
        .where((or) => or.or([or("scope_key", "in", scopeKeys), or("managed_scope_key", "in", scopeKeys)]))
        .execute();
      const wanted = new Set(principals.map(principalKey));
      return rows
        .map((row) => row.body as Grant)
        .filter((grant) => wanted.has(principalKey(grant.beneficiary)));
    },
    async endLateness(target, since, party) {
      // A grant has ended once the last of its targets was seen without it: no target was later than that.
      const { rows } = await sql<{ count: number; p99Ms: number | null }>`
        SELECT count(*)::int AS count, percentile_disc(0.99) WITHIN GROUP (ORDER BY late_ms)::int AS "p99Ms" FROM (
          SELECT greatest(0, (body #>> '{state,at}')::bigint - (body ->> 'endsAt')::bigint) AS late_ms, body -> 'entitlements' AS held
          FROM access_grant WHERE tenant_id = ${tenantId} AND state = 'ended' AND body #>> '{state,cause}' = 'expired'
            AND body #> '{entitlements,0}' IS NOT NULL AND ends_at >= ${new Date(since)}
            AND (${party}::uuid IS NULL OR other_tenant_id = ${party}::uuid)
          ORDER BY ends_at DESC LIMIT ${MOST_MEASURED}) measured
        WHERE held @> ${JSON.stringify([{ targetId: target }])}::jsonb`.execute(trx);
      return rows[0] ?? { count: 0, p99Ms: null };
    },
  };
}

function columns(grant: Grant, dueAt: Instant | null) {
  return {
    version: grant.version,
    body: JSON.stringify(grant),
    due_at: dueAt === null ? null : new Date(dueAt),
  };
}

async function listGrants({ trx }: TenantScope, filter: GrantFilter): Promise<Grant[]> {
  let select = trx
    .selectFrom("access_grant")
    .select("body")
    .orderBy("starts_at", "desc")
    .orderBy("id")
    .limit(filter.limit);
  if (filter.ids !== undefined) select = select.where("id", "in", filter.ids);
  if (filter.states !== undefined) select = select.where("state", "in", filter.states);
  if (filter.under !== undefined) select = select.where(isUnder(filter.under));
  if (filter.about !== undefined) select = select.where(isOf(filter.about));
  if (filter.applicationIds !== undefined) {
    if (filter.applicationIds.length === 0) return [];
    select = select.where("application_id", "in", filter.applicationIds);
  }
  if (filter.open) select = select.where("open", "=", true);
  if (filter.kind !== undefined) select = select.where("kind", "=", filter.kind);
  if (filter.unreviewed) select = select.where("emergency", "=", true).where("reviewed", "=", false);
  if (filter.beneficiaries !== undefined) {
    if (filter.beneficiaries.length === 0) return [];
    const ids = filter.beneficiaries.map((ref) => ref.objectId);
    select = select.where((or) => or.or([or("beneficiary_id", "in", ids), or("requester_id", "in", ids)]));
  }
  if (filter.requestId !== undefined) select = select.where("request_id", "=", filter.requestId);
  if (filter.requestIds !== undefined) {
    if (filter.requestIds.length === 0) return [];
    select = select.where("request_id", "in", filter.requestIds);
  }
  if (filter.underGrantId !== undefined) select = select.where("under_grant_id", "=", filter.underGrantId);
  if (filter.applicationId !== undefined) select = select.where("application_id", "=", filter.applicationId);
  if (filter.after !== undefined) {
    const [at, id] = filter.after.split("~");
    const instant = new Date(Number(at));
    select = select.where(
      sql<boolean>`(starts_at < ${instant} OR (starts_at = ${instant} AND id > ${id}::uuid))`,
    );
  }
  const rows = await select.execute();
  return rows.map((row) => row.body as Grant);
}
