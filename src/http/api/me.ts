/** The caller's own: who they are here, what they may ask for, what they were told. */
import { z } from "zod";
import { accept, reject } from "../../domain/rejection.ts";
import { RIGHTS } from "../../domain/tenant.ts";
import {
  listNotifications,
  markNotificationsRead,
} from "../../use-cases/notifications/read-notifications.ts";
import { guid, instantOut, iso, isoOrNull } from "../../use-cases/values.ts";
import { type EligibilityView, readEligibilities } from "../../use-cases/views/read-eligibilities.ts";
import { PLACES, readPlaces } from "../../use-cases/views/read-places.ts";
import { answer, callerOf } from "../caller.ts";
import { byInstant } from "../cursor.ts";
import type { Api, ApiContext } from "./context.ts";
import { principalShape } from "./shapes/access-request.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";
import { limitsJson, limitsShape } from "./shapes/preview.ts";

const tags = ["me"];
const NOTIFICATIONS = { name: "listMyNotifications", fits: byInstant };

const meShape = z.object({
  principal: principalShape,
  email: z.string().nullable(),
  rights: z.array(z.enum(RIGHTS)),
  session: z.object({
    amr: z.array(z.string()),
    authTime: instantOut.nullable(),
    via: z.string(),
    limited: z.boolean(),
  }),
  places: z.array(z.enum(PLACES)).meta({ description: "where a portal leads this caller, by right" }),
  counts: z
    .object({ toDecide: z.number().int(), unread: z.number().int() })
    .meta({ description: "each counted up to 100" }),
  now: instantOut,
});

const eligibilityShape = z.object({
  scope: z.string(),
  scopeName: z.string(),
  managedScope: z.string().nullable(),
  ownerName: z.string(),
  roleDefinitionId: guid,
  roleName: z.string(),
  through: z.string().nullable(),
  endsAt: instantOut.nullable(),
  limits: limitsShape,
  source: z.object({ kind: z.string(), name: z.string(), version: z.number().int() }),
  decidedBy: z.array(
    z.object({
      tenantName: z.string(),
      count: z.number().int(),
      names: z.array(z.string()),
      required: z.number().int(),
    }),
  ),
});

const notificationShape = z.object({
  id: guid,
  type: z.string(),
  requestId: guid.nullable(),
  grantId: guid.nullable(),
  text: z.string(),
  at: instantOut,
  readAt: instantOut.nullable(),
});

export function meRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/me",
    { schema: { tags, operationId: "readMe", response: { 200: meShape } } },
    async (request, reply) => {
      const { rights, session, limited } = callerOf(request);
      const { principal, email, places, counts } = await readPlaces(deps, callerOf(request));
      const { amr, authTime, via } = session;
      const me = {
        principal,
        email,
        rights: [...rights],
        session: { amr: [...amr], authTime: isoOrNull(authTime), via, limited },
        places: [...places],
        counts,
        now: iso(deps.clock.now()),
      };
      return answer(reply, accept(me), (value) => value);
    },
  );

  api.get(
    "/me/eligibilities",
    { schema: { tags, operationId: "listMyEligibilities", response: { 200: pageOf(eligibilityShape) } } },
    async (request, reply) => {
      const outcome = await readEligibilities(deps, callerOf(request));
      return answer(reply, outcome, (views) => ({ items: views.map(eligibilityJson), nextCursor: null }));
    },
  );

  api.get(
    "/me/notifications",
    {
      schema: {
        tags,
        operationId: "listMyNotifications",
        querystring: pageQuery(NOTIFICATIONS).extend({ unread: z.enum(["true", "false"]).default("false") }),
        response: { 200: pageOf(notificationShape) },
      },
    },
    async (request, reply) => {
      const { ref } = callerOf(request);
      const { limit, cursor, unread } = request.query;
      const filter = { limit, ...afterOf(cursor), unread: unread === "true" };
      const found = await listNotifications(deps, ref, filter);
      return answer(reply, accept(found), (all) =>
        toPage(all, {
          ...{ list: NOTIFICATIONS, limit },
          at: ({ at, id }) => ({ at, id }),
          shape: (one) => ({ ...one, at: iso(one.at), readAt: isoOrNull(one.readAt) }),
        }),
      );
    },
  );

  api.post(
    "/me/notifications/read",
    {
      schema: {
        tags,
        operationId: "markMyNotificationsRead",
        body: z.strictObject({
          ids: z.array(guid).min(1).max(500).optional(),
          all: z.literal(true).optional(),
        }),
        response: { 200: z.object({ marked: z.number().int() }) },
      },
    },
    async (request, reply) => {
      const { ref } = callerOf(request);
      const { ids, all } = request.body;
      if ((ids === undefined) === (all === undefined)) {
        return answer(
          reply,
          reject("invalid_input", "give either `ids` or `all: true`", { path: "/ids" }),
          String,
        );
      }
      const marked = await markNotificationsRead(deps, ref, ids ?? "all");
      return answer(reply, accept({ marked }), (value) => value);
    },
  );
}

function eligibilityJson(view: EligibilityView): z.input<typeof eligibilityShape> {
  const { settings, deciders, source, endsAt, ...rest } = view;
  return {
    ...rest,
    endsAt: isoOrNull(endsAt),
    limits: limitsJson(settings),
    source: { ...source },
    decidedBy: deciders.map((one) => ({ ...one, names: [...one.names] })),
  };
}
