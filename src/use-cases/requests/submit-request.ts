/** Asks for access: stored as pending, or approved at once where the settings say so. */
import { type AccessRequest, defaultNeededUntil, pendingState } from "../../domain/access-request.ts";
import { type AccessRequestId, asId } from "../../domain/ids.ts";
import { refOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Approval } from "../../domain/role-settings.ts";
import type { Instant } from "../../domain/time.ts";
import { aboutRequest, requestFacts } from "../about.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { recordRefusal } from "../record-refusal.ts";
import { ownerOf } from "../scope-owner.ts";
import { stamp, stampSystem } from "../stamp.ts";
import { type Alongside, nothingAlongside } from "../surface-resources.ts";
import { type Prepared, prepareRequest, refusalOf, type SubmitInput } from "./prepare-request.ts";
import { settleRequest } from "./settle-request.ts";

export async function submitRequest(
  deps: Deps,
  caller: Caller,
  input: SubmitInput,
  also: Alongside<AccessRequest> = nothingAlongside,
): Promise<Outcome<AccessRequest>> {
  if (caller.limited && input.emergency) {
    return reject("forbidden", "a device sign-in cannot break glass; sign in with `curfew login`");
  }
  const owner = await ownerOf(deps, caller, input.scope);
  if (!owner.ok) return owner;
  const outcome = await deps.store.inTenant(owner.value, async (tx) => {
    await tx.serializeAsks([caller.ref, input.beneficiary ?? caller.ref]);
    const now = deps.clock.now();
    const prepared = await prepareRequest(tx, caller, input, now);
    if (!prepared.ok) return prepared;
    const free = await also.check(tx);
    if (!free.ok) return free;
    const stored = await storeRequest(tx, deps, caller, input, prepared.value, now);
    if (stored.ok) await also.write(tx, stored.value);
    return stored;
  });
  if (outcome.ok) deps.store.wake();
  return outcome;
}

/** Shared with extensions, which are requests as well. */
export async function storeRequest(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  input: SubmitInput,
  prepared: Prepared,
  now: Instant,
  extendsGrantId: AccessRequest["extendsGrantId"] = null,
): Promise<Outcome<AccessRequest>> {
  const { approval } = prepared;
  const rejection = refusalOf(prepared);
  if (rejection !== null) {
    await refuse(tx, deps, caller, prepared, now);
    return { ok: false, rejection };
  }
  if (!approval.ok) return approval;
  const request = newRequest(deps, caller, input, prepared, approval.value, now, extendsGrantId);
  const submitted = stamp("request.submitted", aboutRequest(request), caller, requestFacts(request));
  if (approval.value.mode === "manual") {
    await tx.insertRequest(request);
    await tx.record([submitted], now);
    return accept(request);
  }
  const settled = await settleRequest(tx, deps, request, {
    now,
    automatically: true,
    policySeen: prepared.policySeen,
    maximumTotalMs: prepared.settings.maximumTotalMs,
  });
  if (!settled.ok) return settled;
  await tx.insertRequest(settled.value.request);
  const approved = stampSystem("request.approved", aboutRequest(request), requestFacts(request));
  await tx.record([submitted, approved, ...settled.value.events], now);
  return accept(settled.value.request);
}

function newRequest(
  deps: Deps,
  caller: Caller,
  input: SubmitInput,
  prepared: Prepared,
  approval: Approval,
  now: Instant,
  extendsGrantId: AccessRequest["extendsGrantId"],
): AccessRequest {
  const stages = approval.mode === "manual" ? approval.stages : [];
  const terms = {
    roleDefinitionIds: input.roleDefinitionIds,
    durationMs: prepared.decision.durationMs,
    startAt: input.startAt,
  };
  return {
    id: asId<AccessRequestId>(deps.ids.next()),
    tenantId: prepared.tenantId,
    otherTenantId: prepared.otherTenantId,
    version: 1,
    extendsGrantId,
    requester: caller.ref,
    beneficiary: refOf(prepared.facts.beneficiary.principal),
    scope: prepared.scope,
    managedScope: prepared.managedScope,
    applicationId: prepared.application?.id ?? null,
    asked: terms,
    terms,
    purpose: input.purpose,
    plan: input.plan,
    justification: input.justification,
    ticket: input.ticket,
    emergency: input.emergency,
    session: caller.session,
    neededUntil: input.neededUntil ?? defaultNeededUntil(terms),
    createdAt: now,
    madeUnder: prepared.inForce,
    stages,
    approvals: [],
    state: pendingState(stages, 0, now),
  };
}

/** Nothing else of a refused ask is stored. */
async function refuse(tx: Tx, deps: Deps, caller: Caller, prepared: Prepared, now: Instant): Promise<void> {
  const id = deps.ids.next();
  const { otherTenantId, scope } = prepared;
  const about = { kind: "accessRequest", id, tenantId: tx.tenantId, otherTenantId, correlationId: id };
  const unsatisfied = prepared.decision.rules.filter((rule) => rule.outcome === "unsatisfied");
  const facts = { requester: { ...caller.ref }, scope, failed: unsatisfied.map((rule) => rule.rule) };
  await recordRefusal(tx, "request.refused", about, caller, facts, now);
}
