/** The worker marks what the clock has already decided: requests whose time to decide has passed. */
import { aboutRequest } from "../../domain/about.ts";
import { type AccessRequest, isPending, timeOutCause, withState } from "../../domain/access-request.ts";
import type { AccessRequestId, TenantId } from "../../domain/ids.ts";
import { stampSystem } from "../../domain/stamp.ts";
import type { Instant } from "../../domain/time.ts";
import { joined, nextRequest, type Rows } from "../../policy/decisions/change.ts";
import type { Deps } from "../ports.ts";

/** All of them or, where they keep moving, none: resolves to whether. */
export async function expireRequests(
  deps: Deps,
  tenantId: TenantId,
  ids: readonly AccessRequestId[],
): Promise<boolean> {
  const stored = await deps
    .decisions(deps.clock)
    .batches.onRequests(tenantId, ids, (found, now) => joined(...found.map((one) => timedOut(one, now))));
  return stored !== null;
}

export async function expireRequest(deps: Deps, tenantId: TenantId, id: AccessRequestId): Promise<void> {
  if (!(await expireRequests(deps, tenantId, [id]))) throw new Error("it moved at every try");
}

function timedOut(request: AccessRequest, now: Instant): Rows {
  const because = isPending(request) ? timeOutCause(request, now) : null;
  if (because === null) return joined();
  const over = nextRequest(withState(request, { name: "timedOut", at: now, because }));
  return {
    requests: [over],
    grants: [],
    events: [stampSystem("request.timed_out", aboutRequest(over), { because })],
  };
}
