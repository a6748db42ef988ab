/** What waits for one's decision, as the queue has it: read once, shared by the queue and the page of each request. */
import { useApiPages } from "../../api/api.ts";

const QUERY = { query: { view: "toDecide", limit: 200 } } as const;

/** The most urgent first. `look`: false takes what another page has read, and asks for nothing. */
export function useWaiting(look = true) {
  return useApiPages("listAccessRequests", QUERY, { enabled: look });
}
