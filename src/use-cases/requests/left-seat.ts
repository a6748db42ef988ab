/** Somebody who left an approver group since the request was made learns since when; only in the tenant that decides. */
import type { AccessRequest } from "../../domain/access-request.ts";
import { type AccessRequestId, asId, type ObjectId } from "../../domain/ids.ts";
import { identityIncludes, isActive, type PrincipalRef } from "../../domain/principal.ts";
import type { Rejection } from "../../domain/rejection.ts";
import { namedBy } from "../../domain/role-settings.ts";
import { lostSeat, NOT_AN_APPROVER } from "../../policy/authority.ts";
import { leftApprovers } from "../../policy/decision-refusals.ts";
import type { Deps, Tx } from "../ports.ts";

// Of changes of configuration since the request was made, the newest.
const MAX_CHANGES_LOOKED_AT = 200;

/** Whether that is what somebody was told. */
export function isUnseated({ code, message }: Rejection): boolean {
  return code === NOT_AN_APPROVER.rejection.code && message === NOT_AN_APPROVER.rejection.message;
}

export async function leftSeat(deps: Deps, approver: PrincipalRef, id: AccessRequestId) {
  return deps.store.inTenant(approver.tenantId, async (tx) => {
    const request = await tx.requests.find(id);
    return request === null ? null : leftSeatOf(tx, approver, request);
  });
}

export async function leftSeatOf(tx: Tx, approver: PrincipalRef, request: AccessRequest) {
  const identity = await tx.directory.identity(approver);
  if (approver.tenantId !== request.tenantId || identity === null || !isActive(identity.principal))
    return null;
  const changes = await tx.log.entries({
    type: "configuration.changed",
    from: request.createdAt,
    limit: MAX_CHANGES_LOOKED_AT,
  });
  const seats = namedBy({ mode: "manual", stages: request.stages });
  for (const { entry, at } of changes) {
    const { subject, facts } = entry as { subject: { id: string }; facts: { left?: readonly string[] } };
    if (!facts.left?.includes(approver.objectId)) continue;
    const group = await tx.directory.identity({
      tenantId: tx.tenantId,
      objectId: asId<ObjectId>(subject.id),
    });
    if (group !== null && seats.some((ref) => identityIncludes(group, ref)))
      return lostSeat(leftApprovers(group.principal.displayName, at));
  }
  return null;
}
