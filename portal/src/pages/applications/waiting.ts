/** Requests that wait for a decision: all of them for those who answer for the tenant, else one's own to decide. */
import { useApi } from "../../api/api.ts";
import { useAnswersForTenant, useMe } from "../../app/session.tsx";
import type { AccessRequest } from "../../words/request.ts";

const MOST = 200;

export function useWaiting(): readonly AccessRequest[] {
  const all = useAnswersForTenant();
  const approves = useMe().places.includes("approvals");
  const found = useApi(
    "listAccessRequests",
    { query: { state: "pending", view: all ? "all" : "toDecide", limit: MOST } },
    { enabled: all || approves },
  );
  return found.data?.items ?? [];
}
