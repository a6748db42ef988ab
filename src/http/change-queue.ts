/**
 * Changes of configuration wait in a queue. Each holds a connection for as long as it lasts, so that many at once would
 * leave none for other tenants, nor for the worker that ends their grants.
 */
import { type Outcome, reject } from "../domain/rejection.ts";

export type QueueChange = <T>(tenantId: string, work: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;

const ALL = "all tenants";
const MOST_AT_ONCE = 4;
const MOST_OF_A_TENANT = 8;
const MOST_WAITING = 64;

/** One at a time for each tenant, four of all; refuses at once where too many wait already. */
export function changeQueue(): QueueChange {
  const queues = new Map<string, (() => void)[]>();
  const stepIn = async (queue: string, atOnce: number, most: number): Promise<boolean> => {
    const waiting = queues.get(queue) ?? [];
    if (waiting.length >= most) return false;
    queues.set(queue, waiting);
    await new Promise<void>((go) => {
      waiting.push(go);
      if (waiting.length <= atOnce) go();
    });
    return true;
  };
  const stepOut = (queue: string, atOnce: number): void => {
    const waiting = queues.get(queue) ?? [];
    waiting.shift();
    waiting[atOnce - 1]?.();
    if (waiting.length === 0) queues.delete(queue);
  };
  return async (tenantId, work) => {
    if (!(await stepIn(tenantId, 1, MOST_OF_A_TENANT))) return tooMany();
    try {
      if (!(await stepIn(ALL, MOST_AT_ONCE, MOST_WAITING))) return tooMany();
      try {
        return await work();
      } finally {
        stepOut(ALL, MOST_AT_ONCE);
      }
    } finally {
      stepOut(tenantId, 1);
    }
  };
}

function tooMany() {
  return reject(
    "too_many_requests",
    "many changes of configuration are waiting already; try again in a moment",
  );
}
