/**
 * Azure Monitor's Logs Ingestion API (https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview), with
 * Microsoft's own client on our HTTP client: a custom table, for Microsoft Sentinel say. Its columns are `COLUMNS`.
 */
import type { HttpClient } from "@azure/core-rest-pipeline";
import type { LogsIngestionClient } from "@azure/monitor-ingestion";
import { z } from "zod";
import type { JsonObject } from "../domain/target-binding.ts";
import { formatInstant } from "../domain/time.ts";
import { OutboundFault, type OutboundHttp } from "../outbound/http.ts";
import { firstThatFits, toldCut } from "./cut.ts";
import { ocsfOf } from "./ocsf.ts";
import { ocsfRow } from "./ocsf-table.ts";
import { type FarSide, newFarSide, type PartAnswer, retryAfterMs, sendInParts } from "./parts.ts";
import { FORMATS } from "./payload.ts";
import { type ExportedEvent, type Sender, type SinkContext, SinkFault, type TenantSinkKind } from "./sink.ts";

/** Sign-in and audience by Azure's clouds. */
const CLOUDS = {
  public: { authority: "https://login.microsoftonline.com", audience: "https://monitor.azure.com" },
  government: { authority: "https://login.microsoftonline.us", audience: "https://monitor.azure.us" },
  china: { authority: "https://login.chinacloudapi.cn", audience: "https://monitor.azure.cn" },
} as const;

const MOST_URL_CHARS = 512;
const MOST_SECRET_CHARS = 1_024;
const guid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "a GUID, as Azure shows it");
const origin = z
  .string()
  .max(MOST_URL_CHARS)
  .refine(isOrigin, "https:// and a host, with nothing after it but a port");

const configSchema = z.strictObject({
  endpoint: origin.describe("logs ingestion endpoint of the data collection rule or endpoint, https"),
  ruleId: z
    .string()
    .regex(/^dcr-[0-9a-f]{32}$/, "the rule's immutable id: dcr- and 32 digits")
    .describe("immutable id of the data collection rule"),
  stream: z
    .string()
    .regex(/^Custom-[A-Za-z][A-Za-z0-9_]{0,99}$/, "Custom- and the name of a table")
    .default("Custom-Curfew_CL")
    .describe("stream that the rule declares"),
  directoryId: guid.describe("Entra tenant in which the application is registered"),
  clientId: guid.describe("the application's (client) id"),
  clientSecret: z
    .string()
    .min(1)
    .max(MOST_SECRET_CHARS)
    .meta({ writeOnly: true, description: "the application's secret" }),
  cloud: z.enum(["public", "government", "china"]).default("public"),
  authority: origin.optional().describe("where the application signs in, when it is not the cloud's own"),
  format: z.enum(FORMATS).default("curfew").describe("ocsf: the column Ocsf is filled as well"),
});

type Config = z.output<typeof configSchema>;

export const azureMonitorSink: TenantSinkKind = {
  kind: "azureMonitor",
  label: "Azure Monitor Logs (Microsoft Sentinel)",
  schema: JSON.parse(JSON.stringify(z.toJSONSchema(configSchema, { io: "input" }))) as JsonObject,
  secrets: ["clientSecret"],
  validate: (config) =>
    (configSchema.safeParse(config).error?.issues ?? []).map(({ path, message }) => ({
      path: path.map(String),
      message,
    })),
  place: ({ endpoint }) =>
    typeof endpoint === "string" && URL.canParse(endpoint) ? new URL(endpoint).host : "",
  open: async (config, context) => openAzureMonitor(configSchema.parse(config), context),
};

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.protocol === "https:" && url.href === `${url.origin}/`;
}

/** Names and types of the table's columns: docs/guides/exports-azure-monitor.md has the same, and a test compares them. */
export const COLUMNS = {
  TimeGenerated: "datetime",
  EventId: "string",
  EventType: "string",
  EventNumber: "long",
  OrganizationId: "string",
  OrganizationName: "string",
  ActorKind: "string",
  ActorId: "string",
  ActorName: "string",
  ActorOrganizationId: "string",
  ActorVia: "string",
  SubjectKind: "string",
  SubjectId: "string",
  CorrelationId: "string",
  Sentence: "string",
  Severity: "string",
  Facts: "dynamic",
  Openings: "dynamic",
  Commitments: "dynamic",
  Parties: "dynamic",
  LeafHash: "string",
  LinkHash: "string",
  Cut: "dynamic",
  Ocsf: "dynamic",
} as const;

