/** What was asked for and is held at customers' now: everybody's for those who answer for the tenant, else one's own. */
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";

const MOST = 200;

/** Whose requests and grants this person may list. */
export function useView(): "all" | "mine" {
  const { rights } = useMe();
  return rights.includes("administrator") || rights.includes("auditor") ? "all" : "mine";
}

/** Everywhere, or at one application. */
export function useLiveGrants(applicationId?: string) {
  const place = applicationId === undefined ? {} : { applicationId };
  const query = useApi("listGrants", { query: { view: useView(), state: "active", limit: MOST, ...place } });
  const live = (query.data?.items ?? []).filter(
    ({ kind, liveness }) => kind === "activation" && liveness === "live",
  );
  return { ...query, live };
}
