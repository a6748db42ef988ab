/** How the end of access is held in each target that holds it, or would. */
import { type EndHold, type Ending, endingOf } from "../../domain/ending.ts";
import { type Grant, isUnheld } from "../../domain/grant.ts";
import type { GrantId, TargetId } from "../../domain/ids.ts";
import { planEntitlements } from "../../domain/plan-entitlements.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { addMs, DAY_MS, type Instant } from "../../domain/time.ts";
import type { Caller, Deps, EffectDeps, Tx } from "../ports.ts";
import { type GrantView, readGrant } from "./read-grants.ts";

const MEASURED_FOR_MS = 30 * DAY_MS;

export interface HeldPlan extends Pick<Grant, "scope" | "managedScope"> {
  readonly roleDefinitionIds: readonly Grant["roleDefinitionId"][];
  readonly beneficiary: PrincipalRef;
  readonly endsAt: Instant;
}

/** The targets that access would be held in once it is approved. */
export async function targetsFor(tx: Tx, plan: HeldPlan): Promise<TargetId[]> {
  const bindings = await tx.bindings();
  const planned = plan.roleDefinitionIds.flatMap((roleDefinitionId) =>
    planEntitlements({ ...plan, kind: "activation", roleDefinitionId }, bindings, [plan.beneficiary]),
  );
  return [...new Set(planned.map(({ targetId }) => targetId))];
}

/** In a transaction of the tenant that owns the targets. */
export async function endsIn(
  tx: Tx,
  deps: Deps & Pick<EffectDeps, "gateway">,
  caller: Caller,
  targetIds: readonly TargetId[],
  unheld: ReadonlySet<TargetId> = new Set(),
): Promise<Ending[]> {
  const ends: Ending[] = [];
  for (const id of targetIds) {
    const target = await tx.target(id);
    if (target === null) continue;
    const able = deps.gateway.holdOf(target);
    const hold: EndHold = unheld.has(id) ? { ...able, heldBy: "timerOnly" } : able;
    // INVARIANT I11: what its owner calls a target, and what others do there, is no business of the other party.
    const own = caller.ref.tenantId === tx.tenantId;
    const since = addMs(deps.clock.now(), -MEASURED_FOR_MS);
    const ended = await tx.endLateness(id, since, own ? null : caller.ref.tenantId);
    const name = own ? target.name : hold.label;
    ends.push(endingOf({ name, kind: target.kind }, hold, ended));
  }
  return ends;
}

export async function readGrantAndEnds(
  deps: EffectDeps,
  caller: Caller,
  id: GrantId,
): Promise<Outcome<GrantView & { readonly ends: readonly Ending[] }>> {
  const found = await readGrant(deps, caller, id);
  if (!found.ok) return found;
  const { grant } = found.value;
  const held = grant.endsAt === null ? [] : grant.entitlements;
  const ids = [...new Set(held.map(({ targetId }) => targetId))];
  // What was read back counts for more than what the kind can do.
  const unheld = held.filter(isUnheld).map(({ targetId }) => targetId);
  const ends = await deps.store.inTenant(grant.tenantId, (tx) =>
    endsIn(tx, deps, caller, ids, new Set(unheld)),
  );
  return accept({ ...found.value, ends });
}
