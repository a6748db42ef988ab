/** Pages of their own for people and places, and what whoever answers for a tenant looks at first. */
import { z } from "zod";
import type { ObjectId, TenantId } from "../../domain/ids.ts";
import { RIGHTS } from "../../domain/tenant.ts";
import { duration, guid, idOf, instant, scope } from "../../use-cases/values.ts";
import { MOST_LOOKED_AT, PERMANENCES, readOverview } from "../../use-cases/views/read-overview.ts";
import { readPerson } from "../../use-cases/views/read-person.ts";
import { readPlace } from "../../use-cases/views/read-place.ts";
import { answer, callerOf } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";
import { lockedOutShape } from "./directory.ts";
import { ADDRESS_STATES } from "./mail.ts";
import { principalShape, requestJson, requestShape } from "./shapes/access-request.ts";
import { grantJson, grantShape } from "./shapes/grant.ts";

const tags = ["directory"];

const eligibilityShape = z.object({
  roleName: z.string(),
  scope: z.string(),
  scopeName: z.string(),
  through: z.string().nullable(),
  endsAt: instant.nullable(),
});

const personShape = z.object({
  person: principalShape,
  email: z.string().nullable(),
  rights: z.array(z.enum(RIGHTS)),
  lockedOut: lockedOutShape,
  mail: z
    .object({
      state: z.enum(ADDRESS_STATES),
      addressId: guid.nullable(),
      switchedOff: z.object({ at: instant, why: z.string() }).nullable(),
    })
    .nullable()
    .meta({ description: "what becomes of mail to them; null where that is not told" }),
  whole: z.boolean().meta({ description: "false: only what the caller may see of what they do" }),
  mayLock: z.boolean(),
  mayEndEverything: z.boolean(),
  held: z.array(grantShape).meta({ description: "not over, the first to end first; at most 200" }),
  pending: z.array(requestShape),
  past: z.array(grantShape).meta({ description: "what was over last, at most 20" }),
  eligibilities: z.array(eligibilityShape),
});

const placeShape = z.object({
  scope: z.string(),
  scopeName: z.string(),
  ownerName: z.string(),
  application: z.object({ id: guid, name: z.string(), side: z.enum(["consumer", "publisher"]) }).nullable(),
  whole: z.boolean().meta({ description: "false: only what is the caller's own" }),
  holds: z.array(grantShape).meta({ description: "here, above or below; at most 200" }),
  roles: z.array(
    z.object({
      roleDefinitionId: guid,
      roleName: z.string(),
      askingName: z.string().meta({ description: "the organisation whose people these are" }),
      maximumDuration: duration,
      askers: z.array(
        z.object({
          principal: principalShape,
          members: z.number().int().nullable(),
          endsAt: instant.nullable(),
        }),
      ),
      deciders: z
        .array(
          z.object({
            tenantName: z.string(),
            count: z.number().int(),
            names: z.array(z.string()),
            required: z.number().int(),
          }),
        )
        .meta({ description: "one for each stage; none: it is approved at once" }),
    }),
  ),
});

const counted = <S extends z.ZodType>(items: S) =>
  z.object({
    count: z
      .number()
      .int()
      .meta({ description: `up to ${MOST_LOOKED_AT}` }),
    items: z.array(items),
  });

const overviewShape = z.object({
  live: counted(grantShape),
  permanent: counted(grantShape.extend({ because: z.enum(PERMANENCES) })),
  left: counted(grantShape).meta({ description: "over, and not confirmed gone from a target" }),
  adrift: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      seenAt: instant,
      drift: z.array(z.object({ at: instant, what: z.string() })),
    }),
  ),
  ending: counted(
    z.object({
      what: z.enum(["eligibility", "assignment"]),
      principal: principalShape,
      roleName: z.string(),
      scopeName: z.string(),
      endsAt: instant,
    }),
  ).meta({ description: "within a week" }),
  overdue: counted(requestShape).meta({
    description: "half of the time to decide is gone, or nobody is left",
  }),
  pendingCount: z.number().int(),
  customers: z
    .array(
      z.object({
        applicationId: guid,
        name: z.string(),
        consumerName: z.string(),
        jitEnabled: z.boolean(),
        roleNames: z.array(z.string()),
        liveCount: z.number().int(),
      }),
    )
    .meta({ description: `at most ${MOST_LOOKED_AT}` }),
});

export function peopleRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/people/:objectId",
    {
      schema: {
        tags,
        operationId: "readPerson",
        params: z.object({ objectId: guid }),
        querystring: z.strictObject({
          tenantId: guid.optional().meta({ description: "left out: one of one's own organisation" }),
        }),
        response: { 200: personShape },
      },
    },
    async (request, reply) => {
      const { tenantId } = request.query;
      const of = tenantId === undefined ? null : idOf<TenantId>(tenantId);
      const objectId = idOf<ObjectId>(request.params.objectId);
      const now = deps.clock.now();
      return answer(reply, await readPerson(deps, callerOf(request), { objectId, of }), (view) => ({
        ...view,
        held: view.held.map((one) => grantJson(one, now)),
        past: view.past.map((one) => grantJson(one, now)),
        pending: view.pending.map(requestJson),
      }));
    },
  );

  api.get(
    "/place",
    {
      schema: {
        tags,
        operationId: "readPlace",
        querystring: z.strictObject({ scope }),
        response: { 200: placeShape },
      },
    },
    async (request, reply) => {
      const now = deps.clock.now();
      return answer(reply, await readPlace(deps, callerOf(request), request.query.scope), (view) => ({
        ...view,
        holds: view.holds.map((one) => grantJson(one, now)),
        roles: view.roles.map((one) => ({ ...one, maximumDuration: one.maximumDurationMs })),
      }));
    },
  );

  api.get(
    "/overview",
    { schema: { tags, operationId: "readOverview", response: { 200: overviewShape } } },
    async (request, reply) => {
      const now = deps.clock.now();
      return answer(reply, await readOverview(deps, callerOf(request)), (view) => ({
        ...view,
        live: { ...view.live, items: view.live.items.map((one) => grantJson(one, now)) },
        left: { ...view.left, items: view.left.items.map((one) => grantJson(one, now)) },
        permanent: {
          ...view.permanent,
          items: view.permanent.items.map((one) => ({ ...grantJson(one, now), because: one.because })),
        },
        overdue: { ...view.overdue, items: view.overdue.items.map(requestJson) },
      }));
    },
  );
}
