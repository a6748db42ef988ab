/** An ask that every rule is satisfied with, so that a test spells out only what it is about. */
import type { Eligibility } from "../domain/eligibility.ts";
import type { EligibilityId } from "../domain/ids.ts";
import { NOW, ref, roleId, SCOPE, TENANT, user } from "../domain/life.fixture.ts";
import type { RoleSettings } from "../domain/role-settings.ts";
import type { RuleName, RuleOutcome } from "../domain/rule.ts";
import type { SessionFacts } from "../domain/session.ts";
import { HOUR_MS } from "../domain/time.ts";
import type { ActivationAsk, ActivationFacts } from "./activation.ts";
import { evaluateActivation } from "./evaluate-activation.ts";
import { BUILT_IN_TIERS } from "./tiers.ts";

export const SESSION: SessionFacts = {
  amr: ["pwd"],
  acr: null,
  acrs: [],
  authTime: NOW,
  ip: "192.0.2.7",
  via: "curfew-cli",
};

export function settings(more: Partial<RoleSettings> = {}): RoleSettings {
  const standard = BUILT_IN_TIERS.standard;
  if (standard === undefined) throw new Error("there is no tier `standard`");
  return { ...standard, ...more };
}

export function eligibility(more: Partial<Eligibility> = {}): Eligibility {
  return {
    id: "eligibility" as EligibilityId,
    tenantId: TENANT,
    principal: ref("colin"),
    roleDefinitionId: roleId("contributor"),
    scope: SCOPE,
    source: "assigned",
    startsAt: NOW,
    endsAt: null,
    ...more,
  };
}

export function ask(more: Partial<ActivationAsk> = {}): ActivationAsk {
  return {
    scope: SCOPE,
    roleDefinitionIds: [roleId("contributor")],
    durationMs: HOUR_MS,
    startAt: null,
    purpose: null,
    justification: "fix order 4711",
    ticket: null,
    emergency: false,
    extending: null,
    session: SESSION,
    ...more,
  };
}

export function facts(more: Partial<ActivationFacts> = {}): ActivationFacts {
  const colin = { principal: user("colin"), groups: [] };
  return {
    requester: colin,
    beneficiary: colin,
    requesterOwnsBeneficiary: false,
    roles: [],
    eligibilities: [eligibility()],
    held: [],
    pending: [],
    pendingOfRequester: 0,
    lastDeniedAt: null,
    emergencyReviewDue: false,
    targets: [],
    ...more,
  };
}

/** What one rule answers, among all of them. */
export function answerOf(
  rule: RuleName,
  given: {
    ask?: Partial<ActivationAsk>;
    settings?: Partial<RoleSettings>;
    facts?: Partial<ActivationFacts>;
  } = {},
): RuleOutcome {
  const decision = evaluateActivation(ask(given.ask), settings(given.settings), facts(given.facts), NOW);
  const found = decision.rules.find((outcome) => outcome.rule === rule);
  if (found === undefined) throw new Error(`${rule} did not answer`);
  return found;
}

export function outcomeOf(...given: Parameters<typeof answerOf>): RuleOutcome["outcome"] {
  return answerOf(...given).outcome;
}
