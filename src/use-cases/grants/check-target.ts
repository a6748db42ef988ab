/** A target's health, for those who answer for the tenant: reachable, privileged as little as possible, on time. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { mayAnswerForTenant } from "../../policy/authority.ts";
import type { Caller, EffectDeps } from "../ports.ts";

export async function checkTarget(
  deps: EffectDeps,
  caller: Caller,
  name: string,
): Promise<Outcome<JsonObject>> {
  const allowed = mayAnswerForTenant(caller, "look into targets");
  if (!allowed.ok) return allowed;
  const found = await deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const target = await tx.targets.named(name);
    const bindings =
      target === null
        ? []
        : (await tx.targets.bindings()).filter((binding) => binding.targetId === target.id);
    return { target, entitlements: bindings.map((binding) => binding.entitlement) };
  });
  if (found.target === null) return reject("not_found", `there is no target \`${name}\` that you can see`);
  return accept(await deps.gateway.check(found.target, found.entitlements));
}
