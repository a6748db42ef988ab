/** Schedules and instances of assignments and eligibilities: who may, who holds, from when and until when. */

import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import type { Of } from "../../../pim/pim-request.ts";
import { callersIdentity, findSchedule, type PimSchedule, schedulesAt } from "../../../pim/schedules.ts";
import { inWords } from "../../../pim/words.ts";
import { type Answer, done, nameIn } from "../../odata/operation.ts";
import { FILTERED, fitsSchedules, type Listing } from "../../odata/page.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { scheduleFilter } from "./filters.ts";
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
      options: FILTERED,
      handle: (call) => list(call, of, instances),
    },
    { ...shared, id: `${noun}_Get`, path: [type, "{name}"], handle: (call) => get(call, of, instances) },
  ];
}

function list(call: ArmCall, of: Of, instances: boolean): Promise<Answer> {
  const shape = (all: readonly PimSchedule[]) => jsonOfAll(call, all, instances);
  return listOf(call, fitsSchedules(of), () => schedulesHere(call, of, instances), shape);
}

/** At the call's scope, as far as they have a form here. */
export async function schedulesHere(
  call: ArmCall,
  of: Of,
  instances: boolean,
): Promise<Outcome<Listing<PimSchedule>>> {
  const identity = await callersIdentity(call);
  if (!identity.ok) return identity;
  const source = schedulesAt(call, identity.value, { of, instances, scope: call.scope });
  return accept({ source, isHere: hasForm, able: scheduleFilter(call.scope, identity.value) });
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
