/** Looks into a target for one entitlement, where it is not known what came of an attempt. */
import type { Entitlement, Grant } from "../../domain/grant.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { type Fault, faultOf } from "../../domain/target-fault.ts";
import type { Instant } from "../../domain/time.ts";
import type { EffectDeps, ObservedAccess } from "../ports.ts";

export type Sight =
  | { readonly is: "there"; readonly enforcedUntil: Instant | null }
  | { readonly is: "absent" }
  /** Could not be looked at, for what its target says, or is there and not as it is wanted. */
  | { readonly is: "unknown"; readonly because: string | null };

const UNKNOWN: Sight = { is: "unknown", because: null };

export async function lookFor(deps: EffectDeps, grant: Grant, held: Entitlement): Promise<Sight> {
  const target = await deps.store.inTenant(grant.tenantId, (tx) => tx.targets.find(held.targetId));
  // INVARIANT of every target: what cannot be seen proves nothing.
  if (target === null || deps.gateway.traitsOf(target)?.canObserve !== true) return UNKNOWN;
  const looked = await attempt(() => deps.gateway.observe(target, [grant.id]));
  if (!looked.ok) return { is: "unknown", because: looked.fault.message };
  const { items, complete } = looked.value;
  const item = items.find((one) => isOf(held, one));
  if (item === undefined) return complete ? { is: "absent" } : UNKNOWN;
  const isWanted = item.generation === held.wanted?.generation;
  return isWanted && isUsable(item) ? { is: "there", enforcedUntil: item.enforcedUntil } : UNKNOWN;
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

export async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, fault: faultOf(error) };
  }
}

/** Whether it is there as it was given, and somebody gets in with it. */
export function isUsable({ present, hindrances }: ObservedAccess): boolean {
  return present && hindrances.length === 0;
}

export function isOf(held: Entitlement, item: ObservedAccess): boolean {
  return held.handle !== null && sameHandle(held.handle, item.handle);
}

function sameHandle(stored: JsonObject, seen: JsonObject): boolean {
  return Object.keys(seen).every((key) => stored[key] === seen[key]);
}
