/** The settings by which a role is activated at a scope: the application's JIT policy, or the nearest ones upward. */
import type { Application } from "../../domain/application.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { SourcedSettings } from "../../domain/role-settings.ts";
import { type Scope, scopeLineage } from "../../domain/scope.ts";
import { compileJitPolicy } from "../../policy/compile-jit-policy.ts";
import { resolveSettings } from "../../policy/tiers.ts";
import type { Tx } from "../ports.ts";

export async function settingsInForce(
  tx: Tx,
  scope: Scope,
  role: RoleDefinition,
  application: Application | null,
): Promise<SourcedSettings> {
  const policy = application === null ? null : compileJitPolicy(application);
  if (policy !== null) return policy;
  return resolveSettings(
    scope,
    role,
    await tx.policy.storedSettings(role.id, scopeLineage(scope)),
    await tx.policy.tiers(),
  );
}
