/** Makes the way to a target ready shortly before an end is due there, so that the first cut waits for no connection. */
import type { TargetId } from "../domain/ids.ts";
import type { EffectDeps } from "../use-cases/ports.ts";
import type { DueGrant } from "./worker.ts";

/** Given what comes due in the next seconds. Never rejects: without it an end is only a connection later. */
export function warmTargets(deps: EffectDeps): (soon: readonly DueGrant[]) => Promise<void> {
  let seen: ReadonlySet<string> = new Set();
  return async (soon) => {
    const { together } = deps.gateway;
    if (together === undefined) return;
    const keyOf = ({ id, at }: DueGrant) => `${id} ${at}`;
    const news = soon.filter((one) => !seen.has(keyOf(one)));
    seen = new Set(soon.map(keyOf));
    for (const [tenantId, some] of Map.groupBy(news, (one) => one.tenantId)) {
      try {
        const ids = some.map(({ id }) => id);
        const targets = await deps.store.inTenant(tenantId, async (tx) => {
          const grants = await tx.grants.list({ ids, limit: ids.length });
          const held = grants.flatMap(({ entitlements }) =>
            entitlements.filter((one) => one.handle !== null),
          );
          const known = new Set<TargetId>(held.map(({ targetId }) => targetId));
          return Promise.all([...known].map((id) => tx.targets.find(id)));
        });
        for (const target of targets)
          if (target !== null && together.serves(target)) void together.warm(target);
      } catch {
        // The pass at the end meets the same fault and tells it.
      }
    }
  };
}
