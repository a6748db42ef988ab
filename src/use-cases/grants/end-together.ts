/**
 * The ends of many grants at once. All that is past its end is closed in one transaction; then each target is told
 * once, cut first and tidied after it. Only an accelerator: whatever is not plain is left to `advanceGrant`, which can
 * do all of it, and a crash anywhere leaves grants that are closed and due.
 */
import type { DomainEvent } from "../../domain/event.ts";
import type { Entitlement, Grant } from "../../domain/grant.ts";
import { close, dueAt, finish, nextStep, withEntitlement } from "../../domain/grant-progress.ts";
import type { GrantId, TargetId, TenantId } from "../../domain/ids.ts";
import type { TargetDefinition } from "../../domain/target-binding.ts";
import { type Fault, faultOf } from "../../domain/target-fault.ts";
import type { Instant } from "../../domain/time.ts";
import { progressEvent } from "../../policy/decisions/start.ts";
import type { EffectDeps, EndsTogether, GrantEnd, Lease, StepGuard, Tx } from "../ports.ts";
import { current, failedAt, goneFrom } from "./effects.ts";
import { BY_SYSTEM, closeGrant, systemEvent } from "./end-grant.ts";

export interface DueTogether {
  /** As they are from now on, those past their end closed. Whoever is missing is being worked on by somebody else. */
  readonly grants: readonly Grant[];
  /** Of the targets that these are to be taken out of, the ones that can do it at once. */
  readonly targets: readonly TargetDefinition[];
}

/**
 * One transaction for all: not live from its commit on. `beside` is told as soon as the rows are locked and seen to be
 * past their end, to cut while they are being stored: nothing revives them any more, whether it commits or not
 * (INVARIANT I7: an extension needs the same lock, and a grant that has not ended). Called under the grants' leases
 * where they are free; where somebody else is at work, what is told is for cutting only.
 */
export async function closeDue(
  deps: EffectDeps,
  tenantId: TenantId,
  ids: readonly GrantId[],
  beside: (due: DueTogether) => void,
): Promise<void> {
  let told = false;
  await deps.store.inTenant(tenantId, async (tx) => {
    const now = deps.clock.now();
    const free = await tx.grants.lockFree(ids);
    const over = free.filter(({ grant }) => nextStep(grant, now).do === "expire");
    const closed = new Map(over.map(({ grant }) => [grant.id, close(grant, "expired", now, null)]));
    const grants = free.map(({ grant }) => closed.get(grant.id) ?? grant);
    const targets = await targetsOf(tx, deps.gateway.together, grants, now);
    if (!told) beside({ grants, targets });
    told = true;
    const alone = over.flatMap((one) => (one.alone ? [closed.get(one.grant.id) ?? one.grant] : []));
    await storeAll(tx, alone, alone.map(systemEvent), now);
    // What hangs on it ends with it (INVARIANT I17).
    for (const one of over)
      if (!one.alone) await closeGrant(tx, one.grant, { cause: "expired", now, by: BY_SYSTEM });
    for (const { grant } of over) if (grant.endsAt !== null) deps.onExpired?.(now - grant.endsAt);
  });
}

/** What is to be taken out of this target now: a removal that failed is tried again in its time. */
export function endsIn(grant: Grant, target: TargetId, now: Instant): readonly Entitlement[] {
  return grant.entitlements.filter((held) => held.targetId === target && isToLeave(held, now));
}

/** The grants that are to be moved alone. Null: the target failed, which is stored and tried again in its time. */
export type Left = readonly GrantId[] | null;

export interface TogetherEnds {
  readonly ends: readonly GrantEnd[];
  readonly lease: Lease;
  readonly closed: Promise<unknown>;
}

/** What it cut is still to be removed. */
export async function cutTogether(
  deps: EffectDeps,
  target: TargetDefinition,
  { ends, lease, closed }: TogetherEnds,
): Promise<Left> {
  const outcomes = await atTarget(deps, target, { ends, lease, closed }, ({ cut }, guard) =>
    cut(target, ends, guard),
  );
  return outcomes === null ? null : idsOf(ends.filter((_, index) => outcomes[index] !== "cut"));
}

