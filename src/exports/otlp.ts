/**
 * Logs by OTLP over HTTP, in its JSON (https://opentelemetry.io/docs/specs/otlp/). What the far side says is read here and not
 * by a package: theirs takes a partial success for a whole one (ADR 0042).
 */
import type { Json, JsonObject } from "../domain/target-binding.ts";
import { createOutboundHttp, OutboundFault, type OutboundHttp } from "../outbound/http.ts";
import { createOutbound } from "../outbound/places.ts";
import { ocsfRow, type Severity } from "./ocsf-table.ts";
import { newFarSide, type PartAnswer, retryAfterMs, sendInParts } from "./parts.ts";
import { type Format, fitted } from "./payload.ts";
import { PRODUCT } from "./product.ts";
import type { ExportedEvent, OperatorSink, Sender } from "./sink.ts";

export interface OtlpSettings {
  /** Where logs are posted, path included: `https://collector.example:4318/v1/logs`. http for private addresses alone. */
  readonly url: string;
  /** PEM of whoever vouches for the far side; null: those that Node trusts. */
  readonly ca: string | null;
  /** Sent with each request, a key of the far side's say. Never shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly format: Format;
}

const MOST_EVENTS = 500;
/** Of one event's body. */
const BODY_BYTES = 262_144;
const PART_BYTES = 2 * 1_048_576;
const REQUEST_MS = 10_000;

export function otlpSink(settings: OtlpSettings): OperatorSink {
  const farSide = newFarSide(MOST_EVENTS);
  return {
    kind: "otlp",
    label: "OpenTelemetry logs (OTLP)",
    place: placeOf(settings.url),
    open: async () => {
      // The operator's own address: their private networks need no permission of theirs.
      const allow = [{ tenant: null, place: "private", port: null }];
      const outbound = createOutbound({ allow })({ id: "operator", name: "operator" });
      const { ca } = settings;
      const http = createOutboundHttp({ outbound, ...(ca === null ? {} : { ca }) });
      return openOtlp(settings, http, farSide);
    },
  };
}

export function openOtlp(
  settings: OtlpSettings,
  http: OutboundHttp,
  farSide = newFarSide(MOST_EVENTS),
  requestMs = REQUEST_MS,
): Sender {
  const closing = new AbortController();
  const post = async (records: readonly string[]): Promise<PartAnswer> => {
    const request = {
      method: "POST",
      url: settings.url,
      headers: { ...settings.headers, "content-type": "application/json" },
      body: requestOf(records),
      timeoutMs: requestMs,
      signal: closing.signal,
    } as const;
    try {
      const { proven } = farSide;
      return answerOf(await http.send(request), { settings, proven, count: records.length });
    } catch (error) {
      if (!(error instanceof OutboundFault)) throw error;
      return { kind: "later", afterMs: null, reason: error.message, slow: error.kind === "unreachable" };
    }
  };
  return {
    mostEvents: MOST_EVENTS,
    send: (events) =>
      sendInParts(events, (event) => JSON.stringify(otlpRecord(event, settings.format)), {
        farSide,
        mostBytes: PART_BYTES,
        sizeOf: (text) => Buffer.byteLength(text),
        send: post,
      }),
    async close() {
      closing.abort();
      await http.close();
    },
  };
}

/** `LogRecord` of opentelemetry/proto/logs/v1/logs.proto, as JSON has it: 64 bits are text. */
export function otlpRecord(event: ExportedEvent, format: Format): JsonObject {
  const { actor, facts } = event;
  const { severity } = ocsfRow(event.type);
  const { payload } = fitted(event, { format, mostBytes: BODY_BYTES });
  const attributes = {
    // OpenTelemetry's name for what tells a repeat.
    "log.record.uid": event.id,
    "curfew.tenant.id": event.tenantId,
    "curfew.number": event.number,
    "curfew.correlation.id": event.correlationId,
    "curfew.leaf_hash": event.leafHash,
    "curfew.link_hash": event.linkHash,
    ...("objectId" in actor ? { "user.id": actor.objectId } : {}),
    ...(typeof facts.ip === "string" ? { "client.address": facts.ip } : {}),
  };
  const nanoseconds = `${event.at}000000`;
  return {
    timeUnixNano: nanoseconds,
    observedTimeUnixNano: nanoseconds,
    severityNumber: SEVERITY_NUMBERS[severity],
    severityText: severity,
    eventName: event.type,
    body: anyValue(payload),
    attributes: keyValues(attributes),
  };
}

/** INFO, INFO2, WARN, ERROR. */
const SEVERITY_NUMBERS: Readonly<Record<Severity, number>> = {
  Informational: 9,
  Low: 10,
  Medium: 13,
  High: 17,
};

/** `ExportLogsServiceRequest`, around records that are JSON already. */
function requestOf(records: readonly string[]): string {
  const resource = {
    attributes: keyValues({ "service.name": "curfew", "service.version": PRODUCT.version }),
  };
  const scope = { name: "curfew.audit", version: PRODUCT.version };
  const logs = `{"scope":${JSON.stringify(scope)},"logRecords":[${records.join(",")}]}`;
  return `{"resourceLogs":[{"resource":${JSON.stringify(resource)},"scopeLogs":[${logs}]}]}`;
}

function keyValues(value: JsonObject): Json[] {
  return Object.entries(value).map(([key, one]) => ({ key, value: anyValue(one) }));
}

/** `AnyValue` of opentelemetry/proto/common/v1/common.proto. Nothing is said of null. */
function anyValue(value: Json): JsonObject {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      if (value === null) return {};
      if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
      return { kvlistValue: { values: keyValues(value as JsonObject) } };
  }
}

