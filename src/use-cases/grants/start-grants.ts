/** Scheduled grants whose start has come, many at once: those with targets open there one at a time. */
import type { GrantId, TenantId } from "../../domain/ids.ts";
import { startGrants as start } from "../../policy/decisions/start.ts";
import type { Deps } from "../ports.ts";

/** Resolves to the ids that were stored, begun or ended; null where they moved at every try. */
export async function startGrants(
  deps: Deps,
  tenantId: TenantId,
  ids: readonly GrantId[],
): Promise<ReadonlySet<GrantId> | null> {
  const stored = await deps.decisions(deps.clock).batches.onGround(tenantId, ids, start);
  return stored && new Set(stored.grants.map(({ grant }) => grant.id));
}
