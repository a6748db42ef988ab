/** Gives a role directly, without a request: an administrator, or somebody who holds the right to assign right now. */
import { type Grant, heldScopes, isSurelyLive } from "../../domain/grant.ts";
import { begin, dueAt } from "../../domain/grant-progress.ts";
import { asId, type GrantId, type RoleDefinitionId } from "../../domain/ids.ts";
import { planEntitlements } from "../../domain/plan-entitlements.ts";
import { type PrincipalRef, refOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import {
  ASSIGN_ACTION,
  isAssignableAt,
  isReadOnly,
  permits,
  type RoleDefinition,
} from "../../domain/role-definition.ts";
import { type Scope, scopeCovers, scopeLineage } from "../../domain/scope.ts";
import { earliest, formatInstant, type Instant, latest, overlaps } from "../../domain/time.ts";
import { aboutGrant, grantFacts } from "../about.ts";
import { isAdministratorOf } from "../find-request.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { holdersOf } from "../requests/load-activation.ts";
import { noSuchScope, ownerOf } from "../scope-owner.ts";
import { stamp } from "../stamp.ts";

export interface AssignInput {
  readonly scope: Scope;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly beneficiary: PrincipalRef;
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly justification: string | null;
}

export async function assignRole(deps: Deps, caller: Caller, input: AssignInput): Promise<Outcome<Grant>> {
  const owner = await ownerOf(deps, caller, input.scope);
  if (!owner.ok) return owner;
  const outcome = await deps.store.inTenant(owner.value, async (tx) => {
    await tx.serializeAsks([input.beneficiary]);
    const policySeen = await tx.holdPolicy([tx.tenantId, input.beneficiary.tenantId]);
    const authority = await authorityOf(tx, deps, caller, input);
    if (!authority.ok) return authority;
    const role = await assignable(tx, input);
    if (!role.ok) return role;
    return assign(tx, deps, caller, input, authority.value, policySeen);
  });
  if (outcome.ok) deps.store.wake();
  return outcome;
}

/** Null: by right of an administrator. Otherwise the live grant that lets the caller assign at this scope. */
async function authorityOf(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  input: AssignInput,
): Promise<Outcome<Grant | null>> {
  if (caller.limited)
    return reject("forbidden", "a device sign-in cannot assign roles; sign in with `curfew login`");
  if (isAdministratorOf(caller, tx.tenantId)) return accept(null);
  const identity = await tx.identity(caller.ref);
  if (identity === null) return noSuchScope(input.scope);
  const held = await tx.grantsCovering(holdersOf(identity), scopeLineage(input.scope));
  const roles = await tx.roles([...new Set(held.map((grant) => grant.roleDefinitionId))]);
  const bounds = deps.clock.bounds();
  const grounds = held.filter(
    (grant) =>
      isSurelyLive(grant, bounds) &&
      heldScopes(grant).some((scope) => scopeCovers(scope, input.scope)) &&
      roles.some((role) => role.id === grant.roleDefinitionId && permits(role, ASSIGN_ACTION)),
  );
  for (const { id } of grounds) {
    // Locked and looked at again, so that it cannot end before what hangs on it is there to end with it (I17).
    const ground = await tx.grant(id, "lock");
    if (ground !== null && isSurelyLive(ground, deps.clock.bounds())) return accept(ground);
  }
  if (caller.ref.tenantId !== tx.tenantId) return noSuchScope(input.scope);
  return reject(
    "forbidden",
    "only an administrator, or who holds a role that may assign roles, can assign one here",
  );
}

async function assignable(tx: Tx, input: AssignInput): Promise<Outcome<RoleDefinition>> {
  const [role] = (await tx.roles([input.roleDefinitionId])).filter(({ id }) => id === input.roleDefinitionId);
  if (role === undefined) {
    return reject("unknown_role", `there is no role \`${input.roleDefinitionId}\``, {
      path: "/roleDefinitionId",
    });
  }
  if (!isAssignableAt(role, input.scope)) {
    return reject("unknown_role", `${role.name} cannot be assigned at this scope`, { path: "/scope" });
  }
  const beneficiary = await tx.identity(input.beneficiary);
  if (beneficiary === null || beneficiary.principal.deletedAt !== null) {
    return reject("unknown_principal", "there is no such principal", { path: "/principalId" });
  }
  if (input.beneficiary.tenantId === tx.tenantId) return accept(role);
  // INVARIANT I10: with JIT enabled, the publisher's standing access is read-only on every assignment route.
  const application = await tx.applicationAt(input.scope);
  if (application?.publisherTenantId !== input.beneficiary.tenantId) {
    return reject("unknown_principal", "there is no such principal", { path: "/principalId" });
  }
  if (isReadOnly(role)) return accept(role);
  return reject(
    "jit_access_is_fixed",
    "the publisher's standing access is what was chosen at deployment; it asks for anything more",
  );
}

async function assign(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  input: AssignInput,
  ground: Grant | null,
  policySeen: number,
): Promise<Outcome<Grant>> {
  const now = deps.clock.now();
  const startsAt = latest(now, ...(input.startsAt === null ? [] : [input.startsAt]));
  const endsAt = endFor(input, ground);
  if (endsAt !== null && endsAt <= startsAt)
    return reject("invalid_input", "the end must lie after the start", { path: "/endsAt" });
  const held = await tx.heldWindows(input.beneficiary, input.scope, now);
  const clash = held.find(
    (one) => one.roleDefinitionId === input.roleDefinitionId && overlaps(one, { startsAt, endsAt }),
  );
  if (clash !== undefined) {
    const until = clash.endsAt === null ? "without an end" : `until ${formatInstant(clash.endsAt)}`;
    return reject("name_taken", `this role is already held there ${until} (grant ${clash.grantId})`);
  }
  const plan: Omit<Grant, "entitlements"> = {
    id: asId<GrantId>(deps.ids.next()),
    tenantId: tx.tenantId,
    otherTenantId: input.beneficiary.tenantId === tx.tenantId ? null : input.beneficiary.tenantId,
    version: 1,
    kind: "standing",
    requestId: null,
    underGrantId: ground?.id ?? null,
    requester: caller.ref,
    beneficiary: refOf(input.beneficiary),
    roleDefinitionId: input.roleDefinitionId,
    scope: input.scope,
    managedScope: null,
    applicationId: null,
    emergency: false,
    why: input.justification,
    gatePassedAt: null,
    review: null,
    startsAt,
    endsAt,
    state: { name: "scheduled" },
  };
  const members = await tx.membersOf(input.beneficiary);
  const scheduled: Grant = { ...plan, entitlements: planEntitlements(plan, await tx.bindings(), members) };
  const grant = startsAt <= now ? begin(scheduled) : scheduled;
  await tx.insertGrant(grant, dueAt(grant, now), policySeen);
  const facts = { ...grantFacts(grant), under: grant.underGrantId, justification: input.justification };
  await tx.record([stamp("assignment.made", aboutGrant(grant), caller, facts)], now);
  return accept(grant);
}

/** INVARIANT I17: what was given under a grant ends with it at the latest. */
function endFor(input: AssignInput, ground: Grant | null): Instant | null {
  if (ground === null || ground.endsAt === null) return input.endsAt;
  return input.endsAt === null ? ground.endsAt : earliest(input.endsAt, ground.endsAt);
}
