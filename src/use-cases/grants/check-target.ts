/**
 * A target's health, for those who answer for the tenant: reachable, privileged as little as possible, on time. Each look
 * is an entry, because it opens a connection from where Curfew stands.
 */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { stamp } from "../../domain/stamp.ts";
import type { JsonObject, TargetDefinition } from "../../domain/target-binding.ts";
import { mayAnswerForTenant, mayRetryInTargets } from "../../policy/authority.ts";
import type { Caller, EffectDeps } from "../ports.ts";
import { retryIn } from "./try-again.ts";

/** Looks, and changes nothing. */
export async function checkTarget(
  deps: EffectDeps,
  caller: Caller,
  name: string,
): Promise<Outcome<JsonObject>> {
  const allowed = mayAnswerForTenant(caller, "look into targets");
  if (!allowed.ok) return allowed;
  const looked = await look(deps, caller, name);
  return looked.ok ? accept(looked.value.health) : looked;
}

export interface CheckedAgain {
  readonly health: JsonObject;
  /** Grants whose access is tried again in it now. */
  readonly retried: number;
}

/** For whoever put it right: what failed in it is tried again at once, whatever it waited for. */
export async function checkTargetAgain(
  deps: EffectDeps,
  caller: Caller,
  name: string,
): Promise<Outcome<CheckedAgain>> {
  const allowed = mayRetryInTargets(caller);
  if (!allowed.ok) return allowed;
  const looked = await look(deps, caller, name);
  if (!looked.ok) return looked;
  const { health, target } = looked.value;
  const retried = await retryIn(deps, target);
  deps.store.wake();
  return accept({ health, retried });
}

async function look(
  deps: EffectDeps,
  caller: Caller,
  name: string,
): Promise<Outcome<{ readonly target: TargetDefinition; readonly health: JsonObject }>> {
  const found = await deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const target = await tx.targets.named(name);
    const bindings =
      target === null
        ? []
        : (await tx.targets.bindings()).filter((binding) => binding.targetId === target.id);
    return { target, entitlements: bindings.map((binding) => binding.entitlement) };
  });
  const { target, entitlements } = found;
  if (target === null) return reject("not_found", `there is no target \`${name}\` that you can see`);
  try {
    const health = await deps.gateway.check(target, entitlements);
    await recordLook(deps, caller, target, health.ok === true);
    return accept({ target, health });
  } catch (error) {
    await recordLook(deps, caller, target, false);
    throw error;
  }
}

async function recordLook(
  deps: EffectDeps,
  caller: Caller,
  { id, name, tenantId }: TargetDefinition,
  ok: boolean,
): Promise<void> {
  const about = { kind: "target", id, tenantId, otherTenantId: null, correlationId: id };
  const looked = stamp("target.checked", about, caller, { name, ok });
  await deps.store.inTenant(tenantId, (tx) => tx.record([looked], deps.clock.now()));
}
