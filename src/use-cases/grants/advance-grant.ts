/**
 * Brings one grant to where it should be: opens it, makes it real, ends it, until there is nothing left to do now.
 *
 * Level-triggered: it may be called at any time, any number of times, and after any crash. Effects happen under the
 * grant's lease, between transactions; a handle is stored before the first effect, so that nothing made is ever lost.
 */

import { aboutGrant, grantFacts } from "../../domain/about.ts";
import type { DomainEvent } from "../../domain/event.ts";
import { type Entitlement, type Grant, isOpen } from "../../domain/grant.ts";
import {
  dueAt,
  failed,
  finish,
  leaving,
  nextStep,
  passGate,
  type Step,
  sameEntitlement,
  withEntitlement,
} from "../../domain/grant-progress.ts";
import type { GrantId, TenantId } from "../../domain/ids.ts";
import { BrokenInvariant, unreachable } from "../../domain/rejection.ts";
import { stampSystem } from "../../domain/stamp.ts";
import type { Instant } from "../../domain/time.ts";
import { progressEvent } from "../../policy/decisions/start.ts";
import type { EffectDeps, Lease, StepGuard, Tx } from "../ports.ts";
import { closeGrant, systemEvent } from "./end-grant.ts";
import { startGrants } from "./start-grants.ts";

// One provision or removal for each of a few entitlements, and a state change around each.
const MAX_STEPS = 1_000;
const ALARM_EVERY_ATTEMPTS = 10;

export interface Progress {
  /** When to look again; null when nothing will be due. */
  readonly until: Instant | null;
  /** Whether somebody else is at work on this grant. */
  readonly busy: boolean;
}

type Effect = Extract<Step, { do: "provision" | "remove" }>;
type Turn =
  | { readonly effect: Effect; readonly grant: Grant }
  | { readonly starts: true }
  | { readonly done: boolean; readonly until: Instant | null };

export async function advanceGrant(deps: EffectDeps, tenantId: TenantId, id: GrantId): Promise<Progress> {
  const progress = await deps.leases.withLease(id, 0, async (lease) => {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const turn = await deps.store.inTenant(tenantId, (tx) => takeTurn(tx, deps, id));
      if ("effect" in turn) await carryOut(deps, lease, turn.grant, turn.effect);
      else if ("starts" in turn) {
        if ((await startGrants(deps, tenantId, [id])) === null) throw new Error("it moved at every try");
      } else if (turn.done) return { until: turn.until, busy: false };
    }
    return { until: deps.clock.now(), busy: false };
  });
  return progress ?? { until: null, busy: true };
}

/** One transaction: a state change, or the effect that is next. */
async function takeTurn(tx: Tx, deps: EffectDeps, id: GrantId): Promise<Turn> {
  const grant = await tx.grants.find(id, "lock");
  if (grant === null) return { done: true, until: null };
  const now = deps.clock.now();
  const step = nextStep(grant, now);
  switch (step.do) {
    case "wait":
      await tx.grants.update(grant, step.until);
      return { done: true, until: step.until };
    case "open":
      return { starts: true };
    case "pass":
      return change(tx, passGate(grant, now), "grant.live", now);
    case "expire":
      await closeGrant(tx, grant, "expired", now, systemEvent, null);
      if (grant.endsAt !== null) deps.onExpired?.(now - grant.endsAt);
      return { done: false, until: null };
    case "lapse":
      return change(tx, withEntitlement(grant, { ...leaving(step.entitlement), wanted: null }), null, now);
    case "finish":
      return change(tx, finish(grant, now), "grant.ended", now);
    case "provision":
    case "remove":
      return { effect: step, grant: await withHandle(tx, deps, grant, step.entitlement, now) };
    default:
      return unreachable(step);
  }
}

async function change(
  tx: Tx,
  grant: Grant,
  type: "grant.live" | "grant.ended" | null,
  now: Instant,
): Promise<Turn> {
  const stored = await tx.grants.update(grant, dueAt(grant, now));
  if (type !== null) await tx.record([progressEvent(stored, type)], now);
  return { done: false, until: null };
}

/** Computed and stored before the first effect. */
async function withHandle(
  tx: Tx,
  deps: EffectDeps,
  grant: Grant,
  entitlement: Entitlement,
  now: Instant,
): Promise<Grant> {
  if (entitlement.handle !== null) return grant;
  const target = await tx.targets.find(entitlement.targetId);
  if (target === null)
    throw new BrokenInvariant(`target ${entitlement.targetId} is gone while grant ${grant.id} needs it`);
  const next = withEntitlement(grant, {
    ...entitlement,
    handle: deps.gateway.plan(target.kind, grant, entitlement),
  });
  return tx.grants.update(next, dueAt(next, now));
}

