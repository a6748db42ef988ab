/** One approver decides the open stage: approves, approves for less, or denies. */
import { aboutRequest, termsFacts } from "../../domain/about.ts";
import {
  type AccessRequest,
  type ApprovalRecord,
  decisionLimit,
  openStage,
  requirePending,
  type Terms,
  withApproval,
  withState,
} from "../../domain/access-request.ts";
import type { Caller } from "../../domain/caller.ts";
import type { DomainEvent } from "../../domain/event.ts";
import type { Grant } from "../../domain/grant.ts";
import type { IdSource } from "../../domain/ids.ts";
import { type CounterOffer, narrowTerms, needsAcceptance } from "../../domain/narrow-terms.ts";
import { personOf, samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, type Rejection, reject } from "../../domain/rejection.ts";
import { toldTo } from "../../domain/rule.ts";
import { stamp, stampSystem } from "../../domain/stamp.ts";
import { earliest, type Instant } from "../../domain/time.ts";
import type { HeldWindow } from "../activation.ts";
import { mayAcceptTerms, mayCancel } from "../authority.ts";
import type { Books } from "../book/books.ts";
import { isBlank } from "../rules/words.ts";
import { rulesRejection } from "../rules-rejection.ts";
import { type Decided, joined, NO_ROWS, nextRequest, type Rows } from "./change.ts";
import { checkAgain, knownToday, type Recheck } from "./recheck.ts";
import { findCandidate, type Seat, takeSeat } from "./seat.ts";
import { settleRequest } from "./settle.ts";

/** From If-Match: one of these; null whatever the version. */
export type ExpectedVersion = readonly number[] | null;

export interface DecideInput {
  readonly decision: "approve" | "deny";
  readonly justification: string | null;
  readonly terms: CounterOffer | null;
  /** Whether the surface has a field for a justification: `whereAsked` demands one there. */
  readonly surfaceAsks: boolean;
  readonly expectedVersion: ExpectedVersion;
  /** Where the surface decides one stage by its index: refused unless that one is open. Left out, the open one is meant. */
  readonly stage?: number;
}

/** A request as it is at this moment, and who wants something of it. */
export interface Deciding {
  readonly books: Books;
  readonly caller: Caller;
  readonly now: Instant;
  readonly ids: IdSource;
  readonly request: AccessRequest;
  /** The grant that it would extend. */
  readonly extending: Grant | null;
  /** The beneficiary's windows at the scope. */
  readonly held: readonly HeldWindow[];
}

export function decideRequest(deciding: Deciding, input: DecideInput): Decided<AccessRequest> {
  const seat = mayThey(deciding, input);
  if (!seat.ok) return refused(deciding, seat.rejection);
  const decided =
    input.decision === "deny" ? deny(deciding, input, seat.value) : approve(deciding, input, seat.value);
  return decided.ok ? decided : refused(deciding, decided.rejection);
}

/** The requester takes a counter-offer with a later start; the approver who made it counts from then on. */
export function acceptTerms(deciding: Deciding, expected: ExpectedVersion = null): Decided<AccessRequest> {
  const { books, caller, request, now } = deciding;
  const allowed = mayAcceptTerms(caller, request);
  if (!allowed.ok) return allowed;
  const unchanged = requireVersion(request, expected);
  if (!unchanged.ok) return unchanged;
  const pending = requirePending(request, now);
  if (!pending.ok) return pending;
  const known = knownToday(books, pending.value);
  const { proposal, stage } = known.state;
  if (proposal === null) return reject("not_proposed", "no other terms have been proposed");
  const { terms, by, person, justification } = proposal;
  const decision = "approve";
  const approved = withApproval(known, {
    stage,
    approver: by,
    person,
    decision,
    justification,
    terms,
    at: now,
  });
  const event = stamp("request.terms_accepted", aboutRequest(request), caller, { terms: termsFacts(terms) });
  return advance(deciding, approved, [event], checkAgain(books, { request: approved, terms, now }, deciding));
}

