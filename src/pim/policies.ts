/** Role management policies: the settings in force for a role at a scope, and what a change of their rules makes of them. */
import { asId, isGuid, type ObjectId } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { Scope } from "../domain/scope.ts";
import { type ApplyReport, applyConfiguration } from "../use-cases/apply/apply-configuration.ts";
import { deleteConfiguration } from "../use-cases/apply/delete-configuration.ts";
import { noSuchScope, ownerOf } from "../use-cases/scope-owner.ts";
import { keeping } from "../use-cases/surface-resources.ts";
import { findIdentity } from "../use-cases/views/read-directory.ts";
import {
  findRolePolicy,
  listRolePolicies,
  type RolePolicy,
  settingsDocumentOf,
  settingsNameAt,
} from "../use-cases/views/role-policies.ts";
import { approversSaid, changesOf, type PatchRule } from "./patch-rules.ts";
import type { PimCall } from "./pim-call.ts";

/** Of every role that can be assigned at the scope, in a tenant's own scopes; for everybody else there is none (I12). */
export async function listPolicies(call: PimCall, scope: Scope): Promise<Outcome<readonly RolePolicy[]>> {
  const owned = await requireOwn(call, scope);
  if (!owned.ok) return owned;
  return accept(await listRolePolicies(call.deps, owned.value, scope));
}

/** By the policy's GUID, or by that and the role's, as assignments are named. */
export async function findPolicy(call: PimCall, scope: Scope, name: string): Promise<Outcome<RolePolicy>> {
  const [id = "", roleId] = name.toLowerCase().split("_");
  const owned = await requireOwn(call, scope);
  const found =
    owned.ok && isGuid(id) ? await findRolePolicy(call.deps, owned.value, { scope, id, roleId }) : null;
  return found === null
    ? reject("not_found", `there is no policy \`${name.slice(0, 80)}\` at this scope that you can see`)
    : accept(found);
}

async function requireOwn({ deps, caller }: PimCall, scope: Scope) {
  const owner = await ownerOf(deps, caller, scope);
  if (owner.ok && owner.value !== caller.ref.tenantId) return noSuchScope(scope);
  return owner;
}

/** The changed rules become settings of this role at this very scope; what is not said stays as it was in force. */
export async function patchPolicy(
  call: PimCall,
  policy: RolePolicy,
  rules: readonly PatchRule[],
): Promise<Outcome<unknown>> {
  const changes = changesOf(rules, policy.settings);
  if (!changes.ok) return changes;
  const sorts = await requireSorts(call, rules);
  if (!sorts.ok) return sorts;
  const made = { ...newResource(call, policy), kept: {} } as const;
  const also = keeping<ApplyReport>(call, made, () => ({ subjectId: policy.id }), policy.resource);
  const document = await documentOf(call, policy, changes.value);
  const input = { documents: [document], dryRun: false, prune: false, remember: false };
  return call.queued(() => applyConfiguration(call.deps, call.caller, input, also));
}

/** An approver that is said to be a user and is a group would have more people decide than was said. */
async function requireSorts({ deps, caller }: PimCall, rules: readonly PatchRule[]): Promise<Outcome<void>> {
  for (const { ruleId, path, id, sort } of rules.flatMap(approversSaid)) {
    const ref = { tenantId: caller.ref.tenantId, objectId: asId<ObjectId>(id.toLowerCase()) };
    const found = isGuid(id) ? await findIdentity(deps, ref) : null;
    if (found !== null && found.principal.kind !== sort.toLowerCase())
      return reject("invalid_input", `\`${id}\` is no ${sort}; say what it is`, {
        path: `/rules/${ruleId}/${path}`,
      });
  }
  return accept(undefined);
}

async function documentOf({ deps, caller }: PimCall, policy: RolePolicy, changes: object) {
  const { name, spec } = await settingsDocumentOf(deps, caller.ref.tenantId, policy);
  return { kind: "RoleSettings", name: name ?? `pim ${policy.id}`, spec: { ...spec, ...changes } };
}

function newResource({ caller }: PimCall, { id }: RolePolicy) {
  return {
    kind: "roleManagementPolicy",
    tenantId: caller.ref.tenantId,
    otherTenantId: null,
    id: `/providers/Microsoft.Authorization/roleManagementPolicies/${id}`,
    tags: {},
  } as const;
}

/** Back to what is inherited; false where nothing was set at this scope. */
export async function resetPolicy(call: PimCall, policy: RolePolicy): Promise<Outcome<boolean>> {
  const { deps, caller } = call;
  const name = await settingsNameAt(deps, caller.ref.tenantId, policy);
  if (name === null) return accept(false);
  const outcome = await call.queued(() => deleteConfiguration(deps, caller, { kind: "RoleSettings", name }));
  return outcome.ok ? accept(true) : outcome;
}
