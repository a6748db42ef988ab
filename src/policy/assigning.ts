/** What is asked of an administrator who gives a role, or makes somebody eligible, without a request. Pure and total. */
import type { RuleOutcome } from "../domain/rule.ts";
import type { Giving, GivingRules } from "./activation.ts";
import { RULE_ROWS } from "./rules/table.ts";

export function givingOutcomes(
  what: "assigning" | "makingEligible",
  rules: GivingRules,
  giving: Giving,
): RuleOutcome[] {
  return RULE_ROWS.flatMap((row) => row[what]?.(rules, giving) ?? []);
}
