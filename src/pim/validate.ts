/** What would happen: every rule is asked as when it happens, and nothing is stored. */

import { accept, type Outcome } from "../domain/rejection.ts";
import { assignRole } from "../use-cases/grants/assign-role.ts";
import { previewRequest } from "../use-cases/requests/preview-request.ts";
import type { PimAsk } from "./ask.ts";
import { findGrant } from "./find-schedule.ts";
import { activationInput } from "./perform-activation.ts";
import { assignmentInput } from "./perform-assignment.ts";
import { performEligibility } from "./perform-eligibility.ts";
import type { PimCall } from "./pim-call.ts";
import { askedOf, type PimRequest } from "./pim-request.ts";

export async function validatePimAsk(call: PimCall, ask: PimAsk): Promise<Outcome<unknown>> {
  const { deps, caller } = call;
  if (ask.of === "eligibility") return performEligibility(call, ask, "validate", true);
  switch (ask.requestType) {
    case "SelfActivate":
    case "SelfRenew": {
      const preview = await previewRequest(deps, caller, activationInput(call, ask));
      if (!preview.ok) return preview;
      const { refusal } = preview.value;
      return refusal === null ? accept(preview.value) : { ok: false, rejection: refusal };
    }
    case "AdminAssign":
    case "AdminRenew":
      return assignRole(deps, caller, { ...assignmentInput(call, ask), dryRun: true });
    case "AdminUpdate":
    case "AdminExtend": {
      const found = await findGrant(call, ask, "standing");
      if (!found.ok) return found;
      return assignRole(deps, caller, { ...assignmentInput(call, ask), replaces: found.value, dryRun: true });
    }
    case "SelfDeactivate":
    case "SelfExtend":
    case "AdminRemove": {
      const found = await findGrant(call, ask, ask.requestType === "AdminRemove" ? null : "activation");
      return found.ok ? accept(found.value) : found;
    }
  }
}

/** What would be shown of it, had it been made; nothing is stored under this id. */
export function asIfMade({ deps, caller }: PimCall, ask: PimAsk, id: string, status: string): PimRequest {
  const { scope, scheduleInfo } = ask;
  return {
    ...askedOf(ask),
    ...{ id, scope, status, scheduleInfo: scheduleInfo ?? {} },
    tenantId: caller.ref.tenantId,
    requestor: caller.ref,
    createdAt: deps.clock.now(),
    scheduleId: null,
    accessRequestId: null,
    approvalId: null,
    asked: null,
  };
}
