/**
 * Who may do what, beside the rules of an activation. Each takes the caller, what it is about and the books, and answers
 * yes or a rejection; nowhere else is anything `forbidden`. Whether something is there to be known of at all is asked
 * first, by `isParty` and by the owner of a scope (INVARIANT I12): who is no party finds nothing. It is long because
 * whoever asks who may do what reads one file.
 */
import { type AccessRequest, whoWasNamed } from "../domain/access-request.ts";
import type { Application } from "../domain/application.ts";
import type { Caller } from "../domain/caller.ts";
import type { Entitlement, Grant } from "../domain/grant.ts";
import type { ObjectId, TenantId } from "../domain/ids.ts";
import {
  type Identity,
  identityIncludes,
  isActive,
  owns,
  type PrincipalRef,
  personOf,
  samePrincipal,
} from "../domain/principal.ts";
import { accept, type Outcome, type Rejection, reject } from "../domain/rejection.ts";
import type { RoleDefinition } from "../domain/role-definition.ts";
import type { Right } from "../domain/tenant.ts";
import type { Books } from "./book/books.ts";
import {
  deviceNeverDecides,
  lockedOut,
  nobodyAnyMore,
  notAnApprover,
  unknownHere,
  workloadsNeverDecide,
} from "./decision-refusals.ts";

export type Answer = Outcome<void>;

const YES: Answer = accept(undefined);

function only(allowed: boolean, sentence: string): Answer {
  return allowed ? YES : reject("forbidden", sentence);
}

// What somebody answers for.

/** All of a place: who answers for its tenant, and the owners of the application there. Others see what is their own. */
export function seesAllOfPlace(
  books: Books,
  caller: Caller,
  { home, application }: { readonly home: TenantId; readonly application: Application | null },
): boolean {
  if (caller.ref.tenantId !== home) return false;
  if (answersForTenant(caller)) return true;
  const identity = livingUser(books, caller);
  return identity !== null && application !== null && isAmong(identity, application.owners);
}

/** All of one of one's own people, or oneself; of others what they do that concerns the caller, if anything does. */
export function maySeePerson(caller: Caller, of: PrincipalRef, concerns: boolean): Answer {
  return only(
    samePrincipal(caller.ref, of) || seesAllOfPerson(caller, of) || concerns,
    "only administrators and auditors see people whose requests and access do not concern them",
  );
}

export function seesAllOfPerson(caller: Caller, of: PrincipalRef): boolean {
  return samePrincipal(caller.ref, of) || (caller.ref.tenantId === of.tenantId && answersForTenant(caller));
}

export function isAdministratorOf(caller: Caller, tenantId: TenantId): boolean {
  return caller.ref.tenantId === tenantId && caller.rights.includes("administrator") && !caller.limited;
}

export function isOperator(caller: Caller): boolean {
  return caller.rights.includes("operator");
}

/** Sees all of their own tenant's, and of what it shares with another. */
export function answersForTenant(caller: Caller): boolean {
  return caller.rights.includes("administrator") || caller.rights.includes("auditor");
}

/** `doing`: what only they do, such as `read the log`. */
export function mayAnswerForTenant(caller: Caller, doing: string): Answer {
  return only(answersForTenant(caller), `only administrators and auditors ${doing}`);
}

/** A tenant's administrator in it, an operator across tenants. */
export function mayConfigure(caller: Caller): Answer {
  if (caller.limited)
    return reject(
      "forbidden",
      "a token of the device flow does not administer; sign in with a browser and try again",
    );
  return only(
    isOperator(caller) || caller.rights.includes("administrator"),
    "only a tenant's administrators, and operators, change configuration; ask one of them",
  );
}

/** Auditors read what administrators change. */
export function mayReadConfiguration(caller: Caller): Answer {
  return only(
    !caller.limited && caller.rights.length > 0,
    "only administrators and auditors of a tenant, and operators, read its configuration",
  );
}

/** What has effects in a tenant's targets; operators configure them and do not work in them. */
export function mayRetryInTargets(caller: Caller): Answer {
  return only(
    isAdministratorOf(caller, caller.ref.tenantId),
    "only administrators have what failed in a target tried again",
  );
}

/** It connects from where Curfew stands to wherever they say, with what they say: for who may save the same. */
export function mayTryTargets(caller: Caller): Answer {
  return only(
    isAdministratorOf(caller, caller.ref.tenantId),
    "only administrators look into a target that is not saved yet",
  );
}

/** What is sent where, beyond what a document says: it has effects outside. */
export function mayTendExports(caller: Caller): Answer {
  if (caller.limited) return mayConfigure(caller);
  return only(
    isAdministratorOf(caller, caller.ref.tenantId),
    "only administrators pause, resume and replay an export, or have a secret made for it",
  );
}

