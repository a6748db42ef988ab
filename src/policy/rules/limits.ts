/** How often, and whether the emergency door is open. */
import { describeDuration } from "../../domain/time.ts";
import type { Rule } from "../activation.ts";
import { notApplicable, satisfied, unsatisfied } from "./outcome.ts";

export const MAX_PENDING_PER_PERSON = 20;
export const MAX_ROLES_PER_REQUEST = 10;

export const requestLimitRule: Rule = ({ ask, settings, facts, now }) => {
  if (ask.roleDefinitionIds.length > MAX_ROLES_PER_REQUEST) {
    return unsatisfied("RequestLimitRule", `at most ${MAX_ROLES_PER_REQUEST} roles in one request`);
  }
  if (facts.pendingOfRequester >= MAX_PENDING_PER_PERSON) {
    return unsatisfied(
      "RequestLimitRule",
      `you have ${facts.pendingOfRequester} pending requests; cancel one first`,
    );
  }
  if (facts.lastDeniedAt !== null && settings.cooldownAfterDenialMs > 0) {
    const leftMs = facts.lastDeniedAt + settings.cooldownAfterDenialMs - now;
    if (leftMs > 0)
      return unsatisfied("RequestLimitRule", `denied a moment ago; ask again in ${describeDuration(leftMs)}`);
  }
  return satisfied("RequestLimitRule", "within the limits");
};

export const emergencyRule: Rule = ({ ask, settings, facts }) => {
  if (!ask.emergency) return notApplicable("EmergencyRule", "no emergency");
  if (ask.extending !== null) return unsatisfied("EmergencyRule", "emergency access is not extended");
  if (!settings.emergency.allowed)
    return unsatisfied("EmergencyRule", "emergency access is not allowed here");
  if (facts.emergencyReviewDue) {
    return unsatisfied(
      "EmergencyRule",
      "an earlier emergency use was not reviewed in time; an approver must review it first",
    );
  }
  return satisfied("EmergencyRule", "emergency access skips approval and is reviewed afterwards");
};
