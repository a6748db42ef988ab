/** Puts together what the rules look at: from the book what was configured, from the moment what people hold and asked for. */
import {
  type AccessRequest,
  decisionLimit,
  defaultNeededUntil,
  isPending,
  type Terms,
  windowOf,
} from "../../domain/access-request.ts";
import type { Application } from "../../domain/application.ts";
import type { RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import { holdersOf, owns, type PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { RoleSettings, SourcedSettings } from "../../domain/role-settings.ts";
import { type Scope, sameScope } from "../../domain/scope.ts";
import { addMs, HOUR_MS, type Instant } from "../../domain/time.ts";
import type { ActivationFacts, HeldWindow, PendingWindow } from "../activation.ts";
import type { Book } from "../book/book.ts";
import type { Books } from "../book/books.ts";
import { strictest } from "../strictest.ts";
import { boundTargets } from "../target-limits.ts";

/** An emergency that nobody reviewed for so long stands in the way of that person's next. */
export const REVIEW_WITHIN_MS = 72 * HOUR_MS;

export interface ActivationQuestion {
  /** The tenant that owns the scope. */
  readonly home: TenantId;
  readonly requester: PrincipalRef;
  readonly beneficiary: PrincipalRef;
  readonly scope: Scope;
  readonly roleDefinitionIds: readonly RoleDefinitionId[];
}

export interface Activation {
  readonly application: Application | null;
  /** The scope as the grant will name it: an application's resource id stands for its managed resource group. */
  readonly scope: Scope;
  readonly managedScope: Scope | null;
  readonly roles: readonly RoleDefinition[];
  /** One per role asked for, and the application's own beside it where both hold. */
  readonly inForce: readonly SourcedSettings[];
  readonly settings: RoleSettings;
  readonly facts: ActivationFacts;
}

/** What only the rules about the moment of asking look at. */
export type PastAsks = Pick<
  ActivationFacts,
  "pending" | "pendingOfRequester" | "lastDeniedAt" | "emergencyReviewDue"
>;

const NOTHING_ASKED: PastAsks = {
  pending: [],
  pendingOfRequester: 0,
  lastDeniedAt: null,
  emergencyReviewDue: false,
};

/** The same for preview, submit, approval and re-check. `past` is left out where nobody is asking. */
export function gather(
  books: Books,
  question: ActivationQuestion,
  held: readonly HeldWindow[],
  past: PastAsks = NOTHING_ASKED,
): Outcome<Activation> {
  const requester = books.identity(question.requester);
  const beneficiary = books.identity(question.beneficiary);
  if (requester === null) return reject("unknown_principal", "your identity is not known here any more");
  if (beneficiary === null) {
    return reject("unknown_principal", "there is no such beneficiary", { path: "/beneficiaryId" });
  }
  const book = books.of(question.home);
  const found = rolesNamed(book, question.roleDefinitionIds);
  if (!found.ok) return found;
  const roles = found.value;
  const place = placeAt(book, question.scope);
  const inForce = book.settingsFor(question.requester.tenantId, place.scope, roles);
  const [first] = inForce;
  if (first === undefined)
    return reject("invalid_input", "name at least one role", { path: "/roleDefinitionIds" });
  const facts: ActivationFacts = {
    requester,
    beneficiary,
    requesterOwnsBeneficiary: owns(requester, beneficiary),
    roles,
    eligibilities: book.eligibilitiesFor(holdersOf(beneficiary), place.scope),
    held,
    ...past,
    targets: boundTargets(book, question.roleDefinitionIds, { ...place, kind: "activation" }),
  };
  return accept({ ...place, roles, inForce, settings: strictest(inForce.map((one) => one.settings)), facts });
}

/** In one order, however they were asked for: who reads the same question twice reads the same words. */
function rolesNamed(book: Book, ids: readonly RoleDefinitionId[]): Outcome<readonly RoleDefinition[]> {
  const roles: RoleDefinition[] = [];
  for (const id of ids) {
    const role = book.role(id);
    if (role === null)
      return reject("unknown_role", `there is no role \`${id}\``, { path: "/roleDefinitionIds" });
    roles.push(role);
  }
  return accept(roles.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

export function placeAt(
  book: Book,
  scope: Scope,
): Pick<Activation, "application" | "scope" | "managedScope"> {
  const application = book.applicationAt(scope);
  if (application === null) return { application, scope, managedScope: null };
  const whole = sameScope(scope, application.scope) || sameScope(scope, application.managedScope);
  if (whole) return { application, scope: application.scope, managedScope: application.managedScope };
  // A part of it is asked for by its own path.
  return { application, scope, managedScope: null };
}

/** What a stored request asks, on the given terms. */
export function askOf(
  request: Pick<AccessRequest, "scope" | "purpose" | "justification" | "ticket" | "emergency" | "session">,
  terms: Terms,
) {
  return {
    scope: request.scope,
    roleDefinitionIds: terms.roleDefinitionIds,
    durationMs: terms.durationMs,
    startAt: terms.startAt,
    purpose: request.purpose,
    justification: request.justification,
    ticket: request.ticket,
    emergency: request.emergency,
    session: request.session,
  };
}

/** As much of a pending request as its windows follow from. */
export type PendingAsk = Pick<AccessRequest, "id" | "createdAt" | "terms" | "neededUntil" | "state">;

/** The window a pending request would have at the earliest; one without a start may begin at any moment. */
export function pendingWindowsOf(asks: readonly PendingAsk[]): readonly PendingWindow[] {
  return asks.flatMap((ask) => {
    const request = ask as AccessRequest;
    if (!isPending(request)) return [];
    const startsAt = request.terms.startAt ?? request.createdAt;
    const lastStart = request.terms.startAt ?? decisionLimit(request);
    const endsAt =
      defaultNeededUntil(request.terms) ??
      addMs(windowOf(request.terms, lastStart).startsAt, request.terms.durationMs);
    return request.terms.roleDefinitionIds.map((roleDefinitionId) => ({
      requestId: request.id,
      roleDefinitionId,
      startsAt,
      endsAt,
    }));
  });
}

/** Since when an emergency that was not reviewed counts. */
export function reviewedBefore(now: Instant): Instant {
  return addMs(now, -REVIEW_WITHIN_MS);
}
