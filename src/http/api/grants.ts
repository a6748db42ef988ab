/** What came of requests: looking at grants, ending them, extending them, reviewing emergencies, fetching the secret. */
import { z } from "zod";
import type { GrantId } from "../../domain/ids.ts";
import { claimSecret } from "../../use-cases/grants/claim-secret.ts";
import { deactivateGrant, revokeGrant } from "../../use-cases/grants/end-grant.ts";
import { type ExtendInput, extendGrant } from "../../use-cases/grants/extend-grant.ts";
import { previewExtension } from "../../use-cases/grants/preview-extension.ts";
import { reviewGrant } from "../../use-cases/grants/review-grant.ts";
import { readGrantAndEnds } from "../../use-cases/views/ends.ts";
import { GRANT_VIEWS, listGrants } from "../../use-cases/views/read-grants.ts";
import { readRequest } from "../../use-cases/views/read-requests.ts";
import { answer, callerOf } from "../caller.ts";
import { durationIn, durationText, guid, idOf, instantOut, iso, text } from "../values.ts";
import type { Api, ApiContext } from "./context.ts";
import { idempotencyHeaders, idempotently } from "./idempotent.ts";
import { requestJson, requestShape } from "./shapes/access-request.ts";
import { GRANT_STATES, grantJson, grantShape } from "./shapes/grant.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";
import { placeIn, placeQuery } from "./shapes/place.ts";
import { extensionPreviewJson, extensionPreviewShape } from "./shapes/preview.ts";

const tags = ["grants"];
const params = z.object({ id: guid });

const listQuery = pageQuery.extend({
  view: z.enum(GRANT_VIEWS).default("mine"),
  state: z.enum(GRANT_STATES).optional(),
  requestId: guid.optional(),
  ...placeQuery,
});

const extendBody = z.strictObject({
  duration: durationText.optional(),
  justification: text(4_000).optional(),
  ticket: z.strictObject({ system: text(64), number: text(64) }).optional(),
});

const secretBody = z
  .strictObject({ bindingId: guid.optional(), reissue: z.boolean().default(false) })
  .default({ reissue: false });

const secretShape = z.looseObject({ expiresAt: instantOut }).meta({
  description: "for PostgreSQL: connectionString, username, password, database, expiresAt; given once",
});

export function grantRoutes(api: Api, context: ApiContext): void {
  const { deps } = context;

  api.get(
    "/grants",
    {
      schema: {
        tags,
        operationId: "listGrants",
        querystring: listQuery,
        response: { 200: pageOf(grantShape) },
      },
    },
    async (request, reply) => {
      const { view, state, requestId, limit, cursor, ...place } = request.query;
      const outcome = await listGrants(deps, callerOf(request), view, {
        limit,
        ...afterOf(cursor),
        ...(state === undefined ? {} : { states: [state] }),
        ...(requestId === undefined ? {} : { requestId: idOf(requestId) }),
        ...placeIn(place),
      });
      const now = deps.clock.now();
      return answer(reply, outcome, (found) =>
        toPage(
          found,
          limit,
          ({ grant: { startsAt, id } }) => ({ at: startsAt, id }),
          (view) => grantJson(view, now),
        ),
      );
    },
  );

  const sendGrant = async (
    reply: Parameters<typeof answer>[0],
    caller: ReturnType<typeof callerOf>,
    id: GrantId,
  ) => answer(reply, await readGrantAndEnds(deps, caller, id), (view) => grantJson(view, deps.clock.now()));

  api.get(
    "/grants/:id",
    { schema: { tags, operationId: "readGrant", params, response: { 200: grantShape } } },
    async (request, reply) => sendGrant(reply, callerOf(request), idOf(request.params.id)),
  );

  api.post(
    "/grants/:id/extend",
    {
      schema: {
        tags,
        operationId: "extendGrant",
        params,
        headers: idempotencyHeaders,
        body: extendBody,
        response: { 201: requestShape },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const submit = async () => {
        const outcome = await extendGrant(deps, caller, extendInput(request.params.id, request.body));
        return outcome.ok ? readRequest(deps, caller, outcome.value.id) : outcome;
      };
      return idempotently(context, request, reply, submit, requestJson);
    },
  );

  api.post(
    "/grants/:id/extend/preview",
    {
      schema: {
        tags,
        operationId: "previewExtension",
        params,
        body: extendBody,
        response: { 200: extensionPreviewShape },
      },
    },
    async (request, reply) => {
      const input = extendInput(request.params.id, request.body);
      return answer(reply, await previewExtension(deps, callerOf(request), input), extensionPreviewJson);
    },
  );

  api.post(
    "/grants/:id/deactivate",
    { schema: { tags, operationId: "deactivateGrant", params, response: { 200: grantShape } } },
    async (request, reply) => {
      const caller = callerOf(request);
      const outcome = await deactivateGrant(deps, caller, idOf(request.params.id));
      return outcome.ok ? sendGrant(reply, caller, outcome.value.id) : answer(reply, outcome, String);
    },
  );

  api.post(
    "/grants/:id/revoke",
    {
      schema: {
        tags,
        operationId: "revokeGrant",
        params,
        body: z.strictObject({ justification: text(4_000).optional() }).default({}),
        response: { 200: grantShape },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const outcome = await revokeGrant(
        deps,
        caller,
        idOf(request.params.id),
        request.body.justification ?? null,
      );
      return outcome.ok ? sendGrant(reply, caller, outcome.value.id) : answer(reply, outcome, String);
    },
  );

  api.post(
    "/grants/:id/review",
    {
      schema: {
        tags,
        operationId: "reviewGrant",
        params,
        body: z.strictObject({
          outcome: z.enum(["justified", "unjustified"]),
          justification: text(4_000).min(1),
        }),
        response: { 200: grantShape },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const outcome = await reviewGrant(deps, caller, { grantId: idOf(request.params.id), ...request.body });
      return outcome.ok ? sendGrant(reply, caller, outcome.value.id) : answer(reply, outcome, String);
    },
  );

  api.post(
    "/grants/:id/secret",
    {
      schema: { tags, operationId: "claimSecret", params, body: secretBody, response: { 200: secretShape } },
    },
    async (request, reply) => {
      const { bindingId, reissue } = request.body;
      const outcome = await claimSecret(deps, callerOf(request), {
        grantId: idOf(request.params.id),
        bindingId: bindingId === undefined ? null : idOf(bindingId),
        reissue,
      });
      return answer(reply, outcome, (secret) => ({ ...secret, expiresAt: iso(secret.expiresAt) }));
    },
  );
}

function extendInput(
  id: string,
  { duration, justification, ticket }: z.output<typeof extendBody>,
): ExtendInput {
  return {
    grantId: idOf(id),
    durationMs: durationIn(duration),
    justification: justification ?? null,
    ticket: ticket ?? null,
  };
}
