/**
 * Shares a pool's connections out between tenants. One alone may have as many as are left for the others, and one more:
 * of 15 it gets 8, the next 4, then 2 and 1, so that whoever has none gets one. Who waits is served by how little they have.
 */
import type { TenantId } from "../domain/ids.ts";
import { Unavailable } from "../domain/outage.ts";
import { DatabaseAway } from "./guarded-client.ts";

export interface Patience {
  readonly waitMs: number;
  /** Of one tenant, and of all. */
  readonly mostWaiting: number;
  readonly mostInAll: number;
}

const PATIENCE: Patience = { waitMs: 5_000, mostWaiting: 200, mostInAll: 2_000 };

interface Waiting {
  readonly go: () => void;
}

export class FairShare {
  #free: number;
  readonly #patience: Patience;
  readonly #held = new Map<TenantId, number>();
  /** Whoever was served last waits behind the others. */
  readonly #queues = new Map<TenantId, Waiting[]>();
  #waiting = 0;

  constructor(places: number, patience = PATIENCE) {
    this.#free = places;
    this.#patience = patience;
  }

  /** @throws Unavailable at once when too many wait, DatabaseAway when none came free in time. */
  async within<T>(tenantId: TenantId, work: () => Promise<T>): Promise<T> {
    if (this.#mayTake(tenantId)) this.#take(tenantId);
    else await this.#wait(tenantId);
    try {
      return await work();
    } finally {
      this.#giveBack(tenantId);
    }
  }

  /** Of all tenants. */
  get waiting(): number {
    return this.#waiting;
  }

  #heldBy(tenantId: TenantId): number {
    return this.#held.get(tenantId) ?? 0;
  }

  #mayTake(tenantId: TenantId): boolean {
    return this.#free > 0 && this.#heldBy(tenantId) <= this.#free;
  }

  #take(tenantId: TenantId): void {
    this.#free--;
    this.#held.set(tenantId, this.#heldBy(tenantId) + 1);
  }

  #giveBack(tenantId: TenantId): void {
    const left = this.#heldBy(tenantId) - 1;
    this.#free++;
    if (left === 0) this.#held.delete(tenantId);
    else this.#held.set(tenantId, left);
    for (let next = this.#next(); next !== null; next = this.#next()) this.#serve(next);
  }

  #next(): TenantId | null {
    let next: TenantId | null = null;
    for (const tenantId of this.#queues.keys()) {
      if (!this.#mayTake(tenantId)) continue;
      if (next === null || this.#heldBy(tenantId) < this.#heldBy(next)) next = tenantId;
    }
    return next;
  }

  #serve(tenantId: TenantId): void {
    const queue = this.#queues.get(tenantId) ?? [];
    const [first] = queue;
    if (first === undefined) throw new Error("a tenant that nobody waits for is in the queue");
    this.#leave(tenantId, first);
    // To the end.
    if (this.#queues.delete(tenantId) && queue.length > 0) this.#queues.set(tenantId, queue);
    this.#take(tenantId);
    first.go();
  }

  #leave(tenantId: TenantId, one: Waiting): void {
    const queue = this.#queues.get(tenantId) ?? [];
    queue.splice(queue.indexOf(one), 1);
    this.#waiting--;
    if (queue.length === 0) this.#queues.delete(tenantId);
  }

  #wait(tenantId: TenantId): Promise<void> {
    const { waitMs, mostWaiting, mostInAll } = this.#patience;
    const queue = this.#queues.get(tenantId) ?? [];
    if (queue.length >= mostWaiting || this.#waiting >= mostInAll)
      throw new Unavailable("too many calls are under way already; try again in a moment");
    this.#queues.set(tenantId, queue);
    this.#waiting++;
    return new Promise((resolve, reject) => {
      const one: Waiting = {
        go() {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#leave(tenantId, one);
        reject(new DatabaseAway(`no connection came free within ${waitMs} ms`));
      }, waitMs);
      queue.push(one);
    });
  }
}
