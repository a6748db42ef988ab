/** One tenant's people, groups, workloads, roles and subscriptions, as lists and by id. Whose they are, callers have settled. */
import type { TenantId } from "../../domain/ids.ts";
import type { Identity, Principal, PrincipalRef } from "../../domain/principal.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { Subscription, Tenant } from "../../domain/tenant.ts";
import type { Deps, DirectoryRepository } from "../ports.ts";

/** Of the principal's own tenant; null when unknown. Deleted ones carry `deletedAt`. */
export async function findIdentity({ store }: Deps, ref: PrincipalRef): Promise<Identity | null> {
  return store.inTenant(ref.tenantId, (tx) => tx.directory.identity(ref));
}

/** Living ones, by id. */
export async function listPrincipals(
  { store }: Deps,
  tenantId: TenantId,
  filter: Parameters<DirectoryRepository["list"]>[0],
): Promise<readonly (Principal & { readonly name: string })[]> {
  return store.inTenant(tenantId, (tx) => tx.directory.list(filter));
}

/** The built-in ones first, then the tenant's own by name. */
export async function listRoles({ store }: Deps, tenantId: TenantId): Promise<readonly RoleDefinition[]> {
  return store.inTenant(tenantId, (tx) => tx.policy.roles());
}

export async function findTenant({ store }: Deps, tenantId: TenantId): Promise<Tenant | null> {
  return store.inTenant(tenantId, (tx) => tx.tenants.find(tenantId));
}

/** By name. */
export async function listOwnSubscriptions(
  { store }: Deps,
  tenantId: TenantId,
): Promise<readonly Subscription[]> {
  return store.inTenant(tenantId, (tx) => tx.tenants.subscriptions());
}
