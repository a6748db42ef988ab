import type { MissingInput, RuleName, RuleOutcome } from "../../domain/rule.ts";

export function satisfied(rule: RuleName, message: string): RuleOutcome {
  return { rule, outcome: "satisfied", message };
}

export function notApplicable(rule: RuleName, message: string): RuleOutcome {
  return { rule, outcome: "notApplicable", message };
}

export function unsatisfied(rule: RuleName, message: string, missing?: MissingInput): RuleOutcome {
  return { rule, outcome: "unsatisfied", message, ...(missing === undefined ? {} : { missing }) };
}
