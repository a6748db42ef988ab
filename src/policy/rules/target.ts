/** Whether the targets that a role leads to can hold access for so long, or for longer than they were told. */
import type { RuleOutcome } from "../../domain/rule.ts";
import type { TargetTraits } from "../../domain/target-traits.ts";
import { describeDuration, type Instant } from "../../domain/time.ts";
import type { GivingRule, Rule, RuleInput } from "../activation.ts";
import type { BoundTarget } from "../target-limits.ts";
import { notApplicable, satisfied, unsatisfied } from "./outcome.ts";
import { extendedEnd } from "./time.ts";

/** Targets are their owner's: whoever asks reads what the kind is called, and nothing else of them (INVARIANT I11). */
export const targetRule: Rule = (input) => {
  const { ask, facts } = input;
  const targets = facts.targets.filter(({ roleDefinitionId }) =>
    ask.roleDefinitionIds.includes(roleDefinitionId),
  );
  const cannotMove = ask.extending === null ? undefined : targets.find(isFixed);
  if (cannotMove !== undefined) {
    const label = cannotMove.traits?.label ?? "the target";
    return unsatisfied(
      "TargetRule",
      `${label} cannot move the end of access; ask for it anew when it has ended`,
    );
  }
  return limitOutcome(targets, madeAt(input), endIn(input, targets));
};

/** Of access that a target is told of at `from`. Null: it has no end, and each log-in gets one of its own. */
function limitOutcome(targets: readonly BoundTarget[], from: Instant, endsAt: Instant | null): RuleOutcome {
  if (targets.length === 0) return notApplicable("TargetRule", "no target holds it");
  for (const { traits } of targets) {
    if (traits === null) return unsatisfied("TargetRule", "its target is of a kind that is not known here");
    const fault = endsAt === null ? null : faultOf(traits, endsAt - from);
    if (fault !== null) return unsatisfied("TargetRule", fault, "duration");
  }
  return satisfied(
    "TargetRule",
    `${[...new Set(targets.map(nameOf))].join(" and ")} can hold it for so long`,
  );
}

/**
 * Of what is given without a request. Log-ins of standing access are made one after the other, each as long as its target
 * allows: only too short is a fault.
 */
export const givenTarget: GivingRule = (_, { targets, window: { startsAt, endsAt } }) => {
  const boundless = targets.map(({ traits, ...one }) => ({
    ...one,
    traits: traits && { ...traits, maxTtlMs: null },
  }));
  const { rule, outcome, message } = limitOutcome(boundless, startsAt, endsAt);
  // What is given is an end, not a duration.
  return { rule, outcome, message };
};

function faultOf({ label, granularityMs, minTtlMs, maxTtlMs }: TargetTraits, ttlMs: number): string | null {
  if (maxTtlMs !== null && ttlMs > maxTtlMs)
    return `${label} holds access for at most ${describeDuration(maxTtlMs)} at a time`;
  // An end that is rounded down to the start, or before it, is no access at all.
  if (ttlMs >= Math.max(minTtlMs, 1)) return null;
  const rounded =
    granularityMs > 1 ? `, and ends it at whole steps of ${describeDuration(granularityMs)}` : "";
  return `${label} holds access for at least ${describeDuration(Math.max(minTtlMs, 1))}${rounded}`;
}

function isFixed({ traits }: BoundTarget): boolean {
  return traits !== null && !traits.canExtend;
}

function nameOf({ traits }: BoundTarget): string {
  return traits?.label ?? "";
}

function madeAt({ ask, window, now }: RuleInput): Instant {
  return ask.extending === null ? window.startsAt : now;
}

/** The end that would be decided, as it would be: not everything that is asked for may be had. */
function endIn(input: RuleInput, targets: readonly BoundTarget[]): Instant {
  const { ask, settings, facts, durationMs, window, now } = input;
  const { extending } = ask;
  if (extending === null || extending.endsAt === null) return window.endsAt;
  const ofRole = facts.held.filter((one) => one.roleDefinitionId === extending.roleDefinitionId);
  const { startsAt, endsAt } = extending;
  const { maximumTotalMs } = settings;
  return extendedEnd({ startsAt, endsAt }, ofRole, { durationMs, maximumTotalMs, now, targets });
}
