/** What settings would have made of an ask that was made before, beside what today's make of it: pure. */
import { principalKey } from "../domain/principal.ts";
import type { RoleSettings, Stage } from "../domain/role-settings.ts";
import type { RuleOutcome } from "../domain/rule.ts";
import { describeDuration } from "../domain/time.ts";
import type { ActivationAsk } from "./activation.ts";
import type { Decision } from "./evaluate-activation.ts";
import { RULE_TABLE } from "./rules/table.ts";

/** The way that an ask takes under some settings. */
export type Course =
  | { readonly kind: "atOnce" }
  | { readonly kind: "decided"; readonly stages: readonly Stage[] }
  | { readonly kind: "refused"; readonly because: string; readonly sentence: string }
  | { readonly kind: "timedOut"; readonly because: string };

/** `decidedAfterMs`: how long people took to approve it; null where nobody had to. */
export function courseOf(
  ask: ActivationAsk,
  settings: RoleSettings,
  decision: Decision,
  decidedAfterMs: number | null,
): Course {
  const broken = decision.rules.filter(({ outcome }) => outcome === "unsatisfied");
  if (broken.length > 0) {
    return {
      kind: "refused",
      because: broken.map((rule) => reasonOf(rule, ask, settings, decision)).join(" and "),
      sentence: broken.map(({ message }) => message).join("; "),
    };
  }
  if (decision.approval.mode === "automatic") return { kind: "atOnce" };
  const { stages } = decision.approval;
  if (stages.some(({ approvers }) => approvers.length === 0)) {
    const because = "nobody could approve it";
    return { kind: "refused", because, sentence: "no approver is named" };
  }
  const withinMs = stages.reduce((sum, { decideByMs }) => sum + decideByMs, 0);
  if (decidedAfterMs !== null && decidedAfterMs >= withinMs) {
    return { kind: "timedOut", because: `approved later than ${describeDuration(withinMs)}` };
  }
  return { kind: "decided", stages };
}

/** Whether two courses come to the same: who decides counts, how long they may take does not until it runs out. */
export function sameCourse(a: Course, b: Course): boolean {
  if (a.kind === "decided" && b.kind === "decided")
    return a.stages.map(seatsOf).join() === b.stages.map(seatsOf).join();
  return a.kind === b.kind;
}

/** What is said of all asks that go the same other way. */
export function changeWords(was: Course, would: Course): string {
  switch (would.kind) {
    case "atOnce":
      return "would be approved at once";
    case "refused":
      return `would be refused (${would.because})`;
    case "timedOut":
      return `would time out (${would.because})`;
    case "decided":
      return was.kind === "decided" ? "would be decided by others" : "would need approval";
  }
}

function seatsOf({ approvers, required, escalation }: Stage): string {
  const keys = (refs: Stage["approvers"]) => refs.map(principalKey).sort();
  return JSON.stringify([keys(approvers), required, escalation === null ? null : keys(escalation.to)]);
}

function reasonOf(
  { rule, message }: RuleOutcome,
  ask: ActivationAsk,
  settings: RoleSettings,
  { durationMs }: Decision,
): string {
  return RULE_TABLE[rule].inShort({ ask, settings, durationMs }) ?? message;
}
