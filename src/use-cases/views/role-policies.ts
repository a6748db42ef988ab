/** The settings in force for a role at a scope, as one thing with an id: what a surface calls a role management policy. */
import { asId, type RoleDefinitionId, type TenantId } from "../../domain/ids.ts";
import { isAssignableAt, type RoleDefinition } from "../../domain/role-definition.ts";
import type { RoleSettings, SourcedSettings } from "../../domain/role-settings.ts";
import { type Scope, sameScope, scopeKey } from "../../domain/scope.ts";
import { together } from "../../policy/settings-for.ts";
import { deriveId } from "../apply/derive-id.ts";
import { overrideWords } from "../apply/settings-override.ts";
import type { Deps, SurfaceResource, Tx } from "../ports.ts";

export interface RolePolicy extends SourcedSettings {
  /** Follows from tenant, scope and role, so that it stays. */
  readonly id: string;
  readonly scope: Scope;
  readonly role: RoleDefinition;
  readonly resource: SurfaceResource | null;
}

type RuledPlace = Pick<RolePolicy, "scope" | "role">;

/** Of every role that can be assigned at the scope. */
export async function listRolePolicies(
  { store }: Deps,
  tenantId: TenantId,
  scope: Scope,
): Promise<readonly RolePolicy[]> {
  return store.inTenant(tenantId, async (tx) => {
    const roles = (await tx.policy.roles()).filter((role) => isAssignableAt(role, scope));
    const policies: RolePolicy[] = [];
    for (const role of roles) policies.push(await policyOf(tx, { scope, role }));
    return policies;
  });
}

export interface RolePolicyAsked {
  readonly scope: Scope;
  readonly id: string;
  readonly roleId?: string | undefined;
}

/** `roleId` where the caller named the role as well. */
export async function findRolePolicy(
  { store }: Deps,
  tenantId: TenantId,
  { scope, id, roleId }: RolePolicyAsked,
): Promise<RolePolicy | null> {
  return store.inTenant(tenantId, async (tx) => {
    const role = (await tx.policy.roles()).find(
      (one) => policyId(tx, { scope, role: one }) === id && (roleId === undefined || roleId === one.id),
    );
    return role === undefined ? null : policyOf(tx, { scope, role });
  });
}

export interface SettingsDocument {
  /** Null where nothing is set at this very scope. */
  readonly name: string | null;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What the document is called that sets something at this very scope; null where none does. */
export async function settingsNameAt(
  { store }: Deps,
  tenantId: TenantId,
  place: RuledPlace,
): Promise<string | null> {
  return store.inTenant(tenantId, async (tx) => (await settingsAt(tx, place))?.name ?? null);
}

/** The settings at this very scope as their document; where there is none, one that says all that is in force. */
export async function settingsDocumentOf(
  { store }: Deps,
  tenantId: TenantId,
  place: RuledPlace & { readonly settings: RoleSettings },
): Promise<SettingsDocument> {
  return store.inTenant(tenantId, async (tx) => {
    const existing = await settingsAt(tx, place);
    const words = await overrideWords(tx, existing?.body.override ?? place.settings);
    const tier = existing?.body.tier ?? null;
    return {
      name: existing?.name ?? null,
      spec: { role: place.role.id, scope: place.scope, tier, ...words },
    };
  });
}

function policyId({ tenantId }: Tx, { scope, role }: RuledPlace): string {
  return deriveId(tenantId, "RoleManagementPolicy", `${scopeKey(scope)} ${role.id}`, 0);
}

async function policyOf(tx: Tx, { scope, role }: RuledPlace): Promise<RolePolicy> {
  const id = policyId(tx, { scope, role });
  const own = (await tx.books([])).of(tx.tenantId);
  const inForce = together(own.settingsFor(tx.tenantId, scope, [role]));
  const [resource = null] = await tx.resources.of("roleManagementPolicy", [id]);
  return { id, scope, role, ...inForce, resource };
}

async function settingsAt(tx: Tx, { role, scope }: RuledPlace) {
  const all = await tx.policy.namedSettings();
  return all.find(
    ({ body }) => body.roleDefinitionId === asId<RoleDefinitionId>(role.id) && sameScope(body.scope, scope),
  );
}
