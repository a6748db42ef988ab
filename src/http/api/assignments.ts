/** Direct assignments: standing access that an administrator gives, or that is given under a grant and ends with it. */
import { z } from "zod";
import type { Grant } from "../../domain/grant.ts";
import type { ObjectId, RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import type { AssignMoment } from "../../use-cases/decisions.ts";
import { assignAt } from "../../use-cases/grants/assign-role.ts";
import { guid, idOf, instant, scope, text } from "../../use-cases/values.ts";
import { viewGrant } from "../../use-cases/views/grant-view.ts";
import { whoIn } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";
import { idempotencyHeaders, repeatably } from "./idempotent.ts";
import { grantJson, grantShape } from "./shapes/grant.ts";

const body = z.strictObject({
  scope,
  roleDefinitionId: guid,
  principalId: guid,
  tenantId: guid.optional().meta({ description: "of the principal; default: the caller's" }),
  startsAt: instant.optional(),
  endsAt: instant.optional(),
  justification: text(4_000).optional(),
});

export function assignmentRoutes(api: Api, { deps }: ApiContext): void {
  api.post(
    "/assignments",
    {
      config: { momentAdmits: true },
      schema: {
        tags: ["grants"],
        operationId: "assignRole",
        headers: idempotencyHeaders,
        body,
        response: { 201: grantShape },
      },
    },
    async (request, reply) => {
      const who = whoIn(request);
      const given = request.body;
      const input = {
        scope: given.scope,
        roleDefinitionId: idOf<RoleDefinitionId>(given.roleDefinitionId),
        beneficiary: {
          tenantId: given.tenantId === undefined ? who.ref.tenantId : idOf<TenantId>(given.tenantId),
          objectId: idOf<ObjectId>(given.principalId),
        },
        startsAt: given.startsAt ?? null,
        endsAt: given.endsAt ?? null,
        justification: given.justification ?? null,
      };
      return repeatably<Grant, AssignMoment, typeof grantShape>(
        request,
        reply,
        [
          grantShape,
          ({ value, moment: { books, caller, now } }) => grantJson(viewGrant(books, caller, value), now),
        ],
        (options) => assignAt(deps, who, input, options),
      );
    },
  );
}
