/** Takes a request back: one that waits for approval, or one that was granted for later. */
import { type AccessRequestId, asId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { deactivateGrant } from "../../use-cases/grants/end-grant.ts";
import { cancelRequest } from "../../use-cases/requests/cancel-request.ts";
import { readRequestLife } from "../../use-cases/views/request-lives.ts";
import type { PimCall } from "./pim-call.ts";
import { type PimRequest, requestKey } from "./pim-request.ts";

export async function cancelPimRequest(call: PimCall, request: PimRequest): Promise<Outcome<unknown>> {
  const { deps, caller } = call;
  if (request.requestType.startsWith("Admin") || request.requestType === "SelfDeactivate") {
    return reject(
      "request_not_pending",
      "this was done at once and cannot be canceled; use AdminRemove to undo it",
    );
  }
  const life = await idOf(call, request);
  if (!life.ok) return life;
  const { request: asked, grants } = life.value;
  if (request.status !== "Granted") return cancelRequest(deps, caller, asked.id);
  for (const { id } of grants) {
    const ended = await deactivateGrant(deps, caller, id);
    if (!ended.ok) return ended;
  }
  return accept(asked.id);
}

/** A request has the access request's id, or a name of its own under which that id is kept. */
async function idOf({ deps, caller }: PimCall, request: PimRequest) {
  const id = await deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const kept = await tx.surfaceResource("scheduleRequest", requestKey(request.of, request.id));
    return asId<AccessRequestId>(kept?.subjectId ?? request.id);
  });
  return readRequestLife(deps, caller, id);
}
