/** Who is told, and by which name whoever did it is told of to whom. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import type { DomainEvent } from "../../domain/event.ts";
import type { Grant } from "../../domain/grant.ts";
import { asId, type TenantId } from "../../domain/ids.ts";
import type { NotificationRules } from "../../domain/notification-rules.ts";
import { type PersonKey, type PrincipalRef, principalKey, samePrincipal } from "../../domain/principal.ts";
import { type Stage, toldAtOnce } from "../../domain/role-settings.ts";
import type { Instant } from "../../domain/time.ts";
import { seats } from "../../policy/approval-stages.ts";
import { type Books, whoCanDecide } from "../../policy/book/books.ts";
import { strictest } from "../../policy/strictest.ts";
import { nameOf } from "./wording.ts";

/** Everyone who may decide, or who is told in automatic mode; never somebody who asks for themselves. */
export function approversToTell(books: Books, request: AccessRequest): readonly PrincipalRef[] {
  const conflicted = conflictedIn(books, request);
  const named = [
    ...toldAtOnce({ mode: "manual", stages: request.stages }),
    ...request.madeUnder.flatMap(({ settings }) => toldAtOnce(settings.approval)),
  ];
  const told = whoCanDecide(books, named, { home: request.tenantId, conflicted });
  // An emergency where nobody is named still reaches somebody: it never goes unseen.
  return told.length > 0 ? told : ownersToTell(books, request, conflicted);
}

/** Of the open stage, escalation included once it is reached, those who have not decided yet. */
export function whoIsWaitedFor(books: Books, request: AccessRequest, at: Instant): readonly PrincipalRef[] {
  const { state, stages, approvals } = request;
  const stage = state.name === "pending" ? stages[state.stage] : undefined;
  if (stage === undefined || state.name !== "pending") return [];
  const told = whoDecides(books, request, seats(stage, at - state.stageStartedAt));
  return told.filter((ref) => !approvals.some(({ approver }) => samePrincipal(approver, ref)));
}

/** Those who may decide this stage from its beginning, and whoever may as well once it escalates. */
export function whoIsAsked(
  books: Books,
  request: AccessRequest,
  { approvers, escalation }: Stage,
): { readonly atOnce: readonly PrincipalRef[]; readonly later: readonly PrincipalRef[] } {
  const atOnce = whoDecides(books, request, approvers);
  if (escalation === null) return { atOnce, later: [] };
  const known = new Set(atOnce.map(principalKey));
  const conflicted = conflictedIn(books, request);
  const more = whoCanDecide(books, escalation.to, { home: request.tenantId, conflicted });
  return { atOnce, later: more.filter((ref) => !known.has(principalKey(ref))) };
}

function whoDecides(
  books: Books,
  request: AccessRequest,
  named: readonly PrincipalRef[],
): readonly PrincipalRef[] {
  const conflicted = conflictedIn(books, request);
  const told = whoCanDecide(books, named, { home: request.tenantId, conflicted });
  return told.length > 0 ? told : ownersToTell(books, request, conflicted);
}

/** Who would decide if somebody asked for the role there; nobody for themselves. */
export function whoWouldDecide(
  books: Books,
  {
    tenantId,
    principal,
    scope,
    roleDefinitionId,
  }: Pick<Eligibility, "tenantId" | "principal" | "scope" | "roleDefinitionId">,
): readonly PrincipalRef[] {
  const book = books.of(tenantId);
  const role = book.role(roleDefinitionId);
  if (role === null) return [];
  const set = book.settingsFor(principal.tenantId, scope, [role]);
  const named = set.flatMap(({ settings }) => toldAtOnce(settings.approval));
  return whoCanDecide(books, named, { home: tenantId, conflicted: books.peopleBehind([principal]) });
}

function conflictedIn(books: Books, { requester, beneficiary }: AccessRequest): ReadonlySet<PersonKey> {
  return books.peopleBehind([requester, beneficiary]);
}

function ownersToTell(
  books: Books,
  { tenantId, applicationId }: AccessRequest,
  conflicted: ReadonlySet<PersonKey>,
): readonly PrincipalRef[] {
  const application = applicationId === null ? null : books.of(tenantId).application(applicationId);
  return whoCanDecide(books, application?.owners ?? [], { home: tenantId, conflicted });
}

/** Whoever asked and whoever it is for; behind a group or a workload, everybody who can use it. */
export function everybodyWith(books: Books, grant: Pick<Grant, "requester" | "beneficiary">): PrincipalRef[] {
  const told = [...partiesOf(grant), ...books.usersReachedBy([grant.beneficiary])];
  return [...new Map(told.map((ref) => [principalKey(ref), ref])).values()];
}

export function partiesOf({
  requester,
  beneficiary,
}: Pick<Grant, "requester" | "beneficiary">): PrincipalRef[] {
  return samePrincipal(requester, beneficiary) ? [beneficiary] : [requester, beneficiary];
}

export function isActor(event: DomainEvent, ref: PrincipalRef): boolean {
  if ("ref" in event.actor) return samePrincipal(event.actor.ref, ref);
  return event.privateFacts?.facts.actor === ref.objectId;
}

/** INVARIANT I11: the other party reads that an approver wrote, as its own log has it, and not who. */
export function writerFor(books: Books, event: DomainEvent, { tenantId }: PrincipalRef): string {
  const { actor } = event;
  if (actor.kind !== "party" || actor.tenantId === tenantId) return actorName(books, event);
  return `${books.of(actor.tenantId).tenant.displayName}, an approver,`;
}

/** For readers of the actor's own tenant. */
export function actorName(books: Books, event: DomainEvent): string {
  if ("ref" in event.actor) return nameOf(books, event.actor.ref);
  const objectId = event.privateFacts?.facts.actor;
  if (typeof objectId !== "string" || event.actor.kind !== "party") return "Curfew";
  return nameOf(books, { tenantId: event.actor.tenantId, objectId: asId(objectId) });
}

/** Of the roles at the scope as they are set today, together; null where none of them is there any more. */
export type RulesInForce = (asked: {
  readonly home: TenantId;
  readonly asking: TenantId;
  readonly scope: Grant["scope"];
  readonly roleDefinitionIds: readonly Grant["roleDefinitionId"][];
}) => NotificationRules | null;

/** What holds is found once for each role and place: a batch asks again and again. */
export function rulesInForce(books: Books): RulesInForce {
  const known = new Map<string, NotificationRules | null>();
  return ({ home, asking, scope, roleDefinitionIds }) => {
    const key = [home, asking, scope, ...roleDefinitionIds].join("\n");
    const found = known.get(key);
    if (found !== undefined) return found;
    const book = books.of(home);
    const roles = roleDefinitionIds.map((id) => book.role(id)).filter((role) => role !== null);
    const set = book.settingsFor(asking, scope, roles).map(({ settings }) => settings);
    const rules = set.length === 0 ? null : strictest(set).notifications;
    known.set(key, rules);
    return rules;
  };
}