interface Asked {
  readonly settings: OtlpSettings;
  readonly proven: boolean;
  readonly count: number;
}

/** OTLP specification, "OTLP/HTTP Response": what may be tried again, and that a success may be a partial one. */
function answerOf(
  { status, headers, body }: Awaited<ReturnType<OutboundHttp["send"]>>,
  { settings, proven, count }: Asked,
): PartAnswer {
  const place = placeOf(settings.url);
  const later = (reason: string, afterMs: number | null = null): PartAnswer => ({
    kind: "later",
    afterMs,
    reason: `\`${place}\` ${reason}`,
    slow: false,
  });
  if (status >= 200 && status < 300) {
    const rejected = rejectedOf(body);
    if (rejected === null)
      return later(`answers ${status} with something that OTLP does not have: is it a collector?`);
    // Which of them it does not say; so fewer are sent until it is one. What it has taken comes again, with the same id.
    return rejected.count === 0
      ? { kind: "accepted" }
      : {
          kind: "tooMuch",
          alone: "refused",
          reason: `\`${place}\` took all but ${rejected.count} of ${count}${rejected.why}`,
        };
  }
  if (status === 400 || status === 413 || status === 422)
    return {
      kind: "tooMuch",
      alone: proven ? "refused" : "later",
      reason: `\`${place}\` answers ${status}${status === 413 ? ", it is too large for it" : ""}`,
    };
  if ([429, 502, 503, 504].includes(status))
    return later(
      `answers ${status}: it has too much to do`,
      retryAfterMs(headers["retry-after"], Date.now()),
    );
  if (status === 401 || status === 403)
    return later(`answers ${status}: look at the headers that are set for it`);
  return later(`answers ${status}: look at the address, its path included`);
}

const MOST_WHY_CHARS = 200;

/** Null: it is no ExportLogsServiceResponse. An empty answer is one in which nothing is said. */
function rejectedOf(body: Buffer): { readonly count: number; readonly why: string } | null {
  const text = body.toString("utf8").trim();
  const said = text === "" ? {} : parsed(text);
  if (typeof said !== "object" || said === null || Array.isArray(said)) return null;
  const { partialSuccess = {} } = said as { readonly partialSuccess?: unknown };
  if (typeof partialSuccess !== "object" || partialSuccess === null) return null;
  const { rejectedLogRecords = 0, errorMessage } = partialSuccess as Record<string, unknown>;
  // 64 bits, so text; many write a number.
  const count = Number(rejectedLogRecords);
  if (!Number.isSafeInteger(count) || count < 0) return null;
  const why = typeof errorMessage === "string" && errorMessage !== "" ? `: ${errorMessage}` : "";
  return { count, why: why.slice(0, MOST_WHY_CHARS) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Without what may be a secret of the far side's: user, query. */
function placeOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
