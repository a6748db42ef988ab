/** The worker marks what the clock has already decided: a request whose time to decide has passed. */

import { aboutRequest } from "../../domain/about.ts";
import { isPending, timeOutCause, withState } from "../../domain/access-request.ts";
import type { AccessRequestId, TenantId } from "../../domain/ids.ts";
import { stampSystem } from "../../domain/stamp.ts";
import type { Deps } from "../ports.ts";

export async function expireRequest(deps: Deps, tenantId: TenantId, id: AccessRequestId): Promise<void> {
  await deps.store.inTenant(tenantId, async (tx) => {
    const request = await tx.request(id, "lock");
    if (request === null || !isPending(request)) return;
    const now = deps.clock.now();
    const because = timeOutCause(request, now);
    if (because === null) return;
    const stored = await tx.updateRequest(withState(request, { name: "timedOut", at: now, because }));
    await tx.record([stampSystem("request.timed_out", aboutRequest(stored), { because })], now);
  });
}
