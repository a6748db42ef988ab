/** Which rows of the queue are picked: each row follows its own, so that picking one draws no other. */
import { createContext, useContext, useSyncExternalStore } from "react";

export interface Picked {
  has(id: string): boolean;
  /** Refuses, by doing nothing, more than can be decided at once. */
  toggle(id: string): void;
  replace(ids: readonly string[]): void;
  all(): ReadonlySet<string>;
  subscribe(listener: () => void): () => void;
}

/** Each is a decision of its own, made one after the other while somebody looks on. */
export const MOST_PICKED = 50;

export function createPicked(): Picked {
  let ids: ReadonlySet<string> = new Set();
  const listeners = new Set<() => void>();
  const replace = (next: readonly string[]) => {
    ids = new Set(next.slice(0, MOST_PICKED));
    for (const listener of listeners) listener();
  };
  return {
    has: (id) => ids.has(id),
    all: () => ids,
    replace,
    toggle: (id) => replace(ids.has(id) ? [...ids].filter((one) => one !== id) : [...ids, id]),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const PickedContext = createContext<Picked>(createPicked());

export function useIsPicked(id: string): readonly [picked: boolean, toggle: () => void] {
  const picked = useContext(PickedContext);
  return [useSyncExternalStore(picked.subscribe, () => picked.has(id)), () => picked.toggle(id)];
}

export function useAllPicked(picked: Picked): ReadonlySet<string> {
  return useSyncExternalStore(picked.subscribe, picked.all);
}
