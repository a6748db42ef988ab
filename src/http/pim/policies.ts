/** Role management policies: the settings in force for a role at a scope, and what a change of their rules makes of them. */
import { asId, isGuid, type RoleDefinitionId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { isAssignableAt, type RoleDefinition } from "../../domain/role-definition.ts";
import type { RoleSettings, SettingsOverride, SettingsSource } from "../../domain/role-settings.ts";
import { type Scope, sameScope, scopeKey } from "../../domain/scope.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { type ApplyReport, applyConfiguration } from "../../use-cases/apply/apply-configuration.ts";
import { deleteConfiguration } from "../../use-cases/apply/delete-configuration.ts";
import { deriveId } from "../../use-cases/apply/derive-id.ts";
import { overrideWords } from "../../use-cases/apply/settings-override.ts";
import type { SurfaceResource, Tx } from "../../use-cases/ports.ts";
import { noSuchScope, ownerOf } from "../../use-cases/scope-owner.ts";
import { tagResource } from "../../use-cases/tag-resource.ts";
import { settingsInForce } from "../../use-cases/views/settings-in-force.ts";
import { keeping } from "../odata/keeping.ts";
import { changesOf, type PatchRule } from "./patch-rules.ts";
import type { PimCall } from "./pim-call.ts";
import type { Notifications } from "./policy-rules.ts";

export interface PimPolicy {
  /** Follows from tenant, scope and role, so that it stays. */
  readonly id: string;
  readonly scope: Scope;
  readonly role: RoleDefinition;
  readonly settings: RoleSettings;
  readonly source: SettingsSource;
  readonly notifications: Notifications;
  readonly resource: SurfaceResource | null;
}

/** Of every role that can be assigned at the scope, in a tenant's own scopes; for everybody else there is none (I12). */
export async function listPolicies(call: PimCall, scope: Scope): Promise<Outcome<readonly PimPolicy[]>> {
  const owned = await requireOwn(call, scope);
  if (!owned.ok) return owned;
  return call.deps.store.inTenant(owned.value, async (tx) => {
    const roles = (await tx.policy.roles()).filter((role) => isAssignableAt(role, scope));
    const policies: PimPolicy[] = [];
    for (const role of roles) policies.push(await policyOf(tx, scope, role));
    return accept(policies);
  });
}

/** By the policy's GUID, or by that and the role's, as assignments are named. */
export async function findPolicy(call: PimCall, scope: Scope, name: string): Promise<Outcome<PimPolicy>> {
  const [id = "", roleId] = name.toLowerCase().split("_");
  const missing = reject(
    "not_found",
    `there is no policy \`${name.slice(0, 80)}\` at this scope that you can see`,
  );
  const owned = await requireOwn(call, scope);
  if (!owned.ok || !isGuid(id)) return missing;
  return call.deps.store.inTenant(owned.value, async (tx) => {
    const roles = await tx.policy.roles();
    const role = roles.find(
      (one) => policyId(tx, scope, one.id) === id && (roleId === undefined || roleId === one.id),
    );
    return role === undefined ? missing : accept(await policyOf(tx, scope, role));
  });
}

async function requireOwn({ deps, caller }: PimCall, scope: Scope) {
  const owner = await ownerOf(deps, caller, scope);
  if (owner.ok && owner.value !== caller.ref.tenantId) return noSuchScope(scope);
  return owner;
}

function policyId({ tenantId }: Tx, scope: Scope, roleId: string): string {
  return deriveId(tenantId, "RoleManagementPolicy", `${scopeKey(scope)} ${roleId}`, 0);
}

async function policyOf(tx: Tx, scope: Scope, role: RoleDefinition): Promise<PimPolicy> {
  const id = policyId(tx, scope, role.id);
  const inForce = await settingsInForce(tx, scope, role, await tx.applications.at(scope));
  const [resource = null] = await tx.resources.of("roleManagementPolicy", [id]);
  const notifications = (resource?.kept.notifications ?? {}) as unknown as Notifications;
  return { id, scope, role, ...inForce, notifications, resource };
}

/** The changed rules become settings of this role at this very scope; what is not said stays as it was in force. */
export async function patchPolicy(
  call: PimCall,
  policy: PimPolicy,
  rules: readonly PatchRule[],
): Promise<Outcome<unknown>> {
  const changes = changesOf(rules, policy.settings);
  if (!changes.ok) return changes;
  const { settings, notifications } = changes.value;
  const kept: JsonObject = { notifications: { ...policy.notifications, ...merged(policy, notifications) } };
  if (Object.keys(settings).length === 0) return keepNotifications(call, policy, kept);
  const made = { ...newResource(call, policy), kept } as const;
  const also = keeping<ApplyReport>(call, made, () => ({ subjectId: policy.id }), policy.resource);
  const document = await documentOf(call, policy, settings);
  const input = { documents: [document], dryRun: false, prune: false, remember: false };
  return call.inTurn(() => applyConfiguration(call.deps, call.caller, input, also));
}

function merged({ notifications }: PimPolicy, changed: Notifications): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(changed).map(([id, rule]) => [id, { ...notifications[id], ...rule }]),
  );
}

async function documentOf(call: PimCall, policy: PimPolicy, changes: Readonly<Record<string, unknown>>) {
  return call.deps.store.inTenant(call.caller.ref.tenantId, async (tx) => {
    const existing = await settingsAt(tx, policy);
    const before = await overrideWords(tx, existing?.body.override ?? stated(policy.settings));
    const tier = existing?.body.tier ?? null;
    const spec = { role: policy.role.id, scope: policy.scope, tier, ...before, ...changes };
    return { kind: "RoleSettings", name: existing?.name ?? `pim ${policy.id}`, spec };
  });
}

/** A document says nothing of a cool-down where there is none. */
function stated({ cooldownAfterDenialMs, ...settings }: RoleSettings): SettingsOverride {
  return cooldownAfterDenialMs === 0 ? settings : { ...settings, cooldownAfterDenialMs };
}

async function settingsAt(tx: Tx, { role, scope }: PimPolicy) {
  const all = await tx.policy.namedSettings();
  return all.find(
    ({ body }) => body.roleDefinitionId === asId<RoleDefinitionId>(role.id) && sameScope(body.scope, scope),
  );
}

async function keepNotifications(
  call: PimCall,
  policy: PimPolicy,
  kept: JsonObject,
): Promise<Outcome<unknown>> {
  const touch = { by: call.caller.ref, kind: call.caller.kind, at: call.deps.clock.now() };
  const resource: SurfaceResource = policy.resource ?? {
    ...newResource(call, policy),
    kept: {},
    subjectId: policy.id,
    version: 0,
    created: touch,
    changed: touch,
  };
  return tagResource(call.deps, call.caller, { resource, maker: null, tags: {}, kept });
}

function newResource({ caller }: PimCall, { id }: PimPolicy) {
  return {
    kind: "roleManagementPolicy",
    tenantId: caller.ref.tenantId,
    otherTenantId: null,
    id: `/providers/Microsoft.Authorization/roleManagementPolicies/${id}`,
    tags: {},
  } as const;
}

/** Back to what is inherited; false where nothing was set at this scope. */
export async function resetPolicy(call: PimCall, policy: PimPolicy): Promise<Outcome<boolean>> {
  const { deps, caller } = call;
  const name = await deps.store.inTenant(
    caller.ref.tenantId,
    async (tx) => (await settingsAt(tx, policy))?.name,
  );
  if (name === undefined) return accept(false);
  const outcome = await call.inTurn(() => deleteConfiguration(deps, caller, { kind: "RoleSettings", name }));
  return outcome.ok ? accept(true) : outcome;
}
