/** What `$filter` may ask of requests and schedules; functions narrow to the caller as Azure's do. */
import {
  type Identity,
  identityIncludes,
  type PrincipalRef,
  samePrincipal,
} from "../../../domain/principal.ts";
import { type Scope, sameScope, scopeCovers } from "../../../domain/scope.ts";
import { formatInstant } from "../../../domain/time.ts";
import type { PimRequest } from "../../../pim/pim-request.ts";
import type { PimSchedule } from "../../../pim/schedules.ts";
import type { Filterable } from "../../odata/matches.ts";

interface Subject {
  readonly scope: Scope;
  readonly principal: PrincipalRef;
  readonly roleDefinitionId: string;
}

/** `identity`: the caller, whom `asTarget()` means, with every group that holds them. */
function ofSubject<T extends Subject>(asked: Scope, identity: Identity) {
  return {
    properties: {
      principalId: ({ principal }: T) => principal.objectId,
      roleDefinitionId: ({ roleDefinitionId }: T) => roleDefinitionId,
      scope: ({ scope }: T) => scope,
    },
    functions: {
      // At the scope and above it, but not below.
      atScope: ({ scope }: T) => scopeCovers(scope, asked),
      atExactScope: ({ scope }: T) => sameScope(scope, asked),
      asTarget: ({ principal }: T) => identityIncludes(identity, principal),
      assignedTo: ({ principal }: T, [id]: readonly unknown[]) =>
        principal.objectId === String(id).toLowerCase(),
    },
  };
}

export function requestFilter(asked: Scope, identity: Identity): Filterable<PimRequest> {
  const { properties, functions } = ofSubject<PimRequest>(asked, identity);
  return {
    properties: {
      ...properties,
      status: ({ status }) => status,
      requestType: ({ requestType }) => requestType,
      requestorId: ({ requestor }) => requestor.objectId,
      createdOn: ({ createdAt }) => formatInstant(createdAt),
    },
    functions: { ...functions, asRequestor: ({ requestor }) => samePrincipal(requestor, identity.principal) },
  };
}

export function scheduleFilter(asked: Scope, identity: Identity): Filterable<PimSchedule> {
  const { properties, functions } = ofSubject<PimSchedule>(asked, identity);
  return {
    properties: {
      ...properties,
      status: ({ status }) => status,
      assignmentType: ({ assignmentType }) => assignmentType,
      memberType: ({ memberType }) => memberType,
      startDateTime: ({ startsAt }) => formatInstant(startsAt),
      endDateTime: ({ endsAt }) => (endsAt === null ? null : formatInstant(endsAt)),
      roleAssignmentScheduleId: ({ id }) => id,
      roleEligibilityScheduleId: ({ id }) => id,
    },
    functions,
  };
}
