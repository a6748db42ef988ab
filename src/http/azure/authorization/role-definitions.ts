/** roleDefinitions (2022-04-01): the built-in roles, the tenant's own, and those that an application brought with it. */
import { z } from "zod";
import { isGuid } from "../../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { BUILT_IN_ROLES, isAssignableAt, type RoleDefinition } from "../../../domain/role-definition.ts";
import { mayRemoveRole } from "../../../policy/authority.ts";
import { applyConfiguration } from "../../../use-cases/apply/apply-configuration.ts";
import { deleteConfiguration } from "../../../use-cases/apply/delete-configuration.ts";
import { scopeWords } from "../../../use-cases/apply/references.ts";
import { noSuchScope, ownerOf } from "../../../use-cases/scope-owner.ts";
import { line, text } from "../../../use-cases/values.ts";
import { listApplications } from "../../../use-cases/views/read-applications.ts";
import { listRoles } from "../../../use-cases/views/read-directory.ts";
import { concerns } from "../../../use-cases/views/read-schedules.ts";
import { byName } from "../../cursor.ts";
import { same } from "../../odata/address.ts";
import { bodyOf } from "../../odata/body.ts";
import type { Filterable } from "../../odata/matches.ts";
import { type Answer, answered, badRequest, done, nameIn } from "../../odata/operation.ts";
import { FILTERED } from "../../odata/page.ts";
import type { Takes } from "../../odata/takes.ts";
import { scopeOfId } from "../arm-path.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { idUnder, PROVIDER, roleIdAt } from "./json.ts";
import { ROLES } from "./versions.ts";

const shared = { namespace: "Microsoft.Authorization", at: "scope", versions: ROLES } as const;
const one = { ...shared, path: ["roleDefinitions", "{roleDefinitionId}"] } as const;

const PUT_TAKES: Takes = {
  honoured: [
    ...["roleName", "description", "assignableScopes"].map((name) => `properties.${name}`),
    ...["actions", "notActions", "dataActions", "notDataActions"].map(
      (name) => `properties.permissions.${name}`,
    ),
  ],
  only: { "properties.type": "`CustomRole`" },
  readOnly: [
    ...["id", "name", "type"],
    ...["createdOn", "updatedOn", "createdBy", "updatedBy"].map((name) => `properties.${name}`),
  ],
  refused: {
    "properties.permissions.condition": "conditions on permissions are not held here; leave it out",
    "properties.permissions.conditionVersion": "conditions on permissions are not held here; leave it out",
  },
};

export const ROLE_DEFINITION_OPERATIONS: readonly ArmOperation[] = [
  {
    ...shared,
    path: ["roleDefinitions"],
    id: "RoleDefinitions_List",
    method: "GET",
    options: FILTERED,
    handle: list,
  },
  { ...one, id: "RoleDefinitions_Get", method: "GET", handle: get },
  { ...one, id: "RoleDefinitions_CreateOrUpdate", method: "PUT", takes: PUT_TAKES, handle: put },
  { ...one, id: "RoleDefinitions_Delete", method: "DELETE", handle: remove },
];

/** Of one's own tenant; of another one, the roles of the applications there that one operates, beside the built-in ones. */
async function rolesAt(call: ArmCall): Promise<Outcome<readonly RoleDefinition[]>> {
  const { deps, caller, scope } = call;
  const owner = await ownerOf(deps, caller, scope);
  if (!owner.ok) return owner;
  if (owner.value === caller.ref.tenantId) {
    const roles = await listRoles(deps, owner.value);
    return accept(roles.filter((role) => isAssignableAt(role, scope)));
  }
  const visible = await listApplications(deps, caller);
  if (!visible.ok) return visible;
  const there = visible.value.filter(({ application }) =>
    concerns(scope, [application.scope, application.managedScope]),
  );
  if (there.length === 0) return noSuchScope(scope);
  const roles = [...BUILT_IN_ROLES, ...there.flatMap(({ application }) => application.roles)].filter((role) =>
    isAssignableAt(role, scope),
  );
  return accept([...new Map(roles.map((role) => [role.id, role])).values()]);
}

const ABLE: Filterable<RoleDefinition> = {
  properties: { roleName: ({ name }) => name, type: roleType },
  functions: { atScopeAndBelow: () => true, atScope: () => true },
};