type Row = { readonly [C in keyof typeof COLUMNS]: unknown };

const MOST_EVENTS = 500;
/** Azure cuts a value that is longer than 64 KB without a word, and takes a megabyte a call, which its client parts for. */
const VALUE_BYTES = 60_000;
const ROW_BYTES = 500_000;
const PART_BYTES = 900_000;
const REQUEST_MS = 15_000;

/** @throws RangeError where an id or a hash alone is longer than a value may be */
export function rowOf(event: ExportedEvent, format: Config["format"]): Row {
  const row = firstThatFits(
    event,
    ({ event: one, cut }): Row => {
      const { actor } = one;
      // What stands in a column of its own is not sent twice.
      const { unmapped: _, ...ocsf } = format === "ocsf" ? ocsfOf(one, cut) : {};
      return {
        TimeGenerated: formatInstant(one.at),
        EventId: one.id,
        EventType: one.type,
        EventNumber: one.number,
        OrganizationId: one.tenantId,
        OrganizationName: one.tenantName,
        ActorKind: actor.kind,
        ActorId: "objectId" in actor ? actor.objectId : null,
        ActorName: one.actorName,
        ActorOrganizationId: "tenantId" in actor ? actor.tenantId : null,
        ActorVia: actor.via,
        SubjectKind: one.subject.kind,
        SubjectId: one.subject.id,
        CorrelationId: one.correlationId,
        Sentence: one.sentence,
        Severity: ocsfRow(one.type).severity,
        Facts: one.facts,
        Openings: one.openings,
        Commitments: one.commitments,
        Parties: one.parties,
        LeafHash: one.leafHash,
        LinkHash: one.linkHash,
        Cut: cut.length === 0 ? null : toldCut(cut),
        Ocsf: format === "ocsf" ? ocsf : null,
      };
    },
    (made) =>
      bytesOf(made) <= ROW_BYTES && Object.values(made).every((value) => bytesOf(value) <= VALUE_BYTES),
  );
  if (row === null) throw new RangeError(`event \`${event.id}\` has an id that is longer than Azure takes`);
  return row;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

async function openAzureMonitor(config: Config, context: SinkContext): Promise<Sender> {
  const closing = new AbortController();
  const farSide = farSideOf(config, context.http);
  let client = await clientFor(config, context, closing.signal);
  const upload = async (part: readonly Row[]): Promise<PartAnswer> => {
    const rows = part.map((row): Record<string, unknown> => row);
    const { ruleId, stream } = config;
    try {
      await client.upload(ruleId, stream, rows, { maxConcurrency: 1, abortSignal: closing.signal });
    } catch (error) {
      const failure = failureIn(error);
      // With a token that it keeps; the next one is asked for again.
      if (failure.status === 401) client = await clientFor(config, context, closing.signal);
      return answerOf(failure, farSide.proven, context.now());
    }
    return { kind: "accepted" };
  };
  return {
    mostEvents: MOST_EVENTS,
    send: (events) =>
      sendInParts(events, (event) => rowOf(event, config.format), {
        farSide,
        mostBytes: PART_BYTES,
        // As Microsoft's client counts, so that a part is one call, which fails or is taken as a whole.
        sizeOf: bytesOf,
        send: upload,
      }),
    async close() {
      closing.abort();
    },
  };
}

/** By the tenant's client, which is there for as long as the process. */
const farSides = new WeakMap<OutboundHttp, Map<string, FarSide>>();
const MOST_KEPT = 100;

function farSideOf({ endpoint, ruleId, stream }: Config, http: OutboundHttp): FarSide {
  const ofTenant = farSides.get(http) ?? new Map<string, FarSide>();
  farSides.set(http, ofTenant);
  const place = `${endpoint} ${ruleId} ${stream}`;
  const found = ofTenant.get(place) ?? newFarSide(MOST_EVENTS);
  if (ofTenant.size >= MOST_KEPT) ofTenant.clear();
  ofTenant.set(place, found);
  return found;
}

/** Loaded when it is needed: Microsoft's client is 16 MB. It tries nothing again, follows nothing, and opens no socket. */
async function clientFor(
  config: Config,
  context: SinkContext,
  signal: AbortSignal,
): Promise<LogsIngestionClient> {
  const { LogsIngestionClient } = await import("@azure/monitor-ingestion");
  const httpClient = await httpClientOn(context.http, signal);
  const { audience } = CLOUDS[config.cloud];
  const credential = { getToken: () => tokenFor(config, context, signal) };
  return new LogsIngestionClient(config.endpoint, credential, {
    audience,
    httpClient,
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
  } as ConstructorParameters<typeof LogsIngestionClient>[2]);
}

async function httpClientOn(http: OutboundHttp, signal: AbortSignal): Promise<HttpClient> {
  const { createHttpHeaders } = await import("@azure/core-rest-pipeline");
  return {
    async sendRequest(request) {
      // Nothing here unpacks an answer.
      request.headers.delete("accept-encoding");
      const { status, headers, body } = await http.send({
        method: request.method as "POST",
        url: request.url,
        headers: request.headers.toJSON(),
        body: (request.body ?? null) as Uint8Array | string | null,
        timeoutMs: REQUEST_MS,
        signal,
      });
      return { request, status, headers: createHttpHeaders(headers), bodyAsText: body.toString("utf8") };
    },
  };
}

/** OAuth 2.0 client credentials (RFC 6749 section 4.4), as Microsoft Entra has them at its v2.0 endpoint. */
async function tokenFor(config: Config, { http, now }: SinkContext, signal: AbortSignal) {
  const { authority, audience } = { ...CLOUDS[config.cloud], ...definedAuthority(config) };
  const asked = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: config.clientId,
    client_secret: config.clientSecret,
    scope: `${audience}/.default`,
  });
  const { status, body } = await http.send({
    method: "POST",
    url: `${new URL(authority).origin}/${config.directoryId}/oauth2/v2.0/token`,
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: asked.toString(),
    timeoutMs: REQUEST_MS,
    signal,
  });
  const said = tokenAnswer.safeParse(parsed(body));
  if (status === 200 && said.success && said.data.access_token !== undefined)
    return {
      token: said.data.access_token,
      expiresOnTimestamp: now() + (said.data.expires_in ?? 0) * 1_000,
    };
  // Its description names the application and the time, and is written by whoever answers: the code is enough to look it up.
  const code = said.success ? /^AADSTS\d{1,9}\b/.exec(said.data.error_description ?? "")?.[0] : undefined;
  throw new SinkFault(
    `signing in to Microsoft Entra as the application was answered with ${status}${code === undefined ? "" : ` (${code})`}: look at directoryId, clientId and clientSecret`,
  );
}