/** For what no document of a tenant may do; `sentence` says that only an operator does it. */
export function mayOperate(caller: Caller, sentence: string): Answer {
  return only(isOperator(caller), sentence);
}

/** Of things that belong to one of two parties; `sentence` says whose. */
export function mayAsOwner(caller: Caller, owner: TenantId, sentence: string): Answer {
  return only(caller.ref.tenantId === owner, sentence);
}

// A person's sessions.

export function maySeeSessions(caller: Caller, of: PrincipalRef): Answer {
  return only(
    samePrincipal(caller.ref, of) || answersForTenant(caller),
    "only administrators and auditors see other people's sessions",
  );
}

/** One's own at any time: it takes away and gives nothing. */
export function mayEndSessions(caller: Caller, of: PrincipalRef): Answer {
  return only(
    samePrincipal(caller.ref, of) || isAdministratorOf(caller, of.tenantId),
    "only administrators end other people's sessions",
  );
}

/** Who locks a person of their own tenant out, and lets them in again. Oneself too: whoever lost a laptop is quick. */
export function mayLockOut(caller: Caller, of: PrincipalRef): Answer {
  return only(isAdministratorOf(caller, of.tenantId), "only administrators lock people out, and let them in");
}

/**
 * Whom, of those that one may lock out, one may not: an operator of the installation unless one is another, and the last
 * administrator. `others`: the administrators who would be left.
 */
export function mayGoWithout(
  caller: Caller,
  { objectId, rights }: { readonly objectId: ObjectId; readonly rights: readonly Right[] },
  others: readonly ObjectId[],
): Answer {
  if (rights.includes("operator")) {
    const allowed = mayOperate(caller, "only an operator locks an operator of the installation out");
    if (!allowed.ok) return allowed;
    if (caller.ref.objectId === objectId)
      return reject("last_administrator", "another operator has to lock you out");
  }
  return others.length > 0 || !rights.includes("administrator")
    ? YES
    : reject("last_administrator", "nobody would be left to administer your organization, or to let them in");
}

/** An operator of the installation is locked out by operators, and let in by them. */
export function mayLetIn(caller: Caller, rights: readonly Right[]): Answer {
  return rights.includes("operator")
    ? mayOperate(caller, "only an operator lets an operator of the installation in again")
    : YES;
}

/** Of whoever answers for a tenant: for its own things it ends what somebody holds, for its own people what they hold; see `mayRevoke`. */
export function mayEndEverything(caller: Caller): Answer {
  return only(
    caller.kind === "user" && isAdministratorOf(caller, caller.ref.tenantId),
    "only people who are administrators end all that somebody holds",
  );
}

/** Who changed what they do while they waited: a lock-out that was stored meanwhile holds. */
export function mustStillAct(caller: Identity | null): Answer {
  if (caller === null || isActive(caller.principal)) return YES;
  return reject("unauthenticated", "your account was closed or locked out meanwhile; nothing was changed");
}

// A grant.

/** INVARIANT I12: only the two parties may know of it. */
export function isParty(
  caller: Caller,
  owned: { readonly tenantId: TenantId; readonly otherTenantId: TenantId | null },
): boolean {
  return caller.ref.tenantId === owned.tenantId || caller.ref.tenantId === owned.otherTenantId;
}

/** The beneficiary, or the owner who asked on behalf of a workload or a group. */
export function isHolder(books: Books, caller: Caller, grant: Grant): boolean {
  if (samePrincipal(caller.ref, grant.beneficiary)) return true;
  const identity = books.identity(caller.ref);
  const beneficiary = books.identity(grant.beneficiary);
  return identity !== null && beneficiary !== null && owns(identity, beneficiary);
}

export function mayDeactivate(books: Books, caller: Caller, grant: Grant): Answer {
  return only(isHolder(books, caller, grant), "only its holder can end a grant this way");
}

export function mayExtend(books: Books, caller: Caller, grant: Grant): Answer {
  return only(isHolder(books, caller, grant), "only its holder can ask to extend a grant");
}

/**
 * Whoever was named to decide, owners of the application, administrators: all of the tenant that owns the scope. And
 * the administrators of its holder's tenant: it takes away from their own people, and gives nothing.
 * `request`: the one that led to the grant, null where there was none.
 */
export function mayRevoke(books: Books, caller: Caller, grant: Grant, request: AccessRequest | null): Answer {
  return only(
    guards(books, caller, grant, request) ||
      (caller.kind === "user" && isAdministratorOf(caller, grant.beneficiary.tenantId)),
    "only an approver, an owner of the application or an administrator can revoke this",
  );
}

