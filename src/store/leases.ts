/**
 * Leases on grants: session advisory locks on one dedicated connection. A lease dies with its holder, at once and
 * without a time-out; when the connection breaks, every lease taken on it is no longer held.
 */
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { GrantId } from "../domain/ids.ts";
import type { Leases } from "../use-cases/ports.ts";
import { type ConnectionSettings, singleConnection } from "./database.ts";
import { DatabaseAway, type GuardedClient } from "./guarded-client.ts";

const RETRY_MS = 20;
// Everything that is due asks for a lease; all of it together must not try more often than this.
const CONNECT_EVERY_MS = 500;
const LIMITS = { answerMs: 5_000 };

export interface OpenLeases extends Leases {
  close(): Promise<void>;
}

export function createLeases(settings: ConnectionSettings): OpenLeases {
  // The lock is the session's, so two tasks of this process must be kept apart here.
  const here = new Map<GrantId, Promise<void>>();
  let connection: Promise<GuardedClient> | null = null;
  let epoch = 0;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  const connect = (): Promise<GuardedClient> => {
    if (connection !== null) return connection;
    if (performance.now() < triedAtMs + CONNECT_EVERY_MS)
      return Promise.reject(new DatabaseAway("the connection for leases was lost a moment ago"));
    triedAtMs = performance.now();
    const client = singleConnection(settings, LIMITS);
    const opened = client.connect().then(() => client);
    const lose = () => {
      epoch++;
      if (connection === opened) connection = null;
    };
    opened.then(() => client.ended.then(lose), lose);
    connection = opened;
    return opened;
  };
  // One statement at a time: a connection answers in turn, and its client no longer queues for us.
  let turn: Promise<unknown> = Promise.resolve();
  const ask = (text: string, id: GrantId): Promise<pg.QueryResult> => {
    const answer = turn.then(async () => (await connect()).query(text, [`grant/${id}`]));
    turn = answer.catch(() => {});
    return answer;
  };
  const tryLock = async (id: GrantId): Promise<boolean> => {
    const { rows } = await ask("SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got", id);
    return rows[0]?.got === true;
  };
  const unlock = async (id: GrantId, taken: number): Promise<void> => {
    if (taken !== epoch) return;
    // A failure here means that the session is gone, and the lock with it.
    await ask("SELECT pg_advisory_unlock(hashtextextended($1, 0))", id).catch(() => {});
  };
  return {
    async withLease(id, waitMs, work) {
      const deadline = performance.now() + waitMs;
      for (;;) {
        const busy = here.get(id);
        if (busy === undefined) {
          const { promise, resolve } = Promise.withResolvers<void>();
          here.set(id, promise);
          try {
            if (await tryLock(id)) {
              const taken = epoch;
              try {
                return await work({ isHeld: () => taken === epoch });
              } finally {
                await unlock(id, taken);
              }
            }
          } finally {
            here.delete(id);
            resolve();
          }
        }
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) return null;
        await Promise.race([busy ?? delay(RETRY_MS), delay(Math.min(leftMs, 1_000))]);
      }
    },
    async close() {
      await (await connection?.catch(() => null))?.end();
    },
  };
}
