/** Grants: one body a row, with the instant at which the worker must look at it again. */
import { sql } from "kysely";
import type { Grant } from "../../domain/grant.ts";
import { type PrincipalRef, principalKey } from "../../domain/principal.ts";
import { scopeKey } from "../../domain/scope.ts";
import type { Instant } from "../../domain/time.ts";
import type { GrantFilter, GrantRepository } from "../../use-cases/ports.ts";
import { VersionConflict } from "../version-conflict.ts";
import type { TenantScope } from "../within-tenant.ts";
import { type Clause, forEach, type Half, newestFirst, type Order } from "./newest-first.ts";
import { halvesAt, halvesOf, isOf, isUnder, placeClauses } from "./scope-prefix.ts";
import { areOpen, grantsAt } from "./states-at.ts";

const MOST_MEASURED = 2_000;

export function grantsIn(scope: TenantScope): GrantRepository {
  const { trx, tenantId } = scope;
  return {
    async find(id, lock) {
      let select = trx.selectFrom("access_grant").select("body").where("id", "=", id);
      if (lock === "lock") select = select.where("tenant_id", "=", tenantId).forUpdate();
      const row = await select.executeTakeFirst();
      return (row?.body as Grant | undefined) ?? null;
    },
    list: (filter) => listGrants(scope, filter),
    async insert(grant, dueAt) {
      await trx
        .insertInto("access_grant")
        .values({
          tenant_id: grant.tenantId,
          id: grant.id,
          ...columns(grant, dueAt),
        })
        .execute();
    },
    async update(grant, dueAt) {
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
    async lockFree(ids) {
      const { rows } = await sql<{ grant: Grant; alone: boolean }>`
        SELECT body AS grant,
          NOT EXISTS (SELECT 1 FROM access_grant c WHERE c.tenant_id = g.tenant_id AND c.under_grant_id = g.id AND c.open)
          AND NOT EXISTS (SELECT 1 FROM access_request r WHERE r.tenant_id = g.tenant_id AND r.extends_grant_id = g.id AND r.state = 'pending') AS alone
        FROM access_grant g WHERE tenant_id = ${tenantId} AND id = ANY(${[...ids]}::uuid[])
        ORDER BY id FOR UPDATE SKIP LOCKED`.execute(trx);
      return rows;
    },
    async updateAll(changed) {
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
    async covering(principals, scopeKeys) {
      const rows = await trx
        .selectFrom("access_grant")
        .select("body")
        .where("tenant_id", "=", tenantId)
        .where(sql<boolean>`open AND beneficiary_id = ANY(${principals.map((ref) => ref.objectId)}::uuid[])`)
        .where(
          sql<boolean>`(scope_key = ANY(${[...scopeKeys]}::text[]) OR managed_scope_key = ANY(${[...scopeKeys]}::text[]))`,
        )
        .execute();
      const wanted = new Set(principals.map(principalKey));
      return rows
        .map((row) => row.body as Grant)
        .filter((grant) => wanted.has(principalKey(grant.beneficiary)));
    },
    async inTarget(target) {
      const holds = JSON.stringify([{ targetId: target }]);
      const rows = await trx
        .selectFrom("access_grant")
        .select("body")
        .where("tenant_id", "=", tenantId)
        .where(
          sql<boolean>`open AND body #> '{entitlements,0}' IS NOT NULL AND body -> 'entitlements' @> ${holds}::jsonb`,
        )
        .execute();
      return rows.map((row) => row.body as Grant);
    },
    async isAnyOpen(on) {
      let select = trx
        .selectFrom("access_grant")
        .select("id")
        .where("tenant_id", "=", tenantId)
        .where("state", "<>", "ended")
        .limit(1);
      if ("roleDefinitionId" in on) select = select.where("role_definition_id", "=", on.roleDefinitionId);
      else select = select.where(isUnder(sql`scope_key`, scopeKey(on.scope)));
      return (await select.executeTakeFirst()) !== undefined;
    },
    async endLateness(target, since, party) {
      // A grant has ended once the last of its targets was seen without it: no target was later than that.
      const { rows } = await sql<{ count: number; p99Ms: number | null }>`
        SELECT count(*)::int AS count, percentile_disc(0.99) WITHIN GROUP (ORDER BY late_ms)::int AS "p99Ms" FROM (
          SELECT greatest(0, (body #>> '{state,at}')::bigint - (body ->> 'endsAt')::bigint) AS late_ms, body -> 'entitlements' AS held
          FROM access_grant WHERE tenant_id = ${tenantId} AND state = 'ended' AND body #>> '{state,cause}' = 'expired'
            AND body #> '{entitlements,0}' IS NOT NULL AND ends_at >= ${new Date(since)}
            AND ${party === null ? sql`true` : sql`other_tenant_id = ${party}::uuid`}
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

const ORDER: Order = { table: "access_grant", at: "starts_at" };

async function listGrants(scope: TenantScope, filter: GrantFilter): Promise<Grant[]> {
  const { concerning, ...place } = filter;
  const clauses: Clause[] = [];
  const around = concerning === "/" ? undefined : concerning;
  if (around !== undefined) clauses.push(isHeldAround(around));
  if (filter.about !== undefined) clauses.push(isOf(filter.about));
  const open = filter.unclosed ?? (filter.states !== undefined && areOpen(filter.states));
  if (open) clauses.push(sql<boolean>`r.open`);
  if (filter.kind !== undefined) clauses.push(sql<boolean>`r.kind = ${filter.kind}`);
  if (filter.unreviewed) clauses.push(sql<boolean>`r.emergency AND NOT r.reviewed`);
  // What tells the fewest apart comes first and is found by its index; the others look at what was found.
  const [found, ...others] = [
    ...(filter.ids === undefined ? [] : [anyOf("id", filter.ids)]),
    ...(filter.requestIds === undefined ? [] : [anyOf("request_id", filter.requestIds)]),
    ...(filter.requestId === undefined ? [] : [anyOf("request_id", [filter.requestId])]),
    ...(filter.underGrantId === undefined ? [] : [under(scope, filter.underGrantId)]),
    ...(filter.beneficiaries === undefined ? [] : [byPrincipals(filter.beneficiaries)]),
    ...(filter.applicationId === undefined ? [] : [byApplications([filter.applicationId])]),
    ...(filter.applicationIds === undefined ? [] : [byApplications(filter.applicationIds)]),
  ];
  // What is open, waits for a review or is about something special is little beside all that has ended.
  const isFew = open || filter.unreviewed === true || filter.about !== undefined;
  const apart = found === undefined && !isFew;
  if (!apart) clauses.push(...placeClauses(place));
  const standing = () => (open && around !== undefined ? openAround(scope, around) : halvesOf(scope));
  const halves = found?.halves ?? (await (apart ? halvesAt(scope, ORDER, place) : standing()));
  const also = others.map((one) => one.clause);
  return newestFirst<Grant>(scope, ORDER, {
    halves,
    clauses: [...clauses, ...also],
    ...(filter.states === undefined ? {} : { oneOf: grantsAt(filter.states) }),
    slice: filter,
  });
}

/** What is open there, by its scope or by the managed one: a row that is in both halves comes once. */
async function openAround(scope: TenantScope, concerning: string): Promise<Half[]> {
  const isOpen = [sql<boolean>`r.open`];
  const byScope = await halvesAt(scope, ORDER, { concerning }, isOpen);
  return [
    ...byScope,
    ...(await halvesAt(scope, { ...ORDER, place: "managed_scope_key" }, { concerning }, isOpen)),
  ];
}

/** At the scope, below it or above it; an application's also by the managed resource group. */
function isHeldAround(concerning: string): Clause {
  const columns = [sql<string>`r.scope_key`, sql<string>`r.managed_scope_key`];
  return sql<boolean>`(${sql.join(
    columns.flatMap((column) => placeClauses({ concerning }, column)),
    sql` OR `,
  )})`;
}

/** A way to find grants, and the same as a question about one. */
interface Way {
  readonly halves: readonly Half[];
  readonly clause: Clause;
}

function anyOf(column: "id" | "request_id", ids: readonly string[]): Way {
  const clause = sql<boolean>`r.${sql.ref(column)} = ANY(${[...ids]}::uuid[])`;
  return { halves: ids.length === 0 ? [] : [{ where: clause }], clause };
}

function under({ tenantId }: TenantScope, id: string): Way {
  const clause = sql<boolean>`r.tenant_id = ${tenantId}::uuid AND r.under_grant_id = ${id}::uuid`;
  return { halves: [{ where: clause }], clause };
}

function byPrincipals(refs: readonly PrincipalRef[]): Way {
  const ids = refs.map(({ objectId }) => objectId);
  const halves = [
    forEach(ids, (id) => sql<boolean>`r.beneficiary_id = ${id}`),
    forEach(ids, (id) => sql<boolean>`r.requester_id = ${id} AND r.requester_id <> r.beneficiary_id`),
  ];
  return {
    halves: ids.length === 0 ? [] : halves,
    clause: sql<boolean>`(r.beneficiary_id = ANY(${ids}::uuid[]) OR r.requester_id = ANY(${ids}::uuid[]))`,
  };
}

function byApplications(ids: readonly string[]): Way {
  return {
    halves: ids.length === 0 ? [] : [forEach(ids, (id) => sql<boolean>`r.application_id = ${id}`)],
    clause: sql<boolean>`r.application_id = ANY(${[...ids]}::uuid[])`,
  };
}
