/** Where one's offers run: each deployed application, and what its publisher may do there. */
import { Stack, Text, VisuallyHidden } from "@mantine/core";
import { useApi } from "../../api/api.ts";
import { Page } from "../../parts/page.tsx";
import { Permanent } from "../../parts/permanent.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { type Application, liesIn } from "../../words/application.ts";
import { accessWords, LIST, offerWords } from "../../words/customer.ts";
import { permanentCount } from "../../words/permanent.ts";
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
      label: LIST.customer,
      cell: ({ consumer, name }) => (
        <>
          {consumer.name} <VisuallyHidden>{name}</VisuallyHidden>
        </>
      ),
    },
    { label: LIST.application, cell: ({ name }) => name },
    {
      label: LIST.offer,
      cell: ({ offerId, offerVersion }) => offerWords(offerNames.get(offerId) ?? null, offerVersion),
    },
    { label: LIST.mayDo, width: "2.2fr", cell: (application) => <MayDo application={application} /> },
    {
      label: LIST.liveNow,
      width: "6rem",
      cell: (application) => (
        <Text component="span" className="steady">
          {application.jitEnabled ? liveCount(application) : LIST.always}
        </Text>
      ),
    },
  ];
  const items = (applications.data?.items ?? []).filter(({ side }) => side === "publisher");
  const permanent = permanentCount(items.filter(({ jitEnabled }) => !jitEnabled).length, items.length);
  return (
    <Page title={LIST.title} lead={LIST.lead}>
      {permanent === null ? null : (
        <Text className="permanent-note" mb="sm">
          {permanent}
        </Text>
      )}
      <Rows
        label={LIST.title}
        items={items}
        columns={columns}
        keyOf={({ id }) => id}
        to={({ id }) => `/customers/${id}`}
        empty={LIST.empty}
        query={applications}
      />
    </Page>
  );
}

function MayDo({ application }: { readonly application: Application }) {
  if (application.jitEnabled) return accessWords(application);
  return (
    <Stack gap={4} align="flex-start">
      <Permanent since={application.deployedAt} />
      {accessWords(application)}
    </Stack>
  );
}
