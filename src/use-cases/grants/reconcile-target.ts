/**
 * Closes the difference between what a target holds and what it should: takes out what no grant needs any more, makes
 * again what somebody removed, and reports what another hand did without undoing it.
 */

import type { DomainEvent } from "../../domain/event.ts";
import { type Entitlement, type Grant, isOpen } from "../../domain/grant.ts";
import { dueAt, isBehind, unconfirmed, withEntitlement } from "../../domain/grant-progress.ts";
import type { TargetId, TenantId } from "../../domain/ids.ts";
import { failedBefore, isBlocked, withNewChance } from "../../domain/retrying.ts";
import { stampSystem } from "../../domain/stamp.ts";
import type { TargetDefinition } from "../../domain/target-binding.ts";
import { type Fault, faultOf } from "../../domain/target-fault.ts";
import { type Instant, MINUTE_MS } from "../../domain/time.ts";
import type { EffectDeps, Observation, ObservedAccess, Tx } from "../ports.ts";
import { current, failedAt, succeeded, toldOf } from "./effects.ts";
import { attempt, isOf, isUsable } from "./look-for.ts";

export interface Reconciled {
  readonly removed: number;
  readonly lost: number;
  /** In words; empty when nobody touched anything. */
  readonly drift: readonly string[];
}

const MAX_DRIFT = 1_000;

/** What was found the last time is not reported again, whoever looked then. */
export async function reconcileTarget(
  deps: EffectDeps,
  tenantId: TenantId,
  id: TargetId,
): Promise<Reconciled> {
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => deps.store.inTenant(tenantId, work);
  const target = await inTenant((tx) => tx.targets.find(id));
  const nothing: Reconciled = { removed: 0, lost: 0, drift: [] };
  if (target === null) return nothing;
  // What cannot be looked into is never asked, and proves nothing.
  if (deps.gateway.traitsOf(target)?.canObserve !== true) return nothing;
  // Listed first: what is made while the target is being looked at is not there to be missed.
  const listed = await inTenant((tx) => tx.grants.inTarget(id));
  if (listed.some((grant) => waitsUnseen(grant, target, deps.clock.now()))) return nothing;
  const { items, drift, complete } = await deps.gateway.observe(target).catch(async (error: unknown) => {
    await inTenant((tx) => keepUnseen(tx, deps, listed, { target, fault: faultOf(error) }));
    throw error;
  });
  let removed = 0;
  // What the listing accounts for is the worker's business until it is gone: only the rest is asked about, one by one.
  const known = new Map(listed.map((grant) => [grant.id, grant]));
  const stray = items.filter((item) => !isAccountedFor(known.get(item.grantId), item));
  const stuck: string[] = [];
  for (const item of stray) {
    const taken = await attempt(() => removeStray(deps, target, item));
    const left = taken.ok ? taken.value.left : taken.fault.message;
    if (left !== null) stuck.push(`grant ${item.grantId}: what it left cannot be taken out: ${left}`);
    else if (taken.ok && taken.value.removed) removed++;
  }
  const lost = await inTenant((tx) => markLost(tx, deps, target, { listed, items, complete }));
  const all = [
    ...drift,
    ...stuck,
    ...items.flatMap((item) => item.drift.map((detail) => `grant ${item.grantId}: ${detail}`)),
  ];
  const seen = [...new Set(all)].sort().slice(0, MAX_DRIFT);
  await inTenant((tx) => keepObservation(tx, deps, target, seen));
  return { removed, lost, drift: seen };
}

/**
 * What a look met that does not pass by itself stands on what it could not see: that stays as it was confirmed, for what
 * cannot be seen proves nothing, and whoever depends on it is told.
 */