/** The requester, or an administrator of the tenant that owns the scope, takes a request back. */
export function cancelRequest(deciding: Deciding, expected: ExpectedVersion = null): Decided<AccessRequest> {
  const { caller, request, now } = deciding;
  const allowed = mayCancel(caller, request);
  if (!allowed.ok) return allowed;
  const unchanged = requireVersion(request, expected);
  if (!unchanged.ok) return unchanged;
  const pending = requirePending(request, now);
  if (!pending.ok) return pending;
  const canceled = nextRequest(withState(request, { name: "canceled", at: now, by: caller.ref }));
  return asChange(deciding, canceled, [stamp("request.canceled", aboutRequest(canceled), caller, {})]);
}

function mayThey(deciding: Deciding, input: DecideInput): Outcome<Seat> {
  const { books, caller, request, now } = deciding;
  const candidate = findCandidate(books, caller, request, now);
  if (!candidate.ok) return candidate;
  const unchanged = requireVersion(request, input.expectedVersion);
  if (!unchanged.ok) return unchanged;
  const seat = takeSeat(books, candidate.value, deciding, now);
  if (!seat.ok) return seat;
  const named = requireOpen(seat.value.stage, input.stage);
  if (!named.ok) return named;
  if (needsJustification(input, seat.value.recheck) && isBlank(input.justification)) {
    return reject("invalid_input", "say why you decide so", { path: "/justification" });
  }
  return seat;
}

function requireVersion({ version }: AccessRequest, expected: ExpectedVersion): Outcome<void> {
  if (expected?.includes(version) !== false) return accept(undefined);
  return reject("version_conflict", "the request changed since you looked; look again before deciding");
}

/** Looked at where the decision is made: between a look and a decision a stage may be finished. */
function requireOpen(open: number, named = open): Outcome<void> {
  if (named === open) return accept(undefined);
  return named < open
    ? reject("already_decided", `stage ${named + 1} has been decided; stage ${open + 1} is open`)
    : reject("stage_not_reached", `stage ${open + 1} decides before stage ${named + 1}`);
}

function deny(deciding: Deciding, input: DecideInput, seat: Seat): Decided<AccessRequest> {
  const { caller, now } = deciding;
  const { request } = seat;
  const { justification } = input;
  const state = { name: "denied", at: now, by: caller.ref, justification, rules: [] } as const;
  const given = recordOf(deciding, input, seat, request.terms);
  const denied = nextRequest({ ...withState(request, state), approvals: [...request.approvals, given] });
  const event = stamp("request.denied", aboutRequest(denied), caller, { justification });
  return asChange(deciding, denied, [event]);
}

function approve(deciding: Deciding, input: DecideInput, seat: Seat): Decided<AccessRequest> {
  const { books, caller, now } = deciding;
  const { request } = seat;
  const narrowed = narrowTerms(request, input.terms ?? {}, seat.recheck.settings.minimumDurationMs);
  if (!narrowed.ok) return narrowed;
  const terms = narrowed.value;
  // Whoever was counted before was looked at just now, and this approver has just been let in.
  const recheck = input.terms === null ? seat.recheck : checkAgain(books, { request, terms, now }, deciding);
  if (input.terms !== null) {
    if (!recheck.decision.allowed)
      return rulesRejection(toldTo(caller.ref.tenantId === request.tenantId, recheck.decision.rules));
    if (needsAcceptance(request, terms)) return propose(deciding, input, seat, terms);
  }
  const approved = withApproval(request, recordOf(deciding, input, seat, terms));
  const facts = { justification: input.justification, stage: seat.stage + 1, terms: termsFacts(terms) };
  const given = stamp("request.approval_given", aboutRequest(approved), caller, facts);
  return advance(deciding, approved, [given], recheck);
}

