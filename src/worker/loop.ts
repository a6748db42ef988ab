/** A loop that runs, sleeps until what is next due, and can be woken. It never runs twice at once and never ends by an error. */
import { apart } from "../telemetry/doing.ts";

export interface Loop {
  wake(): void;
  /** Sleeps no longer than this, also after a run that is under way. */
  within(ms: number): void;
  /** Whether its last run left work for the next, which follows at once. */
  hasMore(): boolean;
  /** Resolves when the run under way, if any, is over. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** Resolves to how many milliseconds to sleep at most; 0 runs again at once. */
  run(): Promise<number>;
  readonly onError: (name: string, error: unknown) => void;
}

/** Nothing is due that anybody knows of: the pulse tells when there is, also of a wake-up that was lost. */
export const IDLE_MS = 600_000;
const AFTER_ERROR_MS = 250;

export function startLoop(options: LoopOptions): Loop {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let more = false;
  let wakesAtMs = 0;
  /** When to run next at the latest, by what was told from outside. */
  let latestMs = Number.POSITIVE_INFINITY;

  const round = async (): Promise<void> => {
    let sleepMs = 0;
    do {
      again = false;
      if (latestMs <= performance.now()) latestMs = Number.POSITIVE_INFINITY;
      try {
        sleepMs = await options.run();
        more = sleepMs <= 0;
      } catch (error) {
        options.onError(options.name, error);
        sleepMs = AFTER_ERROR_MS;
        more = false;
      }
    } while (!stopped && (again || sleepMs <= 0));
    running = null;
    if (!stopped) sleep(sleepMs);
  };
  const sleep = (ms: number): void => {
    if (timer !== null) clearTimeout(timer);
    const atMost = Math.min(ms, latestMs - performance.now(), IDLE_MS);
    timer = setTimeout(start, Math.max(0, atMost));
    wakesAtMs = performance.now() + atMost;
  };
  const start = (): void => {
    if (stopped || running !== null) return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    running = apart(round);
  };
  start();
  return {
    wake() {
      if (running === null) start();
      else again = true;
    },
    within(ms) {
      latestMs = Math.min(latestMs, performance.now() + ms);
      if (running === null && !stopped && latestMs < wakesAtMs) sleep(ms);
    },
    hasMore: () => more && !stopped,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
