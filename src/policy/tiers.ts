/** Tiers: named templates of role settings. Nearest settings upward win, then the tenant's tier, then `standard`. */
import type { RoleDefinition } from "../domain/role-definition.ts";
import { permitsSome } from "../domain/role-definition.ts";
import {
  DEFAULT_DECIDE_BY_MS,
  DEFAULT_MAXIMUM_MS,
  EMERGENCY_MAXIMUM_MS,
  MINIMUM_DURATION_MS,
  NO_ASSIGNING_RULES,
  type RoleSettings,
  type SettingsOverride,
  type SourcedSettings,
  withOverride,
} from "../domain/role-settings.ts";
import { type Scope, scopeLineage } from "../domain/scope.ts";
import { DAY_MS, HOUR_MS } from "../domain/time.ts";

/** A tenant's own tier, or its redefinition of a built-in one. Roles map to it by patterns over what they permit. */
export interface Tier {
  readonly name: string;
  readonly version: number;
  readonly override: SettingsOverride;
  readonly rolesPermitting: readonly string[];
}

/** Settings stored for one role at one scope. */
export interface StoredSettings {
  readonly scopeKey: string;
  readonly tier: string | null;
  readonly override: SettingsOverride;
  readonly version: number;
}

const STANDARD: RoleSettings = {
  maximumDurationMs: DEFAULT_MAXIMUM_MS,
  defaultDurationMs: HOUR_MS,
  minimumDurationMs: MINIMUM_DURATION_MS,
  maximumTotalMs: 2 * DEFAULT_MAXIMUM_MS,
  justificationRequired: true,
  ticket: { required: false, patterns: [] },
  mfaRequired: false,
  authenticationContext: null,
  workloadsAllowed: false,
  conditions: [],
  approval: { mode: "automatic", notified: [] },
  approverJustification: "whereAsked",
  emergency: { allowed: false, maximumDurationMs: EMERGENCY_MAXIMUM_MS },
  cooldownAfterDenialMs: 0,
  maximumEligibilityMs: 365 * DAY_MS,
  makingEligible: NO_ASSIGNING_RULES,
  assigning: { ...NO_ASSIGNING_RULES, maximumDurationMs: null },
};

export const BUILT_IN_TIERS: Readonly<Record<string, RoleSettings>> = {
  standard: STANDARD,
  critical: {
    ...STANDARD,
    maximumDurationMs: HOUR_MS,
    maximumTotalMs: 2 * HOUR_MS,
    mfaRequired: true,
    ticket: { required: true, patterns: [] },
    // No approver is named by a template; submit refuses until a tenant names one or the owners step in.
    approval: {
      mode: "manual",
      stages: [{ approvers: [], required: 1, decideByMs: DEFAULT_DECIDE_BY_MS, escalation: null }],
    },
  },
  low: {
    ...STANDARD,
    maximumDurationMs: 24 * HOUR_MS,
    maximumTotalMs: 48 * HOUR_MS,
    justificationRequired: false,
  },
};

/** The settings in force for one role at one scope of one tenant. */
export function resolveSettings(
  scope: Scope,
  role: RoleDefinition,
  stored: readonly StoredSettings[],
  tiers: readonly Tier[],
): SourcedSettings {
  for (const key of scopeLineage(scope)) {
    const nearest = stored.find((settings) => settings.scopeKey === key);
    if (nearest === undefined) continue;
    const base = tierSettings(nearest.tier ?? tierFor(role, tiers), tiers);
    return {
      settings: withOverride(base, nearest.override),
      source: { kind: "roleSettings", name: key, version: nearest.version },
    };
  }
  const name = tierFor(role, tiers);
  const version = tiers.find((tier) => tier.name === name)?.version ?? 0;
  return { settings: tierSettings(name, tiers), source: { kind: "tier", name, version } };
}

/** The first of the tenant's tiers whose patterns match something the role permits, else `standard`. */
export function tierFor(role: RoleDefinition, tiers: readonly Tier[]): string {
  const match = tiers.find((tier) => tier.rolesPermitting.some((pattern) => permitsSome(role, pattern)));
  return match?.name ?? "standard";
}

export function tierSettings(name: string, tiers: readonly Tier[]): RoleSettings {
  const base = BUILT_IN_TIERS[name] ?? STANDARD;
  const own = tiers.find((tier) => tier.name === name);
  return own === undefined ? base : withOverride(base, own.override);
}
