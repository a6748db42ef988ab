/** Whether somebody may decide a request at this moment, and which stage. The same for a decision and for whoever only looks. */
import { type AccessRequest, type PendingRequest, requirePending } from "../../domain/access-request.ts";
import type { Caller } from "../../domain/caller.ts";
import { type Identity, personOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { mayDecide } from "../approval-stages.ts";
import { mayStandAsApprover } from "../authority.ts";
import type { Books } from "../book/books.ts";
import { alreadyDecided } from "../decision-refusals.ts";
import { checkAgain, knownToday, type Recheck, type RecheckFacts } from "./recheck.ts";

export interface Candidate {
  readonly request: PendingRequest;
  readonly approver: Identity;
}

export interface Seat extends Candidate {
  readonly stage: number;
  readonly recheck: Recheck;
}

/** What turns somebody away before any rule is looked at. */
export function findCandidate(
  books: Books,
  caller: Caller,
  request: AccessRequest,
  now: Instant,
): Outcome<Candidate> {
  const standing = mayStandAsApprover(books, caller);
  if (!standing.ok) return standing;
  const approver = standing.value;
  // Somebody who is neither party nor approver was turned away before; a second decision is told so even when it is late.
  const person = personOf(approver.principal);
  if (request.approvals.some((given) => given.person === person) && request.state.name !== "pending") {
    return reject("already_decided", alreadyDecided);
  }
  const pending = requirePending(request, now);
  return pending.ok ? accept({ request: pending.value, approver }) : pending;
}

export function takeSeat(
  books: Books,
  candidate: Candidate,
  facts: RecheckFacts,
  now: Instant,
): Outcome<Seat> {
  const request = knownToday(books, candidate.request);
  const recheck = checkAgain(books, { request, terms: request.terms, now }, facts);
  return seatIn({ ...candidate, request }, recheck, now);
}

export interface Look {
  /** Null once nothing can be decided any more. */
  readonly recheck: Recheck | null;
  readonly seat: Outcome<Seat>;
}

export interface ToLookAt {
  readonly caller: Caller;
  readonly request: AccessRequest;
  readonly now: Instant;
}

/** For whoever wants to know, decide or not: the rules as of now, and the caller's seat. */
export function lookAtSeat(books: Books, { caller, request, now }: ToLookAt, facts: RecheckFacts): Look {
  const candidate = findCandidate(books, caller, request, now);
  const pending = requirePending(request, now);
  if (!pending.ok) return { recheck: null, seat: candidate.ok ? pending : candidate };
  const known = knownToday(books, pending.value);
  const recheck = checkAgain(books, { request: known, terms: known.terms, now }, facts);
  if (!candidate.ok) return { recheck, seat: candidate };
  return { recheck, seat: seatIn({ ...candidate.value, request: known }, recheck, now) };
}

function seatIn(candidate: Candidate, recheck: Recheck, now: Instant): Outcome<Seat> {
  const { request, approver } = candidate;
  const seat = mayDecide(request, { ...recheck, approver, now });
  return seat.ok ? accept({ request, approver, stage: seat.value.stage, recheck }) : seat;
}