async function keepUnseen(
  tx: Tx,
  deps: EffectDeps,
  listed: readonly Grant[],
  { target, fault }: { readonly target: TargetDefinition; readonly fault: Fault },
): Promise<void> {
  if (fault.kind === "retryable") return;
  const now = deps.clock.now();
  const failure = { type: "grant.look_failed", fault: { ...fault, targetVersion: target.version } } as const;
  const isSeen = (held: Entitlement) => held.targetId === target.id && isConfirmed(held);
  for (const { id } of listed.filter(({ entitlements }) => entitlements.some(isSeen))) {
    let grant = await tx.grants.find(id, "lock");
    if (grant === null || !isOpen(grant)) continue;
    const events: DomainEvent[] = [];
    for (const held of grant.entitlements.filter(isSeen)) {
      const tried = failedAt(grant, held, failure, now);
      grant = tried.grant;
      events.push(...tried.events);
    }
    await tx.grants.update(grant, dueAt(grant, now));
    await tx.record(events.slice(0, 1), now);
  }
}

/** Not looked for again before its time or, where it does not pass at all, before its target has changed. */
function waitsUnseen({ entitlements }: Grant, target: TargetDefinition, now: Instant): boolean {
  return entitlements.some((held) => {
    if (held.targetId !== target.id || !isConfirmed(held)) return false;
    if (isBlocked(held)) return !failedBefore(held, target.version);
    return held.fault != null && held.retryAt !== null && now < held.retryAt;
  });
}

/** There, as it is wanted: a fault that stands on it was met by a look. */
function isConfirmed(held: Entitlement): boolean {
  return held.state === "present" && !isBehind(held);
}

function isAccountedFor(grant: Grant | undefined, item: ObservedAccess): boolean {
  const held = grant?.entitlements.find((one) => isOf(one, item));
  return held?.state === "present" || held?.state === "leaving";
}

/** Ours by its label, and needed by no open grant: an end that a crash or a restore from backup left behind. */
async function removeStray(
  deps: EffectDeps,
  target: TargetDefinition,
  item: ObservedAccess,
): Promise<{ readonly removed: boolean; readonly left: string | null }> {
  const isStray = async (): Promise<boolean> => {
    // Several targets, of other tenants too, may stand in one system: what is theirs is not ours to judge.
    const tenantId = await deps.store.routes.tenantOfGrant(item.grantId);
    if (tenantId !== null && tenantId !== target.tenantId) return false;
    const grant = await deps.store.inTenant(target.tenantId, (tx) => tx.grants.find(item.grantId));
    if (grant === null) return true;
    const held = grant.entitlements.find((one) => isOf(one, item)) ?? null;
    // What is being opened or taken away is the worker's business already.
    if (held?.state === "present" || held?.state === "leaving") return false;
    return !isOpen(grant) || held === null || held.state === "absent" || held.wanted === null;
  };
  const notOurs = { removed: false, left: null };
  if (!(await isStray())) return notOurs;
  const done = await deps.leases.withLease(item.grantId, 0, async (lease) => {
    const left = await deps.gateway.removeStray(
      target,
      item,
      async () => lease.isHeld() && (await isStray()),
    );
    return { removed: left === null, left };
  });
  // Whoever is at work on it sees to it.
  return done ?? notOurs;
}

/**
 * What somebody took away by hand is made again, and where nobody would get in it is confirmed no more (INVARIANT I20).
 * What waits for its target to be put right is tried as soon as it looks so.
 */
async function markLost(
  tx: Tx,
  deps: EffectDeps,
  target: TargetDefinition,
  { listed, items, complete }: Looked,
): Promise<number> {
  const now = deps.clock.now();
  let lost = 0;
  const look = (grant: Grant, held: Entitlement) =>
    held.targetId === target.id ? judge(held, itemOf(items, grant, held), complete, now) : null;
  // Locked and looked at again are only those of which there is something to say.
  for (const before of listed.filter((one) => one.entitlements.some((held) => look(one, held) !== null))) {
    const grant = await tx.grants.find(before.id, "lock");
    if (grant === null || !isOpen(grant)) continue;
    const seen = grant.entitlements.flatMap((held) => {
      const then = current(before, held);
      const verdict = then?.state === held.state ? look(grant, held) : null;
      return verdict === null ? [] : [{ held, verdict }];
    });
    if (seen.length === 0) continue;
    const next = seen.reduce((one, { held, verdict }) => verdict.becomes(one, held), grant);
    const stored = await tx.grants.update(next, dueAt(next, now));
    const reasons = seen.flatMap(({ verdict }) => verdict.because ?? []);
    if (reasons.length > 0)
      await tx.record([toldOf("grant.unconfirmed", stored, {}, reasons.join("; "))], now);
    lost += reasons.length;
  }
  return lost;
}

