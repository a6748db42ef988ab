/** What would happen: every rule is asked as when it happens, and nothing is stored. */

import { accept, type Outcome } from "../domain/rejection.ts";
import { assignRole } from "../use-cases/grants/assign-role.ts";
import { previewExtension } from "../use-cases/grants/extend-grant.ts";
import { type Previewed, previewRequest } from "../use-cases/requests/preview-request.ts";
import type { PimAsk } from "./ask.ts";
import { findGrant } from "./find-schedule.ts";
import { activationInput, extensionInput, inOwnWords, requireLinked } from "./perform-activation.ts";
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
      const linked = await requireLinked(call, ask);
      if (!linked.ok) return linked;
      return inOwnWords(unrefused(await previewRequest(deps, caller, activationInput(call, ask))));
    }
    case "SelfExtend": {
      const found = await findGrant(call, ask, "activation");
      if (!found.ok) return found;
      return inOwnWords(unrefused(await previewExtension(deps, caller, extensionInput(ask, found.value))));
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
    case "AdminRemove": {
      const found = await findGrant(call, ask, ask.requestType === "AdminRemove" ? null : "activation");
      return found.ok ? accept(found.value) : found;
    }
  }
}

function unrefused(preview: Outcome<Previewed>): Outcome<Previewed> {
  const refusal = preview.ok ? preview.value.refusal : null;
  return refusal === null ? preview : { ok: false, rejection: refusal };
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
