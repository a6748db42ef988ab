/**
 * Takes up what is due, the tenants side by side. One that takes long, because its rows are locked or its targets stall,
 * is not waited for: its work goes on, is not taken up a second time, and leaves the others their turn.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { TenantId } from "../domain/ids.ts";
import { sideBySide } from "./gather.ts";

interface Due {
  readonly tenantId: TenantId;
  readonly id: string;
}

export interface TenantByTenant<T extends Due> {
  /** Whether it is being worked on, or failed a moment ago. */
  has(id: T["id"]): boolean;
  /** How many of them: by so many more has to be asked for, so that others are among what is found. */
  readonly size: number;
  /** Resolves when all is done, or after a moment. Rejects as the first of them; the others go on. */
  take(due: readonly T[]): Promise<void>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

export interface Work<T extends Due> {
  /** Of one tenant. Resolves to those that failed and stay due. */
  run(tenantId: TenantId, some: readonly T[]): Promise<readonly T[]>;
  /** What took long is done: there may be more. */
  readonly onLate: () => void;
  /** That of somebody who is not waited for any more. */
  readonly onError: (error: unknown) => void;
}

const TENANTS_AT_ONCE = 16;
const PATIENCE_MS = 200;
/** What failed is tried again after so long; tried at once, it would stand before everything else. */
const FAILED_MS = 5_000;

export function tenantByTenant<T extends Due>({ run, onLate, onError }: Work<T>): TenantByTenant<T> {
  const busy = new Set<string>();
  const failed = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  const turn = sideBySide(TENANTS_AT_ONCE);

  const isFailed = (id: string): boolean => {
    if ((failed.get(id) ?? 0) > performance.now()) return true;
    failed.delete(id);
    return false;
  };
  const takeOne = async (tenantId: TenantId, some: readonly T[]): Promise<void> => {
    for (const { id } of some) busy.add(id);
    try {
      await turn(async () => {
        for (const { id } of await run(tenantId, some)) failed.set(id, performance.now() + FAILED_MS);
      });
    } finally {
      for (const { id } of some) busy.delete(id);
    }
  };
  return {
    has: (id) => busy.has(id) || isFailed(id),
    get size() {
      return busy.size + [...failed.keys()].filter(isFailed).length;
    },
    async take(due) {
      let isWaitedFor = true;
      const all = [...Map.groupBy(due, ({ tenantId }) => tenantId)].map(async ([tenantId, some]) => {
        try {
          await takeOne(tenantId, some);
        } catch (error) {
          if (isWaitedFor) throw error;
          onError(error);
        }
        if (!isWaitedFor) onLate();
      });
      for (const one of all) {
        const ended = one.then(
          () => {},
          () => {},
        );
        underWay.add(ended);
        void ended.then(() => underWay.delete(ended));
      }
      const patience = new AbortController();
      try {
        await Promise.race([
          Promise.all(all),
          delay(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => {}),
        ]);
      } finally {
        patience.abort();
        isWaitedFor = false;
      }
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}
