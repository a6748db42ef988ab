/** Whose a grant is, and who may end it before its time. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Caller } from "../../domain/caller.ts";
import type { Grant } from "../../domain/grant.ts";
import type { TenantId } from "../../domain/ids.ts";
import { holdersOf, owns, samePrincipal } from "../../domain/principal.ts";
import type { Books } from "../book/books.ts";

/** The beneficiary, or the owner who asked on behalf of a workload or a group. */
export function isHolder(books: Books, caller: Caller, grant: Grant): boolean {
  if (samePrincipal(caller.ref, grant.beneficiary)) return true;
  const identity = books.identity(caller.ref);
  const beneficiary = books.identity(grant.beneficiary);
  return identity !== null && beneficiary !== null && owns(identity, beneficiary);
}

/**
 * Approvers of the request, owners of the application, administrators: all of the tenant that owns the scope.
 * `request`: the one that led to the grant, null where there was none.
 */
export function mayRevoke(
  books: Books,
  caller: Caller,
  grant: Grant,
  request: AccessRequest | null,
): boolean {
  if (caller.kind !== "user" || caller.limited || caller.ref.tenantId !== grant.tenantId) return false;
  if (isAdministratorOf(caller, grant.tenantId)) return true;
  const identity = books.identity(caller.ref);
  if (identity === null || identity.principal.deletedAt !== null) return false;
  const mine = new Set(holdersOf(identity).map((ref) => ref.objectId));
  const application =
    grant.applicationId === null ? null : books.of(grant.tenantId).application(grant.applicationId);
  if (application?.owners.some((owner) => mine.has(owner.objectId))) return true;
  if (request === null) return false;
  const approvers = request.madeUnder.flatMap(({ settings }) =>
    settings.approval.mode === "manual"
      ? settings.approval.stages.flatMap((stage) => stage.approvers)
      : settings.approval.notified,
  );
  return [...approvers, ...request.stages.flatMap((stage) => stage.approvers)].some((ref) =>
    mine.has(ref.objectId),
  );
}

export function isAdministratorOf(caller: Caller, tenantId: TenantId): boolean {
  return caller.ref.tenantId === tenantId && caller.rights.includes("administrator") && !caller.limited;
}

/** INVARIANT I12: only the two parties may know of it. */
export function isParty(
  caller: Caller,
  owned: { readonly tenantId: TenantId; readonly otherTenantId: TenantId | null },
): boolean {
  return caller.ref.tenantId === owned.tenantId || caller.ref.tenantId === owned.otherTenantId;
}
