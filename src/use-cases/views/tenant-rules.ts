/** Every rule of one tenant, read at once: for questions that look at many roles and scopes. */

import type { Application } from "../../domain/application.ts";
import type { TenantId } from "../../domain/ids.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { SourcedSettings } from "../../domain/role-settings.ts";
import { type Scope, scopeCovers, scopeKey } from "../../domain/scope.ts";
import { settingsFor, together } from "../../policy/settings-for.ts";
import {
  resolveSettings,
  type SettingsLayer,
  type StoredSettings,
  settingsLayers,
  type Tier,
} from "../../policy/tiers.ts";
import type { Named, RoleSettingsBody } from "../configuration-ports.ts";
import type { Tx } from "../ports.ts";

export interface TenantRules {
  readonly tenantId: TenantId;
  readonly settings: readonly Named<RoleSettingsBody>[];
  readonly tiers: readonly Tier[];
  /** Those that the tenant runs and has not deleted. */
  readonly applications: readonly Application[];
}

export async function loadRules(tx: Tx): Promise<TenantRules> {
  return {
    tenantId: tx.tenantId,
    settings: await tx.policy.namedSettings(),
    tiers: await tx.policy.tiers(),
    applications: await tx.applications.own(),
  };
}

export function storedFor(rules: TenantRules, roleDefinitionId: RoleDefinition["id"]): StoredSettings[] {
  return rules.settings
    .filter(({ body }) => body.roleDefinitionId === roleDefinitionId)
    .map(({ body: { scope, tier, override, version } }) => ({
      scopeKey: scopeKey(scope),
      tier,
      override,
      version,
    }));
}

export function layersAt(rules: TenantRules, role: RoleDefinition, scope: Scope): readonly SettingsLayer[] {
  return settingsLayers(scope, role, storedFor(rules, role.id), rules.tiers);
}

/** The application that the scope is, belongs to, or is managed by, where it has a policy. */
export function applicationOver(rules: TenantRules, scope: Scope): Application | null {
  const over = rules.applications.find((one) =>
    [one.scope, one.managedScope].some((its) => scopeCovers(its, scope)),
  );
  return over?.jitAccess.enabled ? over : null;
}

/** What rules the tenant's own people there: at an application its policy as well as what is set at the scope. */
export function settingsAt(rules: TenantRules, role: RoleDefinition, scope: Scope): SourcedSettings {
  const application = applicationOver(rules, scope);
  return together(
    settingsFor(rules.tenantId, application, [role], (one) =>
      resolveSettings(scope, one, storedFor(rules, one.id), rules.tiers),
    ),
  );
}

/** The settings that stand at exactly this scope. */
export function settingsStandingAt(
  rules: TenantRules,
  role: RoleDefinition,
  key: string,
): Named<RoleSettingsBody> | null {
  const found = rules.settings.find(
    ({ body }) => body.roleDefinitionId === role.id && scopeKey(body.scope) === key,
  );
  return found ?? null;
}
