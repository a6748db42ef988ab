/** Direct assignments: standing access that an administrator gives, or that is given under a grant and ends with it. */
import { z } from "zod";
import { assignRole } from "../../use-cases/grants/assign-role.ts";
import { readGrant } from "../../use-cases/views/read-grants.ts";
import { callerOf } from "../caller.ts";
import { guid, idOf, instantIn, instantText, scope, scopeIn, text } from "../values.ts";
import type { Api, ApiContext } from "./context.ts";
import { idempotencyHeaders, idempotently } from "./idempotent.ts";
import { grantJson, grantShape } from "./shapes/grant.ts";

const body = z.strictObject({
  scope,
  roleDefinitionId: guid,
  principalId: guid,
  tenantId: guid.optional().meta({ description: "of the principal; default: the caller's" }),
  startsAt: instantText.optional(),
  endsAt: instantText.optional(),
  justification: text(4_000).optional(),
});

export function assignmentRoutes(api: Api, context: ApiContext): void {
  const { deps } = context;
  api.post(
    "/assignments",
    {
      schema: {
        tags: ["grants"],
        operationId: "assignRole",
        headers: idempotencyHeaders,
        body,
        response: { 201: grantShape },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const given = request.body;
      const submit = async () => {
        const outcome = await assignRole(deps, caller, {
          scope: scopeIn(given.scope),
          roleDefinitionId: idOf(given.roleDefinitionId),
          beneficiary: {
            tenantId: given.tenantId === undefined ? caller.ref.tenantId : idOf(given.tenantId),
            objectId: idOf(given.principalId),
          },
          startsAt: instantIn(given.startsAt),
          endsAt: instantIn(given.endsAt),
          justification: given.justification ?? null,
        });
        return outcome.ok ? readGrant(deps, caller, outcome.value.id) : outcome;
      };
      return idempotently(context, request, reply, submit, (view) => grantJson(view, deps.clock.now()));
    },
  );
}
