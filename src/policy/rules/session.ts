/** What the session must prove, and the conditions it must meet. */
import type { RuleName, RuleOutcome } from "../../domain/rule.ts";
import { hasSecondFactor } from "../../domain/session.ts";
import type { GivingRule, Rule, RuleInput } from "../activation.ts";
import { evaluateConditions } from "../conditions.ts";
import { notApplicable, satisfied, unsatisfied } from "./outcome.ts";

export const mfaRule: Rule = (input) => {
  const { ask, settings } = input;
  if (!settings.mfaRequired) return notApplicable("MfaRule", "no second factor is demanded");
  const workload = forWorkload("MfaRule", input);
  if (workload !== null) return workload;
  if (hasSecondFactor(ask.session)) return satisfied("MfaRule", "signed in with a second factor");
  return unsatisfied("MfaRule", "sign in again with your second factor", "mfa");
};

/** Of whoever gives something without a request. */
export const givenMfa: GivingRule = ({ mfaRequired }, { session }) =>
  mfaRequired && !hasSecondFactor(session)
    ? unsatisfied("MfaRule", "sign in with a second factor to assign this", "mfa")
    : satisfied("MfaRule", "nothing more is asked");

export const authenticationContextRule: Rule = (input) => {
  const { session } = input.ask;
  const wanted = input.settings.authenticationContext;
  if (wanted === null)
    return notApplicable("AuthenticationContextRule", "no authentication context is demanded");
  const workload = forWorkload("AuthenticationContextRule", input);
  if (workload !== null) return workload;
  const carried = new Set([...session.acrs, session.acr]);
  if (session.authTime !== null && wanted.split(" ").every((one) => carried.has(one))) {
    return satisfied("AuthenticationContextRule", `authentication context ${wanted}`);
  }
  return unsatisfied(
    "AuthenticationContextRule",
    `sign in again in the authentication context ${wanted}`,
    "authenticationContext",
  );
};

export const conditionRule: Rule = ({ ask, settings, facts, now }) => {
  if (settings.conditions.length === 0) return notApplicable("ConditionRule", "no condition is set");
  for (const roleDefinitionId of ask.roleDefinitionIds) {
    const answer = evaluateConditions(settings.conditions, {
      requester: facts.requester.principal,
      roleDefinitionId,
      scope: ask.scope,
      purpose: ask.purpose,
      emergency: ask.emergency,
      session: ask.session,
      timeZone: settings.timeZone,
      now,
    });
    if (!answer.permitted) return unsatisfied("ConditionRule", answer.because);
  }
  return satisfied("ConditionRule", "the conditions permit it");
};

/** A workload signs in without a person: it satisfies neither rule by itself. */
function forWorkload(rule: RuleName, { settings, facts }: RuleInput): RuleOutcome | null {
  if (facts.requester.principal.kind !== "servicePrincipal") return null;
  if (settings.workloadsAllowed) return satisfied(rule, "workloads are allowed without a second factor");
  return unsatisfied(
    rule,
    "a service principal has no second factor; the settings would have to allow workloads",
  );
}
