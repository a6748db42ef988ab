/** What came of requests: looking at grants, ending them, extending them, reviewing emergencies, fetching the secret. */

import { z } from "zod";
import type { Grant } from "../../domain/grant.ts";
import type { AccessRequestId, GrantId } from "../../domain/ids.ts";
import type { Outcome } from "../../domain/rejection.ts";
import type { GrantMoment, Made } from "../../use-cases/decisions.ts";
import { claimSecret } from "../../use-cases/grants/claim-secret.ts";
import { deactivateAt, reviewAt, revokeAt } from "../../use-cases/grants/end-grant.ts";
import { askForMore, type ExtendInput, previewExtension } from "../../use-cases/grants/extend-grant.ts";
import type { IssuedSecret } from "../../use-cases/ports.ts";
import { duration, given, guid, idOf, instant, line, text } from "../../use-cases/values.ts";
import { readGrantAndEnds, withEnds } from "../../use-cases/views/ends.ts";
import { viewGrant } from "../../use-cases/views/grant-view.ts";
import { readSessions } from "../../use-cases/views/open-sessions.ts";
import { positionOfGrant } from "../../use-cases/views/pages.ts";
import { GRANT_VIEWS, listGrants } from "../../use-cases/views/read-grants.ts";
import { answer, callerOf, whoIn } from "../caller.ts";
import { byInstant } from "../cursor.ts";
import type { Api, ApiContext } from "./context.ts";
import { idempotencyHeaders, repeatably } from "./idempotent.ts";
import { principalShape, requestAnswer, requestShape } from "./shapes/access-request.ts";
import { GRANT_STATES, grantJson, grantShape } from "./shapes/grant.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";
import { placeIn, placeQuery } from "./shapes/place.ts";
import { extensionPreviewJson, extensionPreviewShape } from "./shapes/preview.ts";

const tags = ["grants"];
const params = z.object({ id: guid });

const LIST = { name: "listGrants", fits: byInstant };
const listQuery = pageQuery(LIST).extend({
  view: z.enum(GRANT_VIEWS).default("mine"),
  state: z.enum(GRANT_STATES).optional(),
  requestId: guid.optional(),
  ...placeQuery,
});

const extendBody = z.strictObject({
  duration: duration.optional(),
  justification: text(4_000).optional(),
  ticket: z.strictObject({ system: line(64), number: line(64) }).optional(),
});

const secretBody = z
  .strictObject({ bindingId: guid.optional(), reissue: z.boolean().default(false) })
  .default({ reissue: false });

const secretShape = z
  .looseObject({
    expiresAt: instant,
    targetKind: z.string(),
    targetLabel: z.string().meta({ description: "what people call the kind" }),
    fields: z.array(
      z.object({
        name: z.string().meta({ description: "under which the value stands beside these" }),
        label: z.string(),
        value: z.string(),
        masked: z.boolean().meta({ description: "not to be shown before its holder asks" }),
        copyable: z.boolean(),
      }),
    ),
    commands: z
      .array(z.object({ label: z.string(), line: z.string() }))
      .meta({ description: "lines of a shell, or connection strings, ready to be used" }),
  })
  .meta({
    description:
      "given once: the values as the kind of target names them, and the same in its words and order for people",
  });

const sessionsShape = z.object({
  items: z.array(
    z.object({
      member: principalShape,
      targetLabel: z.string(),
      sessions: z
        .array(
          z.object({
            since: instant.meta({ description: "by the clock of the target" }),
            from: z.string().meta({ description: "an address, or what the kind of target has instead" }),
            program: z.string().nullable().meta({ description: "as it calls itself" }),
          }),
        )
        .nullable()
        .meta({ description: "null where it is not known: then nothing follows from it" }),
      more: z.number().int().meta({ description: "how many there are beside these" }),
      unknown: z.string().nullable().meta({ description: "why it is not known" }),
    }),
  ),
  at: instant,
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
      const now = deps.clock.now();
      const outcome = await listGrants(deps, callerOf(request), view, {
        limit,
        ...afterOf(cursor),
        ...given({
          states: state && { anyOf: [state], at: now },
          requestId: idOf<AccessRequestId>(requestId),
        }),
        ...placeIn(place),
      });
      return answer(reply, outcome, (found) =>
        toPage(found, {
          ...{ list: LIST, limit },
          at: ({ grant }) => positionOfGrant(grant),
          shape: (view) => grantJson(view, now),
        }),
      );
    },
  );

  /** Answered from what was decided; only how it ends in its targets is looked up. */
  const sendEnd = async (reply: Parameters<typeof answer>[0], outcome: Outcome<Made<Grant, GrantMoment>>) => {
    if (!outcome.ok) return answer(reply, outcome, String);
    const { value, moment } = outcome.value;
    const view = await withEnds(deps, moment.caller, viewGrant(moment.books, moment.caller, value));
    return answer(reply, { ok: true, value: view }, (ended) => grantJson(ended, moment.now));
  };

  api.get(
    "/grants/:id",
    { schema: { tags, operationId: "readGrant", params, response: { 200: grantShape } } },
    async (request, reply) =>
      answer(reply, await readGrantAndEnds(deps, callerOf(request), idOf(request.params.id)), (view) =>
        grantJson(view, deps.clock.now()),
      ),
  );

  api.get(
    "/grants/:id/sessions",
    { schema: { tags, operationId: "readSessions", params, response: { 200: sessionsShape } } },
    async (request, reply) =>
      answer(reply, await readSessions(deps, callerOf(request), idOf(request.params.id)), (seen) => seen),
  );

  api.post(
    "/grants/:id/extend",
    {
      config: { momentAdmits: true },
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
      const who = whoIn(request);
      const input = extendInput(request.params.id, request.body);
      return repeatably(request, reply, [requestShape, requestAnswer], (options) =>
        askForMore(deps, who, input, options),
      );
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
    {
      config: { momentAdmits: true },
      schema: { tags, operationId: "deactivateGrant", params, response: { 200: grantShape } },
    },
    async (request, reply) =>
      sendEnd(reply, await deactivateAt(deps, whoIn(request), idOf(request.params.id))),
  );

  api.post(
    "/grants/:id/revoke",
    {
      config: { momentAdmits: true },
      schema: {
        tags,
        operationId: "revokeGrant",
        params,
        body: z.strictObject({ justification: text(4_000).optional() }).default({}),
        response: { 200: grantShape },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const justification = request.body.justification ?? null;
      return sendEnd(reply, await revokeAt(deps, whoIn(request), idOf(id), { justification }));
    },
  );

  api.post(
    "/grants/:id/review",
    {
      config: { momentAdmits: true },
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
      const input = { grantId: idOf<GrantId>(request.params.id), ...request.body };
      return sendEnd(reply, await reviewAt(deps, whoIn(request), input));
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
      return answer(reply, outcome, secretJson);
    },
  );
}

function secretJson({ kind, label, values, expiresAt, fields, commands }: IssuedSecret) {
  return {
    ...values,
    expiresAt,
    targetKind: kind,
    targetLabel: label,
    fields: [...fields],
    commands: [...commands],
  };
}

function extendInput(
  id: string,
  { duration, justification, ticket }: z.output<typeof extendBody>,
): ExtendInput {
  return {
    grantId: idOf(id),
    durationMs: duration ?? null,
    justification: justification ?? null,
    ticket: ticket ?? null,
  };
}
