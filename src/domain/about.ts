/** Requests and grants as subjects of events, and the facts both parties agree on. */
import type { AccessRequest, Terms } from "./access-request.ts";
import type { Grant } from "./grant.ts";
import type { About } from "./stamp.ts";
import type { JsonObject } from "./target-binding.ts";
import { formatDuration, formatInstant, type Instant } from "./time.ts";

export function aboutRequest(request: AccessRequest): About {
  const { id, tenantId, otherTenantId } = request;
  return { kind: "accessRequest", id, tenantId, otherTenantId, correlationId: id };
}

export function aboutGrant(grant: Grant): About {
  const { id, tenantId, otherTenantId } = grant;
  return { kind: "grant", id, tenantId, otherTenantId, correlationId: grant.requestId ?? id };
}

export function requestFacts(request: AccessRequest): JsonObject {
  return {
    requester: { ...request.requester },
    beneficiary: { ...request.beneficiary },
    scope: request.scope,
    terms: termsFacts(request.terms),
    justification: request.justification,
    purpose: request.purpose,
    ticket: request.ticket,
    emergency: request.emergency,
    extends: request.extendsGrantId,
  };
}

export function termsFacts(terms: Terms): JsonObject {
  return {
    roleDefinitionIds: [...terms.roleDefinitionIds],
    duration: formatDuration(terms.durationMs),
    startAt: isoOrNull(terms.startAt),
  };
}

export function grantFacts(grant: Grant): JsonObject {
  return {
    beneficiary: { ...grant.beneficiary },
    roleDefinitionId: grant.roleDefinitionId,
    scope: grant.scope,
    startsAt: formatInstant(grant.startsAt),
    endsAt: isoOrNull(grant.endsAt),
    requestId: grant.requestId,
    emergency: grant.emergency,
  };
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
