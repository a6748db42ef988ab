/**
 * Role settings: the rules for activating one role at one scope (Azure: role management policy). Each of them is a row of
 * one table, from which everything else follows: documents and forms, tiers, what an application's policy means by it,
 * which of two holds. Only the rule that looks at it is written elsewhere (docs/guides/add-a-rule.md). It is long because a
 * table is read in one place.
 */
import type { Application, JitPolicy } from "./application.ts";
import {
  bothHeard,
  EVERYBODY_HEARS,
  type NotificationRules,
  STANDARD_NOTIFICATIONS,
} from "./notification-rules.ts";
import { type PrincipalRef, principalKey } from "./principal.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, UTC } from "./time.ts";

/** One step of approval: `required` of the approvers must agree within `decideByMs`. */
export interface Stage {
  readonly approvers: readonly PrincipalRef[];
  readonly required: number;
  readonly decideByMs: number;
  /** After `afterMs` without a decision these may decide as well. */
  readonly escalation: { readonly afterMs: number; readonly to: readonly PrincipalRef[] } | null;
}

/** Approvers are notified in both modes; in automatic mode nobody has to decide. */
export type Approval =
  | { readonly mode: "automatic"; readonly notified: readonly PrincipalRef[] }
  | { readonly mode: "manual"; readonly stages: readonly Stage[] };

/** Those who hear of a request at once; whoever comes in by escalation hears when it does. */
export function toldAtOnce(approval: Approval): readonly PrincipalRef[] {
  return approval.mode === "automatic"
    ? approval.notified
    : approval.stages.flatMap(({ approvers }) => approvers);
}

/** Everybody whom rules name: as approvers, by escalation, or to be told. */
export function namedBy(approval: Approval): readonly PrincipalRef[] {
  const escalated = approval.mode === "automatic" ? [] : approval.stages.flatMap(escalatedTo);
  return [...toldAtOnce(approval), ...escalated];
}

function escalatedTo({ escalation }: Stage): readonly PrincipalRef[] {
  return escalation?.to ?? [];
}

export const DEFAULT_DECIDE_BY_MS = DAY_MS;
export const MINIMUM_DURATION_MS = 5 * MINUTE_MS;
export const DEFAULT_MAXIMUM_MS = 8 * HOUR_MS;
export const EMERGENCY_MAXIMUM_MS = HOUR_MS;

/** What is asked of an administrator who gives something without a request. */
export interface AssigningRules {
  readonly justificationRequired: boolean;
  readonly mfaRequired: boolean;
}

export const NO_ASSIGNING_RULES: AssigningRules = { justificationRequired: false, mfaRequired: false };

/** A Cedar policy set: its text alone is evaluated in the time zone of the settings that it stands in. */
export type Condition = string | { readonly text: string; readonly timeZone: string };

export function conditionText(condition: Condition): string {
  return typeof condition === "string" ? condition : condition.text;
}

/** What a setting can be: how it is written in a document, told and edited. Lengths of time are in milliseconds. */
export interface Values {
  readonly duration: number;
  /** Null: without an end. */
  readonly longest: number | null;
  /** Zero in code and null in a document: none. */
  readonly pause: number;
  readonly required: boolean;
  readonly allowed: boolean;
  readonly ticket: { readonly required: boolean; readonly patterns: readonly string[] };
  readonly text: string | null;
  /** Each of them is one policy set that must permit. */
  readonly conditions: readonly Condition[];
  readonly timeZone: string;
  readonly approval: Approval;
  readonly approverJustification: "whereAsked" | "always" | "never";
  readonly emergency: { readonly allowed: boolean; readonly maximumDurationMs: number };
  readonly administrators: AssigningRules;
  readonly assigning: AssigningRules & { readonly maximumDurationMs: number | null };
  readonly notifications: NotificationRules;
}
export type Unit = keyof Values;

export interface Setting<U extends Unit> {
  readonly unit: U;
  readonly group: "How long" | "What is asked" | "Who decides" | "For administrators" | "Who hears";
  readonly label: string;
  readonly help: string;
  /** In the built-in tiers; where the other two say nothing they are as `standard` is. */
  readonly standard: Values[U];
  readonly critical?: Values[U];
  readonly low?: Values[U];
  /** What the policy of a managed application, which inherits no tier, means by it. */
  readonly ofApplication: (policy: JitPolicy, application: Application) => Values[U];
  /** Of two that hold at once. Where neither value is the stricter, both are kept. */
  readonly stricter: (a: Values[U], b: Values[U]) => Values[U];
  /** The rules of a role management policy that show it; empty where only Curfew knows it. */
  readonly inPolicyRules: readonly string[];
}

