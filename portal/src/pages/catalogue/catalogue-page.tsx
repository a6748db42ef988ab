/** What publishers offer: who would get in, with which roles, and whether just in time. */
import { SimpleGrid } from "@mantine/core";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Page } from "../../parts/page.tsx";
import { Empty, Loading, Problem } from "../../parts/states.tsx";
import type { Application } from "../../words/application.ts";
import { CATALOGUE } from "../../words/catalogue.ts";
import type { Offer } from "./draft.ts";
import { OfferCard } from "./offer-card.tsx";

export function CataloguePage() {
  const { principal } = useMe();
  const found = useApi("listOffers", {});
  const deployed = useApi("listApplications", {}).data?.items ?? [];
  const offers = found.data?.items ?? [];
  return (
    <Page title={CATALOGUE.title} lead={CATALOGUE.lead}>
      {found.error !== null && found.data === undefined ? (
        <Problem error={found.error} again={() => found.refetch()} />
      ) : found.isPending ? (
        <Loading rows={2} height={160} />
      ) : offers.length === 0 ? (
        <Empty>{CATALOGUE.empty}</Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2, lg: 3 }} spacing="md">
          {offers.map((offer) => (
            <OfferCard
              key={offer.id}
              offer={offer}
              own={offer.publisher.tenantId === principal.tenantId}
              deployed={deployed.filter((one) => runs(one, offer))}
              to={`/catalogue/${offer.id}`}
            />
          ))}
        </SimpleGrid>
      )}
    </Page>
  );
}

function runs({ offerId, side }: Application, offer: Offer): boolean {
  return offerId === offer.id && side === "consumer";
}
