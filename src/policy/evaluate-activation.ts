/**
 * May they, and what would it take? Asks the rules of an activation, which are rows of rules/table.ts: pure and total.
 *
 * Every rule answers, so that "what would happen" (preview) and "what happens" (submit) are one call.
 */
import { type Approval, type RoleSettings, toldAtOnce } from "../domain/role-settings.ts";
import type { MissingInput, RuleOutcome } from "../domain/rule.ts";
import { addMs, type Instant, latest, type Window } from "../domain/time.ts";
import type { ActivationAsk, ActivationFacts, RuleInput } from "./activation.ts";
import { RULE_ROWS, type RuleRow } from "./rules/table.ts";
import { heldEnd } from "./target-limits.ts";

export interface Decision {
  readonly allowed: boolean;
  readonly rules: readonly RuleOutcome[];
  readonly missing: readonly MissingInput[];
  readonly durationMs: number;
  /** What the window would be if the last approval fell now. */
  readonly window: Window & { readonly endsAt: Instant };
  /** Who has to decide; emergency access skips the stages and nothing else. */
  readonly approval: Approval;
}

export function evaluateActivation(
  ask: ActivationAsk,
  settings: RoleSettings,
  facts: ActivationFacts,
  now: Instant,
): Decision {
  return decide(RULE_ROWS, { ask, settings, facts, now });
}

/**
 * At the last approval: everything but what is about the moment of asking. INVARIANT I4: a requested start that passed
 * meanwhile is no start in the past; the access starts with the approval.
 */
export function evaluateAtApproval(
  ask: ActivationAsk,
  settings: RoleSettings,
  facts: ActivationFacts,
  now: Instant,
): Decision {
  const startAt = ask.startAt === null ? null : latest(ask.startAt, now);
  const asked = RULE_ROWS.filter(({ approval }) => approval);
  return decide(asked, { ask: { ...ask, startAt }, settings, facts, now });
}

function decide(
  rules: readonly RuleRow[],
  { ask, settings, facts, now }: Pick<RuleInput, "ask" | "settings" | "facts" | "now">,
): Decision {
  const durationMs = ask.durationMs ?? settings.defaultDurationMs;
  const window = windowFor(ask, facts, durationMs, now);
  const input: RuleInput = { ask, settings, facts, now, durationMs, window };
  const outcomes = rules.map(({ asking }) => asking(input));
  return {
    allowed: outcomes.every((outcome) => outcome.outcome !== "unsatisfied"),
    rules: outcomes,
    missing: outcomes.flatMap((outcome) => (outcome.missing === undefined ? [] : [outcome.missing])),
    durationMs,
    window: input.window,
    approval: ask.emergency
      ? { mode: "automatic", notified: toldAtOnce(settings.approval) }
      : settings.approval,
  };
}

function windowFor(
  ask: ActivationAsk,
  { targets }: ActivationFacts,
  durationMs: number,
  now: Instant,
): Decision["window"] {
  const startsAt = ask.extending?.startsAt ?? (ask.startAt === null ? now : latest(ask.startAt, now));
  const from = ask.extending === null ? startsAt : now;
  const led = targets.filter(({ roleDefinitionId }) => ask.roleDefinitionIds.includes(roleDefinitionId));
  return { startsAt, endsAt: heldEnd(addMs(from, durationMs), led) };
}
