/** Schedules and instances of assignments and eligibilities: who may, who holds, from when and until when. */

import { reject } from "../../../domain/rejection.ts";
import type { Of } from "../../../pim/pim-request.ts";
import {
  afterSchedule,
  callersIdentity,
  findSchedule,
  listSchedules,
  type PimSchedule,
} from "../../../pim/schedules.ts";
import { inWords } from "../../../pim/words.ts";
import type { PageAsk } from "../../../use-cases/ports.ts";
import { filled } from "../../../use-cases/views/pages.ts";
import { type Answer, answered, done, nameIn } from "../../odata/operation.ts";
import { fitsSchedules } from "../../odata/page.ts";
import { page, pageAsked } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { filterOf, scheduleFilter, withRoleGuids } from "./filters.ts";
import { hasForm, scheduleJson } from "./json.ts";
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

async function list(call: ArmCall, of: Of, instances: boolean): Promise<Answer> {
  const asked = pageAsked(call, fitsSchedules(of));
  if (!asked.ok) return asked;
  const identity = await callersIdentity(call);
  if (identity === null) return reject("unknown_principal", "your identity is not known here any more");
  const keep = filterOf(withRoleGuids(call.query.get("$filter")), scheduleFilter(call.scope, identity));
  if (!keep.ok) return keep;
  const read = (ask: PageAsk) => listSchedules(call, { of, instances, scope: call.scope, ...ask });
  const isWanted = (one: PimSchedule) => hasForm(one) && keep.value(one);
  const found = await filled(asked.value, read, isWanted, afterSchedule);
  return answered(found, async ({ items, after }) =>
    page(call, await jsonOfAll(call, items, instances), after),
  );
}

async function get(call: ArmCall, of: Of, instances: boolean): Promise<Answer> {
  const found = await findSchedule(call, of, call.scope, nameIn(call, "name"));
  if (!found.ok || !hasForm(found.value) || (instances && !found.value.inEffect))
    return reject("not_found", "there is no schedule of this name in effect that you can see");
  return done(200, (await jsonOfAll(call, [found.value], instances))[0]);
}

async function jsonOfAll(call: ArmCall, schedules: readonly PimSchedule[], instances: boolean) {
  return inWords(call, schedules, (words, schedule) => scheduleJson(words, schedule, instances));
}
