/** The tenant's own log, for those who answer for the tenant. */

import { Readable } from "node:stream";
import { z } from "zod";
import { isGuid } from "../../domain/ids.ts";
import { accept } from "../../domain/rejection.ts";
import { formatInstant } from "../../domain/time.ts";
import type { AuditFilter } from "../../use-cases/ports.ts";
import { given, guid, idOf, instant, text } from "../../use-cases/values.ts";
import {
  exportAuditEntries,
  listAuditEntries,
  positionIn,
  readAuditHead,
} from "../../use-cases/views/read-audit.ts";
import { answer, callerOf } from "../caller.ts";
import { byInstant, byNumber } from "../cursor.ts";
import { sendRejection } from "../problem.ts";
import { csvOf, jsonOf } from "./audit-files.ts";
import type { Api, ApiContext } from "./context.ts";
import { afterIn, pageOf, rawPageQuery, toPage } from "./shapes/page.ts";
import { asIs } from "./shown.ts";

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
  sentence: z.string().meta({ description: "what happened, for people; no part of what is hashed" }),
  actorName: z.string().nullable().meta({ description: "null where Curfew itself acted" }),
});

const headShape = z.object({
  tenantId: guid,
  sequence: z.number().int(),
  linkHash: z.string(),
  at: instant,
});

const filterQuery = z.object({
  type: text(64).optional(),
  subjectId: text(200).optional(),
  correlationId: text(200).optional(),
  requestId: guid.optional(),
  actorId: guid.optional(),
  personId: guid.optional().meta({ description: "who acted, was acted on, asked, or had access" }),
  applicationId: guid.optional(),
  roleDefinitionId: guid.optional(),
  from: instant.optional(),
  to: instant.optional(),
  order: z.enum(["newest", "sequence"]).default("newest"),
});

const LISTS = {
  newest: { name: "listAuditEntries newest", fits: byInstant },
  sequence: { name: "listAuditEntries sequence", fits: byNumber },
};

const FORMATS = {
  csv: { type: "text/csv; charset=utf-8; header=present", write: csvOf },
  json: { type: "application/json; charset=utf-8", write: jsonOf },
};

export function auditRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/audit-entries",
    {
      schema: {
        tags,
        operationId: "listAuditEntries",
        querystring: rawPageQuery.extend(filterQuery.shape),
        response: { 200: pageOf(entryShape) },
      },
    },
    async (request, reply) => {
      const { limit, cursor, ...query } = request.query;
      const list = LISTS[query.order];
      const after = afterIn(list, cursor);
      if (!after.ok) return sendRejection(reply, after.rejection);
      const filter = { limit, ...after.value, ...filterOf(query) };
      const outcome = await listAuditEntries(deps, callerOf(request), filter);
      return answer(reply, outcome, (all) =>
        toPage(all, { list, limit, at: positionIn(filter), shape: asIs(entryShape) }),
      );
    },
  );

  api.get(
    "/audit-entries/export",
    {
      exposeHeadRoute: false,
      schema: {
        tags,
        operationId: "exportAuditEntries",
        description: "at most 100,000 entries; `curfew-export-cut: true` when there are more",
        querystring: filterQuery.extend({ format: z.enum(["csv", "json"]).default("csv") }),
        produces: ["text/csv", "application/json"],
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { format, ...query } = request.query;
      const outcome = await exportAuditEntries(deps, callerOf(request), filterOf(query));
      if (!outcome.ok) return sendRejection(reply, outcome.rejection);
      const { cut, limit, pages } = outcome.value;
      const day = formatInstant(deps.clock.now()).slice(0, 10);
      const file = `curfew-audit-${day}${cut ? `-first-${limit}` : ""}.${format}`;
      return answer(
        reply
          .type(FORMATS[format].type)
          .header("content-disposition", `attachment; filename="${file}"`)
          .header("curfew-export-cut", String(cut)),
        accept(pages),
        (value) => Readable.from(FORMATS[format].write(value)),
      );
    },
  );

  api.get(
    "/audit-head",
    { schema: { tags, operationId: "readAuditHead", response: { 200: headShape } } },
    async (request, reply) => {
      const caller = callerOf(request);
      const { tenantId } = caller.ref;
      return answer(reply, await readAuditHead(deps, caller), (head) => ({ ...head, tenantId }));
    },
  );
}

function filterOf(query: z.output<typeof filterQuery>): Omit<AuditFilter, "limit" | "after"> {
  const { order, from, to, ...ids } = query;
  const named = Object.entries(ids).flatMap(([name, value]) =>
    // GUIDs are in lower case in the log.
    value === undefined ? [] : [[name, isGuid(value) ? idOf(value) : value]],
  );
  return {
    ...Object.fromEntries(named),
    inSequence: order === "sequence",
    ...given({ from, to }),
  };
}
