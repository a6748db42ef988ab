/** Configuration as code, and the administration of every kind that it knows, one object at a time. */

import { z } from "zod";
import { applyConfiguration } from "../../use-cases/apply/apply-configuration.ts";
import { deleteConfiguration } from "../../use-cases/apply/delete-configuration.ts";
import { digestOf } from "../../use-cases/apply/digest.ts";
import { type ApplyInput, KINDS, type OnlyIf } from "../../use-cases/apply/documents.ts";
import { type ConfigurationDocument, readConfiguration } from "../../use-cases/apply/read-configuration.ts";
import type { Caller } from "../../use-cases/ports.ts";
import { given, guid, text } from "../../use-cases/values.ts";
import { answer, callerOf } from "../caller.ts";
import { byName } from "../cursor.ts";
import { type Etags, ifMatchHeaders } from "../etags.ts";
import { sendRejection } from "../problem.ts";
import type { Api, ApiContext } from "./context.ts";
import { acknowledgeIn } from "./shapes/acknowledge.ts";
import { afterIn, cursorText, pageOf, toPage } from "./shapes/page.ts";
import { placedInBody } from "./shapes/placed-in-body.ts";
import { asIs } from "./shown.ts";

const tags = ["configuration"];
const MAX_DOCUMENTS = 5_000;
const BODY_LIMIT_BYTES = 8 * 1_048_576;
const PAGE = 200;

const kind = z.enum(KINDS);
const name = text(128).min(1);
const tenant = text(64).optional();
const flag = z.enum(["true", "false"]).default("false");
const dryRun = flag.meta({ description: "says what the change would do, and makes none of it" });

// What is inside a document is checked by the use case, which reports every fault with its file and line.
const documentShape = z.looseObject({ kind: text(64), name: text(200) });

const applyBody = z.strictObject({
  documents: z.array(documentShape).min(1).max(MAX_DOCUMENTS),
  dryRun: z.boolean().default(false),
  prune: z.boolean().default(false),
  acknowledge: acknowledgeIn.body.default([]),
});

const reportShape = z.object({
  changes: z.array(
    z.object({
      action: z.enum(["create", "update", "delete", "unchanged"]),
      kind,
      tenant: z.string(),
      name: z.string(),
      id: guid,
      fields: z.array(z.string()).optional(),
      note: z.string().optional(),
    }),
  ),
  applied: z.boolean(),
  touched: z
    .object({
      items: z.array(
        z.object({
          kind: z.enum(["grant", "eligibility", "refused", "request", "rule"]),
          id: z.string().meta({
            description:
              "the thing's own; of a tier `tenant/name`, of a built-in role `tenant/id`, of an eligibility `person/role/scope`",
          }),
          sentence: z.string(),
        }),
      ),
      more: z.boolean().meta({ description: "there may be more than was looked at" }),
    })
    .meta({
      description:
        "what the changes do: access that ends (`grant`), who may no longer ask for what (`eligibility`), waiting requests that would be refused (`refused`); requests and rules that nobody could decide any more, without whose acknowledgement nothing is changed",
    }),
});

const configurationShape = z.object({
  apiVersion: z.string(),
  kind,
  tenant: z.string(),
  name: z.string(),
  id: guid,
  spec: z.record(z.string(), z.unknown()),
});

export function configurationRoutes(api: Api, { deps, queued }: ApiContext): void {
  const apply = (caller: Caller, input: ApplyInput) =>
    queued(caller.ref.tenantId, () => applyConfiguration(deps, caller, input));

  api.post(
    "/configuration",
    {
      bodyLimit: BODY_LIMIT_BYTES,
      schema: { tags, operationId: "applyConfiguration", body: applyBody, response: { 200: reportShape } },
    },
    async (request, reply) => answer(reply, await apply(callerOf(request), request.body), asIs(reportShape)),
  );

  api.get(
    "/configuration/:kind",
    {
      schema: {
        tags,
        operationId: "listConfiguration",
        params: z.object({ kind }),
        querystring: z.object({ tenant, cursor: cursorText(1_024) }),
        response: { 200: pageOf(configurationShape) },
      },
    },
    async (request, reply) => {
      const { cursor, tenant } = request.query;
      const list = { name: `listConfiguration ${request.params.kind}`, fits: byName };
      const asked = afterIn(list, cursor);
      if (!asked.ok) return sendRejection(reply, asked.rejection);
      const position = given({ tenant, after: asked.value.after?.id });
      const input = { ...request.params, limit: PAGE, ...position };
      const outcome = await readConfiguration(deps, callerOf(request), input);
      const at = ({ name }: ConfigurationDocument) => ({ at: null, id: name });
      return answer(reply, outcome, (found) =>
        toPage(found, { list, limit: PAGE, at, shape: asIs(configurationShape) }),
      );
    },
  );

  const one = { params: z.object({ kind, name }), querystring: z.object({ tenant }) };
  const changed = { ...one, querystring: one.querystring.extend({ dryRun }) };
  const put = {
    ...one,
    querystring: changed.querystring.extend({
      mustBeNew: flag.meta({ description: "refused where there is one of that name already" }),
    }),
  };
  const removed = {
    ...one,
    querystring: changed.querystring.extend({ acknowledge: acknowledgeIn.query.optional() }),
  };

  api.get(
    "/configuration/:kind/:name",
    { schema: { tags, operationId: "readConfiguration", ...one, response: { 200: configurationShape } } },
    async (request, reply) => {
      const outcome = await readConfiguration(deps, callerOf(request), {
        ...request.params,
        ...given(request.query),
      });
      return answer(reply, outcome, ([found]) => {
        if (found !== undefined) reply.header("etag", `"${digestOf(found.spec)}"`);
        return found;
      });
    },
  );

  api.put(
    "/configuration/:kind/:name",
    {
      // A package's files come inline.
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        tags,
        operationId: "putConfiguration",
        ...put,
        headers: ifMatchHeaders,
        body: z.strictObject({
          spec: z.record(z.string(), z.unknown()),
          acknowledge: acknowledgeIn.body.default([]),
        }),
        response: { 200: reportShape },
      },
    },
    async (request, reply) => {
      const { dryRun, mustBeNew, ...query } = request.query;
      const documents = [{ ...request.params, ...given(query), spec: request.body.spec }];
      const input = {
        documents,
        dryRun: dryRun === "true",
        prune: false,
        remember: false,
        onlyIf: mustBeNew === "true" ? ("absent" as const) : digestsIn(request.headers["if-match"]),
        acknowledge: request.body.acknowledge,
      };
      const outcome = await apply(callerOf(request), input);
      return answer(reply, outcome.ok ? outcome : placedInBody(outcome.rejection), asIs(reportShape));
    },
  );

  api.delete(
    "/configuration/:kind/:name",
    {
      schema: {
        tags,
        operationId: "deleteConfiguration",
        ...removed,
        headers: ifMatchHeaders,
        response: { 200: reportShape },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { dryRun, ...query } = request.query;
      const input = {
        ...request.params,
        ...given(query),
        dryRun: dryRun === "true",
        onlyIf: digestsIn(request.headers["if-match"]),
      };
      const outcome = await queued(caller.ref.tenantId, () => deleteConfiguration(deps, caller, input));
      return answer(reply, outcome, asIs(reportShape));
    },
  );
}

function digestsIn(etags: Etags | undefined): OnlyIf | undefined {
  return etags === "*" ? etags : etags?.map((tag) => tag.replace(/^"(.*)"$/, "$1"));
}
