/** Work that an answer does not wait for, finished before the program ends. */
import type { Log } from "../../telemetry/log.ts";

export interface Afterwards {
  readonly start: (work: () => Promise<void>) => void;
  settle(): Promise<void>;
}

export function createAfterwards(log: Log): Afterwards {
  const running = new Set<Promise<void>>();
  return {
    start(work) {
      const run = work().catch((error: unknown) => {
        log("a sign-in entry could not be written", { error });
      });
      running.add(run);
      void run.then(() => running.delete(run));
    },
    async settle() {
      await Promise.all(running);
    },
  };
}
