/** SelfActivate, SelfExtend and SelfDeactivate: what people do for themselves, and for what they own. */

import type { AccessRequest } from "../domain/access-request.ts";
import type { Grant } from "../domain/grant.ts";
import type { Outcome } from "../domain/rejection.ts";
import type { SubmitInput } from "../policy/decisions/prepare.ts";
import { deactivateGrant } from "../use-cases/grants/end-grant.ts";
import { extendGrant } from "../use-cases/grants/extend-grant.ts";
import { submitRequest } from "../use-cases/requests/submit-request.ts";
import { ownerOf } from "../use-cases/scope-owner.ts";
import type { PimAsk } from "./ask.ts";
import { findGrant } from "./find-schedule.ts";
import { keepRequest } from "./keep-request.ts";
import type { PimCall } from "./pim-call.ts";
import { durationAsked } from "./schedule-info.ts";

export async function activate(call: PimCall, ask: PimAsk, name: string): Promise<Outcome<unknown>> {
  const { deps, caller } = call;
  const owner = await ownerOf(deps, caller, ask.scope);
  if (!owner.ok) return owner;
  const also = keepRequest<AccessRequest>(call, { ask, name, owner: owner.value }, ({ id }) => ({
    subjectId: id,
    status: null,
    scheduleId: null,
  }));
  return submitRequest(deps, caller, activationInput(call, ask), { also });
}

export function activationInput({ deps }: PimCall, ask: PimAsk): SubmitInput {
  return {
    scope: ask.scope,
    roleDefinitionIds: [ask.roleDefinitionId],
    durationMs: durationAsked(ask.schedule, deps.clock.now()),
    startAt: ask.schedule.startAt,
    neededUntil: null,
    justification: ask.justification,
    ticket: ask.ticket,
    purpose: null,
    plan: null,
    beneficiary: ask.principal,
    emergency: false,
  };
}

export async function extend(call: PimCall, ask: PimAsk, name: string): Promise<Outcome<unknown>> {
  const found = await findGrant(call, ask, "activation");
  if (!found.ok) return found;
  const grant = found.value;
  const also = keepRequest<AccessRequest>(call, { ask, name, owner: grant.tenantId }, ({ id }) => ({
    subjectId: id,
    status: null,
    scheduleId: grant.id,
  }));
  const input = {
    grantId: grant.id,
    durationMs: durationAsked(ask.schedule, call.deps.clock.now()),
    justification: ask.justification,
    ticket: ask.ticket,
  };
  return extendGrant(call.deps, call.caller, input, { also });
}

export async function deactivate(call: PimCall, ask: PimAsk, name: string): Promise<Outcome<unknown>> {
  const found = await findGrant(call, ask, "activation");
  if (!found.ok) return found;
  const { id, tenantId } = found.value;
  const also = keepRequest<Grant>(call, { ask, name, owner: tenantId }, () => ({
    subjectId: call.deps.ids.next(),
    status: "Revoked",
    scheduleId: id,
  }));
  return deactivateGrant(call.deps, call.caller, id, also);
}
