/** Every call has an id that its caller is told, a span where the operator wants traces, and is counted by its route and what became of it. */
import { randomUUID } from "node:crypto";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from "fastify";
import { type Doing, type Span, whileDoing } from "../telemetry/doing.ts";
import type { Level, Log } from "../telemetry/log.ts";
import type { Meters } from "../telemetry/meters.ts";
import { beginSpan } from "../telemetry/trace.ts";

export interface CallsOptions {
  readonly meters: Pick<Meters, "called" | "refused">;
  /** Whether a trace that a caller is in goes on here: where the operator runs whoever calls. */
  readonly joinsTraces: boolean;
}

interface Followed extends Doing {
  route: string | null;
  refusal: string | null;
}

const followed = new WeakMap<FastifyRequest, Followed>();
/** As some servers know whose caller went before it was answered. */
const CALLER_GONE = 499;

export function newRequestId(): string {
  return randomUUID();
}

/** Before any other hook: what those say belongs to the call as well. */
export function followCalls(app: FastifyInstance, { meters, joinsTraces }: CallsOptions): void {
  app.addHook("onRequest", (request, reply, done) => {
    const route = request.is404 ? null : (request.routeOptions.url ?? null);
    const span = beginSpan(
      `${route === null ? "other" : request.method} ${route ?? "none"}`,
      { "http.request.method": route === null ? "other" : request.method, "curfew.request.id": request.id },
      parentOf(request, joinsTraces),
    );
    const call: Followed = { requestId: request.id, span, route, refusal: null };
    followed.set(request, call);
    // On the answer itself: the provider's pages are sent past Fastify.
    reply.raw.setHeader("x-request-id", request.id);
    if (span !== null) reply.raw.setHeader("traceparent", span.traceparent);
    // However it ends: an answer that nobody waited for is none of Fastify's.
    reply.raw.once("close", () => {
      const status = reply.raw.headersSent ? reply.raw.statusCode : CALLER_GONE;
      const isStream = String(reply.raw.getHeader("content-type") ?? "").startsWith("text/event-stream");
      meters.called({ method: request.method, route: call.route, status, ms: reply.elapsedTime, isStream });
      if (call.refusal !== null) meters.refused(call.refusal);
      if (span !== null) endSpan(span, call, status);
    });
    whileDoing(call, done);
  });
  // Once the body was read, what follows is called by the socket.
  app.addHook("preValidation", (request, _reply, done) => {
    const call = followed.get(request);
    if (call === undefined) done();
    else whileDoing(call, done);
  });
}

function parentOf(
  { headers }: FastifyRequest,
  joinsTraces: boolean,
): { readonly traceparent: string } | null {
  const { traceparent } = headers;
  return joinsTraces && typeof traceparent === "string" ? { traceparent } : null;
}

function endSpan(span: Span, { route, refusal }: Followed, status: number): void {
  span.set({
    "http.route": route ?? "none",
    "http.response.status_code": status,
    ...(refusal === null ? {} : { "curfew.refusal": refusal }),
  });
  if (status >= 500) span.fail(null);
  span.end();
}

/** Where the router knows one address for many: under which template of its own the call was served. */
export function nameRoute(request: FastifyRequest, template: string): void {
  const call = followed.get(request);
  if (call !== undefined) call.route = template;
}

/** @param code from a closed list: it is counted, and stands in the span */
export function noteRefusal(request: FastifyRequest, code: string): void {
  const call = followed.get(request);
  if (call !== undefined) call.refusal = code;
}

/** Fastify's lines, in the form of all others. Of what is handed to it only the error and its own words are taken: not the call. */
export function fastifyLog(log: Log, requestId?: string): FastifyBaseLogger {
  const lines = (level: Level, isFault: boolean) => (given: unknown, words?: unknown) => {
    const { err: error, reason, route } = typeof given === "object" && given !== null ? (given as Given) : {};
    const what = typeof words === "string" ? words : typeof given === "string" ? given : "the server says";
    const more = typeof reason === "string" && reason !== "" ? `${what}: ${reason}` : what;
    log(more, { level, error, isFault: isFault && error !== undefined, requestId, route });
  };
  const silent = (): void => {};
  return {
    level: "warn",
    ...{ fatal: lines("error", true), error: lines("error", true), warn: lines("warn", false) },
    ...{ info: silent, debug: silent, trace: silent, silent },
    child: (bindings: { readonly reqId?: unknown }) =>
      fastifyLog(log, typeof bindings.reqId === "string" ? bindings.reqId : requestId),
  } as unknown as FastifyBaseLogger;
}

interface Given {
  readonly err?: unknown;
  readonly reason?: unknown;
  readonly route?: string;
}
