/** What this tenant publishes, in which version, for whom, and where it runs. */
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ItemOf, useApi, useApiPages } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Page } from "../../parts/page.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { NothingHere } from "../../parts/states.tsx";
import { availabilityWords, deploymentsWords, OFFERS } from "../../words/offer.ts";
import { NewOfferSheet } from "./new-offer-sheet.tsx";

type Document = ItemOf<"listConfiguration">;

export function OffersPage() {
  const { places } = useMe();
  return places.includes("offers") ? (
    <Offers />
  ) : (
    <Page title={OFFERS.title}>
      <NothingHere />
    </Page>
  );
}

function Offers() {
  const [naming, sheet] = useDisclosure(false);
  const documents = useApiPages("listConfiguration", { path: { kind: "ApplicationDefinition" } });
  const offers = useApi("listOffers", {});
  const applications = useApi("listApplications", {});
  const deployments = (id: string) =>
    (applications.data?.items ?? []).filter((one) => one.side === "publisher" && one.offerId === id);
  const columns: readonly Column<Document>[] = [
    { label: "Offer", width: "2fr", cell: ({ spec, name }) => String(spec.displayName ?? name) },
    {
      label: "Version",
      width: "5rem",
      cell: ({ id }) => offers.data?.items.find((one) => one.id === id)?.version ?? "…",
    },
    {
      label: "JIT",
      width: "7rem",
      cell: ({ spec }) => (spec.jitOffered === true ? "Offered" : "Not offered"),
    },
    { label: "Available to", cell: ({ spec }) => availabilityWords(spec.visibility) },
    { label: "Deployments", cell: ({ id }) => deploymentsWords(deployments(id)) },
  ];
  return (
    <Page
      title={OFFERS.title}
      lead={OFFERS.lead}
      actions={<Button onClick={sheet.open}>{OFFERS.make}</Button>}
    >
      <Rows
        label={OFFERS.title}
        items={documents.items}
        columns={columns}
        keyOf={({ id }) => id}
        to={({ name }) => `/offers/${encodeURIComponent(name)}`}
        empty={OFFERS.none}
        query={documents.query}
      />
      {naming ? <NewOfferSheet close={sheet.close} taken={documents.items.map(({ name }) => name)} /> : null}
    </Page>
  );
}
