/** Where a tenant's events are sent to and how that stands; and the same of the installation, for its operator. */
import { z } from "zod";
import { PAUSED } from "../../domain/export-sink.ts";
import {
  type ExportView,
  listDeadLetters,
  listExportKinds,
  listExports,
  listInstallationExports,
  replayInstallationExport,
} from "../../use-cases/exports/list-exports.ts";
import {
  pauseExport,
  type Replay,
  renewExportSecret,
  replayExport,
  resumeExport,
} from "../../use-cases/exports/tend-exports.ts";
import { instant, text } from "../../use-cases/values.ts";
import { answer, callerOf } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";
import { pageOf, pageQuery, slicePage, wholeList } from "./shapes/page.ts";
import type { Shown } from "./shown.ts";

const tags = ["exports"];
const LIST = wholeList("listExports");
const MOST_LETTERS = 200;
const MAX_NUMBER = Number.MAX_SAFE_INTEGER;
const named = z.object({ name: text(128).min(1) });
const number = z.number().int().min(1).max(MAX_NUMBER);

const exportShape = z.object({
  name: z.string(),
  kind: z.string(),
  kindLabel: z.string().meta({ description: "what people call the kind" }),
  place: z.string().meta({ description: "where it sends to" }),
  through: z.number().int().meta({ description: "the number in the log up to which everything is accepted" }),
  behind: z.number().int().meta({ description: "entries that are linked and not accepted yet" }),
  waitingSince: instant.nullable().meta({ description: "when the oldest of them happened" }),
  paused: z.enum(PAUSED).nullable().meta({
    description:
      "by a person; because its far side refuses everything; because it has no secret to sign with yet",
  }),
  tries: z.number().int().meta({ description: "since something was accepted last; 0 where all is well" }),
  againAt: instant.nullable().meta({ description: "when it is tried again" }),
  acceptedAt: instant.nullable(),
  lastError: z.string().nullable(),
  lastErrorAt: instant.nullable(),
  deadLetters: z.number().int().meta({ description: "events that its far side refuses for good" }),
});

const kindShape = z.object({
  kind: z.string(),
  label: z.string(),
  schema: z.object({ config: z.record(z.string(), z.unknown()), secrets: z.array(z.string()) }).meta({
    description:
      "JSON Schema of a configuration; `secrets` are members that a document says under `secrets`, which go in and never come out",
  }),
  makesSecret: z
    .string()
    .nullable()
    .meta({ description: "the secret that Curfew makes where nobody gives one" }),
});

const letterShape = z.object({
  number: z.number().int().meta({ description: "of the entry, in the log" }),
  reason: z.string(),
  at: instant,
  replay: z.boolean().meta({ description: "it is sent again" }),
});

const installationShape = z.object({
  kind: z.string(),
  kindLabel: z.string(),
  place: z.string(),
  streams: z.number().int().meta({ description: "logs that are sent to it" }),
  behind: z.number().int(),
  waitingSince: instant.nullable(),
  failing: z.number().int().meta({ description: "logs whose last try came to nothing" }),
  deadLetters: z.number().int(),
  acceptedAt: instant.nullable(),
  lastError: z.string().nullable(),
  lastErrorAt: instant.nullable(),
});

const pausedShape = exportShape.pick({ paused: true });
const counted = z.object({ count: z.number().int().meta({ description: "events that are sent again" }) });
const replayBody = z.union([
  z.strictObject({
    deadLetters: z
      .union([z.literal("all"), number])
      .meta({ description: "all of them, or the one of a number" }),
  }),
  z.strictObject({ from: number.meta({ description: "everything from this number on, with the same ids" }) }),
]);

