/**
 * Leases, on grants and on what else one process at a time works on: session advisory locks on one dedicated connection. A lease dies with its holder, at once and
 * without a time-out; when the connection breaks, every lease taken on it is no longer held.
 */
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { GrantId } from "../domain/ids.ts";
import type { Leases } from "../use-cases/ports.ts";
import { type ConnectionSettings, openConnection } from "./database.ts";
import { DatabaseAway, type GuardedClient } from "./guarded-client.ts";

const RETRY_MS = 20;
// Everything that is due asks for a lease; all of it together must not try more often than this.
const CONNECT_EVERY_MS = 500;
const LIMITS = { answerMs: 5_000, use: "leases" };

export interface OpenLeases<K extends string = GrantId> extends Leases<K> {
  close(): Promise<void>;
}

/** @param what the leases are on, which keeps them apart from others */
export function createLeases<K extends string = GrantId>(
  settings: ConnectionSettings,
  what = "grant",
): OpenLeases<K> {
  // The lock is the session's, so two tasks of this process must be kept apart here.
  const here = new Map<K, Promise<void>>();
  let connection: Promise<GuardedClient> | null = null;
  let epoch = 0;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  const connect = (): Promise<GuardedClient> => {
    if (connection !== null) return connection;
    if (performance.now() < triedAtMs + CONNECT_EVERY_MS)
      return Promise.reject(new DatabaseAway("the connection for leases was lost a moment ago"));
    triedAtMs = performance.now();
    const opened = openConnection(settings, LIMITS);
    const lose = () => {
      epoch++;
      if (connection === opened) connection = null;
    };
    opened.then((client) => client.ended.then(lose), lose);
    connection = opened;
    return opened;
  };
  // One statement at a time: a connection answers in order, and its client no longer queues for us.
  let last: Promise<unknown> = Promise.resolve();
  const ask = (text: string, ids: readonly K[]): Promise<pg.QueryResult> => {
    const keys = ids.map((id) => `${what}/${id}`);
    const answer = last.then(async () => (await connect()).query(text, [keys]));
    last = answer.catch(() => {});
    return answer;
  };
  const tryLock = async (ids: readonly K[]): Promise<K[]> => {
    const { rows } = await ask(
      `SELECT nr, pg_try_advisory_lock(hashtextextended(key, 0)) AS got
         FROM unnest($1::text[]) WITH ORDINALITY AS asked(key, nr) ORDER BY nr`,
      ids,
    );
    return ids.filter((_, index) => rows[index]?.got === true);
  };
  const unlock = async (ids: readonly K[], taken: number): Promise<void> => {
    if (taken !== epoch || ids.length === 0) return;
    // A failure here means that the session is gone, and the lock with it.
    const text = "SELECT pg_advisory_unlock(hashtextextended(key, 0)) FROM unnest($1::text[]) AS asked(key)";
    await ask(text, ids).catch(() => {});
  };
  /** Nobody else here asks for it until it is let go. */
  const reserve = (id: K): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    here.set(id, promise);
    return () => {
      here.delete(id);
      resolve();
    };
  };
  return {
    async withLease(id, waitMs, work) {
      const deadline = performance.now() + waitMs;
      for (;;) {
        const busy = here.get(id);
        if (busy === undefined) {
          const letGo = reserve(id);
          try {
            if ((await tryLock([id])).length > 0) {
              const taken = epoch;
              try {
                return await work({ isHeld: () => taken === epoch });
              } finally {
                await unlock([id], taken);
              }
            }
          } finally {
            letGo();
          }
        }
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) return null;
        await Promise.race([busy ?? delay(RETRY_MS), delay(Math.min(leftMs, 1_000))]);
      }
    },
    async takeLeases(ids) {
      const free = [...new Set(ids)].filter((id) => !here.has(id));
      const reserved = new Map(free.map((id) => [id, reserve(id)]));
      const letGo = (some: Iterable<K>): void => {
        for (const id of some) {
          reserved.get(id)?.();
          reserved.delete(id);
        }
      };
      try {
        const got = free.length === 0 ? [] : await tryLock(free);
        const taken = epoch;
        const held = new Set(got);
        letGo(free.filter((id) => !held.has(id)));
        return {
          ids: held,
          isHeld: () => taken === epoch,
          async release(some) {
            const mine = some.filter((id) => reserved.has(id));
            await unlock(mine, taken);
            letGo(mine);
          },
        };
      } catch (error) {
        letGo(free);
        throw error;
      }
    },
    async close() {
      await (await connection?.catch(() => null))?.end();
    },
  };
}
