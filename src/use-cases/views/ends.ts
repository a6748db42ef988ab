/** How the end of access is held in each target that holds it, or would. */
import { type EndHold, type Ending, endingOf } from "../../domain/ending.ts";
import { type Grant, isUnheld } from "../../domain/grant.ts";
import type { GrantId, TargetId, TenantId } from "../../domain/ids.ts";
import { planEntitlements } from "../../domain/plan-entitlements.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { addMs, DAY_MS, type Instant } from "../../domain/time.ts";
import type { Book } from "../../policy/book/book.ts";
import type { Caller, Deps, EffectDeps } from "../ports.ts";
import { type EndedBy, whoEnded } from "./ended-by.ts";
import type { GrantView } from "./grant-view.ts";
import { readGrant } from "./read-grants.ts";

const MEASURED_FOR_MS = 30 * DAY_MS;

export interface HeldPlan extends Pick<Grant, "scope" | "managedScope"> {
  readonly roleDefinitionIds: readonly Grant["roleDefinitionId"][];
  readonly beneficiary: PrincipalRef;
  readonly endsAt: Instant;
}

/** The targets that access would be held in once it is approved. */
export function targetsFor(book: Book, plan: HeldPlan): TargetId[] {
  const planned = plan.roleDefinitionIds.flatMap((roleDefinitionId) =>
    planEntitlements({ ...plan, kind: "activation", roleDefinitionId }, book.bindings, [plan.beneficiary]),
  );
  return [...new Set(planned.map(({ targetId }) => targetId))];
}

export interface EndsAsked {
  readonly home: TenantId;
  readonly targetIds: readonly TargetId[];
  readonly unheld?: ReadonlySet<TargetId>;
}

/** `home`: the tenant that owns the targets. */
export async function endsIn(
  deps: Deps & Pick<EffectDeps, "gateway">,
  caller: Caller,
  { home, targetIds, unheld = new Set() }: EndsAsked,
): Promise<Ending[]> {
  if (targetIds.length === 0) return [];
  return deps.store.inTenant(home, async (tx) => {
    const ends: Ending[] = [];
    for (const id of targetIds) {
      const target = await tx.targets.find(id);
      if (target === null) continue;
      const able = deps.gateway.traitsOf(target);
      if (able === null) continue;
      const hold: EndHold = unheld.has(id) ? { ...able, heldBy: "timerOnly" } : able;
      // INVARIANT I11: what its owner calls a target, and what others do there, is no business of the other party.
      const own = caller.ref.tenantId === home;
      const since = addMs(deps.clock.now(), -MEASURED_FOR_MS);
      const ended = await tx.grants.endLateness(id, since, own ? null : caller.ref.tenantId);
      const name = own ? target.name : hold.label;
      ends.push(endingOf({ name, kind: target.kind }, hold, ended));
    }
    return ends;
  });
}

export type GrantAndEnds = GrantView & {
  readonly ends: readonly Ending[];
  readonly endedBy?: EndedBy | null;
};

export async function readGrantAndEnds(
  deps: EffectDeps,
  caller: Caller,
  id: GrantId,
): Promise<Outcome<GrantAndEnds>> {
  const found = await readGrant(deps, caller, id);
  if (!found.ok) return found;
  const endedBy = await deps.store.inTenant(caller.ref.tenantId, (tx) => whoEnded(tx, found.value.grant));
  return accept({ ...(await withEnds(deps, caller, found.value)), endedBy });
}

export async function withEnds(deps: EffectDeps, caller: Caller, view: GrantView): Promise<GrantAndEnds> {
  const { grant } = view;
  const held = grant.endsAt === null ? [] : grant.entitlements;
  const ids = [...new Set(held.map(({ targetId }) => targetId))];
  // What was read back counts for more than what the kind can do.
  const unheld = held.filter(isUnheld).map(({ targetId }) => targetId);
  return {
    ...view,
    ends: await endsIn(deps, caller, { home: grant.tenantId, targetIds: ids, unheld: new Set(unheld) }),
  };
}
