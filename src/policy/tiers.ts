/** Tiers: named templates of role settings. Nearest settings upward win, then the tenant's tier, then `standard`. */
import type { RoleDefinition } from "../domain/role-definition.ts";
import { permitsSome } from "../domain/role-definition.ts";
import {
  type RoleSettings,
  type SettingsOverride,
  type SourcedSettings,
  settingsFrom,
  withOverride,
} from "../domain/role-settings.ts";
import { type Scope, scopeLineage } from "../domain/scope.ts";

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

const STANDARD = settingsFrom((row) => row.standard);

/** Without a prototype: a tenant's tier may be called `constructor`. */
export const BUILT_IN_TIERS: Readonly<Record<string, RoleSettings>> = Object.assign(Object.create(null), {
  standard: STANDARD,
  critical: settingsFrom(({ standard, critical = standard }) => critical),
  low: settingsFrom(({ standard, low = standard }) => low),
});

/** One of the things that settings are made of, each laid over the one before. */
export interface SettingsLayer {
  readonly kind: "builtIn" | "tier" | "roleSettings";
  /** The tier's name; of role settings the key of the scope where they stand. */
  readonly name: string;
  readonly version: number;
  readonly override: SettingsOverride;
}

/** What rules one role at one scope, the lowest first: the template, the tenant's own tier, the nearest settings upward. */
export function settingsLayers(
  scope: Scope,
  role: RoleDefinition,
  stored: readonly StoredSettings[],
  tiers: readonly Tier[],
): readonly SettingsLayer[] {
  const nearest = scopeLineage(scope)
    .map((key) => stored.find((settings) => settings.scopeKey === key))
    .find((found) => found !== undefined);
  const template = tierLayers(nearest?.tier ?? tierFor(role, tiers), tiers);
  if (nearest === undefined) return template;
  const { scopeKey: name, version, override } = nearest;
  return [...template, { kind: "roleSettings", name, version, override }];
}

/** The settings in force for one role at one scope of one tenant. */
export function resolveSettings(
  scope: Scope,
  role: RoleDefinition,
  stored: readonly StoredSettings[],
  tiers: readonly Tier[],
): SourcedSettings {
  const layers = settingsLayers(scope, role, stored, tiers);
  const { kind, name, version } = layers.at(-1) ?? BOTTOM;
  const source = { kind: kind === "roleSettings" ? kind : ("tier" as const), name, version };
  return { settings: settle(layers), source };
}

/** Where each field comes from: the last layer that says it, or that moves it by saying another. */
export function fieldOrigins(
  layers: readonly SettingsLayer[],
): ReadonlyMap<keyof RoleSettings, SettingsLayer> {
  const origins = new Map<keyof RoleSettings, SettingsLayer>();
  let below = STANDARD;
  for (const layer of layers) {
    const here = layer.kind === "builtIn" ? settle([layer]) : withOverride(below, layer.override);
    for (const field of Object.keys(here) as (keyof RoleSettings)[]) {
      const isSaid = layer.override[field] !== undefined;
      if (isSaid || JSON.stringify(here[field]) !== JSON.stringify(below[field])) origins.set(field, layer);
    }
    below = here;
  }
  return origins;
}

/** The first of the tenant's tiers whose patterns match something the role permits, else `standard`. */
export function tierFor(role: RoleDefinition, tiers: readonly Tier[]): string {
  const match = tiers.find((tier) => tier.rolesPermitting.some((pattern) => permitsSome(role, pattern)));
  return match?.name ?? "standard";
}

export function tierSettings(name: string, tiers: readonly Tier[]): RoleSettings {
  return settle(tierLayers(name, tiers));
}

const BOTTOM: SettingsLayer = { kind: "builtIn", name: "standard", version: 0, override: STANDARD };

/** What a tier is made of: the template, and what the tenant says otherwise. */
export function tierLayers(name: string, tiers: readonly Tier[]): SettingsLayer[] {
  const builtIn = BUILT_IN_TIERS[name];
  const base = builtIn === undefined ? BOTTOM : { ...BOTTOM, name, override: builtIn };
  const own = tiers.find((tier) => tier.name === name);
  if (own === undefined) return [base];
  return [base, { kind: "tier", name, version: own.version, override: own.override }];
}

export function settle([first, ...rest]: readonly SettingsLayer[]): RoleSettings {
  return rest.reduce((below, layer) => withOverride(below, layer.override), {
    ...STANDARD,
    ...first?.override,
  });
}
