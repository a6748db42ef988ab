/**
 * Closes the difference between what a target holds and what it should: takes out what no grant needs any more, makes
 * again what somebody removed, and reports what another hand did without undoing it.
 */

import { aboutGrant } from "../../domain/about.ts";
import { type Entitlement, type Grant, isOpen } from "../../domain/grant.ts";
import { dueAt, withEntitlement } from "../../domain/grant-progress.ts";
import type { TargetId, TenantId } from "../../domain/ids.ts";
import { stampSystem } from "../../domain/stamp.ts";
import type { JsonObject, TargetDefinition } from "../../domain/target-binding.ts";
import type { EffectDeps, ObservedAccess, Tx } from "../ports.ts";
import { current } from "./advance-grant.ts";

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
  if (target === null) return { removed: 0, lost: 0, drift: [] };
  // Listed first: what is made while the target is being looked at is not there to be missed.
  const listed = await inTenant((tx) => tx.grants.inTarget(id));
  const { items, drift, complete } = await deps.gateway.observe(target);
  let removed = 0;
  // What the listing accounts for is the worker's business until it is gone: only the rest is asked about, one by one.
  const known = new Map(listed.map((grant) => [grant.id, grant]));
  const stray = items.filter((item) => !isAccountedFor(known.get(item.grantId), item));
  for (const item of stray) if (await removeStray(deps, target, item)) removed++;
  // INVARIANT of every target: an incomplete listing never proves absence.
  const lost = complete ? await inTenant((tx) => markLost(tx, deps, target, listed, items)) : 0;
  const all = [
    ...drift,
    ...items.flatMap((item) => item.drift.map((detail) => `grant ${item.grantId}: ${detail}`)),
  ];
  const seen = [...new Set(all)].sort().slice(0, MAX_DRIFT);
  await inTenant((tx) => keepObservation(tx, deps, target, seen));
  return { removed, lost, drift: seen };
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
): Promise<boolean> {
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
  if (!(await isStray())) return false;
  const left = await deps.leases.withLease(item.grantId, 0, async (lease) =>
    deps.gateway.removeStray(target, item, async () => lease.isHeld() && (await isStray())),
  );
  return left === null;
}

/** A log-in that somebody dropped by hand is made again; its secret has to be asked for again as well. */
async function markLost(
  tx: Tx,
  deps: EffectDeps,
  target: TargetDefinition,
  listed: readonly Grant[],
  items: readonly ObservedAccess[],
): Promise<number> {
  const now = deps.clock.now();
  let lost = 0;
  const isGone = (grant: Grant) => (held: Entitlement) =>
    held.targetId === target.id &&
    held.state === "present" &&
    !items.some((item) => item.grantId === grant.id && isOf(held, item));
  // Locked and looked at again are only those that miss something.
  for (const before of listed.filter((one) => one.entitlements.some(isGone(one)))) {
    const grant = await tx.grants.find(before.id, "lock");
    if (grant === null || !isOpen(grant)) continue;
    const gone = grant.entitlements
      .filter(isGone(grant))
      .filter((held) => current(before, held)?.state === "present");
    if (gone.length === 0) continue;
    const again = gone.reduce(
      (next, held) => withEntitlement(next, { ...held, state: "planned", secretClaimedAt: null }),
      grant,
    );
    const stored = await tx.grants.update(again, dueAt(again, now));
    const facts = {
      target: target.name,
      drift: ["the log-in was removed by another hand; it is made again"],
    };
    await tx.record([stampSystem("grant.drifted", aboutGrant(stored), facts)], now);
    lost += gone.length;
  }
  return lost;
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

function isOf(held: Entitlement, item: ObservedAccess): boolean {
  return held.handle !== null && sameHandle(held.handle, item.handle);
}

function sameHandle(stored: JsonObject, seen: JsonObject): boolean {
  return Object.keys(seen).every((key) => stored[key] === seen[key]);
}
