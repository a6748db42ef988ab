/** What would happen, in a few lines: what is asked, what is satisfied, who decides, what holds the end. */
import type { Ask, Preview } from "../client/types.ts";
import { placeOf } from "./find/requests.ts";
import { failedRule } from "./problems.ts";
import { describeIso } from "./text/duration.ts";
import { momentWithUtc } from "./text/moment.ts";
import { readable } from "./text/readable.ts";

const WIDTH = 100;

export function planLines(ask: Ask, preview: Preview, now: number): string[] {
  const { roles, duration, limits, rules, stages, problem } = preview;
  const failed = rules.filter((rule) => rule.outcome === "unsatisfied");
  return [
    `${roles.join(", ")} on ${placeOf(preview)} for ${describeIso(duration)}, from ${startOf(ask, preview, now)}`,
    ...wrapped(satisfied(preview).map((text) => `✓ ${text}`)),
    ...failed.map((rule) => failedRule(rule, limits, now)),
    ...(problem === null ? [] : [`  ✗ ${readable(problem.message, now)}`]),
    ...(failed.length > 0 ? [] : stages.map((stage, at) => `  • ${deciders(stage, at > 0)}`)),
    ...(preview.allowed && preview.enforcedBy.length === 0
      ? ["  • no target enforces it: it holds for programs that ask Curfew"]
      : []),
  ];
}

function startOf(ask: Ask, { stages }: Preview, now: number): string {
  if (ask.startAt !== undefined) return momentWithUtc(Date.parse(ask.startAt), now);
  return stages.length > 0 ? "approval" : "now";
}

function deciders({ approvers, required }: Preview["stages"][number], isLater: boolean): string {
  const { tenantName, count, names } = approvers;
  const who = names.length === 0 ? "" : `: ${names.join(", ")}`;
  return `${isLater ? "then " : ""}${tenantName} must approve (${count} approver${count === 1 ? "" : "s"}, ${required} needed${who})`;
}

/** What a person wants confirmed; rules that are always satisfied for an ordinary ask are left out. */
function satisfied({ rules, limits }: Preview): string[] {
  const met = new Map(
    rules.filter(({ outcome }) => outcome === "satisfied").map((rule) => [rule.rule, rule.message]),
  );
  const texts: (string | undefined)[] = [met.get("EligibilityRule")];
  const beneficiary = met.get("BeneficiaryRule");
  if (beneficiary !== "for yourself") texts.push(beneficiary);
  if (met.has("ExpirationRule") && met.has("ActiveDurationTooShort")) {
    texts.push(`${describeIso(limits.minimumDuration)} to ${describeIso(limits.maximumDuration)}`);
  }
  const asked = [
    "JustificationRule",
    "TicketingRule",
    "MfaRule",
    "AuthenticationContextRule",
    "ConditionRule",
  ] as const;
  for (const rule of [...asked, "EmergencyRule"] as const) texts.push(met.get(rule));
  return texts.filter((text) => text !== undefined);
}

/** Side by side as long as they fit. */
function wrapped(parts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 3 <= WIDTH)
      lines[lines.length - 1] = `${last}   ${part}`;
    else lines.push(`  ${part}`);
  }
  return lines;
}
