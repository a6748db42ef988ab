/** AdminAssign and what follows it: assignments that somebody makes, changes or ends without a request. */
import type { Grant } from "../domain/grant.ts";
import { accept, type Outcome } from "../domain/rejection.ts";
import { madeIn } from "../use-cases/conclude.ts";
import { type AssignInput, assignRole } from "../use-cases/grants/assign-role.ts";
import { revokeAt, revokeGrant } from "../use-cases/grants/end-grant.ts";
import { ownerOf } from "../use-cases/scope-owner.ts";
import type { PimAsk } from "./ask.ts";
import { findGrant } from "./find-schedule.ts";
import { keepRequest } from "./keep-request.ts";
import type { PimCall } from "./pim-call.ts";
import { endAsked } from "./schedule-info.ts";

export async function assign(call: PimCall, ask: PimAsk, name: string): Promise<Outcome<unknown>> {
  return make(call, ask, name, assignmentInput(call, ask));
}

export function assignmentInput({ deps }: PimCall, ask: PimAsk): AssignInput {
  return {
    scope: ask.scope,
    roleDefinitionId: ask.roleDefinitionId,
    beneficiary: ask.principal,
    startsAt: ask.schedule.startAt,
    endsAt: endAsked(ask.schedule, deps.clock.now()),
    justification: ask.justification,
  };
}

/** Other dates are another assignment: the old one ends in the transaction that makes the new one. */
export async function replaceAssignment(call: PimCall, ask: PimAsk, name: string): Promise<Outcome<unknown>> {
  const found = await findGrant(call, ask, "standing");
  if (!found.ok) return found;
  return make(call, ask, name, { ...assignmentInput(call, ask), replaces: found.value });
}

async function make(call: PimCall, ask: PimAsk, name: string, input: AssignInput): Promise<Outcome<unknown>> {
  const owner = await ownerOf(call.deps, call.caller, ask.scope);
  if (!owner.ok) return owner;
  const also = keepRequest<Grant>(call, { ask, name, owner: owner.value }, (grant) => ({
    subjectId: call.deps.ids.next(),
    status: grant.state.name === "scheduled" ? "Granted" : "Provisioned",
    scheduleId: grant.id,
    window: grant,
  }));
  return assignRole(call.deps, call.caller, input, { also });
}

/** Everything that the principal holds of the role at the scope, whether assigned or activated. */
export async function removeAssignment(call: PimCall, ask: PimAsk, name: string): Promise<Outcome<unknown>> {
  const first = await findGrant(call, ask, null);
  if (!first.ok) return first;
  const also = keepRequest<Grant>(call, { ask, name, owner: first.value.tenantId }, ({ id }) => ({
    subjectId: call.deps.ids.next(),
    status: "Revoked",
    scheduleId: id,
    window: null,
  }));
  const revoked = madeIn(
    await revokeAt(call.deps, call.caller, first.value.id, { justification: ask.justification, also }),
  );
  if (!revoked.ok || ask.target !== null) return revoked;
  for (let next = await findGrant(call, ask, null); next.ok; next = await findGrant(call, ask, null)) {
    const more = await revokeGrant(call.deps, call.caller, next.value.id, ask.justification);
    if (!more.ok) return more;
  }
  return accept(revoked.value);
}
