/** Whether a grant that was rightly given still stands: eligibility and conditions. Limits that changed touch nothing live. */
import type { RoleSettings } from "../domain/role-settings.ts";
import type { Instant, Window } from "../domain/time.ts";
import type { ActivationAsk, ActivationFacts, Rule, RuleInput } from "./activation.ts";
import { authenticationContextRule, conditionRule, mfaRule } from "./rules/session.ts";
import { targetRule } from "./rules/target.ts";
import { expirationRule, minimumRule } from "./rules/time.ts";
import { beneficiaryRule, eligibilityRule } from "./rules/who.ts";
import { justificationRule, ticketingRule } from "./rules/words.ts";

export function lostGround(
  ask: ActivationAsk,
  settings: RoleSettings,
  facts: ActivationFacts,
  window: Window & { readonly endsAt: Instant },
  now: Instant,
): "eligibility_lost" | "condition_lost" | null {
  const input: RuleInput = { ask, settings, facts, now, durationMs: window.endsAt - window.startsAt, window };
  if (fails([eligibilityRule, beneficiaryRule], input)) return "eligibility_lost";
  return fails([conditionRule], input) ? "condition_lost" : null;
}

/** At a scheduled start: what the settings ask of a request must be met as well, for nothing is live yet. */
export function lostAtStart(...given: Parameters<typeof lostGround>): ReturnType<typeof lostGround> {
  const lost = lostGround(...given);
  if (lost !== null) return lost;
  const [asked, settings, facts, window, now] = given;
  const ask = { ...asked, startAt: null };
  // As it was asked for: its end may have been rounded down since.
  const durationMs = asked.durationMs ?? window.endsAt - window.startsAt;
  return fails(ASKED, { ask, settings, facts, now, durationMs, window }) ? "condition_lost" : null;
}

const ASKED: readonly Rule[] = [
  mfaRule,
  authenticationContextRule,
  expirationRule,
  minimumRule,
  targetRule,
  justificationRule,
  ticketingRule,
];

function fails(rules: readonly Rule[], input: RuleInput): boolean {
  return rules.some((rule) => rule(input).outcome === "unsatisfied");
}
