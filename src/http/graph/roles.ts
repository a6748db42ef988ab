/** Role definitions that can be assigned to the whole tenant. */

import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { isAssignableAt, type RoleDefinition } from "../../domain/role-definition.ts";
import type { Scope } from "../../domain/scope.ts";
import { listRoles } from "../../use-cases/views/read-directory.ts";
import { byGuid } from "../cursor.ts";
import type { Filterable } from "../odata/matches.ts";
import { type Answer, nameIn } from "../odata/operation.ts";
import { DIRECTORY } from "./directory-area.ts";
import { roleEntity } from "./directory-entities.ts";
import { answerFound, listOf } from "./entity.ts";
import { OF_LIST, OF_ONE } from "./options.ts";
import type { GraphCall, GraphOperation } from "./surface.ts";
import { BOTH } from "./versions.ts";

const path = [...DIRECTORY.path, "roleDefinitions"];
const CONTEXT = path.join("/");
const shared = { method: "GET", versions: BOTH } as const;

export const ROLE_DEFINITION_OPERATIONS: readonly GraphOperation[] = [
  { ...shared, id: "roleDefinitions_List", path, options: OF_LIST, handle: list },
  { ...shared, id: "roleDefinitions_Get", path: [...path, "{id}"], options: OF_ONE, handle: get },
];

async function rolesHere({ deps, caller }: GraphCall): Promise<RoleDefinition[]> {
  const all = await listRoles(deps, caller.ref.tenantId);
  return all.filter((role) => isAssignableAt(role, "/" as Scope));
}

const ABLE: Filterable<RoleDefinition> = {
  properties: {
    id: ({ id }) => id,
    templateId: ({ id }) => id,
    displayName: ({ name }) => name,
    isBuiltIn: ({ tenantId }) => tenantId === null,
    isEnabled: () => true,
  },
};

async function list(call: GraphCall): Promise<Answer> {
  const source = { all: async () => accept(await rolesHere(call)), key: ({ id }: RoleDefinition) => id };
  return listOf<RoleDefinition>(call, {
    context: CONTEXT,
    fits: byGuid,
    listed: { source, able: ABLE },
    entities: () => roleEntity,
  });
}

async function find(call: GraphCall): Promise<Outcome<RoleDefinition>> {
  const id = nameIn(call, "id").toLowerCase();
  const found = (await rolesHere(call)).find((role) => role.id === id);
  return found === undefined
    ? reject("not_found", "there is no role definition of this id that you can see")
    : accept(found);
}

function get(call: GraphCall): Promise<Answer> {
  return answerFound(call, { context: CONTEXT }, () => find(call), roleEntity);
}
