/**
 * Brings one grant to where it should be: opens it, makes it real, ends it, until there is nothing left to do now.
 *
 * Level-triggered: it may be called at any time, any number of times, and after any crash. Effects happen under the
 * grant's lease, between transactions; a handle is stored before the first effect, so that nothing made is ever lost.
 */

import type { Grant } from "../../domain/grant.ts";
import {
  dueAt,
  finish,
  isGiving,
  leaving,
  nextStep,
  passGate,
  type Step,
  unconfirmed,
  withEntitlement,
} from "../../domain/grant-progress.ts";
import type { GrantId, TenantId } from "../../domain/ids.ts";
import { BrokenInvariant, unreachable } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { progressEvent } from "../../policy/decisions/start.ts";
import type { EffectDeps, Lease, Tx } from "../ports.ts";
import { current, failedAt, provisionEntitlement, removeEntitlement, toldOf } from "./effects.ts";
import { BY_SYSTEM, closeGrant } from "./end-grant.ts";
import { attempt } from "./look-for.ts";
import { startGrants } from "./start-grants.ts";

// One provision or removal for each of a few entitlements, and a state change around each.
const MAX_STEPS = 1_000;

const NOT_MOVED = "its target still holds the end from before the extension, and that has passed";

export interface Progress {
  /** When to look again; null when nothing will be due. */
  readonly until: Instant | null;
  /** Whether somebody else is at work on this grant. */
  readonly busy: boolean;
}

type Effect = Extract<Step, { do: "provision" | "remove" }>;
type Move =
  | { readonly effect: Effect; readonly grant: Grant }
  | { readonly starts: true }
  | { readonly done: boolean; readonly until: Instant | null };

export async function advanceGrant(deps: EffectDeps, tenantId: TenantId, id: GrantId): Promise<Progress> {
  const progress = await deps.leases.withLease(id, 0, async (lease) => {
    for (let steps = 0; steps < MAX_STEPS && lease.isHeld(); steps++) {
      const move = await deps.store.inTenant(tenantId, (tx) => nextMove(tx, deps, id));
      if ("effect" in move) await carryOut(deps, lease, move.grant, move.effect);
      else if ("starts" in move) {
        if ((await startGrants(deps, tenantId, [id])) === null) throw new Error("it moved at every try");
      } else if (move.done) return { until: move.until, busy: false };
    }
    return { until: deps.clock.now(), busy: false };
  });
  return progress ?? { until: null, busy: true };
}

/** One transaction: a state change, or the effect that is next. */
async function nextMove(tx: Tx, deps: EffectDeps, id: GrantId): Promise<Move> {
  const grant = await tx.grants.find(id, "lock");
  if (grant === null) return { done: true, until: null };
  const now = deps.clock.now();
  const step = nextStep(grant, now);
  // It stays due: a restored database gives nothing before that is confirmed.
  if (isGiving(step) && deps.store.restoration.pending() !== null) return { done: true, until: null };
  switch (step.do) {
    case "wait":
      await tx.grants.update(grant, step.until);
      return { done: true, until: step.until };
    case "open":
      return { starts: true };
    case "pass":
      return change(tx, passGate(grant, now), "grant.live", now);
    case "unconfirm": {
      const next = unconfirmed(grant, step.entitlement);
      await tx.grants.update(next, dueAt(next, now));
      await tx.record([toldOf("grant.unconfirmed", next, {}, NOT_MOVED)], now);
      return { done: false, until: null };
    }
    case "expire":
      await closeGrant(tx, grant, { cause: "expired", now, by: BY_SYSTEM });
      if (grant.endsAt !== null) deps.onExpired?.(now - grant.endsAt);
      return { done: false, until: null };
    case "lapse":
      return change(tx, withEntitlement(grant, { ...leaving(step.entitlement), wanted: null }), null, now);
    case "finish":
      return change(tx, finish(grant, now), "grant.ended", now);
    case "provision":
    case "remove":
      return prepare(tx, deps, grant, step);
    default:
      return unreachable(step);
  }
}

async function change(
  tx: Tx,
  grant: Grant,
  type: "grant.live" | "grant.ended" | null,
  now: Instant,
): Promise<Move> {
  const stored = await tx.grants.update(grant, dueAt(grant, now));
  if (type !== null) await tx.record([progressEvent(stored, type)], now);
  return { done: false, until: null };
}

/** The handle is computed and stored before the first effect. */
async function prepare(tx: Tx, deps: EffectDeps, grant: Grant, effect: Effect): Promise<Move> {
  const now = deps.clock.now();
  const { entitlement } = effect;
  if (entitlement.handle !== null) return { effect, grant };
  const target = await tx.targets.find(entitlement.targetId);
  if (target === null)
    throw new BrokenInvariant(`target ${entitlement.targetId} is gone while grant ${grant.id} needs it`);
  const planned = await attempt(async () => deps.gateway.plan(target.kind, grant, entitlement));
  if (!planned.ok) {
    // A kind that is not known any more, or that cannot read what it is told: as any other fault of a target.
    const fault = { ...planned.fault, targetVersion: target.version };
    const tried = failedAt(grant, entitlement, { type: "grant.provisioning_failed", fault }, now);
    await tx.grants.update(tried.grant, dueAt(tried.grant, now));
    await tx.record(tried.events, now);
    return { done: false, until: null };
  }
  const next = withEntitlement(grant, { ...entitlement, handle: planned.value });
  return { effect, grant: await tx.grants.update(next, dueAt(next, now)) };
}

async function carryOut(deps: EffectDeps, lease: Lease, grant: Grant, effect: Effect): Promise<void> {
  const entitlement = current(grant, effect.entitlement);
  if (entitlement === null) return;
  if (effect.do === "provision") return provisionEntitlement(deps, lease, grant, entitlement);
  return removeEntitlement(deps, lease, grant, entitlement);
}
