/** Schedule requests, schedules and instances, as Graph shows them in either area. */

import type { JsonObject } from "../../domain/target-binding.ts";
import { formatInstant } from "../../domain/time.ts";
import { nameOf, type PimRequest } from "../../pim/pim-request.ts";
import { scheduleInfoJson } from "../../pim/schedule-info.ts";
import type { PimSchedule } from "../../pim/schedules.ts";
import type { Words } from "../../pim/words.ts";
import { resourcesBySubject } from "../../use-cases/surface-resources.ts";
import type { Area } from "./area.ts";
import { principalEntity } from "./directory-entities.ts";
import type { Entity } from "./entity.ts";
import type { GraphCall } from "./surface.ts";

export interface ShownRequest {
  readonly request: PimRequest;
  /** It was asked whether it could be made, and nothing was. */
  readonly isValidationOnly?: boolean;
}

export async function requestEntity(
  call: GraphCall,
  area: Area,
  words: Words,
  { request, isValidationOnly = false }: ShownRequest,
): Promise<Entity> {
  const waits = request.approvalId !== null;
  return {
    properties: {
      id: request.id,
      status: request.status,
      createdDateTime: formatInstant(request.createdAt),
      completedDateTime: waits ? null : formatInstant(request.createdAt),
      // The approval of a request goes by the request's own id.
      approvalId: waits ? request.id : null,
      customData: null,
      action: camel(request.requestType),
      principalId: request.principal.objectId,
      ...area.json(request),
      isValidationOnly,
      targetScheduleId: request.scheduleId,
      justification: request.justification,
      createdBy: await identitySet(words, request),
      scheduleInfo: infoJson(request.scheduleInfo),
      ticketInfo: {
        ticketNumber: request.ticket?.number ?? null,
        ticketSystem: request.ticket?.system ?? null,
      },
    },
    navigation: {
      principal: () => principalEntity(words, request.principal),
      ...area.navigation(call, words, request),
    },
  };
}

async function identitySet(words: Words, { requestor }: PimRequest) {
  const { id, displayName, type } = await words.principal(requestor);
  const who = { id, displayName };
  return type === "ServicePrincipal"
    ? { application: who, device: null, user: null }
    : { application: null, device: null, user: who };
}

export interface ShownSchedule {
  readonly schedule: PimSchedule;
  readonly instance: boolean;
  /** The name of the request that made it, as this surface knows it. */
  readonly requestName: string | null;
}

export function scheduleEntity(
  call: GraphCall,
  area: Area,
  words: Words,
  { schedule, instance, requestName }: ShownSchedule,
): Entity {
  const { id, of, principal, memberType, assignmentType, startsAt, endsAt } = schedule;
  const startDateTime = formatInstant(startsAt);
  const noun = area.set(of, "Schedules").replace(/s$/, "");
  const origin = area.prefix === "" ? { roleAssignmentOriginId: id } : {};
  return {
    properties: {
      id,
      principalId: principal.objectId,
      ...area.json(schedule),
      memberType: spelled(area, memberType),
      ...(of === "assignment" ? { assignmentType: spelled(area, assignmentType) } : {}),
      ...(instance
        ? {
            startDateTime,
            endDateTime: endsAt === null ? null : formatInstant(endsAt),
            [`${noun}Id`]: id,
            ...(of === "assignment" ? origin : {}),
          }
        : {
            status: schedule.status,
            createdUsing: requestName,
            createdDateTime: startDateTime,
            modifiedDateTime: null,
            scheduleInfo: infoJson(scheduleInfoJson(startsAt, { endsAt })),
          }),
    },
    navigation: {
      principal: () => principalEntity(words, principal),
      ...area.navigation(call, words, schedule),
    },
  };
}

/** Texts for roles, members of an enumeration for groups. */
function spelled(area: Area, word: string): string {
  return area.prefix === "" ? word : camel(word);
}

export function assignmentEntity(call: GraphCall, area: Area, words: Words, schedule: PimSchedule): Entity {
  const { id, principal } = schedule;
  return {
    properties: { id, principalId: principal.objectId, ...area.json(schedule), condition: null },
    navigation: {
      principal: () => principalEntity(words, principal),
      ...area.navigation(call, words, schedule),
    },
  };
}

/** Requests go by the names that their makers' surfaces gave them, where they gave them any. */
export async function requestNames(
  { deps, caller }: GraphCall,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await resourcesBySubject(deps, caller.ref.tenantId, "scheduleRequest", ids);
  return new Map([...found].map(([id, resource]) => [id, nameOf(resource)]));
}

/** What was written may hold more; it is given back in Graph's form and nothing else. */
function infoJson(info: JsonObject) {
  const expiration = (info.expiration ?? {}) as JsonObject;
  return {
    startDateTime: info.startDateTime ?? null,
    recurrence: null,
    expiration: {
      type: expirationType(expiration),
      endDateTime: expiration.endDateTime ?? null,
      duration: expiration.duration ?? null,
    },
  };
}

const EXPIRATIONS = ["afterDuration", "afterDateTime", "noExpiration"];

function expirationType({ type }: JsonObject): string {
  const written = String(type ?? "").toLowerCase();
  return EXPIRATIONS.find((one) => one.toLowerCase() === written) ?? "notSpecified";
}

function camel(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}
