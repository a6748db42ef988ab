/** Whether a grant that was rightly given still stands: eligibility and conditions only. Limits that changed touch nothing. */
import type { RoleSettings } from "../domain/role-settings.ts";
import type { Instant, Window } from "../domain/time.ts";
import type { ActivationAsk, ActivationFacts, RuleInput } from "./activation.ts";
import { conditionRule } from "./rules/session.ts";
import { beneficiaryRule, eligibilityRule } from "./rules/who.ts";

export function lostGround(
  ask: ActivationAsk,
  settings: RoleSettings,
  facts: ActivationFacts,
  window: Window & { readonly endsAt: Instant },
  now: Instant,
): "eligibility_lost" | "condition_lost" | null {
  const input: RuleInput = { ask, settings, facts, now, durationMs: window.endsAt - window.startsAt, window };
  if ([eligibilityRule, beneficiaryRule].some((rule) => rule(input).outcome === "unsatisfied"))
    return "eligibility_lost";
  return conditionRule(input).outcome === "unsatisfied" ? "condition_lost" : null;
}