function list(call: ArmCall): Promise<Answer> {
  const source = { all: () => rolesAt(call), key: (role: RoleDefinition) => idOf(call, role).toLowerCase() };
  const shape = (roles: readonly RoleDefinition[]) => roles.map((role) => roleJson(call, role));
  return listOf(call, byName, { source, able: ABLE }, shape);
}

async function find(call: ArmCall): Promise<Outcome<RoleDefinition>> {
  const roles = await rolesAt(call);
  if (!roles.ok) return roles;
  const id = nameIn(call, "roleDefinitionId").toLowerCase();
  const found = roles.value.find((role) => role.id === id);
  return found === undefined
    ? reject("not_found", "there is no role definition of this id at this scope that you can see")
    : accept(found);
}

async function get(call: ArmCall): Promise<Answer> {
  return answered(await find(call), (role) => done(200, roleJson(call, role)));
}

const actions = z.array(text(512)).max(1_000).default([]);
const schema = z.looseObject({
  properties: z.looseObject({
    roleName: line(128).min(1),
    description: text(2_048).nullish(),
    type: text(32)
      .refine((word) => same(word, "CustomRole"), "a role that is defined here is a `CustomRole`")
      .nullish(),
    permissions: z
      .array(z.looseObject({ actions, notActions: actions, dataActions: actions, notDataActions: actions }))
      .length(1, "a role has one set of permissions"),
    assignableScopes: z.array(text(1_024)).min(1).max(100).nullish(),
  }),
});

async function put(call: ArmCall): Promise<Answer> {
  const id = nameIn(call, "roleDefinitionId").toLowerCase();
  const body = bodyOf(schema, call.body);
  if (!body.ok) return body;
  if (!isGuid(id)) return badRequest("a role definition is named by a GUID");
  const { roleName, description, permissions, assignableScopes } = body.value.properties;
  const [permission] = permissions;
  const scopes = (assignableScopes ?? [call.scope]).map((scope) => scopeOfId(scope));
  if (scopes.some((scope) => scope === null))
    return badRequest("an assignable scope is a resource id (/properties/assignableScopes)");
  const { deps, caller } = call;
  const owner = await ownerOf(deps, caller, call.scope);
  if (!owner.ok) return owner;
  if (owner.value !== caller.ref.tenantId) return noSuchScope(call.scope);
  const existing = (await listRoles(deps, caller.ref.tenantId)).find((role) => role.id === id);
  if (existing !== undefined && existing.name !== roleName)
    return badRequest("a role keeps its name here; make another one (/properties/roleName)");
  const known = scopes.filter((scope) => scope !== null);
  const words = await scopeWords(deps, caller.ref.tenantId, known);
  const {
    actions: may,
    notActions,
    dataActions,
    notDataActions,
  } = permission ?? { actions: [], notActions: [], dataActions: [], notDataActions: [] };
  const spec = {
    description: description ?? "",
    actions: may,
    notActions,
    dataActions,
    notDataActions,
    assignableScopes: words,
  };
  const documents = [{ kind: "RoleDefinition", name: roleName, id, spec }];
  const applied = await call.queued(() =>
    applyConfiguration(deps, caller, { documents, dryRun: false, prune: false, remember: false }),
  );
  return applied.ok ? answered(await find(call), (role) => done(201, roleJson(call, role))) : applied;
}

async function remove(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  if (!found.ok) return done(204, undefined);
  const role = found.value;
  const allowed = mayRemoveRole(role);
  if (!allowed.ok) return allowed;
  const removed = await call.queued(() =>
    deleteConfiguration(call.deps, call.caller, { kind: "RoleDefinition", name: role.name }),
  );
  return answered(removed, () => done(200, roleJson(call, role)));
}

function roleType({ tenantId }: RoleDefinition): string {
  return tenantId === null ? "BuiltInRole" : "CustomRole";
}

function idOf({ scope }: ArmCall, { id, tenantId }: RoleDefinition): string {
  return tenantId === null ? idUnder("/", "roleDefinitions", id) : roleIdAt(scope, id);
}

function roleJson(call: ArmCall, role: RoleDefinition) {
  const { permissions } = role;
  return {
    id: idOf(call, role),
    name: role.id,
    type: `${PROVIDER}/roleDefinitions`,
    properties: {
      roleName: role.name,
      description: role.description,
      type: roleType(role),
      permissions: [
        {
          actions: [...permissions.actions],
          notActions: [...permissions.notActions],
          dataActions: [...permissions.dataActions],
          notDataActions: [...permissions.notDataActions],
        },
      ],
      assignableScopes: [...role.assignableScopes],
    },
  };
}
