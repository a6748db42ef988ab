/** Names for the ids in an answer, looked up once each. */

import type { ObjectId, RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { principalKey } from "../../domain/principal.ts";
import {
  groupOf,
  type Scope,
  sameScope,
  scopeName,
  subscriptionOf,
  subscriptionScope,
} from "../../domain/scope.ts";
import type { Tx } from "../ports.ts";

export interface NamedPrincipal extends PrincipalRef {
  readonly kind: string;
  readonly displayName: string;
  readonly tenantName: string;
}

export interface Names {
  principal(ref: PrincipalRef): Promise<NamedPrincipal>;
  tenant(id: TenantId): Promise<string>;
  role(id: RoleDefinitionId): Promise<string>;
  /** What people call it: a subscription or a group by its name where it is one's own, everything else by its last segment. */
  scope(scope: Scope): Promise<string>;
}

export function namesIn(tx: Tx): Names {
  const principals = new Map<string, Promise<NamedPrincipal>>();
  const tenants = new Map<string, Promise<string>>();
  const roles = new Map<string, Promise<string>>();
  const scopes = new Map<string, Promise<string>>();
  const names: Names = {
    principal: (ref) => once(principals, principalKey(ref), () => readPrincipal(tx, names, ref)),
    tenant: (id) => once(tenants, id, async () => (await tx.tenant(id))?.displayName ?? id),
    role: (id) =>
      once(roles, id, async () => (await tx.roles([id])).find((role) => role.id === id)?.name ?? id),
    scope: (scope) => once(scopes, scope, () => readScopeName(tx, scope)),
  };
  return names;
}

async function readScopeName(tx: Tx, scope: Scope): Promise<string> {
  const group = groupOf(scope);
  if (group !== null) return readGroupName(tx, group);
  const id = subscriptionOf(scope);
  if (id === null || !sameScope(scope, subscriptionScope(id))) return scopeName(scope);
  return (await tx.subscriptions()).find((subscription) => subscription.id === id)?.name ?? id;
}

async function readGroupName(tx: Tx, objectId: ObjectId): Promise<string> {
  const found = await tx.identity({ tenantId: tx.tenantId, objectId });
  return found?.principal.displayName ?? objectId;
}

async function readPrincipal(tx: Tx, names: Names, ref: PrincipalRef): Promise<NamedPrincipal> {
  const principal = (await tx.identity(ref))?.principal;
  return {
    tenantId: ref.tenantId,
    objectId: ref.objectId,
    kind: principal?.kind ?? "unknown",
    displayName: principal?.displayName ?? "somebody who is gone",
    tenantName: await names.tenant(ref.tenantId),
  };
}

function once<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? read();
  known.set(key, found);
  return found;
}
