/** After the last approval: a request becomes grants, one for each role, or moves the end of the grant it extends. */

import { aboutGrant, grantFacts } from "../../domain/about.ts";
import { type AccessRequest, windowOf, withState } from "../../domain/access-request.ts";
import { type Grant, isOpen } from "../../domain/grant.ts";
import { begin, extendTo } from "../../domain/grant-progress.ts";
import { asId, type GrantId, type IdSource, type RoleDefinitionId } from "../../domain/ids.ts";
import { planEntitlements } from "../../domain/plan-entitlements.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { stampSystem } from "../../domain/stamp.ts";
import { formatInstant, type Instant, isOver } from "../../domain/time.ts";
import type { HeldWindow } from "../activation.ts";
import type { Books } from "../book/books.ts";
import { extendedEnd } from "../rules/time.ts";
import { boundTargets, heldEnd } from "../target-limits.ts";
import { nextGrant, type Rows, rowOf } from "./change.ts";

export interface Settling {
  readonly books: Books;
  readonly ids: IdSource;
  readonly now: Instant;
  readonly automatically: boolean;
  /** Of the settings then and now, the stricter. */
  readonly maximumTotalMs: number;
  /** The beneficiary's windows at the scope. */
  readonly held: readonly HeldWindow[];
  /** The grant that the request extends, as it is now. */
  readonly extending: Grant | null;
}

export interface Settled {
  /** In its new state, at the version it had. */
  readonly request: AccessRequest;
  readonly rows: Rows;
}

export function settleRequest(request: AccessRequest, how: Settling): Outcome<Settled> {
  if (request.extendsGrantId !== null) return extend(request, how);
  const grants = request.terms.roleDefinitionIds.map((id) => newGrant(request, id, how));
  return accept({
    request: approvedBy(
      request,
      how,
      grants.map((grant) => grant.id),
    ),
    rows: {
      requests: [],
      grants: grants.map((grant) => rowOf(grant, how.now)),
      events: grants.map((grant) => stampSystem(firstEvent(grant), aboutGrant(grant), grantFacts(grant))),
    },
  });
}

function newGrant(
  request: AccessRequest,
  roleDefinitionId: RoleDefinitionId,
  { books, ids, now }: Settling,
): Grant {
  const plan: Omit<Grant, "entitlements"> = {
    id: asId<GrantId>(ids.next()),
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
  const targets = boundTargets(books.of(plan.tenantId), [roleDefinitionId], plan);
  const held = plan.endsAt === null ? plan : { ...plan, endsAt: heldEnd(plan.endsAt, targets) };
  const grant = { ...held, entitlements: entitlementsFor(books, held) };
  return grant.startsAt <= now ? begin(grant) : grant;
}

/** By the bindings of today, for everybody who holds it today. */
export function entitlementsFor(books: Books, plan: Omit<Grant, "entitlements">): Grant["entitlements"] {
  const { beneficiary } = plan;
  const members = books.of(beneficiary.tenantId).membersOf([beneficiary.objectId]);
  return planEntitlements(plan, books.of(plan.tenantId).bindings, members);
}

function extend(request: AccessRequest, how: Settling): Outcome<Settled> {
  const { extending: grant, now, maximumTotalMs } = how;
  // It was live when more was asked of it. Not confirmed at the moment, it is made again with the later end, and is not
  // live before that is confirmed (INVARIANT I20).
  if (grant === null || grant.endsAt === null || !isOpen(grant) || isOver(grant, now)) {
    return reject("grant_not_active", "the access to be extended has ended; ask for it anew");
  }
  const ofRole = how.held.filter((one) => one.roleDefinitionId === grant.roleDefinitionId);
  const { startsAt } = grant;
  const { durationMs } = request.terms;
  const targets = boundTargets(how.books.of(grant.tenantId), [grant.roleDefinitionId], grant);
  const more = { durationMs, maximumTotalMs, now, targets };
  const endsAt = extendedEnd({ startsAt, endsAt: grant.endsAt }, ofRole, more);
  const extended = nextGrant(extendTo(grant, endsAt));
  const facts = { ...grantFacts(extended), endedBefore: formatInstant(grant.endsAt) };
  return accept({
    request: approvedBy(request, how, [grant.id]),
    rows: {
      requests: [],
      grants: [rowOf(extended, now)],
      events: [stampSystem("grant.extended", aboutGrant(extended), facts)],
    },
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
