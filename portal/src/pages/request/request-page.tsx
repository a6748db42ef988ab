/** Asking for access: the form, and beside it what would happen. */
import { useLocation } from "react-router";
import { useApi } from "../../api/api.ts";
import { NotEligible } from "../../parts/not-eligible.tsx";
import { Page } from "../../parts/page.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { LEAD } from "../../words/asking.ts";
import { REQUEST_ACCESS } from "../../words/holding.ts";
import { placesOf } from "./places.ts";
import { RequestForm } from "./request-form.tsx";

export function RequestPage() {
  const { search } = useLocation();
  const found = useApi("listMyEligibilities", {});
  const again = new URLSearchParams(search).get("again");
  const before = useApi("readAccessRequest", { path: { id: again ?? "" } }, { enabled: again !== null });
  const places = placesOf(found.data?.items ?? []);
  // Where one is eligible for nothing an address still gets an answer: what stands in its way.
  const nothing = places.length === 0 && again === null && !new URLSearchParams(search).has("scope");
  return (
    <Page title={REQUEST_ACCESS} lead={LEAD}>
      {before.error !== null ? (
        <Problem error={before.error} again={() => before.refetch()} />
      ) : found.isPending || (again !== null && before.data === undefined) ? (
        <Loading rows={4} height={96} />
      ) : found.error !== null && found.data === undefined ? (
        <Problem error={found.error} again={() => found.refetch()} />
      ) : nothing ? (
        <NotEligible />
      ) : (
        <RequestForm key={search} places={places} address={search} before={before.data ?? null} />
      )}
    </Page>
  );
}