/** What was seen to be gone is stored in one transaction. */
export async function removeTogether(
  deps: EffectDeps,
  target: TargetDefinition,
  { ends, lease, closed }: TogetherEnds,
): Promise<Left> {
  const outcomes = await atTarget(deps, target, { ends, lease, closed }, ({ remove }, guard) =>
    remove(target, ends, guard),
  );
  if (outcomes === null) return null;
  const isGone = (_: GrantEnd, index: number) => outcomes[index] === "gone";
  await settleGone(deps, target.tenantId, ends.filter(isGone));
  return idsOf(ends.filter((end, index) => !isGone(end, index)));
}

async function atTarget<T>(
  deps: EffectDeps,
  target: TargetDefinition,
  { ends, lease, closed }: TogetherEnds,
  effect: (together: EndsTogether, guard: StepGuard) => Promise<readonly T[]>,
): Promise<readonly T[] | null> {
  const { together } = deps.gateway;
  if (together === undefined) return [];
  try {
    return await effect(together, async () => lease.isHeld());
  } catch (error) {
    await closed;
    // Without its leases nothing was found out about the target: whoever holds them now is at work.
    if (lease.isHeld()) await settleFault(deps, target, ends, faultOf(error));
    return null;
  }
}

async function settleGone(deps: EffectDeps, tenantId: TenantId, ends: readonly GrantEnd[]): Promise<void> {
  await deps.store.inTenant(tenantId, async (tx) => {
    const now = deps.clock.now();
    const changed = (await freshly(tx, ends)).map(({ grant, held }) => {
      const without = held.reduce((next, one) => withEntitlement(next, goneFrom(one)), grant);
      return nextStep(without, now).do === "finish" ? finish(without, now) : without;
    });
    const ended = changed.filter((grant) => grant.state.name === "ended");
    const events = ended.map((grant) => progressEvent(grant, "grant.ended"));
    await storeAll(tx, changed, events, now);
  });
}

async function settleFault(
  deps: EffectDeps,
  { tenantId, version }: TargetDefinition,
  ends: readonly GrantEnd[],
  fault: Fault,
): Promise<void> {
  const met = { ...fault, targetVersion: fault.targetVersion ?? version };
  await deps.store.inTenant(tenantId, async (tx) => {
    const now = deps.clock.now();
    const events: DomainEvent[] = [];
    const changed = (await freshly(tx, ends)).map(({ grant, held }) =>
      held.reduce((next, one) => {
        const tried = failedAt(next, one, { type: "grant.removal_failed", fault: met }, now);
        events.push(...tried.events);
        return tried.grant;
      }, grant),
    );
    await storeAll(tx, changed, events, now);
  });
}

/** Those that still are to leave. A grant that is locked just now is looked at again: it stays due. */
async function freshly(
  tx: Tx,
  ends: readonly GrantEnd[],
): Promise<readonly { readonly grant: Grant; readonly held: readonly Entitlement[] }[]> {
  const asked = Map.groupBy(ends, ({ grant }) => grant.id);
  return (await tx.grants.lockFree([...asked.keys()])).map(({ grant }) => {
    const held = (asked.get(grant.id) ?? []).map(({ entitlement }) => current(grant, entitlement));
    return { grant, held: held.filter((one) => one !== null).filter(({ state }) => state === "leaving") };
  });
}

async function storeAll(
  tx: Tx,
  grants: readonly Grant[],
  events: readonly DomainEvent[],
  now: Instant,
): Promise<void> {
  if (grants.length > 0)
    await tx.grants.updateAll(grants.map((grant) => ({ grant, dueAt: dueAt(grant, now) })));
  await tx.record(events, now);
}

async function targetsOf(
  tx: Tx,
  together: EndsTogether | undefined,
  grants: readonly Grant[],
  now: Instant,
): Promise<TargetDefinition[]> {
  if (together === undefined) return [];
  const leaving = grants.flatMap(({ entitlements }) => entitlements.filter((held) => isToLeave(held, now)));
  const targets: TargetDefinition[] = [];
  for (const id of new Set(leaving.map(({ targetId }) => targetId))) {
    const target = await tx.targets.find(id);
    if (target !== null && together.serves(target)) targets.push(target);
  }
  return targets;
}

function isToLeave({ state, retryAt }: Entitlement, now: Instant): boolean {
  return state === "leaving" && (retryAt === null || retryAt <= now);
}

function idsOf(ends: readonly GrantEnd[]): GrantId[] {
  return [...new Set(ends.map(({ grant }) => grant.id))];
}
