/** Direct assignments: standing access that an administrator gives, or that is given under a grant and ends with it. */
import { z } from "zod";
import type { Grant } from "../../domain/grant.ts";
import type { ObjectId, RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import { assignRole } from "../../use-cases/grants/assign-role.ts";
import type { Tx } from "../../use-cases/ports.ts";
import { viewGrant } from "../../use-cases/views/read-grants.ts";
import { partiesOf } from "../../use-cases/views/request-view.ts";
import { callerOf } from "../caller.ts";
import { guid, idOf, instantIn, instantText, scope, scopeIn, text } from "../values.ts";
import type { Api, ApiContext } from "./context.ts";
import { idempotencyHeaders, repeatablyIn } from "./idempotent.ts";
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

export function assignmentRoutes(api: Api, { deps }: ApiContext): void {
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
      const input = {
        scope: scopeIn(given.scope),
        roleDefinitionId: idOf<RoleDefinitionId>(given.roleDefinitionId),
        beneficiary: {
          tenantId: given.tenantId === undefined ? caller.ref.tenantId : idOf<TenantId>(given.tenantId),
          objectId: idOf<ObjectId>(given.principalId),
        },
        startsAt: instantIn(given.startsAt),
        endsAt: instantIn(given.endsAt),
        justification: given.justification ?? null,
      };
      const view = async (tx: Tx, made: Grant) =>
        grantJson(
          viewGrant(await tx.books([...partiesOf([made]), caller.ref.tenantId]), caller, made),
          deps.clock.now(),
        );
      return repeatablyIn(request, reply, deps.clock.now, view, (also) =>
        assignRole(deps, caller, input, also),
      );
    },
  );
}
