/**
 * Spans through routes, decisions, statements and targets. Off unless the operator names an endpoint: then `traced` is its
 * work and one comparison.
 */
import { type Attributes, doing, type Span, whileDoing } from "./doing.ts";

/** Where a trace began: a span of ours, or what a caller says of its own (`traceparent`). */
export type Parent = Span | { readonly traceparent: string } | null;

export interface Tracer {
  begin(name: string, attributes: Attributes, parent: Parent): Span;
  /** Sends what is left, for a few seconds at the most. */
  close(): Promise<void>;
}

/** One of the process: what it traces crosses every room. */
let tracer: Tracer | null = null;

export function traceWith(next: Tracer | null): void {
  tracer = next;
}

export function isTracing(): boolean {
  return tracer !== null;
}

/**
 * Runs the work within a span of this name, below the one that is under way.
 * @param name from a closed list, as an attribute is
 */
export function traced<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return tracer === null ? work() : within(tracer, { name, attributes }, work);
}

async function within<T>(
  tracer: Tracer,
  { name, attributes }: { readonly name: string; readonly attributes: Attributes },
  work: () => Promise<T>,
): Promise<T> {
  const around = doing();
  const span = tracer.begin(name, attributes, around.span);
  try {
    return await whileDoing({ ...around, span }, work);
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/** The same, but only below something: what nobody asked for is not worth a trace of its own. */
export function tracedBelow<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return tracer === null || doing().span === null ? work() : traced(name, attributes, work);
}

/** Of the span that is under way; nothing without one. */
export function note(attributes: Attributes): void {
  if (tracer !== null) doing().span?.set(attributes);
}

/** A span that its caller ends; null while nothing is traced. */
export function beginSpan(name: string, attributes: Attributes, parent: Parent): Span | null {
  return tracer?.begin(name, attributes, parent) ?? null;
}
