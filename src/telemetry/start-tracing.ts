/** Traces begin where the operator named a collector; without one nothing of them is loaded. */
import type { Log } from "./log.ts";
import { traceWith } from "./trace.ts";

export interface Traces {
  readonly url: string;
  readonly ratio: number;
}

/** Resolves to what ends them: it sends what is left, for a few seconds at the most. */
export async function startTracing(traces: Traces | null, log: Log): Promise<() => Promise<void>> {
  if (traces === null) return async () => {};
  const { otelTracer } = await import("./otel.ts");
  const tracer = otelTracer({ ...traces, log });
  traceWith(tracer);
  return async () => {
    traceWith(null);
    await tracer.close();
  };
}