const setting = <U extends Unit>(row: Setting<U>): Setting<U> => row;

const NOTIFICATION_RULES = ["Admin_Eligibility", "Admin_Assignment", "EndUser_Assignment"].flatMap((level) =>
  ["Admin", "Requestor", "Approver"].map((recipient) => `Notification_${recipient}_${level}`),
);

export const SETTINGS = {
  maximumDurationMs: setting({
    unit: "duration",
    group: "How long",
    label: "Maximum",
    help: "The longest that one request may ask for.",
    standard: DEFAULT_MAXIMUM_MS,
    critical: HOUR_MS,
    low: DAY_MS,
    ofApplication: (policy) => policy.maximumDurationMs,
    stricter: Math.min,
    inPolicyRules: ["Expiration_EndUser_Assignment"],
  }),
  defaultDurationMs: setting({
    unit: "duration",
    group: "How long",
    label: "Default",
    help: "What a request asks for when it names no time.",
    standard: HOUR_MS,
    ofApplication: () => HOUR_MS,
    stricter: Math.min,
    inPolicyRules: [],
  }),
  minimumDurationMs: setting({
    unit: "duration",
    group: "How long",
    label: "Minimum",
    help: "The shortest that one may ask for.",
    standard: MINIMUM_DURATION_MS,
    ofApplication: (policy) => policy.minimumDurationMs,
    stricter: Math.max,
    inPolicyRules: [],
  }),
  maximumTotalMs: setting({
    unit: "duration",
    group: "How long",
    label: "Longest chain of extensions",
    help: "From the first start on, all extensions together.",
    standard: 2 * DEFAULT_MAXIMUM_MS,
    critical: 2 * HOUR_MS,
    low: 2 * DAY_MS,
    ofApplication: (policy) => 2 * policy.maximumDurationMs,
    stricter: Math.min,
    inPolicyRules: [],
  }),
  cooldownAfterDenialMs: setting({
    unit: "pause",
    group: "How long",
    label: "Wait after a denial",
    help: "How long somebody who was denied waits before they ask again.",
    standard: 0,
    ofApplication: () => 0,
    stricter: Math.max,
    inPolicyRules: [],
  }),
  justificationRequired: setting({
    unit: "required",
    group: "What is asked",
    label: "Justification",
    help: "Whether a request has to say why.",
    standard: true,
    low: false,
    ofApplication: (policy) => policy.justificationRequired,
    stricter: either,
    inPolicyRules: ["Enablement_EndUser_Assignment", "Approval_EndUser_Assignment"],
  }),
  ticket: setting({
    unit: "ticket",
    group: "What is asked",
    label: "Ticket",
    help: "Whether a request has to name a ticket, and what its number looks like.",
    standard: { required: false, patterns: [] },
    critical: { required: true, patterns: [] },
    ofApplication: (policy) => policy.ticket,
    stricter: (a, b) => ({ required: a.required || b.required, patterns: union(a.patterns, b.patterns) }),
    inPolicyRules: ["Enablement_EndUser_Assignment"],
  }),
  mfaRequired: setting({
    unit: "required",
    group: "What is asked",
    label: "Second factor",
    help: "Whether one signs in with a second factor to ask.",
    standard: false,
    critical: true,
    ofApplication: (policy) => policy.mfaRequired,
    stricter: either,
    inPolicyRules: ["Enablement_EndUser_Assignment"],
  }),
  authenticationContext: setting({
    unit: "text",
    group: "What is asked",
    label: "Authentication context",
    help: "What the sign-in has to carry (acrs), where an identity provider gives it; several, separated by blanks, must all be carried.",
    standard: null,
    ofApplication: () => null,
    stricter: (a, b) => (a === null || b === null ? (a ?? b) : union(a.split(" "), b.split(" ")).join(" ")),
    inPolicyRules: ["AuthenticationContext_EndUser_Assignment"],
  }),
  workloadsAllowed: setting({
    unit: "allowed",
    group: "What is asked",
    label: "Workloads without a second factor",
    help: "Whether a service principal may ask, though it has none.",
    standard: false,
    ofApplication: () => true,
    stricter: (a, b) => a && b,
    inPolicyRules: [],
  }),
  conditions: setting({
    unit: "conditions",
    group: "What is asked",
    label: "Conditions",
    help: "Cedar policies; each of them has to permit the request.",
    standard: [],
    ofApplication: (policy) => policy.conditions,
    stricter: unionByValue,
    inPolicyRules: [],
  }),
  timeZone: setting({
    unit: "timeZone",
    group: "What is asked",
    label: "Time zone",
    help: "Whose local date, time and weekday conditions see.",
    standard: UTC,
    ofApplication: ({ timeZone }) => timeZone ?? UTC,
    // Of two, none is the stricter: `inOneZone` has seen to it that each condition keeps its own.
    stricter: (a, b) => (a === b ? a : UTC),
    inPolicyRules: [],
  }),
  approval: setting({
    unit: "approval",
    group: "Who decides",
    label: "Approval",
    help: "Whether people decide, who they are and how long they have.",
    standard: { mode: "automatic", notified: [] },
    // No approver is named by a template; submit refuses until a tenant names one or the owners step in.
    critical: {
      mode: "manual",
      stages: [{ approvers: [], required: 1, decideByMs: DEFAULT_DECIDE_BY_MS, escalation: null }],
    },
    ofApplication: approvalOfApplication,
    stricter: stricterApproval,
    inPolicyRules: ["Approval_EndUser_Assignment"],
  }),
  approverJustification: setting({
    unit: "approverJustification",
    group: "Who decides",
    label: "Approvers say why",
    help: "Whether a decision comes with its reason.",
    standard: "whereAsked",
    ofApplication: (policy) => policy.approverJustification,
    stricter: (a, b) =>
      (["always", "whereAsked", "never"] as const).find((one) => one === a || one === b) ?? "always",
    inPolicyRules: ["Approval_EndUser_Assignment"],
  }),
  emergency: setting({
    unit: "emergency",
    group: "Who decides",
    label: "Emergency access",
    help: "Without approval, heard by every approver at once and reviewed afterwards.",
    standard: { allowed: false, maximumDurationMs: EMERGENCY_MAXIMUM_MS },
    ofApplication: (policy) => ({
      allowed: policy.emergencyAllowed,
      maximumDurationMs: EMERGENCY_MAXIMUM_MS,
    }),
    stricter: (a, b) => ({
      allowed: a.allowed && b.allowed,
      maximumDurationMs: Math.min(a.maximumDurationMs, b.maximumDurationMs),
    }),
    inPolicyRules: [],
  }),
  maximumEligibilityMs: setting({
    unit: "longest",
    group: "For administrators",
    label: "Longest eligibility",
    help: "How long somebody may be made eligible for.",
    standard: 365 * DAY_MS,
    ofApplication: () => null,
    stricter: shorter,
    inPolicyRules: ["Expiration_Admin_Eligibility"],
  }),
  makingEligible: setting({
    unit: "administrators",
    group: "For administrators",
    label: "Making eligible",
    help: "What is asked of whoever makes somebody eligible.",
    standard: NO_ASSIGNING_RULES,
    ofApplication: () => NO_ASSIGNING_RULES,
    stricter: bothRules,
    inPolicyRules: ["Enablement_Admin_Eligibility"],
  }),
  assigning: setting({
    unit: "assigning",
    group: "For administrators",
    label: "Assigning",
    help: "What is asked of whoever gives the role without a request.",
    standard: { ...NO_ASSIGNING_RULES, maximumDurationMs: null },
    ofApplication: () => ({ ...NO_ASSIGNING_RULES, maximumDurationMs: null }),
    stricter: (a, b) => ({
      ...bothRules(a, b),
      maximumDurationMs: shorter(a.maximumDurationMs, b.maximumDurationMs),
    }),
    inPolicyRules: ["Expiration_Admin_Assignment", "Enablement_Admin_Assignment"],
  }),
  notifications: setting({
    unit: "notifications",
    group: "Who hears",
    label: "Mail",
    help: "Who hears by mail that somebody was made eligible, was given the role, or activates it.",
    standard: STANDARD_NOTIFICATIONS,
    critical: EVERYBODY_HEARS,
    ofApplication: () => STANDARD_NOTIFICATIONS,
    stricter: bothHeard,
    inPolicyRules: NOTIFICATION_RULES,
  }),
};

