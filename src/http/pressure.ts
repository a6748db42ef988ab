/**
 * Refuses what comes in while this process is too late for it: better told at once than answered after its caller has
 * gone. A timer that is seldom looks seldom; a histogram of every 10 ms would be half of what it costs to wait.
 */
import type { FastifyInstance } from "fastify";

const LOOK_EVERY_MS = 500;
const MOST_LATE_MS = 2_000;

class TooLate extends Error {
  readonly statusCode = 503;
}

export function refuseUnderPressure(app: FastifyInstance): void {
  let lateMs = 0;
  let lookedAtMs = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lateMs = now - lookedAtMs - LOOK_EVERY_MS;
    lookedAtMs = now;
  }, LOOK_EVERY_MS).unref();
  app.addHook("onClose", async () => clearInterval(timer));
  app.addHook("onRequest", async () => {
    if (lateMs > MOST_LATE_MS) throw new TooLate("what is under way takes too long");
  });
}
