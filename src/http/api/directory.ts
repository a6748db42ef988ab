/** People, groups and workloads of one's own tenant, to be picked from. */

import { z } from "zod";
import type { ObjectId, TenantId } from "../../domain/ids.ts";
import type { Principal } from "../../domain/principal.ts";
import { accept } from "../../domain/rejection.ts";
import { RIGHTS } from "../../domain/tenant.ts";
import { endEverything } from "../../use-cases/end-everything.ts";
import { letIn, lockOut } from "../../use-cases/lock-out.ts";
import { endSessions, listSessions } from "../../use-cases/sessions.ts";
import { given, guid, idOf, instant, text } from "../../use-cases/values.ts";
import { listPrincipals } from "../../use-cases/views/read-directory.ts";
import { readPrincipal } from "../../use-cases/views/read-principal.ts";
import { answer, callerOf } from "../caller.ts";
import { byGuid } from "../cursor.ts";
import type { Api, ApiContext } from "./context.ts";
import { principalShape } from "./shapes/access-request.ts";
import { pageOf, pageQuery, toPage } from "./shapes/page.ts";
import { asIs, type Shown } from "./shown.ts";

const LIST = { name: "listPrincipals", fits: byGuid };
const KINDS = ["user", "group", "servicePrincipal"] as const;

const shape = z.object({
  tenantId: guid,
  objectId: guid,
  kind: z.enum(KINDS),
  name: z.string().meta({ description: "by which documents name it" }),
  displayName: z.string(),
  email: z.string().nullable(),
});

const relatedShape = z.object({ objectId: guid, displayName: z.string(), kind: z.enum(KINDS) });

export const lockedOutShape = z
  .object({ since: instant, by: principalShape, justification: z.string() })
  .nullable()
  .meta({ description: "null where it is not" });

const principalViewShape = z.object({
  principal: principalShape,
  name: z.string().meta({ description: "for /configuration/{User, Group or ServicePrincipal}/{name}" }),
  email: z.string().nullable(),
  rights: z.array(z.enum(RIGHTS)),
  lockedOut: lockedOutShape,
  memberOf: z.array(
    relatedShape.extend({
      through: z.array(z.string()).meta({ description: "groups in between; empty: a member itself" }),
    }),
  ),
  members: z.array(relatedShape.extend({ direct: z.boolean() })).meta({ description: "at most 500" }),
  owners: z.array(relatedShape),
  owns: z.array(relatedShape),
  linkedTo: principalShape
    .nullable()
    .meta({ description: "another identity of the same human, in the same organisation" }),
  linkedElsewhere: z
    .boolean()
    .meta({ description: "an operator tied it to an identity in another organisation, which is not named" }),
  eligibilities: z.array(
    z.object({
      roleName: z.string(),
      scope: z.string(),
      scopeName: z.string(),
      through: z.string().nullable(),
      endsAt: instant.nullable(),
    }),
  ),
  liveGrants: z.number().int(),
  refusedSignIns: z
    .object({
      count: z.number().int(),
      since: instant,
      until: instant,
      networkCount: z.number().int(),
      networks: z
        .array(z.object({ network: z.string(), count: z.number().int() }))
        .meta({ description: "the twenty busiest: an IPv4 address, or an IPv6 /64" }),
    })
    .nullable()
    .meta({ description: "wrong passwords and codes of the last 30 days; null where there were none" }),
});

const endedShape = z.object({
  endedGrants: z.array(guid).meta({
    description: "not live any more; whether their targets were seen without them each of them says",
  }),
  keptGrants: z.array(guid).meta({
    description: "chosen when an application was deployed; of somebody who is locked out they hold nothing",
  }),
  canceledRequests: z.number().int(),
});

const lockOutShape = endedShape.extend({
  at: instant,
  owns: z.array(guid).meta({ description: "workloads and groups that they own, which stay as they are" }),
  alsoIs: z.array(z.object({ objectId: guid, displayName: z.string() })).meta({
    description: "other identities of the same human here, which stay as they are: lock each by itself",
  }),
});

const reasonShape = z.strictObject({ justification: text(4_000) });

const sessionShape = z.object({
  client: z.string().nullable().meta({ description: "of a program; null for a browser" }),
  signedInAt: instant.nullable(),
  methods: z.array(z.string()).meta({ description: "how it was proved, as RFC 8176 names it" }),
  endsAt: instant,
});

