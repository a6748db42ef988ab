/** The requester takes a counter-offer with a later start; the approver who made it counts from then on. */
import { type AccessRequest, requirePending, withApproval } from "../../domain/access-request.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { samePrincipal } from "../../domain/principal.ts";
import { type Outcome, reject } from "../../domain/rejection.ts";
import { aboutRequest, termsFacts } from "../about.ts";
import { withRequest } from "../find-request.ts";
import { knownToday } from "../known-today.ts";
import type { Caller, Deps } from "../ports.ts";
import { stamp } from "../stamp.ts";
import { checkAgain } from "./check-again.ts";
import { advance } from "./decide-request.ts";

export async function acceptTerms(
  deps: Deps,
  caller: Caller,
  id: AccessRequestId,
): Promise<Outcome<AccessRequest>> {
  return withRequest(deps, caller, id, async (tx, request) => {
    if (!samePrincipal(caller.ref, request.requester)) {
      return reject("forbidden", "only the requester can accept other terms");
    }
    const now = deps.clock.now();
    const pending = requirePending(request, now);
    if (!pending.ok) return pending;
    await tx.serializeAsks([request.beneficiary]);
    const known = await knownToday(tx, pending.value);
    const { proposal, stage } = known.state;
    if (proposal === null) return reject("not_proposed", "no other terms have been proposed");
    const { terms, by, person, justification } = proposal;
    const approved = withApproval(known, {
      stage,
      approver: by,
      person,
      decision: "approve",
      justification,
      terms,
      at: now,
    });
    const event = stamp("request.terms_accepted", aboutRequest(request), caller, {
      terms: termsFacts(terms),
    });
    const recheck = await checkAgain(tx, approved, terms, now);
    return advance(tx, deps, approved, [event], recheck, now);
  });
}
