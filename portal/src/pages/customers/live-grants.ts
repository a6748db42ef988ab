/** What was asked for and is held at customers' now: everybody's for those who answer for the tenant, else one's own. */
import { useApi } from "../../api/api.ts";
import { useAnswersForTenant } from "../../app/session.tsx";

const MOST = 200;

/** Everywhere, or at one application. */
export function useLiveGrants(applicationId?: string) {
  const place = applicationId === undefined ? {} : { applicationId };
  const view = useAnswersForTenant() ? "all" : "mine";
  const query = useApi("listGrants", { query: { view, state: "active", limit: MOST, ...place } });
  const live = (query.data?.items ?? []).filter(
    ({ kind, liveness }) => kind === "activation" && liveness === "live",
  );
  return { ...query, live };
}
