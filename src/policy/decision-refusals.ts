/**
 * Why somebody cannot decide a request, in the sentences that people read: where they look at it, and where a decision of
 * theirs is refused. Whole sentences, for a page shows them as they stand.
 */
import type { AccessRequest } from "../domain/access-request.ts";
import {
  type Identity,
  identityIncludes,
  type Principal,
  personOf,
  samePrincipal,
} from "../domain/principal.ts";
import { describeDay, type Instant } from "../domain/time.ts";

export const workloadsNeverDecide = "A service principal never decides.";
export const deviceNeverDecides = "A device sign-in cannot decide; sign in with `curfew login`.";
export const unknownHere = "This identity is not known here.";
export const nobodyAnyMore = "This identity no longer exists.";
export const lockedOut = "This identity is locked out.";
export const alreadyDecided = "You have already decided this request.";
export const notAnApprover = "You are not an approver of this request.";
const OWN = "This is your own request; someone else must decide.";

export function stageNotReached(stage: number, done: number, needed: number): string {
  return `Stage ${stage + 1} decides first; ${done} of ${needed} have.`;
}

/** For somebody whom an approver group reached when the request was made. */
export function leftApprovers(group: string, at: Instant): string {
  return `You left ${group} on ${describeDay(at)}.`;
}

/** INVARIANT I2: how the seat and the request come to be one person's. `asking`: requester and beneficiary, where known. */
export function ownRequest(
  approver: Identity,
  request: Pick<AccessRequest, "requester" | "beneficiary">,
  asking: readonly Principal[],
): string {
  const { principal } = approver;
  if ([request.requester, request.beneficiary].some((ref) => samePrincipal(ref, principal))) return OWN;
  for (const one of asking) {
    const tie = tieTo(approver, one);
    const role = samePrincipal(one, request.requester) ? "which is asking" : "which this is for";
    if (tie !== null) return `You ${tie} ${one.displayName}, ${role}.`;
  }
  const twin = asking.find((one) => one.kind === "user" && personOf(one) === personOf(principal));
  if (twin !== undefined) return `You are also ${twin.displayName}, who is asking; someone else must decide.`;
  const [first] = asking.filter(({ kind }) => kind !== "user");
  if (first === undefined) return OWN;
  // Through something within it, or as the owner under another identity: the tie is certain, its way is not told.
  return `You answer for ${first.displayName}, which this is for, or for a part of it; someone else must decide.`;
}

function tieTo(approver: Identity, one: Principal): "own" | "belong to" | null {
  if (one.kind === "user" || one.tenantId !== approver.principal.tenantId) return null;
  const owners = one.owners.map((objectId) => ({ tenantId: one.tenantId, objectId }));
  if (owners.some((owner) => identityIncludes(approver, owner))) return "own";
  return identityIncludes(approver, one) ? "belong to" : null;
}
