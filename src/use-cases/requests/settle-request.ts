/** After the last approval: a request becomes grants, one for each role, or moves the end of the grant it extends. */
import { type AccessRequest, windowOf, withState } from "../../domain/access-request.ts";
import type { DomainEvent } from "../../domain/event.ts";
import type { Grant } from "../../domain/grant.ts";
import { begin, dueAt, extendTo } from "../../domain/grant-progress.ts";
import { asId, type GrantId, type RoleDefinitionId } from "../../domain/ids.ts";
import { planEntitlements } from "../../domain/plan-entitlements.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { addMs, formatInstant, type Instant } from "../../domain/time.ts";
import { extendedEnd } from "../../policy/rules/time.ts";
import { aboutGrant, grantFacts } from "../about.ts";
import type { Deps, Tx } from "../ports.ts";
import { stampSystem } from "../stamp.ts";

export interface Settled {
  readonly request: AccessRequest;
  readonly events: readonly DomainEvent[];
}

interface Settling {
  readonly now: Instant;
  readonly automatically: boolean;
  readonly policySeen: number;
  /** Of the settings then and now, the stricter. */
  readonly maximumTotalMs: number;
}

export async function settleRequest(
  tx: Tx,
  deps: Deps,
  request: AccessRequest,
  how: Settling,
): Promise<Outcome<Settled>> {
  if (request.extendsGrantId !== null) return extend(tx, request, request.extendsGrantId, how);
  const grants: Grant[] = [];
  for (const roleDefinitionId of request.terms.roleDefinitionIds) {
    grants.push(await newGrant(tx, deps, request, roleDefinitionId, how.now));
  }
  for (const grant of grants) await tx.insertGrant(grant, dueAt(grant, how.now), how.policySeen);
  const approved = approvedBy(
    request,
    how,
    grants.map((grant) => grant.id),
  );
  const events = grants.map((grant) => stampSystem(firstEvent(grant), aboutGrant(grant), grantFacts(grant)));
  return accept({ request: approved, events });
}

async function newGrant(
  tx: Tx,
  deps: Deps,
  request: AccessRequest,
  roleDefinitionId: RoleDefinitionId,
  now: Instant,
): Promise<Grant> {
  const plan: Omit<Grant, "entitlements"> = {
    id: asId<GrantId>(deps.ids.next()),
    tenantId: request.tenantId,
    otherTenantId: request.otherTenantId,
    version: 1,
    kind: "activation",
    requestId: request.id,
    underGrantId: null,
    requester: request.requester,
    beneficiary: request.beneficiary,
    roleDefinitionId,
    scope: request.scope,
    managedScope: request.managedScope,
    applicationId: request.applicationId,
    emergency: request.emergency,
    why: request.justification,
    gatePassedAt: null,
    review: null,
    state: { name: "scheduled" },
    ...windowOf(request.terms, now),
  };
  const members = await tx.membersOf(request.beneficiary);
  const grant = { ...plan, entitlements: planEntitlements(plan, await tx.bindings(), members) };
  return grant.startsAt <= now ? begin(grant) : grant;
}

async function extend(
  tx: Tx,
  request: AccessRequest,
  grantId: GrantId,
  how: Settling,
): Promise<Outcome<Settled>> {
  const grant = await tx.grant(grantId, "lock");
  if (grant === null || grant.endsAt === null || grant.state.name !== "active" || how.now >= grant.endsAt) {
    return reject("grant_not_active", "the access to be extended has ended; ask for it anew");
  }
  const { maximumTotalMs: totalMs } = how;
  const held = await tx.heldWindows(grant.beneficiary, grant.scope, addMs(how.now, -totalMs));
  const ofRole = held.filter((one) => one.roleDefinitionId === grant.roleDefinitionId);
  const { startsAt } = grant;
  const endsAt = extendedEnd({ startsAt, endsAt: grant.endsAt }, ofRole, {
    ...how,
    durationMs: request.terms.durationMs,
  });
  const extended = extendTo(grant, endsAt);
  const stored = await tx.updateGrant(extended, dueAt(extended, how.now), how.policySeen);
  const facts = { ...grantFacts(stored), endedBefore: formatInstant(grant.endsAt) };
  return accept({
    request: approvedBy(request, how, [grantId]),
    events: [stampSystem("grant.extended", aboutGrant(stored), facts)],
  });
}

function approvedBy(
  request: AccessRequest,
  how: Pick<Settling, "now" | "automatically">,
  grantIds: readonly GrantId[],
): AccessRequest {
  return withState(request, { name: "approved", at: how.now, automatically: how.automatically, grantIds });
}

function firstEvent(grant: Grant): "grant.scheduled" | "grant.opening" | "grant.live" {
  switch (grant.state.name) {
    case "scheduled":
      return "grant.scheduled";
    case "provisioning":
      return "grant.opening";
    default:
      return "grant.live";
  }
}
