/** The rules in force, by role and scope, and where each of them comes from. */
import { z } from "zod";
import type { RoleDefinitionId } from "../../domain/ids.ts";
import { listRoleSettings, readRoleSettingsInForce } from "../../use-cases/views/role-settings.ts";
import { answer, callerOf } from "../caller.ts";
import { guid, idOf, scope, scopeIn } from "../values.ts";
import type { Api, ApiContext } from "./context.ts";
import { pageOf, pageQuery, slicePage } from "./shapes/page.ts";

const tags = ["role settings"];

const placeShape = z.object({
  roleDefinitionId: guid,
  roleName: z.string(),
  scope: z.string(),
  scopeName: z.string(),
  source: z.object({
    kind: z.enum(["roleSettings", "tier", "application"]),
    name: z.string(),
    version: z.number().int(),
  }),
  inheritedFrom: z
    .string()
    .nullable()
    .meta({ description: "the scope, application or tier; null where the settings stand at this scope" }),
  documentName: z
    .string()
    .nullable()
    .meta({ description: "for PUT /configuration/RoleSettings/{name}; null where there is none yet" }),
});

const inForceShape = z.object({
  fields: z.array(
    z.object({
      field: z.string().meta({
        description: "as in a document; limits within one as `approval.stages[0].decideBy`",
      }),
      value: z.unknown(),
      from: z.object({
        kind: z.enum(["roleSettings", "tier", "builtIn", "application"]),
        name: z.string(),
      }),
    }),
  ),
  spec: z
    .record(z.string(), z.unknown())
    .meta({ description: "the whole, as a RoleSettings document would say it" }),
  documentName: z.string().nullable(),
});

export function roleSettingsRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/role-settings",
    {
      schema: {
        tags,
        operationId: "listRoleSettings",
        querystring: pageQuery.extend({ scope: scope.optional(), roleDefinitionId: guid.optional() }),
        response: { 200: pageOf(placeShape) },
      },
    },
    async (request, reply) => {
      const { scope: at, roleDefinitionId, ...page } = request.query;
      const filter = {
        scope: at === undefined ? null : scopeIn(at),
        roleDefinitionId: roleDefinitionId === undefined ? null : idOf<RoleDefinitionId>(roleDefinitionId),
      };
      const outcome = await listRoleSettings(deps, callerOf(request), filter);
      return answer(reply, outcome, (all) =>
        slicePage(all, page, ({ source, ...one }) => ({ ...one, source: { ...source } })),
      );
    },
  );

  api.get(
    "/role-settings/in-force",
    {
      schema: {
        tags,
        operationId: "readRoleSettingsInForce",
        querystring: z.object({ roleDefinitionId: guid, scope }),
        response: { 200: inForceShape },
      },
    },
    async (request, reply) => {
      const asked = {
        roleDefinitionId: idOf<RoleDefinitionId>(request.query.roleDefinitionId),
        scope: scopeIn(request.query.scope),
      };
      return answer(reply, await readRoleSettingsInForce(deps, callerOf(request), asked), (view) => view);
    },
  );
}
