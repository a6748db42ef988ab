/** What waits for one's decision, as the queue has it: read once, shared by the queue and the page of each request. */
import { useEffect } from "react";
import { useApiPages } from "../../api/api.ts";

const QUERY = { query: { view: "toDecide", limit: 200 } } as const;
/** Beyond it nobody looks for one among them: the most urgent are here, and the others come when these are decided. */
const MOST = 1_000;

/** The most urgent first, as far as another page has read it; asks for nothing. */
export function useKnownWaiting() {
  return useApiPages("listAccessRequests", QUERY, { enabled: false });
}

/** All of it, so that it can be searched. */
export function useAllWaiting() {
  const { items, query } = useApiPages("listAccessRequests", QUERY);
  const { hasNextPage, isFetching, error, fetchNextPage } = query;
  const wanted = hasNextPage && !isFetching && error === null && items.length < MOST;
  useEffect(() => {
    if (wanted) void fetchNextPage();
  }, [wanted, fetchNextPage]);
  return { items, query };
}