interface Looked extends Pick<Observation, "items" | "complete"> {
  /** Open grants with something in the target, as they were before the look. */
  readonly listed: readonly Grant[];
}

interface Verdict {
  readonly becomes: (grant: Grant, held: Entitlement) => Grant;
  /** Null: it is no loss. */
  readonly because: string | null;
}

/** A log-in that was opened just now may not have been open when the target was looked at. */
const OPENING_MS = MINUTE_MS;

/** What the last look says of one entitlement; null where all is as it was. */
function judge(
  held: Entitlement,
  item: ObservedAccess | null,
  complete: boolean,
  now: Instant,
): Verdict | null {
  const anew = (secretClaimedAt: Instant | null, because: string): Verdict => ({
    becomes: (grant) => unconfirmed(grant, withNewChance({ ...held, secretClaimedAt })),
    because,
  });
  if (held.state === "planned") {
    const isMended = isBlocked(held) && item !== null && item.hindrances.length === 0;
    const becomes: Verdict["becomes"] = (grant) => withEntitlement(grant, withNewChance(held));
    return isMended ? { becomes, because: null } : null;
  }
  if (held.state !== "present") return null;
  // INVARIANT of every target: an incomplete listing never proves absence. What is seen in it counts.
  if (item === null) return complete ? anew(null, "somebody removed it by hand") : null;
  if (!isUsable(item))
    return anew(
      held.secretClaimedAt,
      item.hindrances.join("; ") || "somebody took away by hand what it gives",
    );
  const claimedAt = held.secretClaimedAt;
  if (claimedAt !== null && !item.open && now - claimedAt >= OPENING_MS)
    return anew(null, "somebody closed its log-in by hand; its secret has to be fetched again");
  if (held.fault == null || !isConfirmed(held)) return null;
  return { becomes: (grant) => withEntitlement(grant, succeeded(held)), because: null };
}

function itemOf(items: readonly ObservedAccess[], grant: Grant, held: Entitlement): ObservedAccess | null {
  return items.find((item) => item.grantId === grant.id && isOf(held, item)) ?? null;
}

async function keepObservation(
  tx: Tx,
  deps: EffectDeps,
  target: TargetDefinition,
  seen: readonly string[],
): Promise<void> {
  // Deleted meanwhile, there is nothing left to say of it.
  if ((await tx.targets.find(target.id)) === null) return;
  const now = deps.clock.now();
  const before = new Map((await tx.targets.observation(target.id))?.drift.map(({ what, at }) => [what, at]));
  const drift = seen.map((what) => ({ at: before.get(what) ?? now, what }));
  await tx.targets.saveObservation({ targetId: target.id, at: now, drift });
  const news = seen.filter((what) => !before.has(what));
  await report(tx, deps, target, news);
}

async function report(
  tx: Tx,
  deps: EffectDeps,
  target: TargetDefinition,
  drift: readonly string[],
): Promise<void> {
  if (drift.length === 0) return;
  const about = {
    kind: "target",
    id: target.id,
    tenantId: target.tenantId,
    otherTenantId: null,
    correlationId: target.id,
  };
  const facts = { target: target.name, drift: drift.slice(0, 100) };
  await tx.record([stampSystem("grant.drifted", about, facts)], deps.clock.now());
}
