/** Asking and deciding. Translation only: every rule is in the use cases. */

import { z } from "zod";
import type { AccessRequestId, ObjectId, RoleDefinitionId } from "../../domain/ids.ts";
import { scopeKey } from "../../domain/scope.ts";
import type { Caller, RequestFilter } from "../../use-cases/ports.ts";
import { acceptAt, cancelAt, decideAt } from "../../use-cases/requests/decide-request.ts";
import { previewRequest } from "../../use-cases/requests/preview-request.ts";
import { askForAccess } from "../../use-cases/requests/submit-request.ts";
import {
  commentOnRequest,
  MOST_COMMENT_CHARACTERS,
  remindApprovers,
} from "../../use-cases/requests/write-about-request.ts";
import { duration, given, guid, idOf, instant, scope, text } from "../../use-cases/values.ts";
import { readRequestTimeline, TONES } from "../../use-cases/views/read-request-timeline.ts";
import { listRequests, positionIn, REQUEST_VIEWS, readRequest } from "../../use-cases/views/read-requests.ts";
import { readRequestContext } from "../../use-cases/views/request-context.ts";
import { answer, callerOf, whoIn } from "../caller.ts";
import { byInstant } from "../cursor.ts";
import { ifMatchHeaders, versionsIn } from "../etags.ts";
import type { Api, ApiContext } from "./context.ts";
import { idempotencyHeaders, repeatably } from "./idempotent.ts";
import {
  requestAnswer,
  requestJson,
  requestShape,
  submitBody,
  submitInput,
} from "./shapes/access-request.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";
import { placeIn, placeQuery } from "./shapes/place.ts";
import { previewJson, previewShape } from "./shapes/preview.ts";
import { contextJson, contextShape } from "./shapes/request-context.ts";

const STATES = ["pending", "approved", "denied", "canceled", "timedOut"] as const;
const tags = ["access requests"];
const params = z.object({ id: guid });

const LIST = { name: "listAccessRequests", fits: byInstant };
const listQuery = pageQuery(LIST).extend({
  view: z.enum(REQUEST_VIEWS).default("mine").meta({
    description: "`toDecide` comes in the order in which it must be decided, the others newest first",
  }),
  state: z.enum(STATES).optional(),
  scope: scope.optional(),
  ...placeQuery,
  requesterId: guid.optional(),
  roleDefinitionId: guid.optional(),
  from: instant.optional(),
  to: instant.optional(),
});

const timelineShape = z.object({
  items: z.array(
    z.object({
      at: instant,
      type: z.string(),
      sentence: z.string(),
      actorName: z.string().nullable().meta({ description: "null where Curfew itself acted" }),
      tone: z.enum(TONES),
    }),
  ),
});

const decisionBody = z.strictObject({
  decision: z.enum(["approve", "deny"]),
  justification: text(4_000).optional(),
  terms: z
    .strictObject({
      duration: duration.optional(),
      startAt: instant.optional(),
      roleDefinitionIds: z.array(guid).min(1).max(50).optional(),
    })
    .optional(),
});

