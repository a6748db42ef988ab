/** Everything that must be so before it can be sent: the server's rules, and what only the form knows. */
import { sentence } from "../../parts/states.tsx";
import * as words from "../../words/asking.ts";
import { durationMs } from "../../words/duration.ts";
import { timeWords } from "../../words/time.ts";
import { FIELDS, type Field, type Form, type Need } from "./form.ts";
import { limitMs, maximumMs } from "./limits.ts";
import type { Preview } from "./use-preview.ts";

export interface Check {
  readonly key: string;
  readonly label: string;
  readonly text: string;
  /** `needed`: filling in a field settles it. */
  readonly state: "met" | "needed" | "inTheWay";
  readonly field: Field | null;
  readonly fix: Fix | null;
}

/** What settles it with one click: a change of the form, or a place to go to. */
export type Fix =
  | { readonly kind: "change"; readonly label: string; readonly changes: Partial<Form> }
  | { readonly kind: "go"; readonly label: string; readonly to: string }
  | { readonly kind: "secondFactor" };

type Rule = Preview["rules"][number];
type RuleName = Rule["rule"];

const FIELD_OF: Readonly<Partial<Record<RuleName, Field>>> = {
  EligibilityRule: "roles",
  BeneficiaryRule: "who-for",
  ExpirationRule: "how-long",
  ActiveDurationTooShort: "how-long",
  TargetRule: "how-long",
  JustificationRule: "justification",
  TicketingRule: "ticket-number",
  EmergencyRule: "emergency",
};

const ORDER = { needed: 0, inTheWay: 0, met: 1 } as const;
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** @param now epoch milliseconds */
export function checksOf(form: Form, needs: readonly Need[], preview: Preview | null, now: number): Check[] {
  const known = new Set<Field | null>(needs.map(({ field }) => field));
  const own = needs.map<Check>((need) => ({ ...need, key: need.field, state: "needed", fix: null }));
  const rules = (preview?.rules ?? [])
    .filter(({ outcome }) => outcome !== "notApplicable")
    .map((rule) => checkOf(rule, form, preview as Preview, now))
    // What the form knows better than an answer to what stood there before.
    .filter(({ field }) => field === null || !known.has(field));
  return [...own, ...rules].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
}

export function standWords(checks: readonly Check[]): string {
  return words.unmetWords(checks.filter(({ state }) => state !== "met").length);
}

/** The failing field that comes first on the page; null when none of them is one's own to fill in. */
export function firstFieldOf(checks: readonly Check[]): Field | null {
  const failing = new Set(checks.filter(({ state }) => state !== "met").map(({ field }) => field));
  return FIELDS.find((field) => failing.has(field)) ?? null;
}

/** What a field says once somebody tried to send it. */
export function faultOf(checks: readonly Check[], tried: boolean, field: Field): string | null {
  if (!tried) return null;
  return checks.find((check) => check.field === field && check.state !== "met")?.text ?? null;
}

function checkOf(rule: Rule, form: Form, preview: Preview, now: number): Check {
  const failing = rule.outcome === "unsatisfied";
  return {
    key: rule.rule,
    label: words.RULES[rule.rule],
    text: sentence(readable(rule, now)),
    state: !failing ? "met" : rule.missing === undefined ? "inTheWay" : "needed",
    field: rule.missing === "startAt" ? "start-at" : (FIELD_OF[rule.rule] ?? null),
    fix: failing ? fixOf(rule, form, preview) : null,
  };
}

/** Without the ids that a link carries, and by the reader's clock. */
function readable({ rule, outcome, message }: Rule, now: number): string {
  if (rule === "PendingRoleAssignmentRequest" && outcome === "unsatisfied") return words.ASKED_ALREADY;
  return message.replace(/ \(grant [^)]*\)/, "").replace(INSTANT, (at) => timeWords(at, now));
}

function fixOf(rule: Rule, form: Form, preview: Preview): Fix | null {
  switch (rule.rule) {
    case "MfaRule":
      return rule.missing === "mfa" ? { kind: "secondFactor" } : null;
    case "RoleAssignmentExists":
      return { kind: "go", label: words.FIX.seeHeld, to: "/access" };
    case "PendingRoleAssignmentRequest":
      return { kind: "go", label: words.FIX.seeRequest, to: `/requests/${ID.exec(rule.message)?.[0] ?? ""}` };
    case "RequestLimitRule":
      return { kind: "go", label: words.FIX.seeOpen, to: "/access?tab=requests" };
    case "ExpirationRule":
    case "ActiveDurationTooShort":
      return rule.missing === "startAt"
        ? { kind: "change", label: words.FIX.startWhenDecided, changes: { later: false } }
        : durationFix(form, preview);
    case "EmergencyRule":
      return { kind: "change", label: words.FIX.ordinary, changes: { emergency: false } };
    default:
      return null;
  }
}

function durationFix(form: Form, { limits, duration }: Preview): Fix | null {
  const askedMs = durationMs(duration);
  const mostMs = maximumMs(limits, form.emergency);
  const leastMs = limitMs(limits).minimum;
  const fitMs = askedMs > mostMs ? mostMs : askedMs < leastMs ? leastMs : null;
  if (fitMs === null) return null;
  return { kind: "change", label: words.askFor(fitMs), changes: { durationMs: fitMs } };
}
