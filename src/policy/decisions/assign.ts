/** Gives a role directly, without a request: an administrator, or somebody who holds the right to assign right now. */
import { aboutGrant, grantFacts } from "../../domain/about.ts";
import type { AccessRequest } from "../../domain/access-request.ts";
import { type Grant, heldScopes, isOpen, isSurelyLive } from "../../domain/grant.ts";
import { begin } from "../../domain/grant-progress.ts";
import { asId, type GrantId, type IdSource, type RoleDefinitionId } from "../../domain/ids.ts";
import { isLockedOut, type PrincipalRef, refOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import {
  ASSIGN_ACTION,
  isAssignableAt,
  isReadOnly,
  permits,
  type RoleDefinition,
} from "../../domain/role-definition.ts";
import { type Scope, scopeCovers } from "../../domain/scope.ts";
import { stamp } from "../../domain/stamp.ts";
import { earliest, formatInstant, type Instant, latest, overlaps, type Window } from "../../domain/time.ts";
import type { HeldWindow } from "../activation.ts";
import { givingOutcomes } from "../assigning.ts";
import { isAdministratorOf, mayAssignAtAll, NO_RIGHT_TO_ASSIGN } from "../authority.ts";
import { rulesRejection } from "../rules-rejection.ts";
import { type BoundTarget, boundTargets, heldEnd } from "../target-limits.ts";
import { type Decided, joined, NO_ROWS, nextGrant, type Rows, rowOf } from "./change.ts";
import { closeGrant, endedBy, type Hanging, revocable } from "./end.ts";
import { type Asking, noSuchScope } from "./prepare.ts";
import { entitlementsFor } from "./settle.ts";

export interface AssignInput {
  readonly scope: Scope;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly beneficiary: PrincipalRef;
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly justification: string | null;
  /** An assignment that this one takes the place of, in the same commit. */
  readonly replaces?: Grant;
}

export interface AssignFacts {
  /** The beneficiary's windows at the scope. */
  readonly held: readonly HeldWindow[];
  /** Open grants of the caller at the scope or above it. */
  readonly grounds: readonly Grant[];
  /** The assignment to take the place of, as it is now. */
  readonly replaced: {
    readonly grant: Grant;
    readonly request: AccessRequest | null;
    readonly hanging: Hanging;
  } | null;
}

export interface Assigning extends Asking, AssignFacts {
  readonly ids: IdSource;
  /** Both ends of what the clock knows: a right to assign must be live at both. */
  readonly bounds: { readonly earliest: Instant; readonly latest: Instant };
}

export function assignRole(assigning: Assigning, input: AssignInput): Decided<Grant> {
  const { home, caller, now } = assigning;
  const ground = groundOf(assigning, input);
  if (!ground.ok) return ground;
  const role = assignable(assigning, input);
  if (!role.ok) return role;
  const targets = boundTargets(assigning.books.of(home), [input.roleDefinitionId], {
    scope: input.scope,
    managedScope: null,
    kind: "standing",
  });
  const window = windowFor(input, ground.value, targets, now);
  if (window.endsAt !== null && window.endsAt <= window.startsAt)
    return reject("invalid_input", "the end must lie after the start", { path: "/endsAt" });
  const met = meetsRules(assigning, input, role.value, { window, targets });
  if (!met.ok) return met;
  const free = clashOf(assigning, input, window);
  if (!free.ok) return free;
  const replaced = replacedRows(assigning, input);
  if (!replaced.ok) return replaced;
  const grant = newGrant(assigning, input, ground.value, window);
  const facts = { ...grantFacts(grant), under: grant.underGrantId, justification: input.justification };
  const made: Rows = {
    requests: [],
    // What hangs on a grant moves it: whoever ends it meanwhile must see what was given under it (I17).
    grants: [grant, ...(ground.value === null ? [] : [nextGrant(ground.value)])].map((one) =>
      rowOf(one, now),
    ),
    events: [stamp("assignment.made", aboutGrant(grant), caller, facts)],
  };
  const people = [input.beneficiary];
  const validUntil = ground.value?.endsAt ?? null;
  return {
    ok: true,
    value: grant,
    change: { ...joined(replaced.value, made), home, at: now, people, validUntil },
  };
}

/** Null: by right of an administrator. Otherwise the live grant that lets the caller assign at this scope. */
function groundOf(
  { books, home, caller, grounds, bounds }: Assigning,
  input: AssignInput,
): Outcome<Grant | null> {
  const allowed = mayAssignAtAll(caller);
  if (!allowed.ok) return allowed;
  if (isAdministratorOf(caller, home)) return accept(null);
  const book = books.of(home);
  const ground = grounds.find((grant) => {
    const role = book.role(grant.roleDefinitionId);
    return (
      isSurelyLive(grant, bounds) &&
      heldScopes(grant).some((scope) => scopeCovers(scope, input.scope)) &&
      role !== null &&
      permits(role, ASSIGN_ACTION)
    );
  });
  if (ground !== undefined) return accept(ground);
  if (caller.ref.tenantId !== home) return noSuchScope(input.scope);
  return NO_RIGHT_TO_ASSIGN;
}

function assignable({ books, home }: Assigning, input: AssignInput): Outcome<RoleDefinition> {
  const book = books.of(home);
  const role = book.role(input.roleDefinitionId);
  if (role === null) {
    return reject("unknown_role", `there is no role \`${input.roleDefinitionId}\``, {
      path: "/roleDefinitionId",
    });
  }
  if (!isAssignableAt(role, input.scope)) {
    return reject("unknown_role", `${role.name} cannot be assigned at this scope`, { path: "/scope" });
  }
  const { beneficiary } = input;
  const found = books.has(beneficiary.tenantId) ? books.identity(beneficiary) : null;
  if (found === null || found.principal.deletedAt !== null) return noSuchPrincipal();
  if (isLockedOut(found.principal)) {
    const who = found.principal.displayName;
    return reject("unknown_principal", `${who} is locked out; an administrator lets them in first`, {
      path: "/principalId",
    });
  }
  if (beneficiary.tenantId === home) return accept(role);
  // INVARIANT I10: with JIT enabled, the publisher's standing access is read-only on every assignment route.
  if (book.applicationAt(input.scope)?.publisherTenantId !== beneficiary.tenantId) return noSuchPrincipal();
  if (isReadOnly(role)) return accept(role);
  return reject(
    "jit_access_is_fixed",
    "the publisher's standing access is what was chosen at deployment; it asks for anything more",
  );
}

function noSuchPrincipal() {
  return reject("unknown_principal", "there is no such principal", { path: "/principalId" });
}

/** INVARIANT I17: what was given under a grant ends with it at the latest. */
function windowFor(
  input: AssignInput,
  ground: Grant | null,
  targets: readonly BoundTarget[],
  now: Instant,
): Window {
  const ends = [input.endsAt, ground?.endsAt ?? null].filter((at) => at !== null);
  const [first, ...rest] = ends;
  return {
    startsAt: input.startsAt === null ? now : latest(now, input.startsAt),
    endsAt: first === undefined ? null : heldEnd(earliest(first, ...rest), targets),
  };
}

/** What the role's settings ask of whoever assigns it, and what its targets can hold. */
function meetsRules(
  { books, home, caller }: Assigning,
  input: AssignInput,
  role: RoleDefinition,
  { window, targets }: { readonly window: Window; readonly targets: readonly BoundTarget[] },
): Outcome<void> {
  const { settings } = books.of(home).settingsAt(input.scope, role);
  const said = { window, targets, justification: input.justification, session: caller.session };
  const rules = givingOutcomes("assigning", settings.assigning, said);
  return rules.some(({ outcome }) => outcome === "unsatisfied") ? rulesRejection(rules) : accept(undefined);
}

function clashOf({ held }: Assigning, input: AssignInput, window: Window): Outcome<void> {
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
function replacedRows({ books, caller, replaced, now }: Assigning, input: AssignInput): Outcome<Rows> {
  if (input.replaces === undefined) return accept(NO_ROWS);
  if (replaced === null || !isOpen(replaced.grant))
    return reject("grant_not_active", "the assignment to change has ended already");
  const allowed = revocable(books, caller, replaced.grant, replaced.request);
  if (!allowed.ok) return allowed;
  const by = { event: endedBy(caller, input.justification), ref: caller.ref };
  return accept(closeGrant(replaced.grant, replaced.hanging, { cause: "revoked", now, by }).rows);
}

function newGrant(
  { books, home, caller, ids, now }: Assigning,
  input: AssignInput,
  ground: Grant | null,
  window: Window,
): Grant {
  const { beneficiary } = input;
  const plan: Omit<Grant, "entitlements"> = {
    id: asId<GrantId>(ids.next()),
    tenantId: home,
    otherTenantId: beneficiary.tenantId === home ? null : beneficiary.tenantId,
    version: 1,
    kind: "standing",
    requestId: null,
    underGrantId: ground?.id ?? null,
    requester: caller.ref,
    beneficiary: refOf(beneficiary),
    roleDefinitionId: input.roleDefinitionId,
    scope: input.scope,
    managedScope: null,
    applicationId: null,
    emergency: false,
    why: input.justification,
    gatePassedAt: null,
    review: null,
    state: { name: "scheduled" },
    ...window,
  };
  const scheduled: Grant = { ...plan, entitlements: entitlementsFor(books, plan) };
  return window.startsAt <= now ? begin(scheduled) : scheduled;
}
