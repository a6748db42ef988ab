/** How a command ends when a preview says no: as it would where the request itself was refused. */
import type { Preview } from "../client/types.ts";
import { exitOf } from "./exit.ts";
import type { Screen } from "./screen.ts";

export function refusedBy(screen: Screen, { rules: all, problem }: Preview): number {
  const rules = all.filter(({ outcome }) => outcome === "unsatisfied");
  // Only where everything else is in order does signing in with more help.
  const stepUp = rules.every(({ missing }) => missing === "mfa" || missing === "authenticationContext");
  const byRules = stepUp ? "step_up_needed" : "rules_not_satisfied";
  const code = rules.length > 0 ? byRules : (problem?.code ?? "rules_not_satisfied");
  const sentences = rules.map(({ rule, message }) => `${rule}: ${message}`);
  const message = sentences.length > 0 ? sentences.join("; ") : (problem?.message ?? "this is not allowed");
  return screen.failed(exitOf(code), message, { code, rules });
}
