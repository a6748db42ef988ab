/** Who may ask for what: listed, given and taken away by those who administer the tenant. */

import { z } from "zod";
import type { ObjectId, RoleDefinitionId } from "../../domain/ids.ts";
import { endEligibility } from "../../use-cases/eligibilities/end-eligibility.ts";
import { assignEligibility, type EligibilityWanted } from "../../use-cases/eligibilities/make-eligible.ts";
import type { Caller } from "../../use-cases/ports.ts";
import { given, guid, idOf, instant, scope, text } from "../../use-cases/values.ts";
import { listEligibilities, positionOf, type RowFilter } from "../../use-cases/views/list-eligibilities.ts";
import { answer, callerOf } from "../caller.ts";
import { byInstant } from "../cursor.ts";
import type { Api, ApiContext } from "./context.ts";
import { idempotencyHeaders, repeatOf, sendOnce } from "./idempotent.ts";
import { principalShape } from "./shapes/access-request.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";
import { asIs, written } from "./shown.ts";

const tags = ["eligibilities"];

const LIST = { name: "listEligibilities", fits: byInstant };
const listQuery = pageQuery(LIST).extend({
  principalId: guid.optional(),
  roleDefinitionId: guid.optional(),
  scope: scope.optional().meta({ description: "there and below it" }),
});

const assignBody = z.strictObject({
  principalId: guid,
  roleDefinitionId: guid,
  scope,
  startsAt: instant.optional().meta({ description: "default: now" }),
  endsAt: instant
    .nullable()
    .optional()
    .meta({ description: "default: as late as the role's settings allow; null: without an end" }),
  justification: text(4_000).optional(),
});

const rowShape = z.object({
  id: guid,
  documentName: z.string().nullable().meta({ description: "null where it follows from an application" }),
  principal: principalShape,
  roleDefinitionId: guid,
  roleName: z.string(),
  scope: z.string(),
  scopeName: z.string(),
  startsAt: instant,
  endsAt: instant.nullable(),
  source: z.object({
    kind: z.enum(["assigned", "application"]),
    name: z.string().nullable().meta({ description: "who made it, or the application it follows from" }),
    at: instant.nullable(),
  }),
  members: z.number().int().nullable().meta({ description: "people and workloads that a group reaches" }),
});

export function eligibilityRoutes(api: Api, context: ApiContext): void {
  const { deps, queued } = context;

  api.get(
    "/eligibilities",
    {
      schema: {
        tags,
        operationId: "listEligibilities",
        querystring: listQuery,
        response: { 200: pageOf(rowShape) },
      },
    },
    async (request, reply) => {
      const { limit } = request.query;
      const outcome = await listEligibilities(deps, callerOf(request), filterOf(request.query));
      return answer(reply, outcome, (rows) =>
        toPage(rows, { list: LIST, limit, at: positionOf, shape: asIs(rowShape) }),
      );
    },
  );

  api.post(
    "/eligibilities",
    {
      schema: {
        tags,
        operationId: "assignEligibility",
        headers: idempotencyHeaders,
        body: assignBody,
        response: { 201: rowShape },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const once = { caller: caller.ref, repeat: repeatOf(request), shape: written(rowShape) };
      const outcome = await queued(caller.ref.tenantId, () =>
        assignEligibility(deps, caller, wantedOf(request.body, caller), once),
      );
      return sendOnce(reply, outcome);
    },
  );

  api.post(
    "/eligibilities/:id/end",
    {
      schema: {
        tags,
        operationId: "endEligibility",
        params: z.object({ id: guid }),
        body: z.strictObject({ justification: text(4_000).optional() }).default({}),
        response: { 200: z.object({ id: guid, ended: z.literal(true) }) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const justification = request.body.justification ?? null;
      const outcome = await queued(caller.ref.tenantId, () =>
        endEligibility(deps, caller, idOf(request.params.id), justification),
      );
      return answer(reply, outcome, (id) => ({ id, ended: true }));
    },
  );
}

function filterOf(query: z.output<typeof listQuery>): RowFilter {
  const { limit, cursor, principalId, roleDefinitionId, scope: at } = query;
  return {
    limit,
    ...afterOf(cursor),
    ...given({
      principalId: idOf<ObjectId>(principalId),
      roleDefinitionId: idOf<RoleDefinitionId>(roleDefinitionId),
      under: at,
    }),
  };
}

function wantedOf(body: z.output<typeof assignBody>, caller: Caller): EligibilityWanted {
  const { principalId, roleDefinitionId, scope: at, startsAt, endsAt, justification } = body;
  return {
    principal: { tenantId: caller.ref.tenantId, objectId: idOf(principalId) },
    roleDefinitionId: idOf(roleDefinitionId),
    scope: at,
    startsAt: startsAt ?? null,
    justification: justification ?? null,
    ...given({ endsAt }),
  };
}
