/** The tenant's own log, for those who answer for the tenant. */
import { z } from "zod";
import { accept, reject } from "../../domain/rejection.ts";
import type { StoredEntry } from "../../use-cases/ports.ts";
import { answersForTenant } from "../../use-cases/views/read-requests.ts";
import { answer, callerOf } from "../caller.ts";
import { guid, idOf, instantIn, instantOut, instantText, iso, text } from "../values.ts";
import type { Api, ApiContext } from "./context.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";

const tags = ["audit"];

const entryShape = z.object({
  id: guid,
  sequence: z
    .number()
    .int()
    .nullable()
    .meta({ description: "null until the entry is linked, at most a moment" }),
  entry: z.looseObject({}).meta({ description: "the canonical entry, see docs/audit.md" }),
  leafHash: z.string(),
  linkHash: z.string().nullable(),
  openings: z.array(z.looseObject({})),
});

const headShape = z.object({
  tenantId: guid,
  sequence: z.number().int(),
  linkHash: z.string(),
  at: instantOut,
});

const query = pageQuery.extend({
  type: text(64).optional(),
  subjectId: text(200).optional(),
  correlationId: text(200).optional(),
  actorId: guid.optional(),
  from: instantText.optional(),
  to: instantText.optional(),
  order: z.enum(["newest", "sequence"]).default("newest"),
});

const refused = reject("forbidden", "only administrators and auditors read the log");

export function auditRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/audit-entries",
    {
      schema: {
        tags,
        operationId: "listAuditEntries",
        querystring: query,
        response: { 200: pageOf(entryShape) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      if (!answersForTenant(caller)) return answer(reply, refused, String);
      const { limit, cursor, order, type, subjectId, correlationId, actorId } = request.query;
      const from = instantIn(request.query.from);
      const to = instantIn(request.query.to);
      const filter = {
        limit,
        ...afterOf(cursor),
        inSequence: order === "sequence",
        ...(type === undefined ? {} : { type }),
        ...(subjectId === undefined ? {} : { subjectId }),
        ...(correlationId === undefined ? {} : { correlationId }),
        ...(actorId === undefined ? {} : { actorId: idOf(actorId) }),
        ...(from === null ? {} : { from }),
        ...(to === null ? {} : { to }),
      };
      const found = await deps.store.inTenant(caller.ref.tenantId, (tx) => tx.auditEntries(filter));
      const position = (one: StoredEntry) => ({
        at: order === "sequence" ? one.sequence : one.at,
        id: one.id,
      });
      return answer(reply, accept(found), (all) => toPage(all, limit, position, entryJson));
    },
  );

  api.get(
    "/audit-head",
    { schema: { tags, operationId: "readAuditHead", response: { 200: headShape } } },
    async (request, reply) => {
      const caller = callerOf(request);
      if (!answersForTenant(caller)) return answer(reply, refused, String);
      const { tenantId } = caller.ref;
      const head = await deps.store.inTenant(tenantId, (tx) => tx.auditHead());
      if (head === null) return answer(reply, reject("not_found", "nothing has been linked yet"), String);
      return answer(reply, accept(head), (value) => ({ ...value, tenantId, at: iso(value.at) }));
    },
  );
}

function entryJson({ id, sequence, entry, leafHash, linkHash, openings }: StoredEntry) {
  return { id, sequence, entry, leafHash, linkHash, openings: [...openings] };
}
