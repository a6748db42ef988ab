/** Where one's offers run: each deployed application, and what its publisher may do there. */
import { Text, VisuallyHidden } from "@mantine/core";
import { useApi } from "../../api/api.ts";
import { Page } from "../../parts/page.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { type Application, liesIn } from "../../words/application.ts";
import { accessWords } from "../../words/customer.ts";
import { useLiveGrants } from "./live-grants.ts";

export function CustomersPage() {
  const applications = useApi("listApplications", {});
  const offers = useApi("listOffers", {});
  const grants = useLiveGrants();
  const offerNames = new Map((offers.data?.items ?? []).map(({ id, displayName }) => [id, displayName]));
  const liveCount = (application: Application) =>
    grants.data === undefined ? "…" : grants.live.filter(({ scope }) => liesIn(scope, application)).length;
  const columns: readonly Column<Application>[] = [
    {
      label: "Customer",
      cell: ({ consumer, name }) => (
        <>
          {consumer.name} <VisuallyHidden>{name}</VisuallyHidden>
        </>
      ),
    },
    { label: "Application", cell: ({ name }) => name },
    {
      label: "Offer",
      cell: ({ offerId, offerVersion }) =>
        `${offerNames.get(offerId) ?? "Withdrawn"}, version ${offerVersion}`,
    },
    { label: "What you may do", width: "2fr", cell: accessWords },
    {
      label: "Live now",
      width: "6rem",
      cell: (application) => (
        <Text component="span" className="steady">
          {application.jitEnabled ? liveCount(application) : "Always"}
        </Text>
      ),
    },
  ];
  return (
    <Page
      title="Customers"
      lead="Where your offers run. You can always read; for more you ask, and the customer's rules decide."
    >
      <Rows
        label="Customers"
        items={(applications.data?.items ?? []).filter(({ side }) => side === "publisher")}
        columns={columns}
        keyOf={({ id }) => id}
        to={({ id }) => `/customers/${id}`}
        empty="Nobody runs an offer of yours yet. A customer finds your offers in its catalogue once you make them available."
        query={applications}
      />
    </Page>
  );
}
