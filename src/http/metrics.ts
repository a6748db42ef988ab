/** What the installation measures of itself, as Prometheus reads it. */

export interface Metrics {
  /** How long after its end a grant was closed, in milliseconds. */
  expired(latenessMs: number): void;
  text(): Promise<string>;
}

/** The loop is watched as seldom as still tells: every look wakes the process. */
const LOOK_AT_LOOP_EVERY_MS = 200;
const LATENESS_BUCKETS_S = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** The start need not wait for this. */
const LOAD_AFTER_MS = 2_000;

export function createMetrics(): Metrics {
  let loading: ReturnType<typeof load> | null = null;
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  setTimeout(loaded, LOAD_AFTER_MS).unref();
  return {
    expired: (latenessMs) =>
      void loaded().then(({ lateness }) => lateness.observe(Math.max(0, latenessMs) / 1_000)),
    text: async () => (await loaded()).register.metrics(),
  };
}

async function load() {
  const { collectDefaultMetrics, Histogram, Registry } = await import("prom-client");
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LOOK_AT_LOOP_EVERY_MS });
  const lateness = new Histogram({
    name: "curfew_expiry_lateness_seconds",
    help: "time between the end of a grant and the worker closing it; the answer to may-they-now turns at the end itself",
    buckets: LATENESS_BUCKETS_S,
    registers: [register],
  });
  return { register, lateness };
}
