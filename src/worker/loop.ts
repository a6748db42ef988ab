/** A loop that runs, sleeps until what is next due, and can be woken. It never runs twice at once and never ends by an error. */
export interface Loop {
  wake(): void;
  /** Resolves when the run under way, if any, is over. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** Resolves to how many milliseconds to sleep at most; 0 runs again at once. */
  run(): Promise<number>;
  readonly onError: (name: string, error: unknown) => void;
}

/** Nothing is due. */
export const IDLE_MS = 60_000;
// What a lost wake-up costs at the most.
const SAFETY_PASS_MS = 1_000;
const AFTER_ERROR_MS = 250;

export function startLoop(options: LoopOptions): Loop {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const turn = async (): Promise<void> => {
    let sleepMs = 0;
    do {
      again = false;
      try {
        sleepMs = await options.run();
      } catch (error) {
        options.onError(options.name, error);
        sleepMs = AFTER_ERROR_MS;
      }
    } while (!stopped && (again || sleepMs <= 0));
    running = null;
    if (!stopped) timer = setTimeout(start, Math.min(sleepMs, SAFETY_PASS_MS));
  };
  const start = (): void => {
    if (stopped || running !== null) return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    running = turn();
  };
  start();
  return {
    wake() {
      if (running === null) start();
      else again = true;
    },
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
