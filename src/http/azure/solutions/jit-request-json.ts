/** An access request as Microsoft.Solutions knows it: a resource with a policy, a schedule and a state in Azure's words. */
import type { Grant } from "../../../domain/grant.ts";
import type { TenantId } from "../../../domain/ids.ts";
import { unreachable } from "../../../domain/rejection.ts";
import { outcomeOf, type RequestOutcome } from "../../../domain/request-outcome.ts";
import type { JsonObject } from "../../../domain/target-binding.ts";
import { formatDuration, formatInstant, type Instant } from "../../../domain/time.ts";
import type { Caller, SurfaceResource } from "../../../use-cases/ports.ts";
import type { RequestLife } from "../../../use-cases/views/request-lives.ts";
import { systemData } from "../resource-words.ts";

export const JIT_REQUESTS = "Microsoft.Solutions/jitRequests";

/** As the surface keeps it: what its maker wrote and the domain says in other words. */
export interface KeptJitRequest {
  readonly location: string | null;
  readonly policies: readonly { readonly principalId: string; readonly roleDefinitionId: string }[];
  readonly type: string;
  readonly startTime: string;
}

export function jitRequestJson(
  life: RequestLife,
  resource: SurfaceResource | null,
  { ref }: Caller,
  now: Instant,
) {
  const { request } = life;
  const kept = resource === null ? null : (resource.kept as unknown as KeptJitRequest);
  const id = resource?.id ?? defaultIdOf(life);
  return {
    id,
    name: id.split("/").at(-1),
    type: JIT_REQUESTS,
    ...(kept?.location == null ? {} : { location: kept.location }),
    tags: resource?.tags ?? {},
    ...(resource === null ? {} : { systemData: systemData(resource, ref.tenantId) }),
    properties: {
      applicationResourceId: applicationScopeOf(life),
      publisherTenantId: request.requester.tenantId,
      jitAuthorizationPolicies: kept?.policies ?? policiesOf(life),
      jitSchedulingPolicy: {
        type: kept?.type ?? "Once",
        // What is on the table: an approver may have given less than was asked.
        duration: formatDuration(request.terms.durationMs),
        startTime: kept?.startTime ?? formatInstant(request.asked.startAt ?? request.createdAt),
      },
      // The request is stored: that much has succeeded. What people make of it is its state.
      provisioningState: "Succeeded",
      jitRequestState: stateWord(outcomeOf(request, life.grants, now)),
      createdBy: createdBy(request, ref.tenantId),
      ...updatedBy(life, ref.tenantId),
    },
  };
}

/** Requests made on another surface have an id too: in their application's resource group, by their own id. */
export function defaultIdOf(life: RequestLife): string {
  const group = applicationScopeOf(life).split("/").slice(0, 5).join("/");
  return `${group}/providers/${JIT_REQUESTS}/${life.request.id}`;
}

/** A part of an application may be asked for; the resource names the whole. */
function applicationScopeOf({ request, application }: RequestLife): string {
  return application?.scope ?? request.scope;
}

export function stateWord(outcome: RequestOutcome): string {
  switch (outcome.name) {
    case "pending":
      return "Pending";
    case "denied":
      return "Denied";
    case "canceled":
      return "Canceled";
    case "timedOut":
      return "Timeout";
    case "scheduled":
    case "opening":
    case "live":
    // Azure has no word for an end that its target has yet to confirm: it stays what it was seen to be.
    case "closing":
      return "Approved";
    case "ended":
      return endWord(outcome);
    default:
      return unreachable(outcome);
  }
}

/** Access that no target ever held has failed; what somebody or a lost ground ended early was canceled. */
function endWord({ cause }: Extract<RequestOutcome, { cause: unknown }>): string {
  if (cause === "never_live") return "Failed";
  if (cause === "expired") return "Expired";
  return "Canceled";
}

function policiesOf({ request }: RequestLife) {
  return request.asked.roleDefinitionIds.map((roleDefinitionId) => ({
    principalId: request.beneficiary.objectId,
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roleDefinitionId}`,
  }));
}

function clientOf(oid: string, via: string): JsonObject {
  return { oid, puid: "", applicationId: via };
}

/** With what somebody asked is their own organisation's business. */
function createdBy({ requester, session }: RequestLife["request"], reader: TenantId): JsonObject {
  return clientOf(requester.objectId, requester.tenantId === reader ? session.via : "");
}

/** Who changed it last, if that is somebody of the reader's own organisation (I11). */
function updatedBy({ request, grants }: RequestLife, reader: TenantId) {
  const last = lastTouch(request, grants);
  return last === null || last.tenantId !== reader ? {} : { updatedBy: clientOf(last.objectId, "") };
}

function lastTouch(request: RequestLife["request"], grants: readonly Grant[]) {
  for (const { state } of grants) if ("by" in state && state.by !== null) return state.by;
  if ("by" in request.state && request.state.by !== null) return request.state.by;
  return request.approvals.at(-1)?.approver ?? null;
}
