/** Eligibility: the right to ask for a role at a scope, itself with a start and usually an end. */
import type { EligibilityId, RoleDefinitionId, TenantId } from "./ids.ts";
import { type Identity, identityIncludes, type PrincipalRef } from "./principal.ts";
import { type Scope, scopeCovers } from "./scope.ts";
import { covers, type Window } from "./time.ts";

export interface Eligibility extends Window {
  readonly id: EligibilityId;
  /** The tenant that owns the scope. */
  readonly tenantId: TenantId;
  readonly principal: PrincipalRef;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly scope: Scope;
  /** Assigned by an administrator, or following from what a consumer accepted of a managed application's offer. */
  readonly source: "assigned" | "application";
}

/** Whether this eligibility lets the identity ask for the role at the scope for the whole window. */
export function coversAsk(
  eligibility: Eligibility,
  ask: { identity: Identity; roleDefinitionId: RoleDefinitionId; scope: Scope; window: Window },
): boolean {
  return (
    eligibility.roleDefinitionId === ask.roleDefinitionId &&
    identityIncludes(ask.identity, eligibility.principal) &&
    scopeCovers(eligibility.scope, ask.scope) &&
    covers(eligibility, ask.window)
  );
}
