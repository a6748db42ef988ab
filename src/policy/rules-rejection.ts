/** One rejection for all failed rules; a missing second factor has a code of its own, so that clients can step up. */
import { reject } from "../domain/rejection.ts";
import type { MissingInput, RuleOutcome } from "../domain/rule.ts";

/** Where times stand on every surface; of what is left out some surfaces have no field. */
const INPUTS: Partial<Record<MissingInput, string>> = {
  duration: "/duration",
  startAt: "/startAt",
};

export function rulesRejection(rules: readonly RuleOutcome[]): ReturnType<typeof reject> {
  const failed = rules.filter((rule) => rule.outcome === "unsatisfied");
  const onlyStepUp = failed.every(
    (rule) => rule.missing === "mfa" || rule.missing === "authenticationContext",
  );
  const message = failed.map((rule) => `${rule.rule}: ${rule.message}`).join("; ");
  const [first, ...others] = failed;
  const path = others.length === 0 && first?.missing !== undefined ? INPUTS[first.missing] : undefined;
  return reject(onlyStepUp ? "step_up_needed" : "rules_not_satisfied", message, {
    rules,
    ...(path === undefined ? {} : { path }),
  });
}
