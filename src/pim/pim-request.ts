/** A schedule request of Privileged Identity Management: an ask, or something that an administrator did, by one name. */
import { isDeepStrictEqual } from "node:util";
import type { AccessRequestId, TenantId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import { unreachable } from "../domain/rejection.ts";
import { outcomeOf, type RequestOutcome } from "../domain/request-outcome.ts";
import { type Scope, scopeKey } from "../domain/scope.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import type { SurfaceResource } from "../use-cases/ports.ts";
import type { RequestLife } from "../use-cases/views/request-lives.ts";
import { scheduleInfoJson } from "./schedule-info.ts";

export type Of = "assignment" | "eligibility";

export const REQUEST_TYPES = [
  "AdminAssign",
  "AdminRemove",
  "AdminUpdate",
  "AdminExtend",
  "AdminRenew",
  "SelfActivate",
  "SelfDeactivate",
  "SelfExtend",
  "SelfRenew",
] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];

/** What a client asked for, in its own words: the same again is no second ask. */
export interface Asked {
  readonly of: Of;
  readonly requestType: RequestType;
  readonly scope: string;
  readonly roleDefinitionId: string;
  readonly principal: PrincipalRef;
  readonly scheduleInfo: JsonObject | null;
  readonly justification: string | null;
  readonly ticket: { readonly system: string; readonly number: string } | null;
  readonly target: string | null;
  readonly linked: string | null;
}

/** What is kept of a request that the domain keeps in other words, or as a change of its configuration. */
export interface KeptRequest extends Asked {
  /** For what no access request stands behind: done when it was made, and never anything else. */
  readonly status: string | null;
  /** The grant or eligibility that it made, changed or ended. */
  readonly scheduleId: string | null;
  /** What was stored of the schedule; null for what an access request stands behind, missing in rows of before. */
  readonly stored?: JsonObject | null;
}

export interface PimRequest {
  readonly id: string;
  readonly of: Of;
  readonly tenantId: TenantId;
  readonly scope: Scope;
  readonly roleDefinitionId: string;
  readonly principal: PrincipalRef;
  readonly requestor: PrincipalRef;
  readonly requestType: RequestType;
  readonly status: string;
  readonly createdAt: Instant;
  readonly scheduleInfo: JsonObject;
  readonly justification: string | null;
  readonly ticket: KeptRequest["ticket"];
  readonly scheduleId: string | null;
  /** The access request behind it; null for what was done at once. */
  readonly accessRequestId: AccessRequestId | null;
  /** The same id, by which its approval goes; null where nobody had to be asked. */
  readonly approvalId: string | null;
  /** Null where no client of these surfaces asked for it. */
  readonly asked: Asked | null;
}

/** What an ask, or what is kept of one, says: no more than that. */
export function askedOf(said: Asked): Asked {
  const { of, requestType, scope, roleDefinitionId, principal } = said;
  // What is kept from before says nothing of an eligibility.
  const { scheduleInfo, justification, ticket, target, linked = null } = said;
  return {
    ...{ of, requestType, scope, roleDefinitionId, principal: { ...principal } },
    ...{ scheduleInfo, justification, ticket, target, linked },
  };
}

export function sameAsk(one: Asked, other: Asked): boolean {
  const plain = (asked: Asked) => ({ ...askedOf(asked), scope: scopeKey(asked.scope as Scope) });
  return isDeepStrictEqual(plain(one), plain(other));
}

/** The id under which a request is kept: its name is a GUID, one space for the tenant. */
export function requestKey(of: Of, name: string): string {
  const type = of === "assignment" ? "roleAssignmentScheduleRequests" : "roleEligibilityScheduleRequests";
  return `/providers/Microsoft.Authorization/${type}/${name.toLowerCase()}`;
}

export function keptOf(resource: SurfaceResource): KeptRequest {
  return resource.kept as unknown as KeptRequest;
}

/** An access request, whichever surface it came through. */
export function fromLife(life: RequestLife, resource: SurfaceResource | null, now: Instant): PimRequest {
  const { request, grants } = life;
  const kept = resource === null ? null : keptOf(resource);
  const [role = ""] = request.asked.roleDefinitionIds;
  return {
    id: resource === null ? request.id : nameOf(resource),
    of: "assignment",
    tenantId: request.tenantId,
    scope: request.scope,
    roleDefinitionId: role,
    principal: request.beneficiary,
    requestor: request.requester,
    requestType: kept?.requestType ?? (request.extendsGrantId === null ? "SelfActivate" : "SelfExtend"),
    status: statusWord(outcomeOf(request, grants, now)),
    createdAt: request.createdAt,
    scheduleInfo: scheduleInfoJson(request.asked.startAt ?? request.createdAt, {
      durationMs: request.asked.durationMs,
    }),
    justification: request.justification,
    ticket: request.ticket,
    scheduleId: grants[0]?.id ?? request.extendsGrantId,
    accessRequestId: request.id,
    approvalId: request.stages.length === 0 ? null : request.id,
    asked: kept === null ? null : askedOf(kept),
  };
}

/** What was done at once, by somebody who may. `left`: what it ended was not seen to be gone from its target yet. */
export function fromKept(resource: SurfaceResource, left: boolean): PimRequest {
  const kept = keptOf(resource);
  return {
    id: nameOf(resource),
    of: kept.of,
    tenantId: resource.tenantId,
    scope: kept.scope as Scope,
    roleDefinitionId: kept.roleDefinitionId,
    principal: kept.principal,
    requestor: resource.created.by,
    requestType: kept.requestType,
    status: left ? "PendingRevocation" : (kept.status ?? "Provisioned"),
    createdAt: resource.created.at,
    // Never an end, or none, that nobody looked up.
    scheduleInfo: kept.stored ?? kept.scheduleInfo ?? { startDateTime: formatInstant(resource.created.at) },
    justification: kept.justification,
    ticket: kept.ticket,
    scheduleId: kept.scheduleId,
    accessRequestId: null,
    approvalId: null,
    asked: askedOf(kept),
  };
}

export function nameOf({ id }: Pick<SurfaceResource, "id">): string {
  return id.split("/").at(-1) ?? id;
}

export function statusWord(outcome: RequestOutcome): string {
  switch (outcome.name) {
    case "pending":
      return "PendingApproval";
    case "denied":
      return "Denied";
    case "canceled":
      return "Canceled";
    case "timedOut":
      return "TimedOut";
    case "scheduled":
      return "Granted";
    case "opening":
      return "PendingProvisioning";
    case "live":
      return "Provisioned";
    case "closing":
      return outcome.cause === "expired" ? endWord(outcome) : "PendingRevocation";
    case "ended":
      return endWord(outcome);
    default:
      return unreachable(outcome);
  }
}

/** As in Azure, a request that was provisioned stays so when its time is over; instances tell what is live. */
function endWord({ cause }: Extract<RequestOutcome, { cause: unknown }>): string {
  if (cause === "never_live") return "Failed";
  if (cause === "expired") return "Provisioned";
  return cause === "canceled" ? "Canceled" : "Revoked";
}
