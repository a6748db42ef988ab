/** The grant or eligibility that a request is about: the one it names, or the one of its principal, role and scope. */
import type { Eligibility } from "../domain/eligibility.ts";
import type { Grant } from "../domain/grant.ts";
import { asId, type GrantId, isGuid } from "../domain/ids.ts";
import { samePrincipal } from "../domain/principal.ts";
import { type Outcome, reject } from "../domain/rejection.ts";
import { sameScope } from "../domain/scope.ts";
import type { Named } from "../use-cases/ports.ts";
import { documentedEligibilities } from "../use-cases/views/list-eligibilities.ts";
import { openGrantsOf, readAssignmentSchedule } from "../use-cases/views/read-schedules.ts";
import { lastSegment, type PimAsk } from "./ask.ts";
import type { PimCall } from "./pim-call.ts";

/** `kind`: what people activated, or what somebody assigned; null for either. */
export async function findGrant(
  call: PimCall,
  ask: PimAsk,
  kind: Grant["kind"] | null,
): Promise<Outcome<Grant>> {
  const { deps, caller } = call;
  const named = lastSegment(ask.target);
  if (named !== null) {
    if (!isGuid(named)) return none();
    const found = await readAssignmentSchedule(deps, caller, asId<GrantId>(named));
    return found.ok && isMeant(found.value, ask, kind) ? found : none();
  }
  const grants = await openGrantsOf(deps, caller.ref.tenantId, ask.principal);
  for (const grant of grants.filter((one) => isMeant(one, ask, kind))) {
    // What the caller may not see is as if it were not there.
    const seen = await readAssignmentSchedule(deps, caller, grant.id);
    if (seen.ok) return seen;
  }
  return none();
}

function isMeant(grant: Grant, ask: PimAsk, kind: Grant["kind"] | null): boolean {
  return (
    samePrincipal(grant.beneficiary, ask.principal) &&
    grant.roleDefinitionId === ask.roleDefinitionId &&
    sameScope(grant.scope, ask.scope) &&
    (kind === null || grant.kind === kind)
  );
}

function none() {
  return reject("grant_not_active", "the Role assignment does not exist, or has ended already");
}

/** Among the caller's own tenant's; what an application's consumer accepted is none of these. */
export async function eligibilityFor(
  { deps, caller }: PimCall,
  ask: PimAsk,
): Promise<Named<Eligibility> | null> {
  const all = await documentedEligibilities(deps, caller.ref.tenantId, ask.principal);
  const named = lastSegment(ask.target);
  const found = all.find(
    ({ id, body }) =>
      body.roleDefinitionId === ask.roleDefinitionId &&
      sameScope(body.scope, ask.scope) &&
      (named === null || named === id),
  );
  return found ?? null;
}
