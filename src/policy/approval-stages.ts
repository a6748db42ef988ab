/** Who may decide a stage, checked when they decide and by right, not by having been notified. */
import { openStage, type PendingRequest, standingApprovals } from "../domain/access-request.ts";
import type { Identity, PersonKey, Principal, PrincipalRef } from "../domain/principal.ts";
import { identityIncludes, personOf } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { Approval, Stage } from "../domain/role-settings.ts";
import type { Instant } from "../domain/time.ts";
import { mustBeThere, NOT_AN_APPROVER } from "./authority.ts";
import { alreadyDecided, ownRequest, stageNotReached, workloadsNeverDecide } from "./decision-refusals.ts";

export interface DecisionFacts {
  readonly approver: Identity;
  /** Requester and beneficiary as far as they are known today: for the sentence, not for the decision. */
  readonly asking: readonly Principal[];
  /** The humans behind requester and beneficiary: themselves, owners, members, linked identities. */
  readonly conflicted: ReadonlySet<PersonKey>;
  /** What the settings demand today; a request keeps its own stages and must satisfy these as well. */
  readonly current: Approval;
  readonly now: Instant;
}

type SeatFacts = Pick<DecisionFacts, "approver" | "current">;

/** INVARIANT I3: whether this identity may decide the request's open stage at this moment. */
export function mayDecide(request: PendingRequest, facts: DecisionFacts): Outcome<{ stage: number }> {
  const barred = conflictOf(request, facts);
  if (barred !== null) return barred;
  const person = personOf(facts.approver.principal);
  const stage = openStage(request);
  if (stage === null) return reject("request_not_pending", "every stage has been decided");
  if (request.approvals.some((given) => given.person === person && isOnTable(request, given.person))) {
    return reject("already_decided", alreadyDecided);
  }
  if (isApproverOf(request, stage, facts)) return accept({ stage });
  const later = request.stages.findIndex((_, index) => index > stage && isApproverOf(request, index, facts));
  if (later < 0) return NOT_AN_APPROVER;
  const done = standingApprovals(request).filter((given) => given.stage === stage).length;
  const needed = request.stages[stage]?.required ?? 1;
  return reject("stage_not_reached", stageNotReached(stage, done, needed));
}

/** INVARIANT I2: nobody decides for themselves, however they reach the seat; workloads and the unknown decide nothing. */
function conflictOf(
  request: PendingRequest,
  { approver, conflicted, asking }: DecisionFacts,
): Outcome<never> | null {
  const { principal } = approver;
  if (principal.kind !== "user") return reject("workload_cannot_decide", workloadsNeverDecide);
  const there = mustBeThere(approver);
  if (!there.ok) return there;
  if (!conflicted.has(personOf(principal))) return null;
  return reject("own_request", ownRequest(approver, request, asking));
}

export function isApproverOf(request: PendingRequest, index: number, facts: DecisionFacts): boolean {
  return isSeated(request, index, facts.now - request.state.stageStartedAt, facts);
}

/** For somebody who was counted: an escalation that let them in stays reached when the next stage begins. */
export function keepsSeat(request: PendingRequest, index: number, facts: SeatFacts): boolean {
  return isSeated(request, index, Number.POSITIVE_INFINITY, facts);
}

function isSeated(request: PendingRequest, index: number, elapsedMs: number, facts: SeatFacts): boolean {
  const stage = request.stages[index];
  // Approvers are of the tenant that owns the scope, whatever the settings name.
  if (stage === undefined || facts.approver.principal.tenantId !== request.tenantId) return false;
  if (!seats(stage, elapsedMs).some((ref) => identityIncludes(facts.approver, ref))) return false;
  return stillSeated(index, elapsedMs, facts);
}

/** The settings of today may have taken the seat away; they cannot add one to a request made before. */
function stillSeated(index: number, elapsedMs: number, { approver, current }: SeatFacts): boolean {
  if (current.mode === "automatic") return true;
  const stage = current.stages[Math.min(index, current.stages.length - 1)];
  if (stage === undefined) return false;
  return seats(stage, elapsedMs).some((ref) => identityIncludes(approver, ref));
}

/** Whether enough people are left for all stages at once, when each of them counts in one stage only. */
export function canAllBeDecided(
  stages: readonly { readonly required: number; readonly people: ReadonlySet<PersonKey> }[],
): boolean {
  const seats = stages.flatMap(({ required, people }) => Array.from({ length: required }, () => people));
  const seatOf = new Map<PersonKey, number>();
  return seats.every((_, seat) => settle(seat, new Set()));

  /** Seats somebody, where need be by moving others on (Kuhn's augmenting paths). */
  function settle(seat: number, tried: Set<PersonKey>): boolean {
    for (const person of seats[seat] ?? []) {
      if (tried.has(person)) continue;
      tried.add(person);
      const taken = seatOf.get(person);
      if (taken !== undefined && !settle(taken, tried)) continue;
      seatOf.set(person, seat);
      return true;
    }
    return false;
  }
}

/** Whom a stage names so long after it began. */
export function seats(stage: Stage, elapsedMs: number): readonly PrincipalRef[] {
  if (stage.escalation === null || elapsedMs < stage.escalation.afterMs) return stage.approvers;
  return [...stage.approvers, ...stage.escalation.to];
}

function isOnTable(request: PendingRequest, person: PersonKey): boolean {
  return standingApprovals(request).some((approval) => approval.person === person);
}