export type SettingName = keyof typeof SETTINGS;
export type RoleSettings = { readonly [N in SettingName]: Values[(typeof SETTINGS)[N]["unit"]] };

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** As documents, the API and forms name it: without the unit that code puts last. */
export type WordOf<N extends string> = N extends `${infer Word}Ms` ? Word : N;
export function wordOf<N extends SettingName>(name: N): WordOf<N> {
  return name.replace(/Ms$/, "") as WordOf<N>;
}

export function settingNamed(word: string): SettingName | null {
  return SETTING_NAMES.find((name) => wordOf(name) === word) ?? null;
}

/** Settings made of one value for each row. */
export function settingsFrom(
  value: <U extends Unit>(row: Setting<U>, name: SettingName) => Values[U],
): RoleSettings {
  const all = SETTING_NAMES.map((name) => [name, value(SETTINGS[name] as Setting<Unit>, name)]);
  return fitting(Object.fromEntries(all) as RoleSettings);
}

/** As it was stored by whichever version: what that one did not know yet was asked of nobody. */
export function completed(stored: Partial<RoleSettings>): RoleSettings {
  return settingsFrom((row, name) => (stored[name] === undefined ? row.standard : stored[name]) as never);
}

/** The same settings, all of one time zone: a condition that was meant in another one keeps that. */
export function inOneZone(all: readonly RoleSettings[]): readonly RoleSettings[] {
  const zones = new Set(all.map(({ timeZone }) => timeZone));
  if (zones.size <= 1) return all;
  return all.map((settings) => {
    const own = (one: Condition) =>
      typeof one === "string" ? { text: one, timeZone: settings.timeZone } : one;
    return { ...settings, timeZone: UTC, conditions: settings.conditions.map(own) };
  });
}

