/** The value of a rule in words. */
import { durationWords } from "../../../words/duration.ts";
import { listWords } from "../../../words/list.ts";
import type { RuleField } from "./rule-fields.ts";
import {
  type Approval,
  type Assigning,
  type Condition,
  type Emergency,
  type MailRule,
  type MailRules,
  OPERATIONS,
  SIDES,
  type Ticket,
} from "./rule-values.ts";

export function valueWords({ unit }: RuleField, value: unknown): string {
  switch (unit) {
    case "duration":
    case "pause":
      return typeof value === "string" ? durationWords(value) : "none";
    case "longest":
      return typeof value === "string" ? durationWords(value) : "may be without an end";
    case "required":
      return value === true ? "required" : "not required";
    case "allowed":
      return value === true ? "allowed" : "not allowed";
    case "ticket":
      return ticketWords(value as Ticket);
    case "timeZone":
    case "text":
      return typeof value === "string" ? value : "none";
    case "conditions":
      return conditionsWords(value as readonly Condition[]);
    case "approval":
      return approvalWords(value as Approval);
    case "approverJustification":
      return value === "always" ? "always" : value === "never" ? "never" : "wherever there is a field for it";
    case "emergency":
      return emergencyWords(value as Emergency);
    case "administrators":
      return demandWords(value as Assigning);
    case "assigning":
      return assigningWords(value as Assigning);
    case "notifications":
      return mailWords(value as MailRules);
  }
}

function ticketWords({ required, patterns }: Ticket): string {
  if (!required) return "not required";
  return patterns.length === 0 ? "required" : `required, like ${listWords(patterns)}`;
}

function conditionsWords(conditions: readonly Condition[]): string {
  if (conditions.length === 0) return "none";
  return conditions.length === 1 ? "1 condition" : `${conditions.length} conditions`;
}

export function approvalWords(approval: Approval): string {
  if (approval.mode === "automatic") {
    const told = approval.notified ?? [];
    const hear = told.length === 1 ? "hears" : "hear";
    return told.length === 0
      ? "approved at once"
      : `approved at once; ${listWords(told, "and")} ${hear} of it`;
  }
  return approval.stages
    .map(({ approvers, required, decideBy, escalation }) => {
      const who = approvers.length === 0 ? "nobody named yet" : listWords(approvers);
      const many = required > 1 ? `${required} of ${who}` : who;
      const later =
        escalation === null
          ? ""
          : `, after ${durationWords(escalation.after)} also ${listWords(escalation.to)}`;
      return `${many} within ${durationWords(decideBy)}${later}`;
    })
    .join(", then ");
}

function emergencyWords({ allowed, maximumDuration }: Emergency): string {
  if (!allowed) return "not allowed";
  return maximumDuration === undefined ? "allowed" : `allowed, up to ${durationWords(maximumDuration)}`;
}

function demandWords({ justificationRequired, mfaRequired }: Assigning): string {
  const asked = [
    ...(justificationRequired ? ["a justification"] : []),
    ...(mfaRequired ? ["a second factor"] : []),
  ];
  return asked.length === 0 ? "nothing more" : listWords(asked, "and");
}

function assigningWords(given: Assigning): string {
  const longest =
    typeof given.maximumDuration === "string" ? `up to ${durationWords(given.maximumDuration)}` : "any time";
  return `${longest}, ${demandWords(given)}`;
}

/** Only what is said otherwise than usual is worth the room. */
function mailWords(rules: MailRules): string {
  const all = OPERATIONS.flatMap((operation) => SIDES.map((side) => rules[operation][side]));
  const addresses = new Set(all.flatMap(({ recipients }) => recipients));
  const off = all.filter((rule) => !isHeard(rule)).length;
  const critical = all.filter((rule) => isHeard(rule) && rule.level === "critical").length;
  const parts = [
    ...(off > 0 ? [`${off} of 9 are off`] : []),
    ...(critical > 0 ? [`${critical} of 9 only for what asks for an action`] : []),
    ...(addresses.size > 0
      ? [addresses.size === 1 ? "1 more address" : `${addresses.size} more addresses`]
      : []),
  ];
  return parts.length === 0 ? "everybody whom it concerns" : listWords(parts, "and");
}

function isHeard({ level, defaults, recipients }: MailRule): boolean {
  return level !== "none" && (defaults || recipients.length > 0);
}
