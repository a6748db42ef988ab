/** The rules of role settings and tiers: what each comes to, where it comes from, and the fields that it is written in. */
import type { Unit } from "../../../src/client/settings.ts";
import { durationWords } from "./duration.ts";
import { listWords } from "./list.ts";

/** The text alone goes by the time zone of the document. */
export type Condition = string | { readonly text: string; readonly timeZone: string };

export interface Ticket {
  readonly required: boolean;
  readonly patterns: readonly string[];
}
export interface Stage {
  readonly approvers: readonly string[];
  readonly required: number;
  readonly decideBy: string;
  readonly escalation: { readonly after: string; readonly to: readonly string[] } | null;
}
export type Approval =
  | { readonly mode: "automatic"; readonly notified?: readonly string[] }
  | { readonly mode: "manual"; readonly stages: readonly Stage[] };
export interface Emergency {
  readonly allowed: boolean;
  readonly maximumDuration?: string;
}
export interface Assigning {
  readonly justificationRequired: boolean;
  readonly mfaRequired: boolean;
  readonly maximumDuration?: string | null;
}

export interface MailRule {
  readonly level: "all" | "critical" | "none";
  readonly defaults: boolean;
  readonly recipients: readonly string[];
}
export const OPERATIONS = ["eligible", "assigned", "activated"] as const;
export const SIDES = ["administrators", "requester", "approvers"] as const;
type Operation = (typeof OPERATIONS)[number];
type Side = (typeof SIDES)[number];
export type MailRules = { readonly [O in Operation]: { readonly [S in Side]: MailRule } };

/** Where a rule that is not set here comes from. */
export interface Origin {
  readonly kind: "roleSettings" | "tier" | "builtIn" | "application" | "together";
  readonly name: string;
}

/** "from tier critical" */
export function originWords({ kind, name }: Origin): string {
  switch (kind) {
    case "roleSettings":
      return `from the settings “${name}”`;
    case "tier":
      return `from tier ${name}`;
    case "builtIn":
      return `built into tier ${name}`;
    case "application":
      return `from the JIT policy of ${name}`;
    case "together":
      return `from the JIT policy of ${name} and what is set for the places it lies in`;
  }
}

export const TWICE_THE_MAXIMUM = "twice the maximum";
export const AS_LIMITS_ALLOW = "as far as the limits allow";

/** A rule's value, as a document says it. */
export function valueWords(unit: Unit, value: unknown): string {
  switch (unit) {
    case "duration":
    case "pause":
      return typeof value === "string" ? durationWords(value) : "none";
    case "longest":
      return typeof value === "string" ? durationWords(value) : "may have no end";
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
    if (told.length === 0) return "approved at once";
    return `approved at once; ${listWords(told, "and")} ${told.length === 1 ? "is" : "are"} told`;
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

const NOTHING = "nothing";

function demandWords({ justificationRequired, mfaRequired }: Assigning): string {
  const asked = [
    ...(justificationRequired ? ["a justification"] : []),
    ...(mfaRequired ? ["a second factor"] : []),
  ];
  return asked.length === 0 ? NOTHING : listWords(asked, "and");
}

function assigningWords(given: Assigning): string {
  const longest =
    typeof given.maximumDuration === "string"
      ? `for up to ${durationWords(given.maximumDuration)}`
      : "with or without an end";
  const demanded = demandWords(given);
  return `${longest}, ${demanded === NOTHING ? "nothing else is asked" : `with ${demanded}`}`;
}

export const ROW = {
  here: "set here",
  copied: (name: string) => `copied from “${name}”`,
  set: "Set here",
  setOne: (rule: string) => `Set here: ${rule}`,
  inherit: (value: string, from: string) => `Use inherited: ${value}, ${from}`,
} as const;

export const BAR = {
  notRight: (count: number) =>
    count === 1
      ? "One rule is not written as it should be."
      : `${count} rules are not written as they should be.`,
  first: "Before anything is saved, you see what this would have changed in the last 30 days.",
  try: "Try and save",
} as const;

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
  return parts.length === 0 ? "all mail to the default recipients" : listWords(parts, "and");
}

function isHeard({ level, defaults, recipients }: MailRule): boolean {
  return level !== "none" && (defaults || recipients.length > 0);
}

/** Who hears by mail: for each operation one rule for each side. */
export const MAIL_RULES = {
  operation: {
    eligible: "When somebody is made eligible",
    assigned: "When somebody is given the role without a request",
    activated: "When somebody activates the role",
  } satisfies Readonly<Record<Operation, string>>,
  side: {
    administrators: "Administrators",
    requester: "Whoever gets it",
    approvers: "Approvers",
  } satisfies Readonly<Record<Side, string>>,
  levels: [
    { value: "all", label: "All mail" },
    { value: "critical", label: "Only what asks for an action" },
    { value: "none", label: "No mail" },
  ],
  usual: "Default recipients",
  further: "Further addresses",
  furtherHelp: "A further address confirms once, and is sent the same without a link. Enter adds one.",
  nobody: "As it stands, nobody is mailed.",
  of: (side: string, what: string) => `${side}: ${what.toLowerCase()}`,
} as const;

/** The fields of every rule. */
export const EDITOR = {
  required: "Required",
  allowed: "Allowed",
  none: "None",
  mayHaveNoEnd: "May have no end",
  whereAsked: "Wherever there is a field for it",
  always: "Always",
  never: "Never",
  durationHelp: "Such as 45 min, 1 h 30 min, 30 d",
  noDuration: "Write it as 45 min, 1 h 30 min or 30 d.",
  zeroDuration: "It has to be longer than zero.",
  patterns: "What a ticket number looks like",
  patternsHelp: "Patterns, such as INC-\\d+; Enter adds one. Without any, every number will do.",
  emergencyMaximum: "Emergency maximum",
  justification: "A justification",
  secondFactor: "A second factor",
  justificationFor: (rule: string) => `${rule}: a justification is required`,
  secondFactorFor: (rule: string) => `${rule}: a second factor is required`,
  longestAssignment: "Longest assignment",
  /** "Second factor: required" */
  named: (rule: string, value: string) => `${rule}: ${value.toLowerCase()}`,
  alsoNamed: (names: readonly string[]) => `Also: ${names.join(", ")}`,
} as const;

export const APPROVAL = {
  automatic: "Approved at once",
  manual: "People decide",
  told: "Who is told",
  onlyStage: "Approvers",
  stage: (number: number) => `Stage ${number}`,
  addStage: "Add a stage after this",
  removeStage: (number: number) => `Remove stage ${number}`,
  who: "Who decides",
  howMany: "How many must approve",
  timeToDecide: "Time to decide",
  escalates: "Ask others as well when nobody has decided",
  escalatesAfter: "Ask them after",
  escalatesTo: "Who may decide as well then",
} as const;

export const CONDITIONS = {
  one: (number: number, timeZone: string | null) =>
    timeZone === null ? `Condition ${number}` : `Condition ${number}, by the clock of ${timeZone}`,
  remove: (number: number) => `Remove condition ${number}`,
  add: "Add a condition",
} as const;
