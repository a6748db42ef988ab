/** SelfActivate, SelfExtend and SelfDeactivate: what people do for themselves, and for what they own. */

import type { AccessRequest } from "../domain/access-request.ts";
import type { Grant } from "../domain/grant.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { scopeCovers } from "../domain/scope.ts";
import { addMs, covers } from "../domain/time.ts";
import type { SubmitInput } from "../policy/decisions/prepare.ts";
import { deactivateGrant } from "../use-cases/grants/end-grant.ts";
import { type ExtendInput, extendGrant } from "../use-cases/grants/extend-grant.ts";
import { submitRequest } from "../use-cases/requests/submit-request.ts";
import { ownerOf } from "../use-cases/scope-owner.ts";
import { lastSegment, type PimAsk } from "./ask.ts";
import { findGrant } from "./find-schedule.ts";
import { keepRequest } from "./keep-request.ts";
import type { PimCall } from "./pim-call.ts";
import { endAsked, lengthAsked } from "./schedule-info.ts";
import { findSchedule } from "./schedules.ts";

export async function activate(call: PimCall, ask: PimAsk, name: string): Promise<Outcome<unknown>> {
  const { deps, caller } = call;
  const owner = await ownerOf(deps, caller, ask.scope);
  if (!owner.ok) return owner;
  const also = keepRequest<AccessRequest>(call, { ask, name, owner: owner.value }, ({ id }) => ({
    subjectId: id,
    status: null,
    scheduleId: null,
    window: null,
  }));
  const linked = await requireLinked(call, ask);
  if (!linked.ok) return linked;
  return inOwnWords(await submitRequest(deps, caller, activationInput(call, ask), { also }));
}

/** INVARIANT I18: asked for by an eligibility that does not carry it, it is not given by another one. */
export async function requireLinked(call: PimCall, ask: PimAsk): Promise<Outcome<void>> {
  const named = lastSegment(ask.linked);
  if (named === null) return accept(undefined);
  const path = "/linkedRoleEligibilityScheduleId";
  const found = await findSchedule(call, "eligibility", ask.scope, named);
  const startsAt = ask.schedule.startAt ?? call.deps.clock.now();
  const endsAt = endAsked(ask.schedule, call.deps.clock.now());
  const carries =
    found.ok &&
    found.value.roleDefinitionId === ask.roleDefinitionId &&
    scopeCovers(found.value.scope, ask.scope) &&
    covers(found.value, { startsAt, endsAt: endsAt ?? addMs(startsAt, 1) });
  return carries
    ? accept(undefined)
    : reject(
        "invalid_input",
        "this is no eligibility that the role can be asked for by, here and for so long",
        {
          path,
        },
      );
}

/** Of an end that cannot be kept, under the name that it has here. */
export function inOwnWords<T>(outcome: Outcome<T>): Outcome<T> {
  if (outcome.ok || outcome.rejection.path !== "/endsAt") return outcome;
  const rejection = { ...outcome.rejection, path: "/scheduleInfo/expiration/endDateTime" };
  return { ok: false, rejection };
}

export function activationInput(_call: PimCall, ask: PimAsk): SubmitInput {
  return {
    scope: ask.scope,
    roleDefinitionIds: [ask.roleDefinitionId],
    ...lengthAsked(ask.schedule),
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
    window: null,
  }));
  return inOwnWords(await extendGrant(call.deps, call.caller, extensionInput(ask, grant), { also }));
}

export function extensionInput(ask: PimAsk, { id }: Grant): ExtendInput {
  const { schedule, justification, ticket } = ask;
  return { grantId: id, ...lengthAsked(schedule), justification, ticket };
}

export async function deactivate(call: PimCall, ask: PimAsk, name: string): Promise<Outcome<unknown>> {
  const found = await findGrant(call, ask, "activation");
  if (!found.ok) return found;
  const { id, tenantId } = found.value;
  const also = keepRequest<Grant>(call, { ask, name, owner: tenantId }, () => ({
    subjectId: call.deps.ids.next(),
    status: "Revoked",
    scheduleId: id,
    window: null,
  }));
  return deactivateGrant(call.deps, call.caller, id, also);
}
