/** Work that an answer does not wait for, finished before the program ends. */

export interface Afterwards {
  readonly start: (work: () => Promise<void>) => void;
  settle(): Promise<void>;
}

export function createAfterwards(log: (line: string) => void): Afterwards {
  const running = new Set<Promise<void>>();
  return {
    start(work) {
      const run = work().catch((error: unknown) => {
        log(`a sign-in entry could not be written: ${error instanceof Error ? error.message : error}`);
      });
      running.add(run);
      void run.then(() => running.delete(run));
    },
    async settle() {
      await Promise.all(running);
    },
  };
}
