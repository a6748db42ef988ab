/** May they, now? For programs that guard something. */
import { z } from "zod";
import { checkAccess } from "../../use-cases/grants/check-access.ts";
import { guid, idOf, instant, scope, text } from "../../use-cases/values.ts";
import { answer, whoIn } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";

const body = z
  .strictObject({
    principalId: guid,
    tenantId: guid.optional().meta({ description: "of the principal; default: the caller's" }),
    scope,
    action: text(260).min(1).optional(),
    roleDefinitionId: guid.optional(),
  })
  .refine((given) => (given.action === undefined) !== (given.roleDefinitionId === undefined), {
    message: "give either `action` or `roleDefinitionId`",
    path: ["action"],
  });

const shape = z.object({
  allowed: z.boolean(),
  reason: z.string(),
  until: instant.nullable(),
  grants: z.array(guid),
});

export function decisionRoutes(api: Api, { deps, checks }: ApiContext): void {
  const own = { ...deps, ...checks };
  api.post(
    "/decisions/check",
    {
      config: { momentAdmits: true },
      schema: { tags: ["decisions"], operationId: "checkAccess", body, response: { 200: shape } },
    },
    async (request, reply) => {
      const who = whoIn(request);
      const { principalId, tenantId, action, roleDefinitionId } = request.body;
      const outcome = await checkAccess(own, who, {
        principal: {
          tenantId: tenantId === undefined ? who.ref.tenantId : idOf(tenantId),
          objectId: idOf(principalId),
        },
        scope: request.body.scope,
        wanted: action === undefined ? { roleDefinitionId: idOf(roleDefinitionId ?? "") } : { action },
      });
      return answer(reply, outcome, (checked) => ({
        ...checked,
        grants: checked.grants.map(({ id }) => id),
      }));
    },
  );
}
