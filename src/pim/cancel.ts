/** Takes a request back: one that waits for approval, or one that was granted for later. */

import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { deactivateGrant } from "../use-cases/grants/end-grant.ts";
import { cancelRequest } from "../use-cases/requests/decide-request.ts";
import { readRequestLife } from "../use-cases/views/request-lives.ts";
import type { PimCall } from "./pim-call.ts";
import type { PimRequest } from "./pim-request.ts";

export async function cancelPimRequest(call: PimCall, request: PimRequest): Promise<Outcome<unknown>> {
  const { deps, caller } = call;
  if (request.accessRequestId === null) {
    return reject(
      "request_not_pending",
      "this was done at once and cannot be canceled; use AdminRemove to undo it",
    );
  }
  const life = await readRequestLife(deps, caller, request.accessRequestId);
  if (!life.ok) return life;
  const { request: asked, grants } = life.value;
  if (request.status !== "Granted") return cancelRequest(deps, caller, asked.id);
  for (const { id } of grants) {
    const ended = await deactivateGrant(deps, caller, id);
    if (!ended.ok) return ended;
  }
  return accept(asked.id);
}
