/** Whether a grant that was rightly given still stands, or may begin: the rules that are asked again then (rules/table.ts). */
import type { RuleInput } from "./activation.ts";
import { type LostCause, RULE_ROWS } from "./rules/table.ts";

export function lostGround(when: "start" | "live", input: RuleInput): LostCause | null {
  // Its start has come: it is no start in the past.
  const asked = when === "start" ? { ...input, ask: { ...input.ask, startAt: null } } : input;
  const broken = RULE_ROWS.find((row) => row[when] !== null && row.asking(asked).outcome === "unsatisfied");
  return broken?.[when] ?? null;
}
