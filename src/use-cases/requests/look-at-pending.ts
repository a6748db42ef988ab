/** After a change of policy or of people: requests that too few are left to decide, and those that can be decided again. */
import { setImmediate as breathe } from "node:timers/promises";
import type { AccessRequestId, TenantId } from "../../domain/ids.ts";
import { strandedOtherwise, strandRequests } from "../../policy/decisions/strand.ts";
import type { Deps } from "../ports.ts";

const PAGE = 500;

/** Of a tenant's own and of those that its people asked for elsewhere. Resolves to whether all of it was stored. */
export async function lookAtPending(
  deps: Deps,
  of: TenantId,
  onError: (what: string, error: unknown) => void,
): Promise<boolean> {
  const { batches } = deps.decisions(deps.clock);
  let isWhole = true;
  for (let after: AccessRequestId | null | undefined; after !== null; ) {
    const { books, found } = await batches.pendingRequests(of, after ?? null, PAGE);
    const moved = found.filter((request) => strandedOtherwise(books, request));
    for (const [home, own] of Map.groupBy(moved, ({ tenantId }) => tenantId)) {
      const ids = own.map(({ id }) => id);
      const stored = await batches.onPending(home, ids, strandRequests).catch((error: unknown) => {
        onError("requests that nobody could decide", error);
        return null;
      });
      isWhole = stored !== null && isWhole;
    }
    after = found.length === PAGE ? (found.at(-1)?.id ?? null) : null;
    await breathe();
  }
  return isWhole;
}
