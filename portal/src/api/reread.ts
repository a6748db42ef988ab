/**
 * What was changed, here or by somebody else, is read again, and what it could not have changed is not. A change of one's
 * own and the notice of it that the server sends to everybody are one burst, and a burst is read once.
 */
import type { Query, QueryClient } from "@tanstack/react-query";
import { dependsOn } from "./depends.ts";

const GATHER_MS = 150;

interface Burst {
  /** Null: anything may have changed. */
  topics: Set<string> | null;
}

const bursts = new WeakMap<QueryClient, Burst>();

/** `topics`: null where anything may have changed. */
export function readAgain(queries: QueryClient, topics: readonly string[] | null): void {
  if (topics?.length === 0) return;
  markOld(queries, topics);
  const under = bursts.get(queries);
  if (under !== undefined) {
    if (topics === null) under.topics = null;
    else for (const topic of topics) under.topics?.add(topic);
    return;
  }
  const burst: Burst = { topics: topics === null ? null : new Set(topics) };
  bursts.set(queries, burst);
  setTimeout(() => {
    bursts.delete(queries);
    const all = burst.topics === null ? null : [...burst.topics];
    const filter = { type: "active", stale: true, predicate: couldHaveChanged(all) } as const;
    // Whatever began after it was marked says what is so by now.
    void queries.refetchQueries(filter, { cancelRefetch: false });
  }, GATHER_MS);
}

/** What is shown from now on is read first; what is being read already may say what was so before, and begins again. */
function markOld(queries: QueryClient, topics: readonly string[] | null): void {
  const isMeant = couldHaveChanged(topics);
  const isUnderWay = ({ state }: Query) => state.fetchStatus === "fetching";
  void queries.invalidateQueries({ predicate: (query) => isMeant(query) && isUnderWay(query) });
  void queries.invalidateQueries({
    predicate: (query) => isMeant(query) && !isUnderWay(query),
    refetchType: "none",
  });
}

function couldHaveChanged(topics: readonly string[] | null) {
  return ({ queryKey: [operation] }: Query) => topics === null || dependsOn(String(operation), topics);
}
