/** Directory roles: what is assigned at `/` of one's own tenant. */
import { z } from "zod";
import { asId, type RoleDefinitionId } from "../../domain/ids.ts";
import { accept, reject } from "../../domain/rejection.ts";
import type { Scope } from "../../domain/scope.ts";
import { guid, text } from "../../use-cases/values.ts";
import { bodyOf } from "../odata/body.ts";
import { type Area, accessOf } from "./area.ts";
import { organizationEntity, roleWordsEntity } from "./directory-entities.ts";

const ROOT = "/" as Scope;

const schema = z.looseObject({
  roleDefinitionId: guid,
  directoryScopeId: text(1_100).nullish(),
  appScopeId: text(1_100).nullish(),
});

export const DIRECTORY: Area = {
  path: ["roleManagement", "directory"],
  prefix: "",
  set: (of, what) => `${of === "assignment" ? "roleAssignment" : "roleEligibility"}${what}`,
  approvals: "roleAssignmentApprovals",
  holds: (held) => held.scope === ROOT && accessOf(held) === null,
  held: {
    honoured: ["roleDefinitionId"],
    only: { directoryScopeId: "`/`, the whole tenant", appScopeId: "`/`, beside the same directoryScopeId" },
    readOnly: ["appScope"],
  },
  async read(call) {
    const body = bodyOf(schema, call.body);
    if (!body.ok) return body;
    const { roleDefinitionId, directoryScopeId, appScopeId } = body.value;
    if (directoryScopeId !== ROOT || (appScopeId != null && appScopeId !== ROOT)) {
      return reject(
        "invalid_input",
        "administrative units and application scopes are not kept here: give `/`, the whole tenant",
        { path: directoryScopeId === ROOT ? "/appScopeId" : "/directoryScopeId" },
      );
    }
    return accept({ scope: ROOT, roleDefinitionId: asId<RoleDefinitionId>(roleDefinitionId) });
  },
  scopeIn: () => ROOT,
  json: ({ scope, roleDefinitionId }) => ({
    roleDefinitionId,
    directoryScopeId: scope,
    appScopeId: null,
  }),
  filterable: {
    roleDefinitionId: ({ roleDefinitionId }) => roleDefinitionId,
    directoryScopeId: ({ scope }) => scope,
    appScopeId: () => null,
  },
  navigations: { principal: {}, roleDefinition: {}, directoryScope: {}, activatedUsing: {} },
  navigation: (call, words, { roleDefinitionId }) => ({
    roleDefinition: () => roleWordsEntity(words, roleDefinitionId),
    directoryScope: () => organizationEntity(call, words),
    activatedUsing: async () => null,
  }),
};