/** Stores an approval; with the last one every rule is looked at again and the request is settled, or denied. */
function advance(
  deciding: Deciding,
  request: AccessRequest,
  events: readonly DomainEvent[],
  recheck: Recheck,
): Decided<AccessRequest> {
  const { books, ids, now, extending } = deciding;
  if (openStage(request) !== null) return asChange(deciding, nextRequest(request), events);
  if (!recheck.decision.allowed || !recheck.approversStand) {
    const broken = recheck.decision.rules.filter((rule) => rule.outcome === "unsatisfied");
    // It is kept for both parties.
    const rules = toldTo(request.otherTenantId === null, broken);
    const justification = recheck.approversStand
      ? null
      : "an approver who was counted may not decide any more";
    const denied = nextRequest(
      withState(request, { name: "denied", at: now, by: null, justification, rules }),
    );
    const facts = { failed: rules.map((rule) => rule.rule), justification };
    return asChange(deciding, denied, [
      ...events,
      stampSystem("request.denied", aboutRequest(denied), facts),
    ]);
  }
  const { held, settings } = recheck;
  const { maximumTotalMs } = settings;
  const how = { books, ids, now, automatically: false, maximumTotalMs, held, extending };
  const settled = settleRequest(request, how);
  if (!settled.ok) return settled;
  const approved = nextRequest(settled.value.request);
  const event = stampSystem("request.approved", aboutRequest(approved), {
    terms: termsFacts(approved.terms),
  });
  return asChange(deciding, approved, [...events, event], settled.value.rows);
}

/** A later start waits for the requester: it is a promise about their day. */
function propose(deciding: Deciding, input: DecideInput, seat: Seat, terms: Terms): Decided<AccessRequest> {
  const { caller, now } = deciding;
  const { request, approver } = seat;
  const { justification } = input;
  const proposal = { terms, by: caller.ref, person: personOf(approver.principal), justification, at: now };
  const proposed = nextRequest(withState(request, { ...request.state, proposal }));
  const facts = { terms: termsFacts(terms), justification };
  return asChange(deciding, proposed, [
    stamp("request.terms_proposed", aboutRequest(proposed), caller, facts),
  ]);
}

/** Not later than anybody may decide, nor than the end that an extension would move. */
function asChange(
  { request, extending, now }: Deciding,
  next: AccessRequest,
  events: readonly DomainEvent[],
  settled: Rows = NO_ROWS,
): Decided<AccessRequest> {
  const limits = [
    request.state.name === "pending" ? decisionLimit({ ...request, state: request.state }) : null,
    settled.grants.length > 0 ? (extending?.endsAt ?? null) : null,
  ].filter((at) => at !== null);
  const [first, ...rest] = limits;
  // Two requests of one person never become grants that overlap.
  const people =
    settled.grants.length === 0
      ? []
      : samePrincipal(next.requester, next.beneficiary)
        ? [next.beneficiary]
        : [next.requester, next.beneficiary];
  const rows = joined({ requests: [next], grants: [], events }, settled);
  const validUntil = first === undefined ? null : earliest(first, ...rest);
  return { ok: true, value: next, change: { ...rows, home: next.tenantId, at: now, people, validUntil } };
}

function refused({ request }: Deciding, rejection: Rejection): Decided<never> {
  const facts = { code: rejection.code };
  return { ok: false, rejection, refused: { type: "decision.refused", about: aboutRequest(request), facts } };
}

function recordOf(deciding: Deciding, input: DecideInput, seat: Seat, terms: Terms): ApprovalRecord {
  return {
    stage: seat.stage,
    approver: deciding.caller.ref,
    person: personOf(seat.approver.principal),
    decision: input.decision,
    justification: input.justification,
    terms,
    at: deciding.now,
  };
}

function needsJustification(input: DecideInput, recheck: Recheck): boolean {
  switch (recheck.settings.approverJustification) {
    case "always":
      return true;
    case "never":
      return false;
    case "whereAsked":
      return input.surfaceAsks;
  }
}
