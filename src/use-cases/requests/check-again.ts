/** Looks at a stored request as of now: the settings it was made under and those of today, rule by rule the stricter (I3). */
import { type AccessRequest, standingApprovals, type Terms } from "../../domain/access-request.ts";
import { type PersonKey, type Principal, samePrincipal } from "../../domain/principal.ts";
import type { Approval, RoleSettings } from "../../domain/role-settings.ts";
import type { RuleOutcome } from "../../domain/rule.ts";
import type { Instant } from "../../domain/time.ts";
import type { HeldWindow } from "../../policy/activation.ts";
import { keepsSeat } from "../../policy/approval-stages.ts";
import { type Decision, evaluateAtApproval } from "../../policy/evaluate-activation.ts";
import { strictest } from "../../policy/strictest.ts";
import type { Tx } from "../ports.ts";
import { askOf, loadActivation } from "./load-activation.ts";
import { resolveApproval } from "./resolve-approval.ts";

interface Seats {
  /** What today's settings demand, with owners in empty seats. */
  readonly current: Approval;
  readonly conflicted: ReadonlySet<PersonKey>;
  /** Requester and beneficiary; empty where they could not be loaded. */
  readonly asking: readonly Principal[];
}

interface SeatsToday extends Seats {
  readonly loaded: Awaited<ReturnType<typeof loadActivation>>;
}

export interface Recheck extends Seats {
  readonly decision: Pick<Decision, "allowed" | "rules">;
  readonly settings: RoleSettings;
  /** The beneficiary's windows at the scope. */
  readonly held: readonly HeldWindow[];
  /** Whether everyone who was counted may still decide. */
  readonly approversStand: boolean;
  readonly policySeen: number;
}

export async function checkAgain(
  tx: Tx,
  request: AccessRequest,
  terms: Terms,
  now: Instant,
): Promise<Recheck> {
  const policySeen = await tx.holdPolicy([request.tenantId, request.otherTenantId ?? request.tenantId]);
  const { loaded, ...seats } = await seatsToday(tx, request, now);
  const then = strictest(request.madeUnder.map((one) => one.settings));
  if (!loaded.ok) return { ...lost(then, loaded.rejection.message), ...seats, policySeen };
  const { facts, inForce } = loaded.value;
  const settings = strictest([then, ...inForce.map((one) => one.settings)]);
  const extending = request.extendsGrantId === null ? null : await tx.grant(request.extendsGrantId);
  const decision = evaluateAtApproval({ ...askOf(request, terms), extending }, settings, facts, now);
  const approversStand = await stillStand(tx, request, seats.current, seats.conflicted);
  return { ...seats, decision, settings, held: facts.held, approversStand, policySeen };
}

/** Who may decide it by today's settings, without a rule being asked: conditions cost too much to be asked for a list. */
export async function seatsToday(tx: Tx, request: AccessRequest, now: Instant): Promise<SeatsToday> {
  const people = samePrincipal(request.requester, request.beneficiary)
    ? [request.requester]
    : [request.requester, request.beneficiary];
  const conflicted = await tx.peopleBehind(people);
  // Of all roles asked for, as the settings of then are: who took a role away does not take its approvers' seats.
  const question = { ...request, roleDefinitionIds: request.asked.roleDefinitionIds, asking: false };
  const loaded = await loadActivation(tx, question, now);
  // Nobody able to decide today: the seats that were counted are gone.
  const nobody: Approval = { mode: "manual", stages: [] };
  if (!loaded.ok) return { loaded, conflicted, asking: [], current: nobody };
  const { facts, inForce, application } = loaded.value;
  const today = strictest(inForce.map((one) => one.settings));
  const found = await resolveApproval(tx, today.approval, application, conflicted);
  const asking = [facts.requester.principal, facts.beneficiary.principal];
  return { loaded, conflicted, asking, current: found.ok ? found.value : nobody };
}

async function stillStand(
  tx: Tx,
  request: AccessRequest,
  current: Approval,
  conflicted: ReadonlySet<PersonKey>,
): Promise<boolean> {
  if (request.state.name !== "pending") return true;
  const pending = { ...request, state: request.state };
  for (const given of standingApprovals(request)) {
    const approver = await tx.identity(given.approver);
    if (approver === null || approver.principal.deletedAt !== null || conflicted.has(given.person))
      return false;
    if (!keepsSeat(pending, given.stage, { approver, current })) return false;
  }
  return true;
}

/** Fail closed: what cannot be loaded cannot be satisfied. */
function lost(settings: RoleSettings, message: string): Omit<Recheck, keyof Seats | "policySeen"> {
  const rules: RuleOutcome[] = [{ rule: "EligibilityRule", outcome: "unsatisfied", message }];
  return { decision: { allowed: false, rules }, settings, held: [], approversStand: false };
}
