/** The storm's path: many grants that live by the clock alone are ended in one transaction. */
import { close, dueAt, nextStep } from "../../domain/grant-progress.ts";
import type { GrantId, TenantId } from "../../domain/ids.ts";
import type { EffectDeps } from "../ports.ts";
import { systemEvent } from "./end-grant.ts";

/** Resolves to the ids that were dealt with; the others need a turn of their own, as one that starts does (I3). */
export async function advancePlainGrants(
  deps: EffectDeps,
  tenantId: TenantId,
  ids: readonly GrantId[],
): Promise<ReadonlySet<GrantId>> {
  return deps.store.inTenant(tenantId, async (tx) => {
    const now = deps.clock.now();
    const grants = await tx.lockPlainGrants(ids);
    const changed = grants
      .filter((grant) => nextStep(grant, now).do === "expire")
      .map((grant) => close(grant, "expired", now, null));
    await tx.updateGrants(changed.map((grant) => ({ grant, dueAt: dueAt(grant, now) })));
    await tx.record(changed.map(systemEvent), now);
    for (const { endsAt } of changed) if (endsAt !== null) deps.onExpired?.(now - endsAt);
    return new Set(changed.map((grant) => grant.id));
  });
}
