/** The requester, or an administrator of the tenant that owns the scope, takes a request back. */
import { type AccessRequest, requirePending, withState } from "../../domain/access-request.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { aboutRequest } from "../about.ts";
import { isAdministratorOf, withRequest } from "../find-request.ts";
import type { Caller, Deps } from "../ports.ts";
import { stamp } from "../stamp.ts";

export async function cancelRequest(
  deps: Deps,
  caller: Caller,
  id: AccessRequestId,
): Promise<Outcome<AccessRequest>> {
  return withRequest(deps, caller, id, async (tx, request) => {
    if (!mayCancel(caller, request)) {
      return reject("forbidden", "only the requester or an administrator can cancel this request");
    }
    const now = deps.clock.now();
    const pending = requirePending(request, now);
    if (!pending.ok) return pending;
    const stored = await tx.updateRequest(withState(request, { name: "canceled", at: now, by: caller.ref }));
    await tx.record([stamp("request.canceled", aboutRequest(stored), caller, {})], now);
    return accept(stored);
  });
}

/** While it is pending. */
export function mayCancel(caller: Caller, request: AccessRequest): boolean {
  return samePrincipal(caller.ref, request.requester) || isAdministratorOf(caller, request.tenantId);
}
