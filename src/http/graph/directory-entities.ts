/** People, groups, workloads, roles and the tenant itself, as Graph shows them. */
import { asId, isGuid, type ObjectId } from "../../domain/ids.ts";
import {
  isLockedOut,
  type Principal,
  type PrincipalKind,
  type PrincipalRef,
} from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { PrincipalWords, Words } from "../../pim/words.ts";
import { findIdentity } from "../../use-cases/views/read-directory.ts";
import type { Entity } from "./entity.ts";
import type { GraphCall } from "./surface.ts";

const TYPES = { User: "user", Group: "group", ServicePrincipal: "servicePrincipal" } as const;

/** Of the caller's own tenant, and there today; `kind` null for any. */
export async function findPrincipal(
  { deps, caller }: GraphCall,
  id: string,
  kind: PrincipalKind | null,
): Promise<Outcome<Principal>> {
  const { tenantId } = caller.ref;
  const ref = { tenantId, objectId: asId<ObjectId>(id) };
  const identity = isGuid(id) ? await findIdentity(deps, ref) : null;
  const found = identity?.principal;
  if (found === undefined || found.deletedAt !== null || (kind !== null && found.kind !== kind)) {
    return reject(
      "not_found",
      `there is no ${kind ?? "principal"} \`${id.slice(0, 80)}\` in your directory; ids are GUIDs`,
    );
  }
  return accept(found);
}

export async function principalEntity(words: Words, ref: PrincipalRef): Promise<Entity> {
  return wordsEntity(await words.principal(ref));
}

/** With its type, because a principal may be any of them. */
function wordsEntity({ id, displayName, email, type }: PrincipalWords): Entity {
  return {
    properties: {
      "@odata.type": `#microsoft.graph.${TYPES[type]}`,
      id,
      displayName,
      ...(type === "User" ? { userPrincipalName: email, mail: email } : {}),
      ...(type === "ServicePrincipal" ? { appId: id } : {}),
    },
  };
}

export function directoryEntity(principal: Principal): Entity {
  const { objectId: id, displayName } = principal;
  switch (principal.kind) {
    case "user":
      return {
        properties: {
          id,
          displayName,
          userPrincipalName: principal.email,
          mail: principal.email,
          accountEnabled: !isLockedOut(principal),
        },
      };
    case "group":
      return {
        properties: {
          id,
          displayName,
          description: null,
          groupTypes: [],
          mailEnabled: false,
          securityEnabled: true,
          isAssignableToRole: true,
        },
      };
    case "servicePrincipal":
      return {
        properties: {
          id,
          displayName,
          appId: id,
          appDisplayName: displayName,
          accountEnabled: !isLockedOut(principal),
          servicePrincipalType: "Application",
        },
      };
  }
}

export async function organizationEntity({ caller }: GraphCall, words: Words): Promise<Entity> {
  const { tenantId } = caller.ref;
  return { properties: { id: tenantId, displayName: await words.tenant(tenantId), tenantType: "AAD" } };
}

/** By id and name alone, where nobody has looked the role up. */
export async function roleWordsEntity(words: Words, id: string): Promise<Entity> {
  const { displayName, builtIn } = await words.role(id);
  return { properties: { id, displayName, isBuiltIn: builtIn, isEnabled: true, templateId: id } };
}

export function roleEntity({ id, name, description, tenantId, permissions }: RoleDefinition): Entity {
  return {
    properties: {
      id,
      displayName: name,
      description,
      isBuiltIn: tenantId === null,
      isEnabled: true,
      resourceScopes: ["/"],
      templateId: id,
      version: null,
      rolePermissions: [
        {
          allowedResourceActions: [...permissions.actions, ...permissions.dataActions],
          excludedResourceActions: [...permissions.notActions, ...permissions.notDataActions],
          condition: null,
        },
      ],
    },
  };
}
