/** Schedules and instances of assignments and eligibilities: who may, who holds, from when and until when. */
import { reject } from "../../../domain/rejection.ts";
import type { Of } from "../../../pim/pim-request.ts";
import {
  AFTER_SCHEDULE,
  afterSchedule,
  callersIdentity,
  findSchedule,
  listSchedules,
  type PimSchedule,
} from "../../../pim/schedules.ts";
import { inWords } from "../../../pim/words.ts";
import { filled } from "../../../use-cases/views/filled.ts";
import { type ArmAnswer, type ArmCall, type ArmOperation, answered, done, nameIn } from "../arm-operation.ts";
import { type PageAsk, page, pageAsked } from "../arm-page.ts";
import { filterOf, scheduleFilter, withRoleGuids } from "./filters.ts";
import { scheduleJson } from "./json.ts";
import { PIM } from "./versions.ts";

export const SCHEDULE_OPERATIONS: readonly ArmOperation[] = (["assignment", "eligibility"] as const).flatMap(
  (of) => [...operationsOf(of, false), ...operationsOf(of, true)],
);

function operationsOf(of: Of, instances: boolean): readonly ArmOperation[] {
  const noun = `Role${of === "assignment" ? "Assignment" : "Eligibility"}Schedule${instances ? "Instances" : "s"}`;
  const type = `${noun.charAt(0).toLowerCase()}${noun.slice(1)}`;
  const shared = { namespace: "Microsoft.Authorization", at: "scope", method: "GET", versions: PIM } as const;
  return [
    {
      ...shared,
      id: `${noun}_ListForScope`,
      path: [type],
      filters: true,
      handle: (call) => list(call, of, instances),
    },
    { ...shared, id: `${noun}_Get`, path: [type, "{name}"], handle: (call) => get(call, of, instances) },
  ];
}

async function list(call: ArmCall, of: Of, instances: boolean): Promise<ArmAnswer> {
  const asked = pageAsked(call, AFTER_SCHEDULE);
  if ("ok" in asked) return asked;
  const identity = await callersIdentity(call);
  if (identity === null) return reject("unknown_principal", "your identity is not known here any more");
  const keep = filterOf(withRoleGuids(call.query.get("$filter")), scheduleFilter(call.scope, identity));
  if (!keep.ok) return keep;
  const read = (ask: PageAsk) => listSchedules(call, { of, instances, scope: call.scope, ...ask });
  const found = await filled(asked, read, keep.value, afterSchedule);
  return answered(found, async ({ items, after }) =>
    page(call, await jsonOfAll(call, items, instances), after),
  );
}

async function get(call: ArmCall, of: Of, instances: boolean): Promise<ArmAnswer> {
  const found = await findSchedule(call, of, call.scope, nameIn(call, "name"));
  if (!found.ok || (instances && !found.value.inEffect))
    return reject("not_found", "there is no schedule of this name in effect that you can see");
  return done(200, (await jsonOfAll(call, [found.value], instances))[0]);
}

async function jsonOfAll(call: ArmCall, schedules: readonly PimSchedule[], instances: boolean) {
  return inWords(call, schedules, (words, schedule) => scheduleJson(words, schedule, instances));
}
