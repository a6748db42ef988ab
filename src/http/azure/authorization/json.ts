/** Schedule requests, schedules and their instances in the form of Microsoft.Authorization 2020-10-01. */
import { groupOf } from "../../../domain/scope.ts";
import { formatInstant, type Instant } from "../../../domain/time.ts";
import type { PimRequest } from "../../../pim/pim-request.ts";
import type { PimSchedule } from "../../../pim/schedules.ts";
import type { Words } from "../../../pim/words.ts";

export const PROVIDER = "Microsoft.Authorization";

/** `/` and a provider make one slash, not two. */
export function idUnder(scope: string, type: string, name: string): string {
  return `${scope === "/" ? "" : scope}/providers/${PROVIDER}/${type}/${name}`;
}

export function roleIdAt(scope: string, roleDefinitionId: string): string {
  const [, word, subscription] = scope.split("/");
  const under = word === undefined || word === "" ? "/" : `/${word}/${subscription}`;
  return idUnder(under, "roleDefinitions", roleDefinitionId);
}

/** A group's ids are no resource ids: what is about one has its form in Graph alone. */
export function hasForm({ scope }: Pick<PimRequest | PimSchedule, "scope">): boolean {
  return groupOf(scope) === null;
}

export async function requestJson(words: Words, request: PimRequest) {
  const { of, scope, scheduleId, ticket } = request;
  const type = of === "assignment" ? "roleAssignmentScheduleRequests" : "roleEligibilityScheduleRequests";
  const schedules = of === "assignment" ? "roleAssignmentSchedules" : "roleEligibilitySchedules";
  const target = of === "assignment" ? "targetRoleAssignmentScheduleId" : "targetRoleEligibilityScheduleId";
  return {
    id: idUnder(scope, type, request.id),
    name: request.id,
    type: `${PROVIDER}/${type}`,
    properties: {
      ...(await subject(words, request)),
      requestType: request.requestType,
      status: request.status,
      ...optional(
        "approvalId",
        request.approvalId && idUnder(scope, "roleAssignmentApprovals", request.approvalId),
      ),
      ...optional(target, scheduleId && idUnder(scope, schedules, scheduleId)),
      ...optional("linkedRoleEligibilityScheduleId", request.asked?.linked ?? null),
      scheduleInfo: request.scheduleInfo,
      ...optional("justification", request.justification),
      ...(ticket === null
        ? {}
        : { ticketInfo: { ticketNumber: ticket.number, ticketSystem: ticket.system } }),
      createdOn: formatInstant(request.createdAt),
      requestorId: request.requestor.objectId,
      expandedProperties: await expanded(words, request),
    },
  };
}

export async function scheduleJson(words: Words, schedule: PimSchedule, instance: boolean) {
  const { of, scope, id } = schedule;
  const kind = of === "assignment" ? "roleAssignment" : "roleEligibility";
  const type = `${kind}Schedule${instance ? "Instances" : "s"}`;
  const scheduleId = idUnder(scope, `${kind}Schedules`, id);
  return {
    id: idUnder(scope, type, id),
    name: id,
    type: `${PROVIDER}/${type}`,
    properties: {
      ...(await subject(words, schedule)),
      ...(instance ? { [`${kind}ScheduleId`]: scheduleId } : {}),
      ...(!instance && schedule.requestId !== null
        ? { [`${kind}ScheduleRequestId`]: idUnder(scope, `${kind}ScheduleRequests`, schedule.requestId) }
        : {}),
      ...(of === "assignment" ? { assignmentType: schedule.assignmentType } : {}),
      ...(of === "assignment" && instance
        ? { originRoleAssignmentId: idUnder(scope, "roleAssignments", id) }
        : {}),
      memberType: schedule.memberType,
      status: schedule.status,
      startDateTime: formatInstant(schedule.startsAt),
      ...optional("endDateTime", isoOrNull(schedule.endsAt)),
      createdOn: formatInstant(schedule.startsAt),
      expandedProperties: await expanded(words, schedule),
    },
  };
}

async function subject(words: Words, { scope, roleDefinitionId, principal }: PimRequest | PimSchedule) {
  const { type } = await words.principal(principal);
  return {
    scope,
    roleDefinitionId: roleIdAt(scope, roleDefinitionId),
    principalId: principal.objectId,
    principalType: type,
  };
}

async function expanded(words: Words, { scope, roleDefinitionId, principal }: PimRequest | PimSchedule) {
  const { builtIn, displayName } = await words.role(roleDefinitionId);
  const { email, ...who } = await words.principal(principal);
  return {
    scope: await words.scope(scope),
    roleDefinition: {
      id: roleIdAt(scope, roleDefinitionId),
      displayName,
      type: builtIn ? "BuiltInRole" : "CustomRole",
    },
    principal: { ...who, ...optional("email", email) },
  };
}

export function optional(name: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [name]: value };
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