async function carryOut(deps: EffectDeps, lease: Lease, grant: Grant, effect: Effect): Promise<void> {
  const entitlement = current(grant, effect.entitlement);
  if (entitlement === null) return;
  if (effect.do === "provision") return provisionEntitlement(deps, lease, grant, entitlement);
  return removeEntitlement(deps, lease, grant, entitlement);
}

/** Makes one entitlement real and stores what was read back, or the fault. */
export async function provisionEntitlement(
  deps: EffectDeps,
  lease: Lease,
  grant: Grant,
  entitlement: Entitlement,
): Promise<void> {
  const stillWanted: StepGuard = async () => {
    if (!lease.isHeld()) return false;
    const fresh = await deps.store.inTenant(grant.tenantId, (tx) => tx.grants.find(grant.id));
    const wanted = fresh === null ? null : current(fresh, entitlement)?.wanted;
    return fresh !== null && isOpen(fresh) && wanted?.generation === entitlement.wanted?.generation;
  };
  try {
    const { enforcedUntil } = await deps.gateway.provision(grant, entitlement, stillWanted);
    const generation = entitlement.wanted?.generation ?? entitlement.generation;
    // Closing meanwhile wins: what was made just now is taken out again.
    await settle(deps, grant, entitlement, (held) => ({
      ...held,
      state: held.state === "leaving" ? "leaving" : "present",
      enforcedUntil,
      generation,
    }));
  } catch (error) {
    await settleFailure(deps, grant, entitlement, "grant.provisioning_failed", messageOf(error));
  }
}

async function removeEntitlement(
  deps: EffectDeps,
  lease: Lease,
  grant: Grant,
  entitlement: Entitlement,
): Promise<void> {
  try {
    const residual = await deps.gateway.remove(grant, entitlement, async () => lease.isHeld());
    if (residual !== null)
      return await settleFailure(deps, grant, entitlement, "grant.removal_failed", residual);
    await settle(deps, grant, entitlement, goneFrom);
  } catch (error) {
    await settleFailure(deps, grant, entitlement, "grant.removal_failed", messageOf(error));
  }
}

async function settle(
  deps: EffectDeps,
  grant: Grant,
  entitlement: Entitlement,
  outcome: (held: Entitlement) => Entitlement,
): Promise<void> {
  await deps.store.inTenant(grant.tenantId, async (tx) => {
    const fresh = await tx.grants.find(grant.id, "lock");
    const held = fresh === null ? null : current(fresh, entitlement);
    if (fresh === null || held === null) return;
    const updated = withEntitlement(fresh, succeeded(outcome(held)));
    await tx.grants.update(updated, dueAt(updated, deps.clock.now()));
  });
}

/** Seen to be out of its target. */
export function goneFrom(held: Entitlement): Entitlement {
  return succeeded({ ...held, state: "absent", enforcedUntil: null });
}

function succeeded(held: Entitlement): Entitlement {
  return { ...held, attempts: 0, retryAt: null, lastError: null };
}

async function settleFailure(
  deps: EffectDeps,
  grant: Grant,
  entitlement: Entitlement,
  type: Failure,
  error: string,
): Promise<void> {
  await deps.store.inTenant(grant.tenantId, async (tx) => {
    const fresh = await tx.grants.find(grant.id, "lock");
    const held = fresh === null ? null : current(fresh, entitlement);
    if (fresh === null || held === null) return;
    // Ended while it was being opened: what may have been made is taken out at once, and nobody is alarmed.
    if (type === "grant.provisioning_failed" && held.state === "leaving") return;
    const now = deps.clock.now();
    const tried = failedAt(fresh, held, type, error, now);
    await tx.grants.update(tried.grant, dueAt(tried.grant, now));
    await tx.record(tried.events, now);
  });
}

export type Failure = "grant.provisioning_failed" | "grant.removal_failed";

/** Visible with its error and tried again with back-off; both parties hear of it at once and from time to time. */
export function failedAt(
  grant: Grant,
  held: Entitlement,
  type: Failure,
  error: string,
  now: Instant,
): { grant: Grant; events: DomainEvent[] } {
  const tried = failed(held, error, now);
  const updated = withEntitlement(grant, tried);
  if (tried.attempts % ALARM_EVERY_ATTEMPTS !== 1) return { grant: updated, events: [] };
  const event = stampSystem(type, aboutGrant(updated), { ...grantFacts(updated), attempts: tried.attempts });
  // Errors of a target name its owner's hosts and roles: the other party learns that it failed, not how (I11).
  const privateFacts = { tenantId: grant.tenantId, facts: { error } };
  return { grant: updated, events: [{ ...event, privateFacts }] };
}

export function current(grant: Grant, wanted: Entitlement): Entitlement | null {
  return grant.entitlements.find((one) => sameEntitlement(one, wanted)) ?? null;
}

export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : "unknown error";
  return text.slice(0, 500);
}
