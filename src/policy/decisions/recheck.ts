/** Looks at a stored request as of now: the settings it was made under and those of today, rule by rule the stricter (I3). */
import {
  type AccessRequest,
  type ApprovalRecord,
  type PendingRequest,
  standingApprovals,
  type Terms,
} from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import {
  isActive,
  type PersonKey,
  type Principal,
  type PrincipalRef,
  personOf,
  samePrincipal,
  type User,
  vouchesSince,
} from "../../domain/principal.ts";
import type { Outcome } from "../../domain/rejection.ts";
import type { Approval, RoleSettings } from "../../domain/role-settings.ts";
import type { RuleOutcome } from "../../domain/rule.ts";
import type { Instant } from "../../domain/time.ts";
import type { HeldWindow } from "../activation.ts";
import { canAllBeDecided, keepsSeat } from "../approval-stages.ts";
import { type Books, whoCanDecide } from "../book/books.ts";
import { type Decision, evaluateAtApproval } from "../evaluate-activation.ts";
import { strictest } from "../strictest.ts";
import { type Activation, askOf, gather } from "./gather.ts";
import { resolveApproval } from "./resolve-approval.ts";

export interface Seats {
  /** What today's settings demand, with owners in empty seats. */
  readonly current: Approval;
  readonly conflicted: ReadonlySet<PersonKey>;
  /** Requester and beneficiary; empty where they are not known any more. */
  readonly asking: readonly Principal[];
}

export interface Recheck extends Seats {
  readonly decision: Pick<Decision, "allowed" | "rules">;
  readonly settings: RoleSettings;
  /** The beneficiary's windows at the scope. */
  readonly held: readonly HeldWindow[];
  /** Whether everyone who was counted may still decide. */
  readonly approversStand: boolean;
}

export interface RecheckFacts {
  readonly held: readonly HeldWindow[];
  /** The grant that the request would extend. */
  readonly extending: Grant | null;
}

export interface ToRecheck {
  readonly request: AccessRequest;
  readonly terms: Terms;
  readonly now: Instant;
}

export function checkAgain(
  books: Books,
  { request, terms, now }: ToRecheck,
  { held, extending }: RecheckFacts,
): Recheck {
  const { activation, ...seats } = seatsToday(books, request, held);
  const then = strictest(request.madeUnder.map((one) => one.settings));
  if (!activation.ok) return { ...lost(then, activation.rejection.message), ...seats };
  const { facts, inForce } = activation.value;
  const settings = strictest([then, ...inForce.map((one) => one.settings)]);
  const decision = evaluateAtApproval({ ...askOf(request, terms), extending }, settings, facts, now);
  return { ...seats, decision, settings, held, approversStand: stillStand(books, request, seats) };
}

/** Who may decide it by today's settings, without a rule being asked: conditions cost too much to be asked for a list. */
export function seatsToday(
  books: Books,
  request: AccessRequest,
  held: readonly HeldWindow[] = [],
): Seats & { readonly activation: Outcome<Activation> } {
  const conflicted = books.peopleBehind(
    samePrincipal(request.requester, request.beneficiary)
      ? [request.requester]
      : [request.requester, request.beneficiary],
  );
  // Of all roles asked for, as the settings of then are: who took a role away does not take its approvers' seats.
  const { requester, beneficiary, scope, asked, tenantId: home } = request;
  const { roleDefinitionIds } = asked;
  const activation = gather(books, { home, requester, beneficiary, scope, roleDefinitionIds }, held);
  // Nobody able to decide today: the seats that were counted are gone.
  const nobody: Approval = { mode: "manual", stages: [] };
  if (!activation.ok) return { activation, conflicted, asking: [], current: nobody };
  const { facts, settings, application } = activation.value;
  const found = resolveApproval(books, settings.approval, { home, application, conflicted });
  const asking = [facts.requester.principal, facts.beneficiary.principal];
  return { activation, conflicted, asking, current: found.ok ? found.value : nobody };
}

/**
 * Whether too few people are left for the stages that are not decided yet, whoever may come in by escalation counted: it
 * can only time out, unless somebody is named. One person counts in one stage only, as in a decision.
 */
export function isStranded(books: Books, pending: PendingRequest): boolean {
  const request = knownToday(books, pending);
  const seats = seatsToday(books, request);
  const counted = standingApprovals(request);
  const decided = new Set(counted.map(({ person }) => person));
  const open = request.stages.map(({ required, approvers, escalation }, index) => {
    const named = [...approvers, ...(escalation?.to ?? [])];
    const left = whoIsLeft(books, request, { index, named, seats }).map(personOf);
    const done = counted.filter(({ stage }) => stage === index).length;
    return { required: required - done, people: new Set(left.filter((person) => !decided.has(person))) };
  });
  return !canAllBeDecided(open);
}

/** Of those whom a stage names, who can decide it by today's settings: what is counted is what a decision would say. */
export function whoIsLeft(
  books: Books,
  request: PendingRequest,
  {
    index,
    named,
    seats: { current, conflicted },
  }: { readonly index: number; readonly named: readonly PrincipalRef[]; readonly seats: Seats },
): readonly User[] {
  return whoCanDecide(books, named, { home: request.tenantId, conflicted }).filter((user) => {
    const approver = books.identity(user);
    return approver !== null && keepsSeat(request, index, { approver, current });
  });
}

/**
 * INVARIANT I2: who approved, as they are known today. A tie between two identities that was made meanwhile counts. Terms
 * that somebody proposed before they were locked out are not on the table any more.
 */
export function knownToday(books: Books, request: PendingRequest): PendingRequest {
  const principalOf = (ref: PrincipalRef) =>
    (books.has(ref.tenantId) ? books.identity(ref) : null)?.principal ?? null;
  const today = (ref: PrincipalRef, then: PersonKey): PersonKey => {
    const principal = principalOf(ref);
    return principal === null ? then : personOf(principal);
  };
  const approvals: readonly ApprovalRecord[] = request.approvals.map((given) => ({
    ...given,
    person: today(given.approver, given.person),
  }));
  const { proposal } = request.state;
  const proposer = proposal === null ? null : principalOf(proposal.by);
  const stands = proposal !== null && (proposer === null || vouchesSince(proposer, proposal.at));
  const known = stands ? { ...proposal, person: today(proposal.by, proposal.person) } : null;
  return { ...request, approvals, state: { ...request.state, proposal: known } };
}

function stillStand(books: Books, request: AccessRequest, { current, conflicted }: Seats): boolean {
  if (request.state.name !== "pending") return true;
  const pending = { ...request, state: request.state };
  return standingApprovals(request).every((given) => {
    const approver = books.has(given.approver.tenantId) ? books.identity(given.approver) : null;
    if (approver === null || !isActive(approver.principal) || conflicted.has(given.person)) return false;
    if (!vouchesSince(approver.principal, given.at)) return false;
    return keepsSeat(pending, given.stage, { approver, current });
  });
}

/** Fail closed: what is not known any more cannot be satisfied. */
function lost(
  settings: RoleSettings,
  message: string,
): Pick<Recheck, "decision" | "settings" | "held" | "approversStand"> {
  const rules: RuleOutcome[] = [{ rule: "EligibilityRule", outcome: "unsatisfied", message }];
  return { decision: { allowed: false, rules }, settings, held: [], approversStand: false };
}
