/** What is being done just now, for lines and spans that are made deep below it: which request, within which span. */
import { AsyncLocalStorage } from "node:async_hooks";

export interface Doing {
  /** Of a call to the server; null for what the worker does by itself. */
  readonly requestId: string | null;
  /** Null while nothing is traced. */
  readonly span: Span | null;
}

/** One piece of work with a beginning and an end. */
export interface Span {
  readonly traceId: string;
  /** As the next system in line is told of it (W3C Trace Context). */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** Ends as failed; of an error only what it is called is kept: its words may name somebody. */
  fail(error: unknown): void;
  end(): void;
}

/**
 * All that a span may say, each from a closed list of ours: no name, address, secret or justification. Those that
 * OpenTelemetry has a name for have that.
 */
export interface Attributes {
  "http.request.method"?: string;
  "http.route"?: string;
  "http.response.status_code"?: number;
  /** Ours, as the caller was told it. */
  "curfew.request.id"?: string;
  /** The name of a prepared statement, or its verb. */
  "db.operation.name"?: string;
  "db.system.name"?: string;
  "db.response.status_code"?: string;
  /** Null or left out: it was not refused. */
  "curfew.refusal"?: string;
  /** What a decision is about. */
  "curfew.about"?: string;
  "curfew.target.kind"?: string;
  /** As its kind calls it, before the effect. */
  "curfew.target.step"?: string;
  "curfew.tries"?: number;
  "curfew.count"?: number;
  "error.type"?: string;
}

const NOTHING: Doing = { requestId: null, span: null };
const storage = new AsyncLocalStorage<Doing>();

export function doing(): Doing {
  return storage.getStore() ?? NOTHING;
}

/** For what goes on by itself: whoever happened to wake it is not who it is done for. */
export function apart<T>(work: () => T): T {
  return storage.run(NOTHING, work);
}

export function whileDoing<T>(what: Doing, work: () => T): T {
  return storage.run(what, work);
}
