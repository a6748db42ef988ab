/** What the session must prove, and the conditions it must meet. */
import { hasSecondFactor } from "../../domain/session.ts";
import type { Rule } from "../activation.ts";
import { evaluateConditions } from "../conditions.ts";
import { notApplicable, satisfied, unsatisfied } from "./outcome.ts";

export const mfaRule: Rule = ({ ask, settings, facts }) => {
  if (!settings.mfaRequired) return notApplicable("MfaRule", "no second factor is demanded");
  if (facts.requester.principal.kind === "servicePrincipal") {
    if (settings.workloadsAllowed)
      return satisfied("MfaRule", "workloads are allowed without a second factor");
    return unsatisfied(
      "MfaRule",
      "a service principal has no second factor; the settings would have to allow workloads",
    );
  }
  if (hasSecondFactor(ask.session)) return satisfied("MfaRule", "signed in with a second factor");
  return unsatisfied("MfaRule", "sign in again with your second factor", "mfa");
};

export const authenticationContextRule: Rule = ({ ask, settings }) => {
  const wanted = settings.authenticationContext;
  if (wanted === null)
    return notApplicable("AuthenticationContextRule", "no authentication context is demanded");
  if (ask.session.acrs.includes(wanted) || ask.session.acr === wanted) {
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
      now,
    });
    if (!answer.permitted) return unsatisfied("ConditionRule", answer.because);
  }
  return satisfied("ConditionRule", "the conditions permit it");
};
