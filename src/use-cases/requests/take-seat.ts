/** Whether a caller may decide a request now, and in what seat: the same for whoever looks and for whoever decides. */
import { type AccessRequest, type PendingRequest, requirePending } from "../../domain/access-request.ts";
import { asId, type ObjectId } from "../../domain/ids.ts";
import { type Identity, identityIncludes, personOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { mayDecide } from "../../policy/approval-stages.ts";
import {
  alreadyDecided,
  deviceNeverDecides,
  leftApprovers,
  unknownHere,
  workloadsNeverDecide,
} from "../../policy/decision-refusals.ts";
import { knownToday } from "../known-today.ts";
import type { Caller, Tx } from "../ports.ts";
import { checkAgain, type Recheck } from "./check-again.ts";

// Of changes of configuration since the request was made, the newest.
const MAX_CHANGES_LOOKED_AT = 200;

export interface Candidate {
  readonly request: PendingRequest;
  readonly approver: Identity;
}

export interface Seat extends Candidate {
  readonly stage: number;
  readonly recheck: Recheck;
}

/** What turns somebody away before any rule is looked at. */
export async function findCandidate(
  tx: Tx,
  caller: Caller,
  request: AccessRequest,
  now: Instant,
): Promise<Outcome<Candidate>> {
  if (caller.kind !== "user") return reject("workload_cannot_decide", workloadsNeverDecide);
  if (caller.limited) return reject("forbidden", deviceNeverDecides);
  const approver = await tx.identity(caller.ref);
  if (approver === null) return reject("forbidden", unknownHere);
  // Somebody who is neither party nor approver was turned away before; a second decision is told so even when it is late.
  const person = personOf(approver.principal);
  if (request.approvals.some((given) => given.person === person) && request.state.name !== "pending") {
    return reject("already_decided", alreadyDecided);
  }
  const pending = requirePending(request, now);
  return pending.ok ? accept({ request: pending.value, approver }) : pending;
}

export async function takeSeat(tx: Tx, candidate: Candidate, now: Instant): Promise<Outcome<Seat>> {
  const request = await knownToday(tx, candidate.request);
  return seatIn(tx, { ...candidate, request }, await checkAgain(tx, request, request.terms, now), now);
}

export interface Look {
  /** Null once nothing can be decided any more. */
  readonly recheck: Recheck | null;
  readonly seat: Outcome<Seat>;
}

/** For whoever wants to know, decide or not: the rules as of now, and the caller's seat. */
export async function lookAtSeat(
  tx: Tx,
  caller: Caller,
  request: AccessRequest,
  now: Instant,
): Promise<Look> {
  const candidate = await findCandidate(tx, caller, request, now);
  const pending = requirePending(request, now);
  if (!pending.ok) return { recheck: null, seat: candidate.ok ? pending : candidate };
  const known = await knownToday(tx, pending.value);
  const recheck = await checkAgain(tx, known, known.terms, now);
  if (!candidate.ok) return { recheck, seat: candidate };
  return { recheck, seat: await seatIn(tx, { ...candidate.value, request: known }, recheck, now) };
}

async function seatIn(tx: Tx, candidate: Candidate, recheck: Recheck, now: Instant): Promise<Outcome<Seat>> {
  const { request, approver } = candidate;
  const seat = mayDecide(request, { ...recheck, approver, now });
  if (seat.ok) return accept({ request, approver, stage: seat.value.stage, recheck });
  return seat.rejection.code === "forbidden" ? ((await leftSeat(tx, approver, request)) ?? seat) : seat;
}

/** Somebody who left an approver group since the request was made learns since when; only in the tenant that decides. */
async function leftSeat(tx: Tx, { principal }: Identity, request: PendingRequest) {
  if (principal.tenantId !== request.tenantId || principal.deletedAt !== null) return null;
  const changes = await tx.auditEntries({
    type: "configuration.changed",
    from: request.createdAt,
    limit: MAX_CHANGES_LOOKED_AT,
  });
  for (const { entry, at } of changes) {
    const { subject, facts } = entry as { subject: { id: string }; facts: { left?: readonly string[] } };
    if (!facts.left?.includes(principal.objectId)) continue;
    const group = await tx.identity({ tenantId: tx.tenantId, objectId: asId<ObjectId>(subject.id) });
    const seats = request.stages.flatMap(({ approvers, escalation }) => [
      ...approvers,
      ...(escalation?.to ?? []),
    ]);
    if (group !== null && seats.some((ref) => identityIncludes(group, ref)))
      return reject("forbidden", leftApprovers(group.principal.displayName, at));
  }
  return null;
}