export function accessRequestRoutes(api: Api, context: ApiContext): void {
  const { deps } = context;

  api.post(
    "/access-requests/preview",
    {
      schema: {
        tags,
        operationId: "previewAccessRequest",
        body: submitBody,
        response: { 200: previewShape },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const outcome = await previewRequest(deps, caller, submitInput(request.body, caller));
      return answer(reply, outcome, previewJson);
    },
  );

  api.post(
    "/access-requests",
    {
      config: { momentAdmits: true },
      schema: {
        tags,
        operationId: "submitAccessRequest",
        headers: idempotencyHeaders,
        body: submitBody,
        response: { 201: requestShape },
      },
    },
    async (request, reply) => {
      const who = whoIn(request);
      const input = submitInput(request.body, who);
      return repeatably(request, reply, [requestShape, requestAnswer], (options) =>
        askForAccess(deps, who, input, options),
      );
    },
  );

  api.get(
    "/access-requests",
    {
      schema: {
        tags,
        operationId: "listAccessRequests",
        querystring: listQuery,
        response: { 200: pageOf(requestShape) },
      },
    },
    async (request, reply) => {
      const { view, limit, cursor, state, ...query } = request.query;
      const caller = callerOf(request);
      const outcome = await listRequests(deps, caller, view, {
        limit,
        ...afterOf(cursor),
        ...given({ states: state && { anyOf: [state], at: deps.clock.now() } }),
        ...filterOf(query, caller),
      } satisfies RequestFilter);
      return answer(reply, outcome, (found) =>
        toPage(found, {
          list: LIST,
          limit,
          at: ({ request }) => positionIn(view)(request),
          shape: requestJson,
        }),
      );
    },
  );

  api.get(
    "/access-requests/:id",
    { schema: { tags, operationId: "readAccessRequest", params, response: { 200: requestShape } } },
    async (request, reply) => {
      const outcome = await readRequest(deps, callerOf(request), idOf(request.params.id));
      if (outcome.ok) reply.header("etag", `"${outcome.value.request.version}"`);
      return answer(reply, outcome, requestJson);
    },
  );

  api.get(
    "/access-requests/:id/context",
    { schema: { tags, operationId: "readRequestContext", params, response: { 200: contextShape } } },
    async (request, reply) =>
      answer(reply, await readRequestContext(deps, callerOf(request), idOf(request.params.id)), contextJson),
  );

  api.get(
    "/access-requests/:id/timeline",
    {
      schema: { tags, operationId: "readRequestTimeline", params, response: { 200: timelineShape } },
    },
    async (request, reply) => {
      const outcome = await readRequestTimeline(deps, callerOf(request), idOf(request.params.id));
      return answer(reply, outcome, (items) => ({ items }));
    },
  );

  api.post(
    "/access-requests/:id/decisions",
    {
      config: { momentAdmits: true },
      schema: {
        tags,
        operationId: "decideAccessRequest",
        params,
        headers: ifMatchHeaders,
        body: decisionBody,
        response: { 200: requestShape },
      },
    },
    async (request, reply) => {
      const outcome = await decideAt(deps, whoIn(request), {
        requestId: idOf<AccessRequestId>(request.params.id),
        decision: request.body.decision,
        justification: request.body.justification ?? null,
        terms: termsIn(request.body.terms),
        surfaceAsks: true,
        expectedVersion: versionsIn(request.headers["if-match"]),
      });
      return answer(reply, outcome, requestAnswer);
    },
  );

  api.post(
    "/access-requests/:id/comments",
    {
      schema: {
        tags,
        operationId: "commentAccessRequest",
        params,
        body: z.strictObject({ text: text(MOST_COMMENT_CHARACTERS).min(1) }),
        response: { 201: z.object({ at: instant }) },
      },
    },
    async (request, reply) => {
      const comment = { requestId: idOf<AccessRequestId>(request.params.id), text: request.body.text };
      const outcome = await commentOnRequest(deps, callerOf(request), comment);
      return answer(reply, outcome, (written) => written, 201);
    },
  );

  api.post(
    "/access-requests/:id/reminders",
    {
      schema: {
        tags,
        operationId: "remindApprovers",
        params,
        response: {
          201: z.object({
            at: instant,
            againAt: instant.meta({ description: "from when on the next one may be sent" }),
          }),
        },
      },
    },
    async (request, reply) => {
      const outcome = await remindApprovers(deps, callerOf(request), idOf(request.params.id));
      return answer(reply, outcome, (reminded) => reminded, 201);
    },
  );

  for (const [verb, change] of [
    ["cancel", cancelAt],
    ["accept", acceptAt],
  ] as const) {
    api.post(
      `/access-requests/:id/${verb}`,
      {
        config: { momentAdmits: true },
        schema: {
          tags,
          operationId: `${verb}AccessRequest`,
          params,
          headers: ifMatchHeaders,
          response: { 200: requestShape },
        },
      },
      async (request, reply) => {
        const options = { expectedVersion: versionsIn(request.headers["if-match"]) };
        const outcome = await change(deps, whoIn(request), idOf(request.params.id), options);
        return answer(reply, outcome, requestAnswer);
      },
    );
  }
}

function termsIn(terms: z.output<typeof decisionBody>["terms"]) {
  if (terms === undefined) return null;
  const { duration: durationMs, startAt, roleDefinitionIds: ids } = terms;
  const roleDefinitionIds = ids?.map((id) => idOf<RoleDefinitionId>(id));
  return given({ durationMs, startAt, roleDefinitionIds });
}

type Filter = Omit<z.output<typeof listQuery>, "view" | "limit" | "cursor" | "state">;

function filterOf(query: Filter, caller: Caller): Partial<RequestFilter> {
  const { scope: at, from, to, requesterId, roleDefinitionId } = query;
  return {
    ...placeIn(query),
    ...given({
      scopeKey: at && scopeKey(at),
      from,
      to,
      requester:
        requesterId === undefined
          ? undefined
          : { tenantId: caller.ref.tenantId, objectId: idOf<ObjectId>(requesterId) },
      roleDefinitionId: idOf<RoleDefinitionId>(roleDefinitionId),
    }),
  };
}
