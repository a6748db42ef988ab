/**
 * Leases on grants: session advisory locks on one dedicated connection. A lease dies with its holder, at once and
 * without a time-out; when the connection breaks, every lease taken on it is no longer held.
 */
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { GrantId } from "../domain/ids.ts";
import type { Leases } from "../use-cases/ports.ts";
import { type ConnectionSettings, singleConnection } from "./database.ts";

const RETRY_MS = 20;

export interface OpenLeases extends Leases {
  close(): Promise<void>;
}

export function createLeases(settings: ConnectionSettings): OpenLeases {
  // The lock is the session's, so two tasks of this process must be kept apart here.
  const here = new Map<GrantId, Promise<void>>();
  let connection: Promise<pg.Client> | null = null;
  let epoch = 0;
  const connect = (): Promise<pg.Client> => {
    connection ??= open(settings, () => {
      epoch++;
      connection = null;
    }).catch((error) => {
      connection = null;
      throw error;
    });
    return connection;
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
      await (await connection)?.end();
    },
  };
}

async function open(settings: ConnectionSettings, lost: () => void): Promise<pg.Client> {
  const client = singleConnection(settings);
  client.on("error", () => {});
  client.on("end", lost);
  await client.connect();
  return client;
}
