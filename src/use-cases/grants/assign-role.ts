/** Gives a role directly, without a request: an administrator, or somebody who holds the right to assign right now. */

import { aboutGrant, grantFacts } from "../../domain/about.ts";
import { type Grant, heldScopes, isOpen, isSurelyLive } from "../../domain/grant.ts";
import { begin, dueAt } from "../../domain/grant-progress.ts";
import { asId, type GrantId, type RoleDefinitionId } from "../../domain/ids.ts";
import { holdersOf, type PrincipalRef, refOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import {
  ASSIGN_ACTION,
  isAssignableAt,
  isReadOnly,
  permits,
  type RoleDefinition,
} from "../../domain/role-definition.ts";
import { type Scope, scopeCovers, scopeLineage } from "../../domain/scope.ts";
import { stamp } from "../../domain/stamp.ts";
import { earliest, formatInstant, type Instant, latest, overlaps, type Window } from "../../domain/time.ts";
import { assigningOutcomes } from "../../policy/assigning.ts";
import { endedBy, revocable } from "../../policy/decisions/end.ts";
import { noSuchScope } from "../../policy/decisions/prepare.ts";
import { entitlementsFor } from "../../policy/decisions/settle.ts";
import { rulesRejection } from "../../policy/rules-rejection.ts";
import { isAdministratorOf } from "../find-request.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { ownerOf } from "../scope-owner.ts";
import { type Alongside, nothingAlongside } from "../surface-resources.ts";
import { closeGrant } from "./end-grant.ts";

export interface AssignInput {
  readonly scope: Scope;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly beneficiary: PrincipalRef;
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly justification: string | null;
  /** Chosen by the caller, where the surface lets them; otherwise made. */
  readonly id?: GrantId;
  /** An assignment that this one takes the place of, in the same transaction. */
  readonly replaces?: Grant;
  /** Everything is looked at and nothing stored. */
  readonly dryRun?: true;
}

export async function assignRole(
  deps: Deps,
  caller: Caller,
  input: AssignInput,
  also: Alongside<Grant> = nothingAlongside,
): Promise<Outcome<Grant>> {
  const owner = await ownerOf(deps, caller, input.scope);
  if (!owner.ok) return owner;
  const outcome = await deps.store.inTenant(owner.value, async (tx) => {
    await tx.serializeAsks([input.beneficiary]);
    await tx.holdPolicy([tx.tenantId, input.beneficiary.tenantId, caller.ref.tenantId]);
    const authority = await authorityOf(tx, deps, caller, input);
    if (!authority.ok) return authority;
    const role = await assignable(tx, input);
    if (!role.ok) return role;
    const free = await also.check(tx);
    if (!free.ok) return free;
    const made = await assign(tx, deps, caller, input, { role: role.value, ground: authority.value });
    if (made.ok && !input.dryRun) await also.write(tx, made.value);
    return made;
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
  { role, ground }: { role: RoleDefinition; ground: Grant | null },
): Promise<Outcome<Grant>> {
  const now = deps.clock.now();
  const startsAt = latest(now, ...(input.startsAt === null ? [] : [input.startsAt]));
  const endsAt = endFor(input, ground);
  if (endsAt !== null && endsAt <= startsAt)
    return reject("invalid_input", "the end must lie after the start", { path: "/endsAt" });
  const allowed = await meetsRules(tx, caller, input, role, { startsAt, endsAt });
  if (!allowed.ok) return allowed;
  const clash = await clashOf(tx, input, { startsAt, endsAt }, now);
  if (!clash.ok) return clash;
  const replaced = await replacedBy(tx, caller, input);
  if (!replaced.ok) return replaced;
  if (input.id !== undefined && !(await tx.claimGrantId(input.id))) return idTaken(input.id);
  const plan: Omit<Grant, "entitlements"> = {
    id: input.id ?? asId<GrantId>(deps.ids.next()),
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
  const books = await tx.books([input.beneficiary.tenantId]);
  const scheduled: Grant = { ...plan, entitlements: entitlementsFor(books, plan) };
  const grant = startsAt <= now ? begin(scheduled) : scheduled;
  if (input.dryRun) return accept(grant);
  await tx.insertGrant(grant, dueAt(grant, now));
  // What hangs on a grant moves it: whoever ends it meanwhile must see what was given under it.
  if (ground !== null) await tx.updateGrant(ground, dueAt(ground, now));
  if (replaced.value !== null)
    await closeGrant(tx, replaced.value, "revoked", now, endedBy(caller, input.justification), caller.ref);
  const facts = { ...grantFacts(grant), under: grant.underGrantId, justification: input.justification };
  await tx.record([stamp("assignment.made", aboutGrant(grant), caller, facts)], now);
  return accept(grant);
}

/** What the role's settings ask of whoever assigns it. */
async function meetsRules(
  tx: Tx,
  caller: Caller,
  input: AssignInput,
  role: RoleDefinition,
  window: Window,
): Promise<Outcome<void>> {
  const { settings } = (await tx.books([])).of(tx.tenantId).settingsAt(input.scope, role);
  const said = { window, justification: input.justification, session: caller.session };
  const rules = assigningOutcomes(settings.assigning, said);
  return rules.some(({ outcome }) => outcome === "unsatisfied") ? rulesRejection(rules) : accept(undefined);
}

async function clashOf(tx: Tx, input: AssignInput, window: Window, now: Instant): Promise<Outcome<void>> {
  const held = await tx.heldWindows(input.beneficiary, input.scope, now);
  const clash = held.find(
    (one) =>
      one.roleDefinitionId === input.roleDefinitionId &&
      one.grantId !== input.replaces?.id &&
      overlaps(one, window),
  );
  if (clash === undefined) return accept(undefined);
  const until = clash.endsAt === null ? "without an end" : `until ${formatInstant(clash.endsAt)}`;
  const message = `this role is already held there ${until} (grant ${clash.grantId})`;
  return reject("name_taken", message, {
    rules: [{ rule: "RoleAssignmentExists", outcome: "unsatisfied", message }],
  });
}

/**
 * INVARIANT I8: no end is moved. An assignment with other dates is another one, and the old one ends: by whoever may
 * revoke it, and nobody else.
 */
async function replacedBy(tx: Tx, caller: Caller, { replaces }: AssignInput): Promise<Outcome<Grant | null>> {
  if (replaces === undefined) return accept(null);
  const current = await tx.grant(replaces.id, "lock");
  if (current === null || !isOpen(current))
    return reject("grant_not_active", "the assignment to change has ended already");
  const request = current.requestId === null ? null : await tx.request(current.requestId);
  const books = await tx.books([caller.ref.tenantId]);
  const allowed = revocable(books, caller, current, request);
  return allowed.ok ? accept(current) : allowed;
}

function idTaken(id: GrantId) {
  return reject("name_taken", `choose another GUID: the id \`${id}\` is not free`);
}

/** INVARIANT I17: what was given under a grant ends with it at the latest. */
function endFor(input: AssignInput, ground: Grant | null): Instant | null {
  if (ground === null || ground.endsAt === null) return input.endsAt;
  return input.endsAt === null ? ground.endsAt : earliest(input.endsAt, ground.endsAt);
}
