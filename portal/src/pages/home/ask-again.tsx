/** What one asked for before, and what one keeps at hand: a prefilled form, and nothing is sent by a click. */
import { ActionIcon, Button, Group, Paper, SimpleGrid, Stack, Text, Tooltip } from "@mantine/core";
import { Star } from "lucide-react";
import { Link } from "react-router";
import { useMe } from "../../app/session.tsx";
import { NotEligible } from "../../parts/not-eligible.tsx";
import { Section } from "../../parts/page.tsx";
import { Empty, Loading } from "../../parts/states.tsx";
import { FAVOURITE } from "../../words/asking.ts";
import { durationWords } from "../../words/duration.ts";
import { AGAIN } from "../../words/home.ts";
import { type Ask, askAddress, askOf, useFavourites } from "../request/asks.ts";
import { useOwnRequests } from "./your-requests.tsx";

const SHOWN = 6;

export function AskAgain() {
  const { places } = useMe();
  const past = useOwnRequests();
  const { favourites, toggle } = useFavourites();
  if (past.isPending || !places.includes("request"))
    return <Section title={AGAIN.title}>{past.isPending ? <Loading rows={1} /> : <NotEligible />}</Section>;
  const asks = distinct([...favourites, ...(past.data?.items ?? []).map(askOf)]).slice(0, SHOWN);
  return (
    <Section title={AGAIN.title}>
      {asks.length === 0 ? (
        <Empty
          action={
            <Button component={Link} to="/request" variant="light" size="xs">
              {AGAIN.see}
            </Button>
          }
        >
          {AGAIN.none}
        </Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
          {asks.map((ask) => (
            <AskCard
              key={keyOf(ask)}
              ask={ask}
              favourite={favourites.some((one) => keyOf(one) === keyOf(ask))}
              toggle={() => toggle(ask)}
            />
          ))}
        </SimpleGrid>
      )}
    </Section>
  );
}

function AskCard({
  ask,
  favourite,
  toggle,
}: {
  readonly ask: Ask;
  readonly favourite: boolean;
  readonly toggle: () => void;
}) {
  const star = favourite ? FAVOURITE.take : FAVOURITE.keep;
  return (
    <Paper withBorder p="sm" pos="relative">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={0} miw={0}>
          <Text component={Link} to={askAddress(ask)} fw={600} className="plain-link whole-card">
            {ask.roleNames.join(" and ")} on {ask.scopeName}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {durationWords(ask.duration)}
          </Text>
        </Stack>
        <Tooltip label={star}>
          <ActionIcon
            variant="subtle"
            pos="relative"
            onClick={toggle}
            aria-pressed={favourite}
            aria-label={`${star}: ${ask.scopeName}`}
          >
            <Star size={16} fill={favourite ? "currentColor" : "none"} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Paper>
  );
}

function distinct(asks: readonly Ask[]): Ask[] {
  return [...new Map([...asks].reverse().map((ask) => [keyOf(ask), ask])).values()].reverse();
}

function keyOf(ask: Ask): string {
  return `${ask.scope.toLowerCase()} ${[...ask.roleDefinitionIds].sort().join(" ")}`;
}
