/** The storm's path: many grants that live by the clock alone are opened and ended in one transaction. */
import { type Grant, isOpen } from "../domain/grant.ts";
import { begin, close, dueAt, nextStep } from "../domain/grant-progress.ts";
import type { GrantId, TenantId } from "../domain/ids.ts";
import type { Instant } from "../domain/time.ts";
import { aboutGrant, grantFacts } from "./about.ts";
import { systemEvent } from "./end-grant.ts";
import type { EffectDeps } from "./ports.ts";
import { stampSystem } from "./stamp.ts";

/** Resolves to the ids that were dealt with; the others need a turn of their own. */
export async function advancePlainGrants(
  deps: EffectDeps,
  tenantId: TenantId,
  ids: readonly GrantId[],
): Promise<ReadonlySet<GrantId>> {
  return deps.store.inTenant(tenantId, async (tx) => {
    const now = deps.clock.now();
    const grants = await tx.lockPlainGrants(ids);
    const changed = grants.map((grant) => moved(grant, now)).filter((grant) => grant !== null);
    await tx.updateGrants(changed.map((grant) => ({ grant, dueAt: dueAt(grant, now) })));
    await tx.record(changed.map(eventOf), now);
    for (const grant of changed) {
      if (!isOpen(grant) && grant.endsAt !== null) deps.onExpired?.(now - grant.endsAt);
    }
    return new Set(changed.map((grant) => grant.id));
  });
}

function moved(grant: Grant, now: Instant): Grant | null {
  switch (nextStep(grant, now).do) {
    case "expire":
      return close(grant, "expired", now, null);
    case "open":
      return begin(grant);
    default:
      return null;
  }
}

function eventOf(grant: Grant) {
  return isOpen(grant) ? stampSystem("grant.live", aboutGrant(grant), grantFacts(grant)) : systemEvent(grant);
}
