/** One offer, and the way to an application of one's own. */
import { Group } from "@mantine/core";
import { useMemo } from "react";
import { useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { HelpLink } from "../../parts/help-link.tsx";
import { Page, PageSkeleton } from "../../parts/page.tsx";
import { Empty, NothingHere, Problem } from "../../parts/states.tsx";
import { accessWords, CATALOGUE } from "../../words/catalogue.ts";
import { CreateForm } from "./create-form.tsx";
import type { Offer } from "./draft.ts";
import { stepsOf } from "./form.ts";
import { Logo } from "./offer-card.tsx";
import type { OfferForm } from "./use-trial.ts";

export function OfferPage() {
  const { offerId = "" } = useParams();
  const { places, principal } = useMe();
  const offers = useApi("listOffers", {});
  const offer = offers.data?.items.find(({ id }) => id === offerId);
  if (offers.error !== null && offers.data === undefined)
    return <Problem error={offers.error} again={() => offers.refetch()} />;
  if (offers.data === undefined) return <PageSkeleton />;
  if (offer === undefined) return <NothingHere />;
  return (
    <Page
      title={`Create ${offer.displayName}`}
      lead={<Lead offer={offer} />}
      up={{ to: "/catalogue", label: "Catalogue" }}
      width={960}
    >
      {places.includes("catalogue") ? (
        <Known offer={offer} />
      ) : (
        <Empty>Only {principal.tenantName}'s administrators deploy applications. Ask one of them.</Empty>
      )}
    </Page>
  );
}

function Known({ offer }: { readonly offer: Offer }) {
  const { data, error, refetch } = useApi("readOfferForm", { path: { id: offer.id } });
  const form = useMemo<OfferForm | null>(
    () =>
      data === undefined
        ? null
        : { version: data.version, steps: data.form === null ? null : stepsOf(data.form) },
    [data],
  );
  if (form !== null) return <CreateForm key={form.version} offer={offer} form={form} />;
  return error === null ? <PageSkeleton /> : <Problem error={error} again={() => refetch()} />;
}

function Lead({ offer }: { readonly offer: Offer }) {
  const { publisher, version, logo, support } = offer;
  return (
    <Group component="span" gap="sm" wrap="nowrap" align="flex-start">
      {logo === null ? null : <Logo src={logo} />}
      <span style={{ overflowWrap: "anywhere" }}>
        {CATALOGUE.published(publisher.name, version)} {accessWords(offer)}{" "}
        {support === null ? null : (
          <>
            {CATALOGUE.help}
            <HelpLink support={support} />
          </>
        )}
      </span>
    </Group>
  );
}
