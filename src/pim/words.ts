/** Names and kinds for the ids in an answer, as both surfaces expand them. Looked up once each. */
import type { RoleDefinitionId, TenantId } from "../domain/ids.ts";
import { asId } from "../domain/ids.ts";
import { type PrincipalRef, principalKey } from "../domain/principal.ts";
import { BUILT_IN_ROLES } from "../domain/role-definition.ts";
import { groupOf, type Scope } from "../domain/scope.ts";
import { type Names, withNames } from "../use-cases/views/names.ts";
import type { PimCall } from "./pim-call.ts";

export interface PrincipalWords {
  readonly id: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly type: "User" | "Group" | "ServicePrincipal";
}

export interface Words {
  principal(ref: PrincipalRef): Promise<PrincipalWords>;
  role(id: string): Promise<{ readonly id: string; readonly displayName: string; readonly builtIn: boolean }>;
  tenant(id: TenantId): Promise<string>;
  scope(scope: Scope): Promise<{ readonly id: string; readonly displayName: string; readonly type: string }>;
}

const TYPES = { user: "User", group: "Group", servicePrincipal: "ServicePrincipal" } as const;

/** Makes something of the names and ids that the caller's own tenant knows. */
export async function withWords<T>(
  { deps, caller }: PimCall,
  work: (words: Words) => Promise<T>,
): Promise<T> {
  const { tenantId } = caller.ref;
  return withNames(deps, tenantId, (names) => work(wordsOf(names, tenantId)));
}

/** Shapes each of them with the same words, one after the other. */
export async function inWords<T, R>(
  call: PimCall,
  all: readonly T[],
  shape: (words: Words, one: T) => R | Promise<R>,
): Promise<R[]> {
  return withWords(call, async (words) => {
    const shapes: R[] = [];
    for (const one of all) shapes.push(await shape(words, one));
    return shapes;
  });
}

function wordsOf(names: Names, own: TenantId): Words {
  const principals = new Map<string, Promise<PrincipalWords>>();
  return {
    principal(ref) {
      const key = principalKey(ref);
      const found = principals.get(key) ?? readPrincipal(names, ref);
      principals.set(key, found);
      return found;
    },
    tenant: (id) => names.tenant(id),
    async role(id) {
      const displayName = await names.role(asId<RoleDefinitionId>(id));
      return { id, displayName, builtIn: BUILT_IN_ROLES.some((role) => role.id === id) };
    },
    async scope(scope) {
      const type = scopeType(scope);
      if (scope === "/") return { id: scope, displayName: await names.tenant(own), type };
      return { id: scope, displayName: await names.scope(scope), type };
    },
  };
}

async function readPrincipal(names: Names, ref: PrincipalRef): Promise<PrincipalWords> {
  const principal = await names.known(ref);
  return {
    id: ref.objectId,
    displayName: principal?.displayName ?? "somebody who is gone",
    email: principal?.kind === "user" ? principal.email : null,
    type: TYPES[principal?.kind ?? "user"],
  };
}

/** As Azure names what may be eligible: a subscription, a resource group, a resource; a group is Graph's. */
export function scopeType(scope: Scope): string {
  if (groupOf(scope) !== null) return "group";
  const depth = scope.split("/").filter((part) => part !== "").length;
  if (depth === 0) return "tenant";
  if (depth === 2) return "subscription";
  return depth === 4 ? "resourcegroup" : "resource";
}