/** What one gets for leaving the duration out is never refused for being too long or too short. */
function fitting(settings: RoleSettings): RoleSettings {
  const { defaultDurationMs, minimumDurationMs, maximumDurationMs } = settings;
  const fits = Math.min(Math.max(defaultDurationMs, minimumDurationMs), maximumDurationMs);
  return { ...settings, defaultDurationMs: fits };
}

function either(a: boolean, b: boolean): boolean {
  return a || b;
}

function shorter(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])];
}

function unionByValue<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Map([...a, ...b].map((one) => [JSON.stringify(one), one])).values()];
}

function bothRules(a: AssigningRules, b: AssigningRules): AssigningRules {
  return {
    justificationRequired: a.justificationRequired || b.justificationRequired,
    mfaRequired: a.mfaRequired || b.mfaRequired,
  };
}

function stricterApproval(a: Approval, b: Approval): Approval {
  if (a.mode === "manual" && b.mode === "manual")
    return { mode: "manual", stages: allStages(a.stages, b.stages) };
  if (a.mode === "manual") return a;
  if (b.mode === "manual") return b;
  const notified = new Map([...a.notified, ...b.notified].map((ref) => [principalKey(ref), ref]));
  return { mode: "automatic", notified: [...notified.values()] };
}

/** The same people in both decide once, and have the shorter time for it. */
function allStages(a: readonly Stage[], b: readonly Stage[]): readonly Stage[] {
  const stages = new Map<string, Stage>();
  for (const stage of [...a, ...b]) {
    const known = stages.get(stageKey(stage))?.decideByMs ?? stage.decideByMs;
    stages.set(stageKey(stage), { ...stage, decideByMs: Math.min(stage.decideByMs, known) });
  }
  return [...stages.values()];
}

function stageKey({ approvers, required, escalation }: Stage): string {
  const keys = (refs: readonly PrincipalRef[]) => refs.map(principalKey).sort();
  return JSON.stringify([
    keys(approvers),
    required,
    escalation && [escalation.afterMs, ...keys(escalation.to)],
  ]);
}

function approvalOfApplication(policy: JitPolicy, { owners }: Application): Approval {
  const { mode, approvers, required, decideByMs } = policy;
  if (mode === "manual") return { mode, stages: [{ approvers, required, decideByMs, escalation: null }] };
  return { mode, notified: approvers.length > 0 ? approvers : owners };
}

/** Where settings came from, so that a person can find the rule that stopped them. */
export interface SettingsSource {
  readonly kind: "roleSettings" | "tier" | "application";
  readonly name: string;
  readonly version: number;
}

export interface SourcedSettings {
  readonly settings: RoleSettings;
  readonly source: SettingsSource;
}

/** Settings stored for a role at a scope of a tenant, before a tier fills what they leave open. */
export type SettingsOverride = Partial<RoleSettings>;

export function withOverride(base: RoleSettings, override: SettingsOverride): RoleSettings {
  const merged = { ...base, ...override };
  const total =
    override.maximumTotalMs ??
    (override.maximumDurationMs === undefined ? base.maximumTotalMs : 2 * merged.maximumDurationMs);
  return fitting({ ...merged, maximumTotalMs: total });
}
