/** Looks into a target for one entitlement, where it is not known what came of an attempt. */
import type { Entitlement, Grant } from "../../domain/grant.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { Instant } from "../../domain/time.ts";
import type { EffectDeps, ObservedAccess } from "../ports.ts";

export type Sight =
  | { readonly is: "there"; readonly enforcedUntil: Instant | null }
  | { readonly is: "absent" }
  /** Could not be looked at, or is there and not as it is wanted. */
  | { readonly is: "unknown" };

const UNKNOWN: Sight = { is: "unknown" };

export async function lookFor(deps: EffectDeps, grant: Grant, held: Entitlement): Promise<Sight> {
  const target = await deps.store.inTenant(grant.tenantId, (tx) => tx.targets.find(held.targetId));
  // INVARIANT of every target: what cannot be seen proves nothing.
  if (target === null || deps.gateway.traitsOf(target)?.canObserve !== true) return UNKNOWN;
  const seen = await deps.gateway.observe(target, [grant.id]).catch(() => null);
  const item = seen?.items.find((one) => isOf(held, one));
  if (item === undefined) return seen?.complete === true ? { is: "absent" } : UNKNOWN;
  const isWanted = item.generation === held.wanted?.generation;
  return isWanted && isUsable(item) ? { is: "there", enforcedUntil: item.enforcedUntil } : UNKNOWN;
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
