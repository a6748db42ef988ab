/** What waits for its target to change, or for its time, is tried at once: its configuration changed, or somebody looked. */
import { type Entitlement, type Grant, isOpen } from "../../domain/grant.ts";
import { dueAt } from "../../domain/grant-progress.ts";
import type { GrantId, TargetId, TenantId } from "../../domain/ids.ts";
import { failedBefore, withNewChance } from "../../domain/retrying.ts";
import type { TargetDefinition } from "../../domain/target-binding.ts";
import type { Instant } from "../../domain/time.ts";
import type { Deps, Tx } from "../ports.ts";
import { everyPage, positionOfGrant } from "../views/pages.ts";

const AT_ONCE = 500;

/** Open grants are looked at with their ground; of what has ended this sees to the removal. Resolves to how many. */
export async function retryRemovals(deps: Deps, tenantId: TenantId): Promise<number> {
  return deps.store.inTenant(tenantId, async (tx) => {
    const grants = await closing(tx, deps.clock.now());
    if (grants.length === 0) return 0;
    const versions = new Map((await tx.targets.list()).map(({ id, version }) => [id, version]));
    return retry(tx, deps, grants, (held) => failedBefore(held, versions.get(held.targetId)));
  });
}

/** Everything that failed in this target, whatever kept it from happening. Resolves to how many grants. */
export async function retryIn(deps: Deps, { id, tenantId }: TargetDefinition): Promise<number> {
  return deps.store.inTenant(tenantId, async (tx) => {
    const grants = [...(await tx.grants.inTarget(id)), ...(await closing(tx, deps.clock.now()))];
    return retry(tx, deps, grants, (held) => hasFailed(held, id));
  });
}

function hasFailed({ targetId, state, fault, retryAt }: Entitlement, target: TargetId): boolean {
  return targetId === target && state !== "absent" && (fault != null || retryAt !== null);
}

async function closing(tx: Tx, now: Instant): Promise<readonly Grant[]> {
  const found: Grant[] = [];
  const filter = { states: { anyOf: ["deprovisioning"], at: now }, limit: AT_ONCE } as const;
  for await (const some of everyPage(filter, tx.grants.list, positionOfGrant)) found.push(...some);
  return found;
}

async function retry(
  tx: Tx,
  deps: Deps,
  grants: readonly Grant[],
  isDue: (held: Entitlement) => boolean,
): Promise<number> {
  const ids = grants.filter(({ entitlements }) => entitlements.some(isDue)).map(({ id }) => id);
  let done = 0;
  for (const id of new Set<GrantId>(ids)) {
    const grant = await tx.grants.find(id, "lock");
    if (grant === null || !(isOpen(grant) || grant.state.name === "deprovisioning")) continue;
    if (!grant.entitlements.some(isDue)) continue;
    const entitlements = grant.entitlements.map((held) => (isDue(held) ? withNewChance(held) : held));
    const next = { ...grant, entitlements };
    await tx.grants.update(next, dueAt(next, deps.clock.now()));
    done++;
  }
  return done;
}
