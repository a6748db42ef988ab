/** Access requests: one body a row, read by either party, changed by the tenant that owns the scope. */
import { sql } from "kysely";
import { type AccessRequest, requestDueAt } from "../../domain/access-request.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { Instant } from "../../domain/time.ts";
import type { RequestFilter, RequestRepository, Sight } from "../../use-cases/ports.ts";
import { VersionConflict } from "../version-conflict.ts";
import type { TenantScope } from "../within-tenant.ts";
import { type Clause, forEach, type Half, newestFirst, type Order } from "./newest-first.ts";
import { halvesAt, halvesOf, isOf, placeClauses } from "./scope-prefix.ts";
import { requestsAt } from "./states-at.ts";

export function requestsIn(scope: TenantScope): RequestRepository {
  const { trx, tenantId } = scope;
  return {
    async find(id, lock) {
      let select = trx.selectFrom("access_request").select("body").where("id", "=", id);
      if (lock === "lock") select = select.where("tenant_id", "=", tenantId).forUpdate();
      const row = await select.executeTakeFirst();
      return (row?.body as AccessRequest | undefined) ?? null;
    },
    list: (filter) => listRequests(scope, filter),
    async insert(request) {
      await trx
        .insertInto("access_request")
        .values({ tenant_id: request.tenantId, id: request.id, ...columns(request) })
        .execute();
    },
    async update(request) {
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
    async pendingExtensions(grantIds) {
      if (grantIds.length === 0) return [];
      // Its index holds those that are pending and extend something, which parameters would not say.
      const { rows } = await sql<{ body: unknown }>`
        SELECT body FROM access_request
         WHERE state = 'pending' AND extends_grant_id IS NOT NULL
           AND extends_grant_id = ANY (${[...grantIds]}::uuid[])`.execute(trx);
      return rows.map(({ body }) => body as AccessRequest);
    },
  };
}

function columns(request: AccessRequest) {
  const dueAt = requestDueAt(request);
  return {
    version: request.version,
    body: JSON.stringify(request),
    due_at: dueAt === null ? null : new Date(dueAt),
  };
}

const ORDER: Order = { table: "access_request", at: "created_at" };

async function listRequests(scope: TenantScope, filter: RequestFilter): Promise<AccessRequest[]> {
  const about = filter.about === undefined ? [] : [isOf(filter.about)];
  const clauses = [...about];
  if (filter.roleDefinitionId !== undefined)
    clauses.push(sql<boolean>`r.body #> '{asked,roleDefinitionIds}' ? ${filter.roleDefinitionId}`);
  // What tells the fewest apart comes first and is found by its index; the others look at what was found.
  const ways = [
    ...(filter.ids === undefined ? [] : [byIds(filter.ids)]),
    ...(filter.requester === undefined ? [] : [byPerson(filter.requester)]),
    ...(filter.decidedBy === undefined ? [] : [byPrincipals("decided", [filter.decidedBy])]),
    ...(filter.applicationIds === undefined ? [] : [byApplications(filter.applicationIds)]),
    ...(filter.seenBy === undefined ? [] : [bySight(filter.seenBy)]),
  ];
  if (filter.waitingFor !== undefined) {
    const also = [...clauses, ...placeClauses(filter), ...ways.map(({ clause }) => clause)];
    return listWaiting(scope, filter.waitingFor, also, filter);
  }
  const [found, ...others] = ways;
  // Few are pending: all of them are looked through sooner than places are looked for.
  const apart = found === undefined && !isPendingOnly(filter) && filter.about !== "groups";
  if (!apart) clauses.push(...placeClauses(filter));
  const halves = found?.halves ?? (apart ? await halvesAt(scope, ORDER, filter, about) : halvesOf(scope));
  const also = others.map((one) => one.clause);
  return newestFirst<AccessRequest>(scope, ORDER, {
    halves,
    clauses: [...clauses, ...also],
    ...(filter.states === undefined ? {} : { oneOf: requestsAt(filter.states) }),
    slice: filter,
  });
}

/**
 * What waits for any of these, the soonest to be decided first. No index has that order: all of it is sorted, for it is
 * little, and only the page's bodies are read.
 */
async function listWaiting(
  { trx }: TenantScope,
  refs: readonly PrincipalRef[],
  clauses: readonly Clause[],
  { limit, after, from, to }: RequestFilter,
): Promise<AccessRequest[]> {
  const all = [
    sql<boolean>`r.state = 'pending'`,
    ...clauses,
    ...(from === undefined ? [] : [sql<boolean>`r.created_at >= ${new Date(from)}`]),
    ...(to === undefined ? [] : [sql<boolean>`r.created_at < ${new Date(to)}`]),
    ...(after === undefined
      ? []
      : [sql<boolean>`(r.due_at, r.id) > (${new Date(after.at ?? 0)}, ${after.id}::uuid)`]),
  ];
  const { rows } = await sql<{ body: AccessRequest }>`
    WITH named AS MATERIALIZED (SELECT DISTINCT n.request_id FROM request_by_principal n
        WHERE n.principal_id = ANY(${refs.map(({ objectId }) => objectId)}::uuid[]) AND n.how = 'waiting'),
      page AS MATERIALIZED (SELECT r.id, r.due_at FROM named JOIN access_request r ON r.id = named.request_id
        WHERE ${sql.join(all, sql` AND `)} ORDER BY r.due_at, r.id LIMIT ${limit})
    SELECT r.body FROM page JOIN access_request r ON r.id = page.id ORDER BY page.due_at, page.id`.execute(
    trx,
  );
  return rows.map(({ body }) => body);
}

function isPendingOnly({ states }: RequestFilter): boolean {
  return states?.anyOf.length === 1 && states.anyOf[0] === "pending";
}

/** A way to find requests, and the same as a question about one. */
interface Way {
  readonly halves: readonly Half[];
  readonly clause: Clause;
}

function byIds(ids: readonly string[]): Way {
  const clause = sql<boolean>`r.id = ANY(${[...ids]}::uuid[])`;
  return { halves: [{ where: clause }], clause };
}

function byPerson({ objectId }: PrincipalRef): Way {
  const asked = sql<boolean>`r.requester_id = ${objectId}::uuid`;
  const forThem = sql<boolean>`r.beneficiary_id = ${objectId}::uuid`;
  const halves = [
    { where: asked },
    { where: sql<boolean>`${forThem} AND r.beneficiary_id <> r.requester_id` },
  ];
  return { halves, clause: sql<boolean>`(${asked} OR ${forThem})` };
}

function byApplications(ids: readonly string[]): Way {
  return {
    halves: ids.length === 0 ? [] : [forEach(ids, (id) => sql<boolean>`r.application_id = ${id}`)],
    clause: sql<boolean>`r.application_id = ANY(${[...ids]}::uuid[])`,
  };
}

function byPrincipals(how: "named" | "decided", refs: readonly PrincipalRef[]): Way {
  const ids = refs.map(({ objectId }) => objectId);
  const word = sql.lit(how);
  const through = {
    from: sql`request_by_principal n JOIN access_request r ON r.id = n.request_id`,
    at: sql<Instant>`n.created_at`,
    id: sql<string>`n.request_id`,
  };
  return {
    halves:
      ids.length === 0
        ? []
        : [{ ...forEach(ids, (id) => sql<boolean>`n.principal_id = ${id} AND n.how = ${word}`), through }],
    // Not as EXISTS: the planner would make a join of it and read everything that these principals were ever named in.
    clause: sql<boolean>`(SELECT true FROM request_by_principal n WHERE n.principal_id = ANY(${ids}::uuid[]) AND n.how = ${word}
      AND n.created_at = r.created_at AND n.request_id = r.id LIMIT 1)`,
  };
}

function bySight({ person, holders, applicationIds }: Sight): Way {
  const ways = [byPerson(person), byPrincipals("named", holders), byApplications(applicationIds)];
  return {
    halves: ways.flatMap(({ halves }) => halves),
    clause: sql<boolean>`(${sql.join(
      ways.map(({ clause }) => clause),
      sql` OR `,
    )})`,
  };
}
