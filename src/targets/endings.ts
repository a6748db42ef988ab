/** Many ends at once over connections that are kept for a moment: ready when an end is near, given up when none comes. */
import type { TargetDefinition } from "../domain/target-binding.ts";
import type { Ending } from "./ending.ts";
import { TargetFault } from "./target.ts";

/** Longer than the worker looks ahead, so that what it made ready is still there at the end. */
const KEEP_MS = 15_000;
/** One may cut while another one tidies up. */
const MOST_KEPT = 2;

interface Kept {
  readonly ending: Ending;
  readonly version: number;
  readonly timer: NodeJS.Timeout;
}

export interface Endings {
  warm(target: TargetDefinition): Promise<void>;
  /** A connection that fails is not used again; one that was kept and has died meanwhile is replaced once. */
  use<T>(target: TargetDefinition, work: (ending: Ending) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function keepEndings(open: (target: TargetDefinition) => Promise<Ending>): Endings {
  const kept = new Map<string, Kept[]>();
  const opening = new Set<string>();
  const keyOf = ({ tenantId, id }: TargetDefinition) => `${tenantId}/${id}`;
  const drop = (key: string, one: Kept): void => {
    clearTimeout(one.timer);
    const rest = (kept.get(key) ?? []).filter((other) => other !== one);
    if (rest.length > 0) kept.set(key, rest);
    else kept.delete(key);
  };
  const take = (target: TargetDefinition): Ending | null => {
    const key = keyOf(target);
    for (const one of kept.get(key) ?? []) {
      drop(key, one);
      // Made under a configuration that has changed since, it may lead elsewhere.
      if (one.version === target.version) return one.ending;
      void one.ending.close();
    }
    return null;
  };
  const keep = (target: TargetDefinition, ending: Ending): void => {
    const key = keyOf(target);
    const others = kept.get(key) ?? [];
    if (others.length >= MOST_KEPT) return void ending.close();
    const timer = setTimeout(() => {
      drop(key, one);
      void ending.close();
    }, KEEP_MS);
    timer.unref();
    const one: Kept = { ending, version: target.version, timer };
    kept.set(key, [...others, one]);
  };
  const attempt = async <T>(
    target: TargetDefinition,
    ending: Ending,
    work: (ending: Ending) => Promise<T>,
  ): Promise<T> => {
    try {
      const done = await work(ending);
      keep(target, ending);
      return done;
    } catch (error) {
      void ending.close();
      throw error;
    }
  };
  return {
    async warm(target) {
      const key = keyOf(target);
      if (kept.has(key) || opening.has(key)) return;
      opening.add(key);
      try {
        keep(target, await open(target));
      } catch {
        // The cut will meet the same fault and tell it.
      } finally {
        opening.delete(key);
      }
    },
    async use(target, work) {
      const ready = take(target);
      if (ready === null) return attempt(target, await open(target), work);
      try {
        return await attempt(target, ready, work);
      } catch (error) {
        if (!(error instanceof TargetFault) || error.kind !== "retryable") throw error;
        return attempt(target, await open(target), work);
      }
    },
    async close() {
      const all = [...kept].flatMap(([key, some]) => some.map((one) => ({ key, one })));
      for (const { key, one } of all) drop(key, one);
      await Promise.all(all.map(({ one }) => one.ending.close()));
    },
  };
}
