/** May they, now? Answered from grants by the one `isLive`, at both ends of what the clock knows. */
import { type Grant, heldScopes, isSurelyLive, livenessOf } from "../../domain/grant.ts";
import type { RoleDefinitionId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { permits, type RoleDefinition } from "../../domain/role-definition.ts";
import { type Scope, scopeCovers, scopeLineage } from "../../domain/scope.ts";
import { type Instant, latest } from "../../domain/time.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { holdersOf } from "../requests/load-activation.ts";
import { mayKnowOf, noSuchScope, ownerOf } from "../scope-owner.ts";

export interface CheckInput {
  readonly principal: PrincipalRef;
  readonly scope: Scope;
  readonly wanted: { readonly action: string } | { readonly roleDefinitionId: RoleDefinitionId };
}

export interface CheckAnswer {
  readonly allowed: boolean;
  /** `live`, or why not: `no_grant`, `scheduled`, `provisioning`, an end cause. */
  readonly reason: string;
  /** When the answer turns; null without an end, or when denied. */
  readonly until: Instant | null;
  readonly grants: readonly Grant[];
}

export async function checkAccess(
  deps: Deps,
  caller: Caller,
  input: CheckInput,
): Promise<Outcome<CheckAnswer>> {
  const owner = await ownerOf(deps, caller, input.scope);
  if (!owner.ok) return owner;
  const own = samePrincipal(caller.ref, input.principal);
  const trusted =
    caller.ref.tenantId === owner.value && (caller.kind === "servicePrincipal" || caller.rights.length > 0);
  if (!own && !trusted) {
    if (caller.ref.tenantId !== owner.value) return noSuchScope(input.scope);
    return reject(
      "forbidden",
      "you can ask about yourself; workloads, administrators and auditors about anybody",
    );
  }
  return deps.store.inTenant(owner.value, async (tx) => {
    if (!(await mayKnowOf(tx, caller, input.scope))) return noSuchScope(input.scope);
    const candidates = await candidatesFor(tx, input);
    return accept(answer(candidates, deps.clock.bounds()));
  });
}

async function candidatesFor(tx: Tx, input: CheckInput): Promise<Grant[]> {
  const identity = await tx.identity(input.principal);
  if (identity === null || identity.principal.deletedAt !== null) return [];
  const grants = await tx.grantsCovering(holdersOf(identity), scopeLineage(input.scope));
  const roles = await tx.roles([...new Set(grants.map((grant) => grant.roleDefinitionId))]);
  const found: Grant[] = [];
  for (const grant of grants.filter((one) => covers(one, input.scope))) {
    if (gives([...(await pinnedRoles(tx, grant)), ...roles], grant, input.wanted)) found.push(grant);
  }
  return found;
}

/** What an application's roles allow is what its consumer accepted, whatever the publisher has made of them since. */
async function pinnedRoles(tx: Tx, grant: Grant): Promise<readonly RoleDefinition[]> {
  if (grant.applicationId === null) return [];
  return (await tx.application(grant.applicationId))?.roles ?? [];
}

function covers(grant: Grant, scope: Scope): boolean {
  return heldScopes(grant).some((held) => scopeCovers(held, scope));
}

function gives(roles: readonly RoleDefinition[], grant: Grant, wanted: CheckInput["wanted"]): boolean {
  if ("roleDefinitionId" in wanted) return grant.roleDefinitionId === wanted.roleDefinitionId;
  const role = roles.find((candidate) => candidate.id === grant.roleDefinitionId);
  return role !== undefined && permits(role, wanted.action);
}

function answer(candidates: readonly Grant[], bounds: { earliest: Instant; latest: Instant }): CheckAnswer {
  const live = candidates.filter((grant) => isSurelyLive(grant, bounds));
  if (live.length === 0) {
    const [first] = candidates;
    const reason = first === undefined ? "no_grant" : livenessOf(first, bounds.latest);
    return { allowed: false, reason: reason === "live" ? "scheduled" : reason, until: null, grants: [] };
  }
  const ends = live.map((grant) => grant.endsAt);
  const [first, ...rest] = ends.filter((end) => end !== null);
  const until = ends.includes(null) || first === undefined ? null : latest(first, ...rest);
  return { allowed: true, reason: "live", until, grants: live };
}