/** After an emergency: whoever could have ended it, and was not behind it. */
export function mayReview(books: Books, caller: Caller, grant: Grant, request: AccessRequest | null): Answer {
  if (!guards(books, caller, grant, request)) return reject("forbidden", "only an approver can review this");
  const reviewer = books.identity(caller.ref);
  const users = books.peopleBehind([grant.requester, grant.beneficiary]);
  if (reviewer !== null && !users.has(personOf(reviewer.principal))) return YES;
  return reject("own_request", "this was your own emergency; someone else must review it");
}

function guards(
  books: Books,
  caller: Caller,
  owned: Pick<Grant, "tenantId" | "applicationId">,
  request: AccessRequest | null,
): boolean {
  if (caller.kind !== "user" || caller.limited || caller.ref.tenantId !== owned.tenantId) return false;
  if (isAdministratorOf(caller, owned.tenantId)) return true;
  const identity = livingUser(books, caller);
  if (identity === null) return false;
  const named = request === null ? [] : whoWasNamed(request);
  return isAmong(identity, [...ownersOf(books, owned), ...named]);
}

/** Its holder, who asked for it, and everyone who could end it. */
export function maySeeGrant(
  books: Books,
  caller: Caller,
  grant: Grant,
  request: AccessRequest | null,
): boolean {
  if (!isParty(caller, grant)) return false;
  if (answersForTenant(caller) || samePrincipal(caller.ref, grant.requester)) return true;
  const identity = books.identity(caller.ref);
  if (identity === null) return false;
  return identityIncludes(identity, grant.beneficiary) || mayRevoke(books, caller, grant, request).ok;
}

/**
 * Who may look at the sessions of what a target holds: whoever decides or answers for its owner, or asked for it, sees
 * all of them, a holder their own. The other party learns no more of a target than its kind (I11).
 */
export function mayLookAtSessions(
  books: Books,
  caller: Caller,
  grant: Grant,
  request: AccessRequest | null,
): (held: Entitlement) => Answer {
  const sentence = "only its holder and its owner's people see who is logged in with this access";
  const ownSide = caller.ref.tenantId === grant.tenantId && answersForTenant(caller);
  const all = ownSide || samePrincipal(caller.ref, grant.requester) || guards(books, caller, grant, request);
  return ({ member }) => only(all || samePrincipal(member, caller.ref), sentence);
}

// A request.

/** Both of those who ask, whoever was named to decide or be told, the application's owners, and who answers for a tenant. */
export function maySeeRequest(books: Books, caller: Caller, request: AccessRequest): boolean {
  if (!isParty(caller, request)) return false;
  if (answersForTenant(caller)) return true;
  if (isAsking(caller, request)) return true;
  const identity = books.identity(caller.ref);
  if (identity === null) return false;
  return isAmong(identity, [...whoWasNamed(request), ...ownersOf(books, request)]);
}

/** INVARIANT I2: a service principal never decides; nor does a sign-in of the device flow. */
export function mayEverDecide(caller: Caller): boolean {
  return caller.kind === "user" && !caller.limited;
}

/** Who would decide, as they are known today. */
export function mayStandAsApprover(books: Books, caller: Caller): Outcome<Identity> {
  if (caller.kind !== "user") return reject("workload_cannot_decide", workloadsNeverDecide);
  if (caller.limited) return reject("forbidden", deviceNeverDecides);
  const approver = books.identity(caller.ref);
  return approver === null ? reject("forbidden", unknownHere) : accept(approver);
}

export function mustBeThere(approver: Identity): Answer {
  const { principal } = approver;
  return only(isActive(principal), principal.deletedAt === null ? lockedOut : nobodyAnyMore);
}

/** For whoever has no seat in any stage. */
export const NOT_AN_APPROVER = reject("forbidden", notAnApprover);

/** For somebody who had one; `sentence` says since when they have none. */
export function lostSeat(sentence: string): { readonly ok: false; readonly rejection: Rejection } {
  return reject("forbidden", sentence);
}

export function mayAcceptTerms(caller: Caller, request: AccessRequest): Answer {
  return only(samePrincipal(caller.ref, request.requester), "only the requester can accept other terms");
}

/** Both of those who ask, and whoever could end what comes of it: the approvers, owners of the application, administrators. */
export function mayComment(books: Books, caller: Caller, request: AccessRequest): Answer {
  return only(
    isAsking(caller, request) || guards(books, caller, request, request),
    "only those who ask and those who may decide write about this request",
  );
}

export function mayRemind(caller: Caller, request: AccessRequest): Answer {
  return only(isAsking(caller, request), "only those who ask remind the approvers");
}

function isAsking({ ref }: Caller, { requester, beneficiary }: AccessRequest): boolean {
  return samePrincipal(ref, requester) || samePrincipal(ref, beneficiary);
}

