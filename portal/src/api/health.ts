/** Whether what the page reads comes: derived from the cache of answers, so that nothing has to report to it. */
import {
  onlineManager,
  type Query,
  type QueryCache,
  type QueryClient,
  useQueryClient,
} from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { isPassing, Unreachable } from "./passing.ts";

interface Trouble {
  /** No network; nobody answers; Curfew answers that it cannot just now. */
  readonly kind: "offline" | "silent" | "overloaded";
  /** Epoch milliseconds of this browser. */
  readonly since: number;
}

const MOST_PAUSE_MS = 8_000;

/**
 * What is read is read again by itself as long as that may help, and what the server refused is not: a page keeps what
 * it has meanwhile, and is as it was when Curfew answers.
 */
export const READ_AGAIN = {
  retry: (_: number, error: Error) => isPassing(error),
  // Everybody who waits does not come back at once.
  retryDelay: (tries: number) => Math.min(1_000 * 2 ** tries, MOST_PAUSE_MS) * (0.75 + Math.random() / 2),
};

interface Watch {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => Trouble | null;
}

const watches = new WeakMap<QueryClient, Watch>();

/** Null while all is well. */
export function useTrouble(): Trouble | null {
  const queries = useQueryClient();
  const watch = watches.get(queries) ?? watchOf(queries.getQueryCache());
  watches.set(queries, watch);
  return useSyncExternalStore(watch.subscribe, watch.get);
}

function watchOf(cache: QueryCache): Watch {
  const failing = new Map<string, Trouble>();
  let offlineSince: number | null = null;
  let told: Trouble | null = null;
  const listeners = new Set<() => void>();
  const tell = () => {
    const now = troubleOf(offlineSince, [...failing.values()]);
    if (now?.kind === told?.kind && now?.since === told?.since) return;
    told = now;
    for (const listener of listeners) listener();
  };
  const online = (isOnline: boolean) => {
    offlineSince = isOnline ? null : (offlineSince ?? Date.now());
    tell();
  };
  online(onlineManager.isOnline());
  onlineManager.subscribe(online);
  cache.subscribe(({ query }) => {
    look(query, failing);
    tell();
  });
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: () => told,
  };
}

/** Only what somebody looks at counts; one that is being read again is still without an answer. */
function look(query: Query, failing: Map<string, Trouble>): void {
  const { fetchFailureReason: reason, fetchStatus } = query.state;
  const before = failing.get(query.queryHash);
  if (!query.isActive()) failing.delete(query.queryHash);
  else if (isPassing(reason)) {
    const kind = reason instanceof Unreachable ? "silent" : "overloaded";
    failing.set(query.queryHash, { kind, since: before?.since ?? Date.now() });
  } else if (fetchStatus === "idle") failing.delete(query.queryHash);
}

function troubleOf(offlineSince: number | null, failing: readonly Trouble[]): Trouble | null {
  if (offlineSince !== null) return { kind: "offline", since: offlineSince };
  const [first] = failing.toSorted((a, b) => a.since - b.since);
  return first ?? null;
}
