/** Schedules, their instances and what is assigned right now: who may, who holds, from when and until when. */

import { type Outcome, reject } from "../../domain/rejection.ts";
import type { Scope } from "../../domain/scope.ts";
import { formatInstant } from "../../domain/time.ts";
import type { Of } from "../../pim/pim-request.ts";
import { afterSchedule, findSchedule, listSchedules, type PimSchedule } from "../../pim/schedules.ts";
import type { Words } from "../../pim/words.ts";
import { filled } from "../../use-cases/views/pages.ts";
import { predicateOf } from "../odata/matches.ts";
import { type Answer, nameIn } from "../odata/operation.ts";
import { fitsSchedules } from "../odata/page.ts";
import type { Area } from "./area.ts";
import { DIRECTORY } from "./directory-area.ts";
import { answerOne, answerPage, type Entity } from "./entity.ts";
import { isMine } from "./is-mine.ts";
import { optionsOf } from "./options.ts";
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
    handle: (call) => listMine(call, set),
  };
  return [
    { ...shared, id: id("List"), path, handle: (call) => list(call, set) },
    ...(form === "assignment" ? [] : [mine]),
    { ...shared, id: id("Get"), path: [...path, "{id}"], handle: (call) => get(call, set) },
  ];
}

async function list(
  call: GraphCall,
  set: ScheduleSet,
  isWanted: (one: PimSchedule) => boolean = () => true,
): Promise<Answer> {
  const { area, of, form, context } = set;
  const order = of === "assignment" ? "startDateTime desc" : "id";
  const options = optionsOf(call, { navigation: area.navigations, order, fits: fitsSchedules(of) });
  if (!options.ok) return options;
  const { filter } = options.value;
  const keep = predicateOf(filter, { properties: filterable(area), functions: {} });
  if (!keep.ok) return keep;
  const asked = { of, instances: form !== "schedule", scope: area.scopeIn(filter) };
  const page = await filled(
    options.value,
    (ask) => listSchedules(call, { ...asked, ...ask }),
    (one) => area.holds(one) && isWanted(one) && keep.value(one),
    afterSchedule,
  );
  if (!page.ok) return page;
  const names = await namesFor(call, page.value.items);
  return answerPage(call, context, { ...page.value, options: options.value }, (words, one) =>
    entityOf(call, set, words, { schedule: one, names }),
  );
}

async function listMine(call: GraphCall, set: ScheduleSet): Promise<Answer> {
  if (call.names.on?.toLowerCase() !== "principal")
    return reject("invalid_input", "filterByCurrentUser of schedules is on='principal'");
  const mine = await isMine(call);
  return mine.ok ? list(call, set, ({ principal }) => mine.value(principal)) : mine;
}

async function get(call: GraphCall, set: ScheduleSet): Promise<Answer> {
  const options = optionsOf(call, { navigation: set.area.navigations });
  if (!options.ok) return options;
  const found = await find(call, set);
  if (!found.ok) return found;
  const names = await namesFor(call, [found.value]);
  const make = (words: Words) => entityOf(call, set, words, { schedule: found.value, names });
  return answerOne(call, set.context, make, options.value);
}

async function find(call: GraphCall, { area, of, form }: ScheduleSet): Promise<Outcome<PimSchedule>> {
  const found = await findSchedule(call, of, ROOT, nameIn(call, "id"));
  if (found.ok && area.holds(found.value) && (form === "schedule" || found.value.inEffect)) return found;
  return reject("not_found", "there is no schedule of this id in effect here that you can see");
}

async function namesFor(call: GraphCall, schedules: readonly PimSchedule[]) {
  return requestNames(
    call,
    schedules.flatMap(({ requestId }) => requestId ?? []),
  );
}

function entityOf(
  call: GraphCall,
  { area, form }: ScheduleSet,
  words: Words,
  { schedule, names }: { schedule: PimSchedule; names: ReadonlyMap<string, string> },
): Entity {
  if (form === "assignment") return assignmentEntity(call, area, words, schedule);
  const { requestId } = schedule;
  const requestName = requestId === null ? null : (names.get(requestId) ?? requestId);
  return scheduleEntity(call, area, words, { schedule, instance: form === "instance", requestName });
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
