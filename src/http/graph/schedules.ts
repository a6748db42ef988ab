/** Schedules, their instances and what is assigned right now: who may, who holds, from when and until when. */

import { identityIncludes } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Scope } from "../../domain/scope.ts";
import { formatInstant } from "../../domain/time.ts";
import type { Of } from "../../pim/pim-request.ts";
import { callersIdentity, findSchedule, type PimSchedule, schedulesAt } from "../../pim/schedules.ts";
import type { Words } from "../../pim/words.ts";
import { type Answer, nameIn } from "../odata/operation.ts";
import { fitsSchedules } from "../odata/page.ts";
import type { Area } from "./area.ts";
import { DIRECTORY } from "./directory-area.ts";
import { answerFound, type Entity, listOf } from "./entity.ts";
import { OF_LIST, OF_ONE } from "./options.ts";
import { assignmentEntity, requestNames, scheduleEntity } from "./schedule-entities.ts";
import type { GraphCall, GraphOperation } from "./surface.ts";
import { BOTH } from "./versions.ts";

const ROOT = "/" as Scope;

type Form = "schedule" | "instance" | "assignment";

interface ScheduleSet {
  readonly area: Area;
  readonly of: Of;
  readonly form: Form;
  readonly context: string;
}

export function scheduleOperations(area: Area, of: Of): readonly GraphOperation[] {
  const schedules = area.set(of, "Schedules");
  const instances = area.set(of, "ScheduleInstances");
  return [...operationsOf(area, of, "schedule", schedules), ...operationsOf(area, of, "instance", instances)];
}

export const ROLE_ASSIGNMENT_OPERATIONS = operationsOf(
  DIRECTORY,
  "assignment",
  "assignment",
  "roleAssignments",
);

function operationsOf(area: Area, of: Of, form: Form, name: string): GraphOperation[] {
  const path = [...area.path, name];
  const set: ScheduleSet = { area, of, form, context: path.join("/") };
  const shared = { method: "GET", versions: BOTH } as const;
  const id = (verb: string) => `${area.prefix}${name}_${verb}`;
  const mine: GraphOperation = {
    ...shared,
    id: id("FilterByCurrentUser"),
    path: [...path, "filterByCurrentUser()"],
    options: OF_LIST,
    handle: (call) => listMine(call, set),
  };
  return [
    { ...shared, id: id("List"), path, options: OF_LIST, handle: (call) => list(call, set) },
    ...(form === "assignment" ? [] : [mine]),
    { ...shared, id: id("Get"), path: [...path, "{id}"], options: OF_ONE, handle: (call) => get(call, set) },
  ];
}

async function list(call: GraphCall, set: ScheduleSet, isMine = false): Promise<Answer> {
  const { area, of, form, context } = set;
  return listOf<PimSchedule>(call, {
    navigation: area.navigations,
    order: of === "assignment" ? "startDateTime desc" : "id",
    fits: fitsSchedules(of),
    context,
    async listed(filter) {
      const identity = await callersIdentity(call);
      if (!identity.ok) return identity;
      const wanted = { of, instances: form !== "schedule", scope: area.scopeIn(filter) };
      return accept({
        source: schedulesAt(call, identity.value, wanted),
        isHere: (one) => area.holds(one) && (!isMine || identityIncludes(identity.value, one.principal)),
        able: { properties: filterable(area) },
      });
    },
    entities: (all) => entitiesOf(call, set, all),
  });
}

async function listMine(call: GraphCall, set: ScheduleSet): Promise<Answer> {
  if (call.names.on?.toLowerCase() !== "principal")
    return reject("invalid_input", "filterByCurrentUser of schedules is on='principal'");
  return list(call, set, true);
}

function get(call: GraphCall, set: ScheduleSet): Promise<Answer> {
  const able = { navigation: set.area.navigations, context: set.context };
  return answerFound(
    call,
    able,
    () => find(call, set),
    async (one, words) => (await entitiesOf(call, set, [one]))(one, words),
  );
}

async function find(call: GraphCall, { area, of, form }: ScheduleSet): Promise<Outcome<PimSchedule>> {
  const found = await findSchedule(call, of, ROOT, nameIn(call, "id"));
  if (found.ok && area.holds(found.value) && (form === "schedule" || found.value.inEffect)) return found;
  return reject("not_found", "there is no schedule of this id in effect here that you can see");
}

/** By the names of the requests that made them, as this surface knows those. */
async function entitiesOf(call: GraphCall, { area, form }: ScheduleSet, all: readonly PimSchedule[]) {
  const ids = all.flatMap(({ requestId }) => requestId ?? []);
  const names = await requestNames(call, ids);
  return (schedule: PimSchedule, words: Words): Entity => {
    if (form === "assignment") return assignmentEntity(call, area, words, schedule);
    const { requestId } = schedule;
    const requestName = requestId === null ? null : (names.get(requestId) ?? requestId);
    return scheduleEntity(call, area, words, { schedule, instance: form === "instance", requestName });
  };
}

function filterable(area: Area) {
  const id = ({ id: own }: PimSchedule) => own;
  const starts = ({ startsAt }: PimSchedule) => formatInstant(startsAt);
  const ends = ({ endsAt }: PimSchedule) => (endsAt === null ? null : formatInstant(endsAt));
  return {
    ...area.filterable,
    id,
    principalId: ({ principal }: PimSchedule) => principal.objectId,
    status: ({ status }: PimSchedule) => status,
    memberType: ({ memberType }: PimSchedule) => memberType,
    assignmentType: ({ assignmentType }: PimSchedule) => assignmentType,
    startDateTime: starts,
    endDateTime: ends,
    createdDateTime: starts,
    [`${area.set("assignment", "Schedules").replace(/s$/, "")}Id`]: id,
    [`${area.set("eligibility", "Schedules").replace(/s$/, "")}Id`]: id,
  };
}
