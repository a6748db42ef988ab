/** Role settings: the rules for activating one role at one scope (Azure: role management policy). */
import type { PrincipalRef } from "./principal.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./time.ts";

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

export interface RoleSettings {
  readonly maximumDurationMs: number;
  readonly defaultDurationMs: number;
  readonly minimumDurationMs: number;
  /** The longest one chain of extensions may last, counted from its start. */
  readonly maximumTotalMs: number;
  readonly justificationRequired: boolean;
  readonly ticket: { readonly required: boolean; readonly patterns: readonly string[] };
  readonly mfaRequired: boolean;
  /** The authentication context (`acrs`) a session must carry; several, separated by blanks, must all be carried. */
  readonly authenticationContext: string | null;
  /** Whether a service principal, which has no second factor, passes MfaRule. */
  readonly workloadsAllowed: boolean;
  /** Cedar policies; each text is one policy set that must permit. */
  readonly conditions: readonly string[];
  readonly approval: Approval;
  readonly approverJustification: "whereAsked" | "always" | "never";
  readonly emergency: { readonly allowed: boolean; readonly maximumDurationMs: number };
  readonly cooldownAfterDenialMs: number;
  /** The longest an eligibility for this role may last; null allows one without an end. */
  readonly maximumEligibilityMs: number | null;
  /** For whoever makes somebody eligible. */
  readonly makingEligible: AssigningRules;
  /** For whoever assigns the role without a request; null allows an assignment without an end. */
  readonly assigning: AssigningRules & { readonly maximumDurationMs: number | null };
}

/** What is asked of an administrator who gives something without a request. */
export interface AssigningRules {
  readonly justificationRequired: boolean;
  readonly mfaRequired: boolean;
}

export const NO_ASSIGNING_RULES: AssigningRules = { justificationRequired: false, mfaRequired: false };

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

export const DEFAULT_DECIDE_BY_MS = DAY_MS;
export const MINIMUM_DURATION_MS = 5 * MINUTE_MS;
export const DEFAULT_MAXIMUM_MS = 8 * HOUR_MS;
export const EMERGENCY_MAXIMUM_MS = HOUR_MS;

/** Settings stored for a role at a scope of a tenant, before a tier fills what they leave open. */
export type SettingsOverride = Partial<RoleSettings>;

export function withOverride(base: RoleSettings, override: SettingsOverride): RoleSettings {
  const merged = { ...base, ...override };
  const total =
    override.maximumTotalMs ??
    (override.maximumDurationMs === undefined ? base.maximumTotalMs : 2 * merged.maximumDurationMs);
  const standard = Math.min(
    Math.max(merged.defaultDurationMs, merged.minimumDurationMs),
    merged.maximumDurationMs,
  );
  return { ...merged, maximumTotalMs: total, defaultDurationMs: standard };
}
