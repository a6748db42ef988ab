/** Spans as OpenTelemetry's collectors take them (OTLP over HTTP), by its own library; loaded only where the operator wants traces. */
import {
  type Context,
  context,
  isSpanContextValid,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type TracerProviderOptions,
} from "@opentelemetry/sdk-trace";
import type { Span } from "./doing.ts";
import type { Log } from "./log.ts";
import type { Parent, Tracer } from "./trace.ts";

export interface TracesOptions {
  /** Of the operator's collector, such as `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  /** The share of traces that are kept, from 0 to 1; all of a trace or nothing of it. */
  readonly ratio: number;
  readonly log: Log;
}

const SEND_WITHIN_MS = 5_000;
const CLOSE_WITHIN_MS = 3_000;
const MOST_WAITING = 2_048;
const TOLD_EVERY_MS = 60_000;
// What a collector has no use for; long values are a mistake of ours.
const LIMITS = { attributeValueLengthLimit: 256, attributeCountLimit: 32, eventCountLimit: 0 };
// https://www.w3.org/TR/trace-context/#traceparent-header; ids of zeros are none.
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const SERVER_SPAN = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other) /;

export function otelTracer({ url, ratio, log }: TracesOptions): Tracer {
  const exporter = telling(new OTLPTraceExporter({ url, timeoutMillis: SEND_WITHIN_MS }), log);
  const processor = new BatchSpanProcessor({
    exporter,
    maxQueueSize: MOST_WAITING,
    exportTimeoutMillis: SEND_WITHIN_MS,
  });
  const provider = new TracerProvider({
    resource: resourceOf({ "service.name": "curfew" }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanLimits: LIMITS,
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer("curfew");
  const ours = new WeakMap<Span, OtelSpan>();
  return {
    begin(name, attributes, parent) {
      const kind = SERVER_SPAN.test(name) ? SpanKind.SERVER : SpanKind.INTERNAL;
      const span = tracer.startSpan(name, { attributes: { ...attributes }, kind }, contextOf(parent, ours));
      const begun = spanOf(span);
      ours.set(begun, span);
      return begun;
    },
    async close() {
      const over = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref());
      await Promise.race([provider.shutdown().catch(() => {}), over]);
    },
  };
}

function spanOf(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceId,
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
    set: (attributes) => void span.setAttributes({ ...attributes }),
    fail(error) {
      span.setAttribute("error.type", typeOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
    end: () => span.end(),
  };
}

/** The name of its class, and a code that is one; never its message. */
function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return /^[A-Za-z0-9_]{1,40}$/.test(code) ? `${error.name} ${code}` : error.name;
}

function contextOf(parent: Parent, ours: WeakMap<Span, OtelSpan>): Context {
  if (parent === null) return ROOT_CONTEXT;
  const own = ours.get(parent as Span);
  if (own !== undefined) return trace.setSpan(ROOT_CONTEXT, own);
  const remote = remoteOf(parent.traceparent);
  return remote === null ? ROOT_CONTEXT : trace.setSpanContext(context.active(), remote);
}

/** Null for what is not one: then a trace of ours begins. */
export function remoteOf(traceparent: string): SpanContext | null {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === "" || traceparent.startsWith("ff")) return null;
  const remote = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(remote) ? remote : null;
}

/** A collector that is away costs its spans and one line a minute, nothing else. */
function telling(exporter: OTLPTraceExporter, log: Log): SpanExporter {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return {
    export(spans: ReadableSpan[], callback) {
      exporter.export(spans, (result) => {
        const now = performance.now();
        if (result.code !== 0 && now - toldAtMs >= TOLD_EVERY_MS) {
          toldAtMs = now;
          log("traces are not taken by their collector; they are dropped until it does", {
            level: "warn",
            error: result.error,
          });
        }
        callback(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

/** The library's own detectors would tell of the process, its arguments and its host. */
function resourceOf(
  attributes: Readonly<Record<string, string>>,
): NonNullable<TracerProviderOptions["resource"]> {
  const resource: NonNullable<TracerProviderOptions["resource"]> = {
    attributes,
    asyncAttributesPending: false,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}
