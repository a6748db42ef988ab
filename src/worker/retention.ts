/** What is kept for a time only, and for how long. The log, requests and grants are not in this list: they stay. */
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import type { WorkerOptions } from "./worker.ts";

const KEPT_MS = {
  /** From the call; in that time the same key gets the same answer. */
  idempotencyKeys: DAY_MS,
  /** From when they were sent. What nobody has read stays. */
  readNotifications: 90 * DAY_MS,
  /** Sessions, codes and tokens, from their end. */
  signInRecords: HOUR_MS,
  /** From the last attempt: by then each is full again. */
  rateLimits: DAY_MS,
  /** From when the next try could be made. */
  signInLines: HOUR_MS,
  /** From when whoever held it was gone. */
  signInPlaces: 0,
  /** From the last sign-in or refusal. */
  accountNetworks: 30 * DAY_MS,
  setupTokens: 0,
  /** From when they were made. A process that was away for longer reads the whole. */
  policyChanges: 7 * DAY_MS,
  /** From when it was planned, once nothing will come of it any more. What waits stays. */
  mail: 90 * DAY_MS,
  mailLinks: 0,
} as const;

export type Forgotten = keyof typeof KEPT_MS;
export const FORGOTTEN = Object.keys(KEPT_MS) as Forgotten[];

const BATCH = 500;

/** A run takes one batch of each kind, so that none of them takes long; where there was more, the next one comes soon. */
export function forgetter({ deps, due }: WorkerOptions): () => Promise<number> {
  let nextAt = 0;
  return async () => {
    const now = deps.clock.now();
    // Woken whenever anything may be due; this one has time.
    if (now < nextAt) return nextAt - now;
    const olderThan = Object.fromEntries(FORGOTTEN.map((kind) => [kind, addMs(now, -KEPT_MS[kind])]));
    const pauseMs = (await due.forget(olderThan, BATCH)) >= BATCH ? SECOND_MS : MINUTE_MS;
    nextAt = now + pauseMs;
    return pauseMs;
  };
}
