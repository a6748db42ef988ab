/** Works on everything that has gathered meanwhile, a batch at a time: the busier it is, the more goes together. */
export function gather<T>(most: number, work: (batch: readonly T[]) => Promise<void>): (one: T) => void {
  const waiting: T[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    // What is added in the same breath goes together.
    await null;
    while (waiting.length > 0) await work(waiting.splice(0, most));
    running = false;
  };
  return (one) => {
    waiting.push(one);
    if (running) return;
    running = true;
    void run();
  };
}

/** Runs what it is given side by side, at most `width` at a time. */
export function sideBySide(width: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let free = width;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
