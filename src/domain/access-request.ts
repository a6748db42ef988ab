/** The life of an access request: pending until it is approved, denied, canceled or timed out; terminal states absorb. */
import type { AccessRequestId, ApplicationId, GrantId, RoleDefinitionId, TenantId } from "./ids.ts";
import type { PersonKey, PrincipalRef } from "./principal.ts";
import { accept, type Outcome, reject } from "./rejection.ts";
import { namedBy, type SourcedSettings, type Stage } from "./role-settings.ts";
import type { RuleOutcome } from "./rule.ts";
import type { Scope } from "./scope.ts";
import type { SessionFacts } from "./session.ts";
import { REQUEST_MOVES, requireMove } from "./states.ts";
import { addMs, earliest, type Instant, latest, type Window } from "./time.ts";

export const PURPOSES = ["troubleshooting", "maintenance", "update", "investigation", "other"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What is decided about. A null start means: when approved. */
export interface Terms {
  readonly roleDefinitionIds: readonly RoleDefinitionId[];
  readonly durationMs: number;
  readonly startAt: Instant | null;
}

/** One approver's decision, bound to the terms it was made on. */
export interface ApprovalRecord {
  readonly stage: number;
  readonly approver: PrincipalRef;
  readonly person: PersonKey;
  readonly decision: "approve" | "deny";
  readonly justification: string | null;
  readonly terms: Terms;
  readonly at: Instant;
}

/** A counter-offer with a later start: it waits for the requester's acceptance. */
export interface Proposal {
  readonly terms: Terms;
  readonly by: PrincipalRef;
  readonly person: PersonKey;
  readonly justification: string | null;
  readonly at: Instant;
}

export const TIME_OUT_CAUSES = ["decideBy", "neededUntil", "grantEnded"] as const;
export type TimeOutCause = (typeof TIME_OUT_CAUSES)[number];

export type RequestState =
  | {
      readonly name: "pending";
      readonly stage: number;
      readonly stageStartedAt: Instant;
      readonly decideBy: Instant;
      readonly proposal: Proposal | null;
    }
  | {
      readonly name: "approved";
      readonly at: Instant;
      readonly automatically: boolean;
      readonly grantIds: readonly GrantId[];
    }
  | {
      readonly name: "denied";
      readonly at: Instant;
      readonly by: PrincipalRef | null;
      readonly justification: string | null;
      readonly rules: readonly RuleOutcome[];
    }
  | { readonly name: "canceled"; readonly at: Instant; readonly by: PrincipalRef }
  | { readonly name: "timedOut"; readonly at: Instant; readonly because: TimeOutCause };

export interface AccessRequest {
  readonly id: AccessRequestId;
  /** The tenant that owns the scope. */
  readonly tenantId: TenantId;
  /** The requester's tenant where it is another one. */
  readonly otherTenantId: TenantId | null;
  readonly version: number;
  readonly extendsGrantId: GrantId | null;
  readonly requester: PrincipalRef;
  readonly beneficiary: PrincipalRef;
  readonly scope: Scope;
  readonly managedScope: Scope | null;
  readonly applicationId: ApplicationId | null;
  readonly asked: Terms;
  /** What is on the table now: as asked, or narrowed by an approver. */
  readonly terms: Terms;
  readonly purpose: Purpose | null;
  readonly plan: string | null;
  readonly justification: string | null;
  readonly ticket: { readonly system: string; readonly number: string } | null;
  readonly emergency: boolean;
  /** What the requester's session proved when asking; later checks look at the same facts. */
  readonly session: SessionFacts;
  readonly neededUntil: Instant | null;
  readonly createdAt: Instant;
  /** The settings the request was made under, one per role asked for. */
  readonly madeUnder: readonly SourcedSettings[];
  readonly stages: readonly Stage[];
  readonly approvals: readonly ApprovalRecord[];
  /** Since when too few people are left who could decide it; absent and null while enough are. */
  readonly strandedAt?: Instant | null;
  readonly state: RequestState;
}

/** Whoever was named to decide it or to be told, in any stage or by escalation, then or by the rules it was made under. */
export function whoWasNamed({ stages, madeUnder }: AccessRequest): readonly PrincipalRef[] {
  return [
    ...namedBy({ mode: "manual", stages }),
    ...madeUnder.flatMap(({ settings }) => namedBy(settings.approval)),
  ];
}

export type PendingRequest = AccessRequest & { readonly state: Extract<RequestState, { name: "pending" }> };

export function isPending(request: AccessRequest): request is PendingRequest {
  return request.state.name === "pending";
}

/** Refuses what can no longer be decided; by comparison, whether or not the worker has marked it. */
export function requirePending(request: AccessRequest, now: Instant): Outcome<PendingRequest> {
  if (!isPending(request)) {
    return reject(
      "request_not_pending",
      `this request is ${wordOf(request.state.name)}; nothing can change it any more`,
    );
  }
  const limit = decisionLimit(request);
  if (now >= limit) {
    return reject(
      "request_not_pending",
      "the time to decide this request has passed; ask again if it is still needed",
    );
  }
  return accept(request);
}

/** The instant from which nobody may decide: the stage's decide-by, or the moment the access is no longer needed. */
export function decisionLimit(request: PendingRequest): Instant {
  const { decideBy } = request.state;
  return request.neededUntil === null ? decideBy : earliest(decideBy, request.neededUntil);
}

/** When the worker must look at it: what can still be decided runs out at its limit. */
export function requestDueAt(request: AccessRequest): Instant | null {
  return isPending(request) ? decisionLimit(request) : null;
}

/** The first stage, with its deadline. A scheduled request must be decided while its window is still ahead. */
export function pendingState(stages: readonly Stage[], stage: number, now: Instant): PendingRequest["state"] {
  const decideByMs = stages[stage]?.decideByMs ?? 0;
  return { name: "pending", stage, stageStartedAt: now, decideBy: addMs(now, decideByMs), proposal: null };
}

export function defaultNeededUntil(terms: Terms): Instant | null {
  return terms.startAt === null ? null : addMs(terms.startAt, terms.durationMs);
}

/** INVARIANT I4: the clock starts at the later of the requested start and the last approval; the duration is what was approved. */
export function windowOf(terms: Terms, decidedAt: Instant): Window & { readonly endsAt: Instant } {
  const startsAt = terms.startAt === null ? decidedAt : latest(terms.startAt, decidedAt);
  return { startsAt, endsAt: addMs(startsAt, terms.durationMs) };
}

export function sameTerms(a: Terms, b: Terms): boolean {
  return (
    a.durationMs === b.durationMs &&
    a.startAt === b.startAt &&
    a.roleDefinitionIds.length === b.roleDefinitionIds.length &&
    a.roleDefinitionIds.every((id) => b.roleDefinitionIds.includes(id))
  );
}

/**
 * Approvals that still stand, one for each person: those given on the terms that are on the table, since these were put
 * there. Terms that come back bring no lapsed approval back with them.
 */
export function standingApprovals(request: AccessRequest): readonly ApprovalRecord[] {
  const lapsed = request.approvals.findLastIndex((approval) => !sameTerms(approval.terms, request.terms));
  const seen = new Set<PersonKey>();
  return request.approvals.slice(lapsed + 1).filter(({ decision, person }) => {
    if (decision !== "approve" || seen.has(person)) return false;
    seen.add(person);
    return true;
  });
}

/** The first stage that lacks approvals, or null when every stage has them. */
export function openStage(request: AccessRequest): number | null {
  const counted = standingApprovals(request);
  const open = request.stages.findIndex(
    (stage, index) => counted.filter((approval) => approval.stage === index).length < stage.required,
  );
  return open < 0 ? null : open;
}

/** Adds an approval on the given terms; approvals on other terms lapse by no longer being on the table. */
export function withApproval(request: PendingRequest, approval: ApprovalRecord): AccessRequest {
  const next: AccessRequest = {
    ...request,
    terms: approval.terms,
    approvals: [...request.approvals, approval],
    state: { ...request.state, proposal: null },
  };
  const stage = openStage(next);
  if (stage === null || stage === request.state.stage) return next;
  return { ...next, state: pendingState(request.stages, stage, approval.at) };
}

/** @throws WrongStep for a request that is decided already */
export function withState(request: AccessRequest, state: RequestState): AccessRequest {
  requireMove("a request", REQUEST_MOVES, request.state.name, state.name);
  return { ...request, state };
}

/** The cause for which a pending request has timed out by `now`, if it has. */
export function timeOutCause(request: PendingRequest, now: Instant): TimeOutCause | null {
  const limit = decisionLimit(request);
  if (now < limit) return null;
  if (limit !== request.neededUntil) return "decideBy";
  return request.extendsGrantId === null ? "neededUntil" : "grantEnded";
}

/** As it is at `now`: what nobody decided in time has timed out, whether or not the worker has marked it. */
export function requestAt(request: AccessRequest, now: Instant): AccessRequest {
  const because = isPending(request) ? timeOutCause(request, now) : null;
  if (!isPending(request) || because === null) return request;
  return withState(request, { name: "timedOut", at: decisionLimit(request), because });
}

export function wordOf(state: RequestState["name"]): string {
  return state === "timedOut" ? "timed out" : state;
}
