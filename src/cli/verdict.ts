/** How to exit when a preview says no. */
import type { Preview } from "../client/types.ts";
import { EXIT, exitOf } from "./exit.ts";

export function verdictOf({ rules, problem }: Preview): number {
  const failed = rules.filter(({ outcome }) => outcome === "unsatisfied");
  if (failed.length === 0) return problem === null ? EXIT.unsatisfied : exitOf(problem.code);
  // Only where everything else is in order does signing in with more help.
  const stepUp = failed.every(({ missing }) => missing === "mfa" || missing === "authenticationContext");
  return stepUp ? EXIT.stepUp : EXIT.unsatisfied;
}