export function exportRoutes(api: Api, { deps, exports }: ApiContext): void {
  api.get(
    "/export-kinds",
    {
      schema: {
        tags,
        operationId: "listExportKinds",
        response: { 200: z.object({ items: z.array(kindShape) }) },
      },
    },
    async (request, reply) =>
      answer(reply, listExportKinds(deps, callerOf(request)), (kinds) => ({
        items: kinds.map(({ schema, ...rest }) => ({
          ...rest,
          schema: { config: { ...schema.config }, secrets: [...schema.secrets] },
        })),
      })),
  );

  api.get(
    "/exports",
    {
      schema: {
        tags,
        operationId: "listExports",
        querystring: pageQuery(LIST),
        response: { 200: pageOf(exportShape) },
      },
    },
    async (request, reply) =>
      answer(reply, await listExports(deps, callerOf(request)), (all) =>
        slicePage(all, LIST, request.query, exportJson),
      ),
  );

  api.get(
    "/exports/:name/dead-letters",
    {
      schema: {
        tags,
        operationId: "listExportDeadLetters",
        description: `in the order of the log, at most ${MOST_LETTERS}; \`after\` goes on`,
        params: named,
        querystring: z.strictObject({ after: z.coerce.number().int().min(0).max(MAX_NUMBER).default(0) }),
        response: { 200: z.object({ items: z.array(letterShape) }) },
      },
    },
    async (request, reply) => {
      const { after } = request.query;
      const outcome = await listDeadLetters(deps, callerOf(request), request.params.name, {
        after,
        limit: MOST_LETTERS,
      });
      return answer(reply, outcome, (items) => ({ items: items.map((one) => ({ ...one })) }));
    },
  );

  api.post(
    "/exports/:name/pause",
    { schema: { tags, operationId: "pauseExport", params: named, response: { 200: pausedShape } } },
    async (request, reply) =>
      answer(reply, await pauseExport(deps, callerOf(request), request.params.name), () => ({
        paused: "person" as const,
      })),
  );

  api.post(
    "/exports/:name/resume",
    {
      schema: {
        tags,
        operationId: "resumeExport",
        description: "also of one that is put off: it is tried now",
        params: named,
        response: { 200: pausedShape },
      },
    },
    async (request, reply) =>
      answer(reply, await resumeExport(deps, callerOf(request), request.params.name), () => ({
        paused: null,
      })),
  );

  api.post(
    "/exports/:name/replay",
    {
      schema: {
        tags,
        operationId: "replayExport",
        params: named,
        body: replayBody,
        response: { 200: counted },
      },
    },
    async (request, reply) => {
      const outcome = await replayExport(
        deps,
        callerOf(request),
        request.params.name,
        request.body as Replay,
      );
      return answer(reply, outcome, (count) => ({ count }));
    },
  );

  api.post(
    "/exports/:name/secret",
    {
      schema: {
        tags,
        operationId: "renewExportSecret",
        description: "a new secret, told this once; the one before is valid beside it for a day",
        params: named,
        response: { 200: z.object({ secret: z.string(), previousUntil: instant.nullable() }) },
      },
    },
    async (request, reply) => {
      const outcome = await renewExportSecret(deps, callerOf(request), request.params.name);
      return answer(reply.header("cache-control", "no-store"), outcome, (made) => made);
    },
  );

  api.get(
    "/installation/exports",
    {
      schema: {
        tags: ["operations"],
        operationId: "listInstallationExports",
        response: { 200: z.object({ items: z.array(installationShape) }) },
      },
    },
    async (request, reply) =>
      answer(reply, await listInstallationExports(exports, callerOf(request)), (all) => ({
        items: all.map((one) => ({ ...one })),
      })),
  );

  api.post(
    "/installation/exports/:kind/replay",
    {
      schema: {
        tags: ["operations"],
        operationId: "replayInstallationExport",
        description: "what its far side refused, in every log",
        params: z.object({ kind: text(64).min(1) }),
        response: { 200: counted },
      },
    },
    async (request, reply) => {
      const outcome = await replayInstallationExport(exports, callerOf(request), request.params.kind);
      return answer(reply, outcome, (count) => ({ count }));
    },
  );
}

function exportJson({ position, ...rest }: ExportView): Shown<typeof exportShape> {
  const { refusedInRow: _, ...told } = position;
  return { ...rest, ...told };
}