export function directoryRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/principals",
    {
      schema: {
        tags: ["directory"],
        operationId: "listPrincipals",
        querystring: pageQuery(LIST).extend({ q: text(100).optional(), kind: z.enum(KINDS).optional() }),
        response: { 200: pageOf(shape) },
      },
    },
    async (request, reply) => {
      const { ref } = callerOf(request);
      const { q, kind, limit, cursor } = request.query;
      const filter = { limit, ...given({ query: q, kind, after: cursor?.id }) };
      const found = await listPrincipals(deps, ref.tenantId, filter);
      return answer(reply, accept(found), (all) =>
        toPage(all, { list: LIST, limit, at: ({ objectId }) => ({ at: null, id: objectId }), shape: json }),
      );
    },
  );

  api.get(
    "/principals/:objectId",
    {
      schema: {
        tags: ["directory"],
        operationId: "readPrincipal",
        params: z.object({ objectId: guid }),
        response: { 200: principalViewShape },
      },
    },
    async (request, reply) =>
      answer(
        reply,
        await readPrincipal(deps, callerOf(request), idOf(request.params.objectId)),
        asIs(principalViewShape),
      ),
  );

  const params = z.object({ objectId: guid });
  api.get(
    "/principals/:objectId/sessions",
    {
      schema: {
        tags: ["directory"],
        operationId: "listSessions",
        params,
        response: { 200: z.object({ items: z.array(sessionShape).meta({ description: "at most 1,000" }) }) },
      },
    },
    async (request, reply) => {
      const found = await listSessions(deps, callerOf(request), idOf(request.params.objectId));
      return answer(reply, found, (items) => ({ items: items.map(asIs(sessionShape)) }));
    },
  );

  api.post(
    "/principals/:objectId/sessions/end",
    {
      schema: {
        tags: ["directory"],
        operationId: "endSessions",
        description: "all of them, with the tokens that they led to; password and second factor stay",
        params,
        body: z.strictObject({ justification: text(4_000).optional() }).default({}),
        response: { 200: z.object({ ended: z.number().int() }) },
      },
    },
    async (request, reply) => {
      const justification = request.body.justification ?? null;
      const objectId = idOf<ObjectId>(request.params.objectId);
      return answer(
        reply,
        await endSessions(deps, callerOf(request), objectId, justification),
        (done) => done,
      );
    },
  );

  api.post(
    "/principals/:objectId/lock",
    {
      schema: {
        tags: ["directory"],
        operationId: "lockOut",
        description:
          "no sign-in, no token, no seat as an approver and no access any more, from now on; asked again, it goes on with what is left",
        params,
        body: reasonShape,
        response: { 200: lockOutShape },
      },
    },
    async (request, reply) => {
      const { justification } = request.body;
      const done = await lockOut(deps, callerOf(request), idOf(request.params.objectId), justification);
      return answer(reply, done, asIs(lockOutShape));
    },
  );

  const letInShape = z.object({ at: instant });
  api.post(
    "/principals/:objectId/unlock",
    {
      schema: {
        tags: ["directory"],
        operationId: "letIn",
        description: "they sign in again; what was ended and canceled stays so",
        params,
        body: reasonShape,
        response: { 200: letInShape },
      },
    },
    async (request, reply) => {
      const { justification } = request.body;
      const done = await letIn(deps, callerOf(request), idOf(request.params.objectId), justification);
      return answer(reply, done, asIs(letInShape));
    },
  );

  api.post(
    "/principals/:objectId/end-everything",
    {
      schema: {
        tags: ["directory"],
        operationId: "endEverything",
        description: "all that somebody holds, and all that waits for a decision; they can ask again",
        params,
        body: reasonShape.extend({
          tenantId: guid
            .optional()
            .meta({ description: "of another organisation's person: what they hold at your places" }),
        }),
        response: { 200: endedShape },
      },
    },
    async (request, reply) => {
      const { justification, tenantId } = request.body;
      const of = tenantId === undefined ? null : idOf<TenantId>(tenantId);
      const input = { objectId: idOf<ObjectId>(request.params.objectId), of, justification };
      return answer(reply, await endEverything(deps, callerOf(request), input), asIs(endedShape));
    },
  );
}

function json(principal: Principal & { readonly name: string }): Shown<typeof shape> {
  return { ...principal, email: principal.kind === "user" ? principal.email : null };
}