/** While it is pending. */
export function mayCancel(caller: Caller, request: AccessRequest): Answer {
  return only(
    samePrincipal(caller.ref, request.requester) ||
      isAdministratorOf(caller, request.tenantId) ||
      isAdministratorOf(caller, request.requester.tenantId),
    "only the requester or an administrator can cancel this request",
  );
}

export function mayBreakGlass(caller: Caller): Answer {
  return only(!caller.limited, "a device sign-in cannot break glass; sign in with `curfew login`");
}

// Assignments, checks, applications.

/** Not every sign-in assigns; by what right it does is asked next. */
export function mayAssignAtAll(caller: Caller): Answer {
  return only(!caller.limited, "a device sign-in cannot assign roles; sign in with `curfew login`");
}

/** For whoever is no administrator and holds nothing that lets them. */
export const NO_RIGHT_TO_ASSIGN = reject(
  "forbidden",
  "only an administrator, or who holds a role that may assign roles, can assign one here",
);

/** About oneself, and about anybody for those who guard the tenant's own things. */
export function mayCheck(caller: Caller, principal: PrincipalRef): Answer {
  return only(
    samePrincipal(caller.ref, principal) || caller.kind === "servicePrincipal" || caller.rights.length > 0,
    "you can ask about yourself; workloads, administrators and auditors about anybody",
  );
}

/** INVARIANT I11: the terms are the consumer's: of its administrators, and the people who own the application. */
export function mayChangeJitPolicy(books: Books, caller: Caller, application: Application): Answer {
  const identity = caller.limited ? null : livingUser(books, caller);
  return only(
    isAdministratorOf(caller, application.tenantId) ||
      (identity !== null && isAmong(identity, application.owners)),
    "only the application's owners and your administrators change its JIT policy",
  );
}

export function mayReadHistory(books: Books, caller: Caller, application: Application): Answer {
  const identity = books.identity(caller.ref);
  const { owners, jitAccess } = application;
  const approvers = jitAccess.enabled ? jitAccess.policy.approvers : [];
  return only(
    answersForTenant(caller) || (identity !== null && isAmong(identity, [...owners, ...approvers])),
    "only its owners, its approvers and your administrators read its history",
  );
}

/** What Azure's resource of an application carries beside its policy is the administrators'. */
export function mayChangeBeyondPolicy(caller: Caller, application: Application): Answer {
  return only(
    isAdministratorOf(caller, application.tenantId),
    "an owner of the application changes its jitAccessPolicy alone; ask an administrator to change tags, parameters, sku or identity",
  );
}

export function mayRemoveRole({ tenantId }: RoleDefinition): Answer {
  return only(tenantId !== null, "a built-in role is the same for every tenant and stays");
}

/** What was done at once and is kept: who did it, whom it is about, and those who answer for the tenant it belongs to. */
export function maySeeKept(
  caller: Caller,
  kept: { readonly tenantId: TenantId; readonly by: PrincipalRef; readonly about: PrincipalRef },
): boolean {
  if (caller.ref.tenantId === kept.tenantId && answersForTenant(caller)) return true;
  return samePrincipal(kept.by, caller.ref) || samePrincipal(kept.about, caller.ref);
}

/** What a surface keeps of an object: whoever made that, where somebody did, and the administrators of its owner. */
export function mayTag(caller: Caller, owner: TenantId, maker: PrincipalRef | null): Answer {
  const made = maker !== null && samePrincipal(caller.ref, maker);
  return only(
    !caller.limited && (made || isAdministratorOf(caller, owner)),
    "only who made this, or an administrator of the tenant that owns it, changes its tags",
  );
}

/** Of other people's requests or grants, for whoever neither answers for the tenant nor owns an application. */
export function seesOnlyOwn(what: "requests" | "grants"): {
  readonly ok: false;
  readonly rejection: Rejection;
} {
  const hint = what === "grants" ? "; `view=mine` shows yours" : "";
  return reject(
    "forbidden",
    `only administrators, auditors and application owners see other people's ${what}${hint}`,
  );
}

function ownersOf(
  books: Books,
  { tenantId, applicationId }: Pick<Grant, "tenantId" | "applicationId">,
): readonly PrincipalRef[] {
  return applicationId === null ? [] : (books.of(tenantId).application(applicationId)?.owners ?? []);
}

function livingUser(books: Books, caller: Caller): Identity | null {
  const identity = books.identity(caller.ref);
  return identity?.principal.kind === "user" && isActive(identity.principal) ? identity : null;
}

function isAmong(identity: Identity, refs: readonly PrincipalRef[]): boolean {
  return refs.some((ref) => identityIncludes(identity, ref));
}
