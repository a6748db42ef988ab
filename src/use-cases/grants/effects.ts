/**
 * The effects of a grant's steps in its targets: what is wanted is made, what is over is taken out, and what came of it
 * is stored. Each happens under the grant's lease, between transactions.
 */
import { aboutGrant, grantFacts } from "../../domain/about.ts";
import type { DomainEvent } from "../../domain/event.ts";
import { type Entitlement, type Grant, isOpen } from "../../domain/grant.ts";
import { dueAt, sameEntitlement, withEntitlement } from "../../domain/grant-progress.ts";
import { failed, isToBeTold } from "../../domain/retrying.ts";
import { stampSystem } from "../../domain/stamp.ts";
import type { Fault } from "../../domain/target-fault.ts";
import type { Instant } from "../../domain/time.ts";
import type { EffectDeps, Lease, StepGuard } from "../ports.ts";
import { attempt, lookFor, type Sight } from "./look-for.ts";

/** Makes one entitlement real and stores what was read back, or the fault. */
export async function provisionEntitlement(
  deps: EffectDeps,
  lease: Lease,
  grant: Grant,
  entitlement: Entitlement,
): Promise<void> {
  const guard = watched(async () => {
    if (!lease.isHeld()) return false;
    const fresh = await deps.store.inTenant(grant.tenantId, (tx) => tx.grants.find(grant.id));
    const wanted = fresh === null ? null : current(fresh, entitlement)?.wanted;
    return fresh !== null && isOpen(fresh) && wanted?.generation === entitlement.wanted?.generation;
  });
  const made = await attempt(() => deps.gateway.provision(grant, entitlement, guard.asks));
  if (made.ok) return settleThere(deps, grant, entitlement, made.value.enforcedUntil);
  // Whoever changed it sees to what is wanted now.
  if (guard.hasStopped()) return;
  const { fault } = made;
  const seen = fault.ambiguous ? await lookFor(deps, grant, entitlement) : null;
  if (seen?.is === "there") return settleThere(deps, grant, entitlement, seen.enforcedUntil);
  const failure: Failure = { type: "grant.provisioning_failed", fault: asSeen(fault, seen) };
  await settleFailure(deps, grant, entitlement, failure);
}

export async function removeEntitlement(
  deps: EffectDeps,
  lease: Lease,
  grant: Grant,
  entitlement: Entitlement,
): Promise<void> {
  const guard = watched(async () => lease.isHeld());
  const done = await attempt(() => deps.gateway.remove(grant, entitlement, guard.asks));
  if (done.ok && done.value === null) return settle(deps, grant, entitlement, goneFrom);
  if (guard.hasStopped()) return;
  const left: Fault = done.ok
    ? { kind: "retryable", ambiguous: false, message: done.value ?? "", targetVersion: null }
    : done.fault;
  await settleFailure(deps, grant, entitlement, { type: "grant.removal_failed", fault: left });
}

/** Nothing is said to have failed of which that is not known. */
function asSeen(fault: Fault, seen: Exclude<Sight, { is: "there" }> | null): Fault {
  if (seen === null) return fault;
  if (seen.is === "absent") return { ...fault, ambiguous: false };
  const blind = seen.because === null ? "" : `, and it cannot be looked for: ${seen.because}`;
  return { ...fault, message: `it is not known whether it was made: ${fault.message}${blind}` };
}

/** Tells afterwards whether it was we who stopped, and not the target. */
function watched(mayGoOn: StepGuard): { readonly asks: StepGuard; hasStopped(): boolean } {
  let stopped = false;
  return {
    async asks() {
      const may = await mayGoOn();
      stopped = !may;
      return may;
    },
    hasStopped: () => stopped,
  };
}

function settleThere(
  deps: EffectDeps,
  grant: Grant,
  entitlement: Entitlement,
  enforcedUntil: Instant | null,
): Promise<void> {
  const { wanted, generation } = entitlement;
  // INVARIANT I1: a target that would hold access for longer than was decided has not confirmed it.
  if (wanted !== null && enforcedUntil !== null && enforcedUntil > wanted.expiresAt) {
    const message = "the target holds a later end than it was told";
    const fault: Fault = { kind: "conflict", ambiguous: false, message, targetVersion: null };
    return settleFailure(deps, grant, entitlement, { type: "grant.provisioning_failed", fault });
  }
  // Closing meanwhile wins: what was made just now is taken out again.
  return settle(deps, grant, entitlement, (held) => ({
    ...held,
    state: held.state === "leaving" ? "leaving" : "present",
    enforcedUntil,
    generation: wanted?.generation ?? generation,
  }));
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

export function succeeded(held: Entitlement): Entitlement {
  return { ...held, attempts: 0, retryAt: null, lastError: null, fault: null };
}

async function settleFailure(
  deps: EffectDeps,
  grant: Grant,
  entitlement: Entitlement,
  failure: Failure,
): Promise<void> {
  await deps.store.inTenant(grant.tenantId, async (tx) => {
    const fresh = await tx.grants.find(grant.id, "lock");
    const held = fresh === null ? null : current(fresh, entitlement);
    if (fresh === null || held === null) return;
    // Ended while it was being opened: what may have been made is taken out at once, and nobody is alarmed.
    if (failure.type === "grant.provisioning_failed" && held.state === "leaving") return;
    const now = deps.clock.now();
    const tried = failedAt(fresh, held, failure, now);
    await tx.grants.update(tried.grant, dueAt(tried.grant, now));
    await tx.record(tried.events, now);
  });
}

export interface Failure {
  readonly type: "grant.provisioning_failed" | "grant.removal_failed" | "grant.look_failed";
  readonly fault: Fault;
}

/** Visible with its error and tried again as its kind of fault says; both parties hear of it. */
export function failedAt(
  grant: Grant,
  held: Entitlement,
  { type, fault }: Failure,
  now: Instant,
): { grant: Grant; events: DomainEvent[] } {
  const tried = failed(held, fault, now);
  const updated = withEntitlement(grant, tried);
  if (!isToBeTold(held, tried)) return { grant: updated, events: [] };
  const { kind, ambiguous, message } = fault;
  const facts = { attempts: tried.attempts, fault: kind, unknown: ambiguous };
  return { grant: updated, events: [toldOf(type, updated, facts, message)] };
}

/** INVARIANT I11: what a target says names its owner's hosts and roles; the other party learns that it failed, not how. */
export function toldOf(
  type: Failure["type"] | "grant.unconfirmed",
  grant: Grant,
  facts: DomainEvent["facts"],
  error: string,
): DomainEvent {
  const event = stampSystem(type, aboutGrant(grant), { ...grantFacts(grant), ...facts });
  return { ...event, privateFacts: { tenantId: grant.tenantId, facts: { error } } };
}

export function current(grant: Grant, wanted: Entitlement): Entitlement | null {
  return grant.entitlements.find((one) => sameEntitlement(one, wanted)) ?? null;
}
