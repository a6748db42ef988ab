/**
 * Refuses what comes in while this process is too late for it, or is being stopped: better told at once than answered after its caller has
 * gone. A timer that is seldom looks seldom; a histogram of every 10 ms would be half of what it costs to wait.
 */
import type { FastifyInstance } from "fastify";
import { Unavailable } from "../domain/outage.ts";

const LOOK_EVERY_MS = 500;
const MOST_LATE_MS = 2_000;
/** Well within what a stop may take: the database has to be stopped after it. */
const LAST_ANSWERS_MS = 8_000;

export function refuseUnderPressure(app: FastifyInstance, lastAnswersMs = LAST_ANSWERS_MS): void {
  let lateMs = 0;
  let lookedAtMs = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lateMs = now - lookedAtMs - LOOK_EVERY_MS;
    lookedAtMs = now;
  }, LOOK_EVERY_MS).unref();
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
    // A server that closes waits for its answers: for one that nobody reads, until it is killed itself.
    setTimeout(() => app.server.closeAllConnections(), lastAnswersMs).unref();
  });
  app.addHook("onClose", async () => clearInterval(timer));
  app.addHook("onRequest", async () => {
    if (isClosing) throw new Unavailable("Curfew is being stopped; try again in a moment");
    if (lateMs > MOST_LATE_MS) throw new Unavailable("too much is under way just now; try again in a moment");
  });
}
