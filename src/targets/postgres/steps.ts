/** Lets what a caller's `onStep` throws through every handling of the target's own faults, and out as it was. */
import type { TargetContext } from "../target.ts";

/** Runs `work` with a context whose `onStep` stops it for good. */
export async function stoppable<T>(ctx: TargetContext, work: (ctx: TargetContext) => Promise<T>): Promise<T> {
  const { onStep } = ctx;
  if (onStep === undefined) return work(ctx);
  const stop = async (step: string): Promise<void> => {
    try {
      await onStep(step);
    } catch (reason) {
      throw new Stopped(reason);
    }
  };
  try {
    return await work({ ...ctx, onStep: stop });
  } catch (error) {
    throw error instanceof Stopped ? error.reason : error;
  }
}

class Stopped extends Error {
  override readonly name = "Stopped";
  readonly reason: unknown;

  constructor(reason: unknown) {
    super("stopped by the caller");
    this.reason = reason;
  }
}
