/** One approver decides the open stage: approves, approves for less, or denies. */
import {
  type AccessRequest,
  type ApprovalRecord,
  openStage,
  type Terms,
  withApproval,
  withState,
} from "../../domain/access-request.ts";
import type { DomainEvent } from "../../domain/event.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { type CounterOffer, narrowTerms, needsAcceptance } from "../../domain/narrow-terms.ts";
import { personOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { isBlank } from "../../policy/rules/words.ts";
import { aboutRequest, termsFacts } from "../about.ts";
import { withRequest } from "../find-request.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { recordRefusal } from "../record-refusal.ts";
import { stamp, stampSystem } from "../stamp.ts";
import { checkAgain, type Recheck } from "./check-again.ts";
import { rulesRejection } from "./rules-rejection.ts";
import { settleRequest } from "./settle-request.ts";
import { findCandidate, type Seat, takeSeat } from "./take-seat.ts";

export interface DecideInput {
  readonly requestId: AccessRequestId;
  readonly decision: "approve" | "deny";
  readonly justification: string | null;
  readonly terms: CounterOffer | null;
  /** Whether the surface has a field for a justification: `whereAsked` demands one there. */
  readonly surfaceAsks: boolean;
  /** From If-Match; null decides whatever the version. */
  readonly expectedVersion: number | null;
  /** Where the surface decides one stage by its index: refused unless that one is open. Left out, the open one is meant. */
  readonly stage?: number;
}

interface Deciding extends Seat {
  readonly now: Instant;
}

export async function decideRequest(
  deps: Deps,
  caller: Caller,
  input: DecideInput,
): Promise<Outcome<AccessRequest>> {
  return withRequest(deps, caller, input.requestId, async (tx, request) => {
    const now = deps.clock.now();
    const decided = await decide(tx, deps, caller, input, request, now);
    if (!decided.ok) {
      const facts = { code: decided.rejection.code };
      await recordRefusal(tx, "decision.refused", aboutRequest(request), caller, facts, now);
    }
    return decided;
  });
}

async function decide(
  tx: Tx,
  deps: Deps,
  caller: Caller,
  input: DecideInput,
  request: AccessRequest,
  now: Instant,
): Promise<Outcome<AccessRequest>> {
  const deciding = await mayThey(tx, caller, input, request, now);
  if (!deciding.ok) return deciding;
  if (input.decision === "deny") return deny(tx, caller, input, deciding.value);
  return approve(tx, deps, caller, input, deciding.value);
}

async function mayThey(
  tx: Tx,
  caller: Caller,
  input: DecideInput,
  request: AccessRequest,
  now: Instant,
): Promise<Outcome<Deciding>> {
  const candidate = await findCandidate(tx, caller, request, now);
  if (!candidate.ok) return candidate;
  if (input.expectedVersion !== null && input.expectedVersion !== request.version) {
    return reject("version_conflict", "the request changed since you looked; look again before deciding");
  }
  // Terms may have moved since it was asked: two requests of one person never become grants that overlap.
  await tx.serializeAsks([request.beneficiary]);
  const seat = await takeSeat(tx, candidate.value, now);
  if (!seat.ok) return seat;
  const named = requireOpen(seat.value.stage, input.stage);
  if (!named.ok) return named;
  if (needsJustification(input, seat.value.recheck) && isBlank(input.justification)) {
    return reject("invalid_input", "say why you decide so", { path: "/justification" });
  }
  return accept({ ...seat.value, now });
}

/** Looked at where the decision is made: between a look and a decision a stage may be finished. */
function requireOpen(open: number, named = open): Outcome<void> {
  if (named === open) return accept(undefined);
  return named < open
    ? reject("already_decided", `stage ${named + 1} has been decided; stage ${open + 1} is open`)
    : reject("stage_not_reached", `stage ${open + 1} decides before stage ${named + 1}`);
}

async function deny(tx: Tx, caller: Caller, input: DecideInput, { request, ...deciding }: Deciding) {
  const { justification } = input;
  const given = recordOf(caller, input, { request, ...deciding }, request.terms);
  const denied: AccessRequest = {
    ...withState(request, { name: "denied", at: deciding.now, by: caller.ref, justification, rules: [] }),
    approvals: [...request.approvals, given],
  };
  const stored = await tx.updateRequest(denied);
  await tx.record([stamp("request.denied", aboutRequest(stored), caller, { justification })], deciding.now);
  return accept(stored);
}

async function approve(tx: Tx, deps: Deps, caller: Caller, input: DecideInput, deciding: Deciding) {
  const { request, now } = deciding;
  const narrowed = narrowTerms(request, input.terms ?? {}, deciding.recheck.settings.minimumDurationMs);
  if (!narrowed.ok) return narrowed;
  const terms = narrowed.value;
  // Whoever was counted before was looked at in this transaction, and this approver has just been let in.
  const recheck = input.terms === null ? deciding.recheck : await checkAgain(tx, request, terms, now);
  if (input.terms !== null) {
    if (!recheck.decision.allowed) return rulesRejection(recheck.decision.rules);
    if (needsAcceptance(request, terms)) return propose(tx, caller, input, deciding, terms);
  }
  const given = recordOf(caller, input, deciding, terms);
  const approved = withApproval(request, given);
  const facts = { justification: given.justification, stage: given.stage + 1, terms: termsFacts(terms) };
  const event = stamp("request.approval_given", aboutRequest(request), caller, facts);
  return advance(tx, deps, approved, [event], recheck, now);
}

/** After an approval: wait for the rest, or settle. At the last one everything has been looked at again (I3). */
export async function advance(
  tx: Tx,
  deps: Deps,
  request: AccessRequest,
  events: readonly DomainEvent[],
  recheck: Recheck,
  now: Instant,
): Promise<Outcome<AccessRequest>> {
  if (openStage(request) !== null) {
    const stored = await tx.updateRequest(request);
    await tx.record(events, now);
    return accept(stored);
  }
  if (!recheck.decision.allowed || !recheck.approversStand) {
    const rules = recheck.decision.rules.filter((rule) => rule.outcome === "unsatisfied");
    const justification = recheck.approversStand
      ? null
      : "an approver who was counted may not decide any more";
    const denied = withState(request, { name: "denied", at: now, by: null, justification, rules });
    const stored = await tx.updateRequest(denied);
    const facts = { failed: rules.map((rule) => rule.rule), justification };
    await tx.record([...events, stampSystem("request.denied", aboutRequest(stored), facts)], now);
    return accept(stored);
  }
  const { policySeen, settings } = recheck;
  const how = { now, automatically: false, policySeen, maximumTotalMs: settings.maximumTotalMs };
  const settled = await settleRequest(tx, deps, request, how);
  if (!settled.ok) return settled;
  const stored = await tx.updateRequest(settled.value.request);
  const approved = stampSystem("request.approved", aboutRequest(stored), { terms: termsFacts(stored.terms) });
  await tx.record([...events, approved, ...settled.value.events], now);
  return accept(stored);
}

/** A later start waits for the requester: it is a promise about their day. */
async function propose(tx: Tx, caller: Caller, input: DecideInput, deciding: Deciding, terms: Terms) {
  const { request, approver, now } = deciding;
  const { justification } = input;
  const proposal = { terms, by: caller.ref, person: personOf(approver.principal), justification, at: now };
  const stored = await tx.updateRequest(withState(request, { ...request.state, proposal }));
  const facts = { terms: termsFacts(terms), justification };
  await tx.record([stamp("request.terms_proposed", aboutRequest(stored), caller, facts)], now);
  return accept(stored);
}

function recordOf(caller: Caller, input: DecideInput, deciding: Deciding, terms: Terms): ApprovalRecord {
  return {
    stage: deciding.stage,
    approver: caller.ref,
    person: personOf(deciding.approver.principal),
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
