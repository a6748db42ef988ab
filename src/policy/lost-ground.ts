/** Whether a grant that was rightly given still stands, or may begin: the rules that are asked again then (rules/table.ts). */
import type { RuleInput } from "./activation.ts";
import { type LostCause, RULE_ROWS } from "./rules/table.ts";

export function lostGround(when: "start" | "live", input: RuleInput): LostCause | null {
  const asked = when === "start" ? atItsStart(input) : input;
  const broken = RULE_ROWS.find((row) => row[when] !== null && row.asking(asked).outcome === "unsatisfied");
  return broken?.[when] ?? null;
}

/** It is no start in the past, and as long as was asked for: its end may have been rounded down since. */
function atItsStart({ ask, durationMs, ...rest }: RuleInput): RuleInput {
  return { ...rest, ask: { ...ask, startAt: null }, durationMs: ask.durationMs ?? durationMs };
}
