/** Who may ask for what: listed, given and taken away by those who administer the tenant. */
import { z } from "zod";
import { endEligibility } from "../../use-cases/eligibilities/end-eligibility.ts";
import { assignEligibility, type EligibilityWanted } from "../../use-cases/eligibilities/make-eligible.ts";
import type { Caller } from "../../use-cases/ports.ts";
import {
  guid,
  idOf,
  instantIn,
  instantOut,
  instantText,
  isoOrNull,
  scope,
  scopeIn,
  text,
} from "../../use-cases/values.ts";
import {
  type EligibilityRow,
  listEligibilities,
  type RowFilter,
} from "../../use-cases/views/list-eligibilities.ts";
import { answer, callerOf } from "../caller.ts";
import { byGuid } from "../cursor.ts";
import type { Api, ApiContext } from "./context.ts";
import { idempotencyHeaders, repeatOf, sendOnce } from "./idempotent.ts";
import { principalShape } from "./shapes/access-request.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";

const tags = ["eligibilities"];

const LIST = { name: "listEligibilities", fits: byGuid };
const listQuery = pageQuery(LIST).extend({
  principalId: guid.optional(),
  roleDefinitionId: guid.optional(),
  scope: scope.optional().meta({ description: "there and below it" }),
});

const assignBody = z.strictObject({
  principalId: guid,
  roleDefinitionId: guid,
  scope,
  startsAt: instantText.optional().meta({ description: "default: now" }),
  endsAt: instantText
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
  startsAt: instantOut.nullable(),
  endsAt: instantOut.nullable(),
  source: z.object({
    kind: z.enum(["assigned", "application"]),
    name: z.string().nullable().meta({ description: "who made it, or the application it follows from" }),
    at: instantOut.nullable(),
  }),
  members: z.number().int().nullable().meta({ description: "people and workloads that a group reaches" }),
});

export function eligibilityRoutes(api: Api, context: ApiContext): void {
  const { deps, inTurn } = context;

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
        toPage(rows, { list: LIST, limit, at: ({ id }) => ({ at: null, id }), shape: rowJson }),
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
      const once = { caller: caller.ref, repeat: repeatOf(request), shape: rowJson };
      const outcome = await inTurn(caller.ref.tenantId, () =>
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
      const outcome = await inTurn(caller.ref.tenantId, () =>
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
    ...(principalId === undefined ? {} : { principalId: idOf(principalId) }),
    ...(roleDefinitionId === undefined ? {} : { roleDefinitionId: idOf(roleDefinitionId) }),
    ...(at === undefined ? {} : { under: scopeIn(at) }),
  };
}

function wantedOf(body: z.output<typeof assignBody>, caller: Caller): EligibilityWanted {
  const { principalId, roleDefinitionId, scope: at, startsAt, endsAt, justification } = body;
  return {
    principal: { tenantId: caller.ref.tenantId, objectId: idOf(principalId) },
    roleDefinitionId: idOf(roleDefinitionId),
    scope: scopeIn(at),
    startsAt: instantIn(startsAt),
    justification: justification ?? null,
    ...(endsAt === undefined ? {} : { endsAt: instantIn(endsAt ?? undefined) }),
  };
}

function rowJson(row: EligibilityRow): z.input<typeof rowShape> {
  return {
    ...row,
    principal: { ...row.principal },
    startsAt: isoOrNull(row.startsAt),
    endsAt: isoOrNull(row.endsAt),
    source: { ...row.source, at: isoOrNull(row.source.at) },
  };
}
