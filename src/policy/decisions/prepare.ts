/** "What would happen" and "what happens" are this one function: preview shows its answer, submit stores it. */
import type { Purpose } from "../../domain/access-request.ts";
import type { Caller } from "../../domain/caller.ts";
import type { Grant } from "../../domain/grant.ts";
import type { RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import { type PersonKey, type PrincipalRef, samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, type Rejection, reject } from "../../domain/rejection.ts";
import type { Approval } from "../../domain/role-settings.ts";
import { toldTo } from "../../domain/rule.ts";
import { groupOf, type Scope, subscriptionOf } from "../../domain/scope.ts";
import type { Instant } from "../../domain/time.ts";
import type { HeldWindow } from "../activation.ts";
import type { Book } from "../book/book.ts";
import type { Books } from "../book/books.ts";
import { nothingToActivate } from "../declined-jit.ts";
import { type Decision, evaluateActivation } from "../evaluate-activation.ts";
import { rulesRejection } from "../rules-rejection.ts";
import { type Activation, gather, type PastAsks } from "./gather.ts";
import { resolveApproval } from "./resolve-approval.ts";

/** What a person asks for, translated and bounded by the surface it came through. */
export interface SubmitInput {
  readonly scope: Scope;
  readonly roleDefinitionIds: readonly RoleDefinitionId[];
  /** Null asks for the default of the settings. */
  readonly durationMs: number | null;
  /** In place of a duration: an end that nothing may move. */
  readonly endsAt?: Instant;
  readonly startAt: Instant | null;
  readonly neededUntil: Instant | null;
  readonly justification: string | null;
  readonly ticket: { readonly system: string; readonly number: string } | null;
  readonly purpose: Purpose | null;
  readonly plan: string | null;
  /** Null: for oneself. */
  readonly beneficiary: PrincipalRef | null;
  readonly emergency: boolean;
}

/** What somebody who asks holds and asked for, in the tenant that owns the scope. */
export interface AskFacts {
  readonly held: readonly HeldWindow[];
  readonly past: PastAsks;
}

export interface Prepared extends Activation {
  readonly decision: Decision;
  /** Who decides, once stages that nobody could decide have fallen to the owners. */
  readonly approval: Outcome<Approval>;
  /** An end was asked for and somebody has to approve: the clock would begin with the approval (I4), and pass it. */
  readonly moved: Rejection | null;
  /** Where JIT access was declined: there is nothing to ask for, whatever the rules say. */
  readonly declined: Rejection | null;
  readonly conflicted: ReadonlySet<PersonKey>;
  readonly tenantId: TenantId;
  readonly otherTenantId: TenantId | null;
}

export interface Asking {
  readonly books: Books;
  /** The tenant that owns the scope. */
  readonly home: TenantId;
  readonly caller: Caller;
  readonly now: Instant;
}

export function prepareRequest(
  { books, home, caller, now }: Asking,
  given: SubmitInput,
  facts: AskFacts,
  extending: Grant | null = null,
): Outcome<Prepared> {
  const input = withDuration(given, now);
  const fault = inputFault(input, now);
  if (fault !== null) return fault;
  const book = books.of(home);
  if (!mayKnowOf(book, caller, input.scope)) return noSuchScope(input.scope);
  const beneficiary = extending?.beneficiary ?? input.beneficiary ?? caller.ref;
  if (beneficiary.tenantId !== caller.ref.tenantId) {
    return reject("unknown_principal", "there is no such beneficiary", { path: "/beneficiaryId" });
  }
  const question = { ...input, home, requester: caller.ref, beneficiary };
  const gathered = gather(books, question, facts.held, facts.past);
  if (!gathered.ok) return gathered;
  const activation = gathered.value;
  const ask = { ...input, scope: activation.scope, extending, session: caller.session };
  const decided = evaluateActivation(ask, activation.settings, activation.facts, now);
  const decision = { ...decided, rules: toldTo(caller.ref.tenantId === home, decided.rules) };
  const forOneself = samePrincipal(caller.ref, beneficiary);
  const conflicted = books.peopleBehind([caller.ref, beneficiary]);
  const approval = resolveApproval(books, decision.approval, {
    home,
    application: activation.application,
    conflicted,
  });
  const isMoved = given.endsAt !== undefined && approval.ok && approval.value.mode === "manual";
  return accept({
    ...activation,
    decision,
    approval,
    moved: isMoved ? CLOCK_BEGINS.rejection : null,
    declined: declinedFor(book, activation, forOneself),
    conflicted,
    tenantId: home,
    otherTenantId: caller.ref.tenantId === home ? null : caller.ref.tenantId,
  });
}

/** Why it would be refused; null when it would not be. */
export function refusalOf({ declined, decision, approval, moved }: Prepared): Rejection | null {
  if (declined !== null) return declined;
  if (!decision.allowed) return rulesRejection(decision.rules).rejection;
  return approval.ok ? moved : approval.rejection;
}

const CLOCK_BEGINS = reject(
  "invalid_input",
  "somebody has to approve this, and its time begins with the approval, so it could end later than asked: ask for a duration",
  { path: "/endsAt" },
);

function withDuration(input: SubmitInput, now: Instant): SubmitInput {
  if (input.endsAt === undefined) return input;
  return { ...input, durationMs: input.endsAt - (input.startAt ?? now) };
}

/** Whether the scope exists for the caller: in their own tenant, or in an application that it publishes. */
export function mayKnowOf(book: Book, caller: Caller, scope: Scope): boolean {
  if (book.tenant.closedAt !== null || !isThere(book, scope)) return false;
  if (caller.ref.tenantId === book.tenantId) return true;
  return book.applicationAt(scope)?.publisherTenantId === caller.ref.tenantId;
}

/** A subscription is its owner's; scopes outside of subscriptions are of whoever names them, but a group's must be there. */
function isThere(book: Book, scope: Scope): boolean {
  const subscription = subscriptionOf(scope);
  if (subscription !== null) return book.subscription(subscription) !== null;
  const group = groupOf(scope);
  if (group === null) return true;
  const found = book.principal(group);
  return found?.kind === "group" && found.deletedAt === null;
}

/** INVARIANT I12: what belongs to another tenant is not found, never forbidden. */
export function noSuchScope(scope: Scope): ReturnType<typeof reject> {
  const message = `there is no scope \`${scope}\` that you can see; \`curfew eligible\` lists yours`;
  return reject("not_found", message, { path: "/scope" });
}

function inputFault(input: SubmitInput, now: Instant) {
  if (new Set(input.roleDefinitionIds).size !== input.roleDefinitionIds.length) {
    return reject("invalid_input", "name each role once", { path: "/roleDefinitionIds" });
  }
  if (input.neededUntil !== null && input.neededUntil <= now) {
    return reject("invalid_input", "it is needed until an instant that has passed", { path: "/neededUntil" });
  }
  return null;
}

function declinedFor(book: Book, { application, facts }: Activation, forOneself: boolean) {
  if (application === null || application.jitAccess.enabled) return null;
  const consumerName = book.tenant.displayName;
  return nothingToActivate({ application, beneficiary: facts.beneficiary, consumerName, forOneself });
}