const tokenAnswer = z.object({
  access_token: z
    .string()
    .max(16_384)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  expires_in: z.coerce.number().int().min(0).max(86_400).optional(),
  error_description: z.string().optional(),
});

function definedAuthority({ authority }: Config): { authority?: string } {
  return authority === undefined ? {} : { authority };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}

interface Failure {
  readonly cause: unknown;
  /** Null where there was no answer. */
  readonly status: number | null;
  readonly retryAfter: string | undefined;
}

/** Of `AggregateLogsUploadError` the one failure that there is: a part is one call. */
function failureIn(error: unknown): Failure {
  const { errors } = (error ?? {}) as { readonly errors?: readonly { readonly cause: unknown }[] };
  const cause = errors?.[0]?.cause ?? error;
  const { statusCode, response } = (cause ?? {}) as {
    readonly statusCode?: unknown;
    readonly response?: { readonly headers: { get(name: string): string | undefined } };
  };
  return {
    cause,
    status: typeof statusCode === "number" ? statusCode : null,
    retryAfter: response?.headers.get("retry-after"),
  };
}

function answerOf({ cause, status, retryAfter }: Failure, proven: boolean, nowMs: number): PartAnswer {
  const later = (reason: string, slow: boolean): PartAnswer => ({
    ...{ kind: "later", afterMs: retryAfterMs(retryAfter, nowMs), reason, slow },
  });
  if (cause instanceof SinkFault) return later(cause.message, false);
  if (cause instanceof OutboundFault) return later(cause.message, cause.kind === "unreachable");
  // Not of the far side's making, and its message may hold anything.
  if (status === null) return later("Microsoft's client failed before it had an answer", false);
  const reason = `Azure answers ${status}${MEANS[status] ?? ""}`;
  if (status === 413 || (status === 400 && proven))
    return { kind: "tooMuch", alone: proven ? "refused" : "later", reason };
  return later(reason, false);
}

const MEANS: Readonly<Record<number, string>> = {
  400: ": look at the stream and at the columns that the rule declares for it",
  401: ": look at the application, and at the cloud",
  403: ": give the application the role Monitoring Metrics Publisher on the data collection rule; it takes up to 30 minutes to be known",
  404: ": there is no such rule, or no such stream in it",
  429: ": it has too much to do",
  503: ": it has too much to do",
};
