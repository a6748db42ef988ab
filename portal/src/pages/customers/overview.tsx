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
import { alwaysWords, approvalWords } from "../../words/customer.ts";
import { durationWords } from "../../words/duration.ts";

export function CustomerOverview({ application }: { readonly application: Application }) {
  const { consumer, name, scope, managedScope, jitPolicy, deployedAt } = application;
  return (
    <>
      <Section title="What you hold always">
        <Paper withBorder p="md">
          <Text>{alwaysWords(application)}</Text>
        </Paper>
      </Section>
      <Section title="Facts">
        <Paper withBorder p="md">
          <Facts
            facts={[
              ["Customer", consumer.name],
              ["Application", name],
              ["Offer", <OfferWords key="offer" application={application} />],
              ["Deployed", <Time key="deployed" at={deployedAt} />],
              [jitPolicy === null ? "Held permanently" : "May be asked for", roleWords(application)],
              ["For at most", jitPolicy === null ? null : durationWords(jitPolicy.maximumDuration)],
              ["Who decides", approvalWords(application)],
              ["Needs", needsWords(application)],
              ["Scope", <Code key="scope">{scope}</Code>],
              ["Managed resources", <Code key="managed">{managedScope}</Code>],
            ]}
          />
        </Paper>
      </Section>
    </>
  );
}

function OfferWords({
  application: { offerId, offerVersion, consumer },
}: {
  readonly application: Application;
}) {
  const { places } = useMe();
  const offers = useApi("listOffers", {});
  const offer = offers.data?.items.find(({ id }) => id === offerId);
  if (offer === undefined) return `Withdrawn, version ${offerVersion}`;
  const name = places.includes("offers") ? (
    <Anchor component={Link} to={`/offers/${encodeURIComponent(offer.name)}`} underline="always">
      {offer.displayName}
    </Anchor>
  ) : (
    offer.displayName
  );
  return (
    <>
      {name}, version {offerVersion}
      {offer.version > offerVersion
        ? `. Version ${offer.version} is published; ${consumer.name} has not accepted it yet.`
        : ", the newest"}
    </>
  );
}

function needsWords({ jitPolicy }: Application): string | null {
  if (jitPolicy === null) return null;
  const needs = [
    ...(jitPolicy.justificationRequired ? ["a justification"] : []),
    ...(jitPolicy.mfaRequired ? ["a second factor"] : []),
  ];
  return needs.length === 0 ? null : needs.join(" and ");
}
