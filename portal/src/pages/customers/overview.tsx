/** What runs there, and what its publisher holds without asking. */
import { Anchor, Code, Paper, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Section } from "../../parts/page.tsx";
import { Time } from "../../parts/time.tsx";
import type { Application } from "../../words/application.ts";
import { roleWords } from "../../words/application.ts";
import {
  alwaysWords,
  approvalWords,
  needsWords,
  OVERVIEW,
  offerWords,
  versionWords,
} from "../../words/customer.ts";
import { durationWords } from "../../words/duration.ts";

export function CustomerOverview({ application }: { readonly application: Application }) {
  const { consumer, name, scope, managedScope, jitPolicy, deployedAt } = application;
  return (
    <>
      <Section title={OVERVIEW.always}>
        <Paper withBorder p="md">
          <Text>{alwaysWords(application)}</Text>
        </Paper>
      </Section>
      <Section title={OVERVIEW.facts}>
        <Paper withBorder p="md">
          <Facts
            facts={[
              [OVERVIEW.customer, consumer.name],
              [OVERVIEW.application, name],
              [OVERVIEW.offer, <OfferWords key="offer" application={application} />],
              [OVERVIEW.deployed, <Time key="deployed" at={deployedAt} />],
              [jitPolicy === null ? OVERVIEW.heldPermanently : OVERVIEW.mayAskFor, roleWords(application)],
              [OVERVIEW.atMost, jitPolicy === null ? null : durationWords(jitPolicy.maximumDuration)],
              [OVERVIEW.whoDecides, approvalWords(application)],
              [OVERVIEW.needs, needsWords(application)],
              [OVERVIEW.scope, <Code key="scope">{scope}</Code>],
              [OVERVIEW.managedResources, <Code key="managed">{managedScope}</Code>],
            ]}
          />
        </Paper>
      </Section>
    </>
  );
}

function OfferWords({ application }: { readonly application: Application }) {
  const { offerId, offerVersion } = application;
  const { places } = useMe();
  const offers = useApi("listOffers", {});
  const offer = offers.data?.items.find(({ id }) => id === offerId);
  if (offer === undefined) return offerWords(null, offerVersion);
  const name = places.includes("offers") ? (
    <Anchor component={Link} to={`/offers/${encodeURIComponent(offer.name)}`} underline="always">
      {offer.displayName}
    </Anchor>
  ) : (
    offer.displayName
  );
  return (
    <>
      {name}
      {versionWords(application, offer.version)}
    </>
  );
}
