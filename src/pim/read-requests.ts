/** Finds and lists schedule requests: access requests of any surface, and what administrators did through these. */
import { type AccessRequestId, asId, type GrantId, isGuid } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { type Scope, scopeKey } from "../domain/scope.ts";
import { maySeeKept } from "../policy/authority.ts";
import type { Page, PageAsk, SurfaceResource } from "../use-cases/ports.ts";
import { findResource, listResources } from "../use-cases/surface-resources.ts";
import { onwards, type Source } from "../use-cases/views/pages.ts";
import { notSeenGone } from "../use-cases/views/read-grants.ts";
import { concerns } from "../use-cases/views/read-schedules.ts";
import { listRequestLives, readKeptLife } from "../use-cases/views/request-lives.ts";
import type { PimCall } from "./pim-call.ts";
import { fromKept, fromLife, keptOf, nameOf, type Of, type PimRequest, requestKey } from "./pim-request.ts";

export async function findRequest(call: PimCall, of: Of, name: string): Promise<Outcome<PimRequest>> {
  const { deps, caller } = call;
  const missing = reject("not_found", `there is no request \`${name.slice(0, 80)}\` that you can see`);
  if (!isGuid(name)) return missing;
  // By its own id first: whatever was named like it elsewhere does not hide it.
  const itself = of === "assignment" ? await lifeOf(call, name) : missing;
  if (itself.ok) return itself;
  const resource = await findResource(deps, caller.ref.tenantId, "scheduleRequest", requestKey(of, name));
  if (resource === null) return missing;
  if (keptOf(resource).status !== null) {
    const [kept] = maySee(call, resource) ? await allKept(call, [resource]) : [];
    return kept === undefined ? missing : accept(kept);
  }
  const named = await lifeOf(call, resource.subjectId);
  return named.ok ? named : missing;
}

async function lifeOf(call: PimCall, id: string): Promise<Outcome<PimRequest>> {
  const { deps, caller } = call;
  const life = await readKeptLife(deps, caller, asId<AccessRequestId>(id), "scheduleRequest");
  return life.ok ? accept(fromLife(life.value, life.value.resource, deps.clock.now())) : life;
}

function maySee({ caller }: PimCall, resource: SurfaceResource): boolean {
  const { tenantId, created } = resource;
  return maySeeKept(caller, { tenantId, by: created.by, about: keptOf(resource).principal });
}

async function allKept(
  { deps, caller }: PimCall,
  resources: readonly SurfaceResource[],
): Promise<PimRequest[]> {
  const endedBy = (resource: SurfaceResource) => {
    const { of, status, scheduleId } = keptOf(resource);
    return of === "assignment" && status === "Revoked" ? asId<GrantId>(scheduleId ?? "") : null;
  };
  const ended = resources.map(endedBy).filter((id): id is GrantId => id !== null && isGuid(id));
  const left = await notSeenGone(deps, caller, ended);
  return resources.map((one) => fromKept(one, left.has(endedBy(one) ?? asId(""))));
}

const KEPT = { assignment: requestKey("assignment", ""), eligibility: requestKey("eligibility", "") };

/**
 * Those that concern a scope, as the caller may see them: access requests, and then by name what is kept of none. A page
 * may hold fewer than its limit, or nothing, before the end: of what was done at once, each says who may see it.
 */
export function requestsAt(call: PimCall, of: Of, scope: Scope): Source<PimRequest> {
  return {
    read: async (ask) => accept(await listRequests(call, of, scope, ask)),
    at: ({ id, createdAt, accessRequestId }) =>
      accessRequestId === null ? { at: null, id } : { at: createdAt, id: accessRequestId },
  };
}

async function listRequests(call: PimCall, of: Of, scope: Scope, ask: PageAsk): Promise<Page<PimRequest>> {
  if (of === "eligibility" || ask.after?.at === null) return listKept(call, of, scope, ask);
  const { deps, caller } = call;
  const now = deps.clock.now();
  const filter = { ...ask, concerning: scopeKey(scope) };
  const found = await listRequestLives(deps, caller, filter, "scheduleRequest");
  return {
    items: found.items.map((life) => fromLife(life, life.resource, now)),
    after: found.after ?? { at: null, id: "" },
  };
}

async function listKept(
  call: PimCall,
  of: Of,
  scope: Scope,
  { limit, after }: PageAsk,
): Promise<Page<PimRequest>> {
  const { deps, caller } = call;
  const position = after === undefined ? {} : { after: `${KEPT[of]}${after.id}` };
  const filter = { kind: "scheduleRequest", under: KEPT[of], limit, ...position } as const;
  const found = await listResources(deps, caller.ref.tenantId, filter);
  return {
    items: (
      await allKept(
        call,
        found.filter((one) => keptOf(one).status !== null && maySee(call, one)),
      )
    ).filter((one) => concerns(scope, [one.scope])),
    after: onwards(found, limit, (last) => ({ at: null, id: nameOf(last) })),
  };
}
