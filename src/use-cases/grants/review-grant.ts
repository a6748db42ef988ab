/** After an emergency: an approver other than the user says whether it was justified. */
import type { Grant } from "../../domain/grant.ts";
import { dueAt } from "../../domain/grant-progress.ts";
import type { GrantId } from "../../domain/ids.ts";
import { personOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { aboutGrant } from "../about.ts";
import { withGrant } from "../find-request.ts";
import type { Caller, Deps } from "../ports.ts";
import { stamp } from "../stamp.ts";
import { mayRevoke } from "./end-grant.ts";

export interface ReviewInput {
  readonly grantId: GrantId;
  readonly outcome: "justified" | "unjustified";
  readonly justification: string;
}

export async function reviewGrant(deps: Deps, caller: Caller, input: ReviewInput): Promise<Outcome<Grant>> {
  return withGrant(deps, caller, input.grantId, async (tx, grant) => {
    if (!grant.emergency) return reject("review_not_needed", "only emergency access is reviewed");
    if (!(await mayRevoke(tx, caller, grant))) return reject("forbidden", "only an approver can review this");
    const reviewer = await tx.identity(caller.ref);
    const users = await tx.peopleBehind([grant.requester, grant.beneficiary]);
    if (reviewer === null || users.has(personOf(reviewer.principal))) {
      return reject("own_request", "this was your own emergency; someone else must review it");
    }
    if (grant.review !== null) return reject("already_reviewed", "this emergency has been reviewed");
    const now = deps.clock.now();
    const { outcome, justification } = input;
    const reviewed = { ...grant, review: { by: caller.ref, at: now, outcome, justification } };
    const stored = await tx.updateGrant(reviewed, dueAt(reviewed, now));
    await tx.record([stamp("grant.reviewed", aboutGrant(stored), caller, { outcome, justification })], now);
    return accept(stored);
  });
}
