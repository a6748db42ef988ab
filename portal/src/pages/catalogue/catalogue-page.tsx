/** What publishers offer: who would get in, with which roles, and whether just in time. */
import { Anchor, Badge, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { type ItemOf, useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Page } from "../../parts/page.tsx";
import { Empty, Loading, Problem } from "../../parts/states.tsx";
import { type Application, roleWords } from "../../words/application.ts";

type Offer = ItemOf<"listOffers">;

export function CataloguePage() {
  const found = useApi("listOffers", {});
  const deployed = useApi("listApplications", {}).data?.items ?? [];
  const offers = found.data?.items ?? [];
  return (
    <Page title="Catalogue" lead="Applications that publishers offer to your organisation.">
      {found.error !== null && found.data === undefined ? (
        <Problem error={found.error} again={() => found.refetch()} />
      ) : found.isPending ? (
        <Loading rows={2} height={160} />
      ) : offers.length === 0 ? (
        <Empty>
          No publisher offers anything to your organisation. Ask yours to make its offer visible to you.
        </Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2, lg: 3 }} spacing="md">
          {offers.map((offer) => (
            <OfferCard key={offer.id} offer={offer} deployed={deployed.filter((one) => runs(one, offer))} />
          ))}
        </SimpleGrid>
      )}
    </Page>
  );
}

function runs({ offerId, side }: Application, offer: Offer): boolean {
  return offerId === offer.id && side === "consumer";
}

interface CardProps {
  readonly offer: Offer;
  readonly deployed: readonly Application[];
}

function OfferCard({ offer, deployed }: CardProps) {
  const { principal } = useMe();
  const { displayName, publisher, version, jitOffered } = offer;
  const own = publisher.tenantId === principal.tenantId;
  return (
    <Paper withBorder p="md" component="article" aria-label={displayName}>
      <Stack gap="sm" h="100%" justify="space-between">
        <Stack gap="sm">
          <Stack gap={2}>
            <Title order={2} size="h4">
              {displayName}
            </Title>
            <Text size="sm" c="dimmed">
              {publisher.name}
              {own ? ", your own offer" : ""} · version {version}
            </Text>
          </Stack>
          <Badge color={jitOffered ? "night" : "orange"} w="fit-content">
            {jitOffered ? "JIT offered" : "JIT not offered"}
          </Badge>
          <Text>
            {jitOffered
              ? `${publisher.name} would look at it always, and ask for ${roleWords(offer)} each time.`
              : `${publisher.name} would hold ${roleWords(offer)} permanently.`}
          </Text>
          <Running deployed={deployed} />
        </Stack>
        <Group>
          <Button
            component={Link}
            to={`/catalogue/${offer.id}`}
            variant="light"
            aria-label={`Create ${displayName}`}
          >
            Create
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

function Running({ deployed }: Pick<CardProps, "deployed">) {
  if (deployed.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      You run it as{" "}
      {deployed.map(({ id, name }, at) => (
        <span key={id}>
          {at === 0 ? "" : ", "}
          <Anchor component={Link} to={`/applications/${id}`}>
            {name}
          </Anchor>
        </span>
      ))}
      .
    </Text>
  );
}
