/** Does what a schedule request asks for: each type is a use case that there is anyway. Nothing is decided here. */
import { type Outcome, unreachable } from "../domain/rejection.ts";
import type { PimAsk } from "./ask.ts";
import { activate, deactivate, extend } from "./perform-activation.ts";
import { assign, removeAssignment, replaceAssignment } from "./perform-assignment.ts";
import { performEligibility } from "./perform-eligibility.ts";
import type { PimCall } from "./pim-call.ts";

/** `name`: the GUID by which it will be found. */
export async function perform(call: PimCall, ask: PimAsk, name: string): Promise<Outcome<unknown>> {
  if (ask.of === "eligibility") return performEligibility(call, ask, name);
  switch (ask.requestType) {
    case "SelfActivate":
    // What has run out is asked for anew.
    case "SelfRenew":
      return activate(call, ask, name);
    case "SelfExtend":
      return extend(call, ask, name);
    case "SelfDeactivate":
      return deactivate(call, ask, name);
    case "AdminAssign":
    case "AdminRenew":
      return assign(call, ask, name);
    case "AdminUpdate":
    case "AdminExtend":
      return replaceAssignment(call, ask, name);
    case "AdminRemove":
      return removeAssignment(call, ask, name);
    default:
      return unreachable(ask.requestType);
  }
}
