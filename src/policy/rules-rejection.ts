/** One rejection for all failed rules; a missing second factor has a code of its own, so that clients can step up. */
import { reject } from "../domain/rejection.ts";
import type { RuleOutcome } from "../domain/rule.ts";

export function rulesRejection(rules: readonly RuleOutcome[]): ReturnType<typeof reject> {
  const failed = rules.filter((rule) => rule.outcome === "unsatisfied");
  const onlyStepUp = failed.every(
    (rule) => rule.missing === "mfa" || rule.missing === "authenticationContext",
  );
  const message = failed.map((rule) => `${rule.rule}: ${rule.message}`).join("; ");
  return reject(onlyStepUp ? "step_up_needed" : "rules_not_satisfied", message, { rules });
}
