/** One target: its health, what roles become in it, and what another hand did to it. */
import { Anchor, Badge, Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { Facts } from "../../../parts/facts.tsx";
import { Time } from "../../../parts/time.tsx";
import {
  bindings as bindingWords,
  entitlementWords,
  people,
  targets as words,
} from "../../../words/administration.ts";
import { card as cardWords, cutWords, endWords } from "../../../words/target.ts";
import { bindingAddress, NEW_BINDING } from "../bindings/binding-address.ts";
import { RemoveSheet } from "../parts/remove-sheet.tsx";
import type { Target } from "./target.ts";
import { Findings, HealthLine, TryAgain, useHealth } from "./target-health.tsx";

export function TargetCard({ target }: { readonly target: Target }) {
  const { name, kindLabel, label, bindings, openGrants, lastObservedAt, drift, capabilities } = target;
  const health = useHealth(name);
  const [removing, setRemoving] = useState(false);
  return (
    <Paper withBorder p="lg" component="article" aria-label={name}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={2} miw={0}>
            <Title order={2} size="h4">
              {name}
            </Title>
            <Text size="sm" c="dimmed">
              {kindLabel} · {label}
            </Text>
          </Stack>
          <HealthLine health={health} />
        </Group>
        <Findings health={health} />
        <Group gap="sm">
          <Button component={Link} to={targetAddress(name)} variant="default" size="xs">
            {people.change}
          </Button>
          <Button
            component={Link}
            to={`${NEW_BINDING}?${new URLSearchParams({ target: name })}`}
            variant="default"
            size="xs"
          >
            {words.bind}
          </Button>
          <Button variant="default" size="xs" onClick={() => setRemoving(true)}>
            {people.remove}
          </Button>
          <TryAgain name={name} />
        </Group>
        <Facts
          facts={[
            [cardWords.held, endWords(kindLabel, capabilities, health.data?.expiry)],
            [cardWords.sessions, cutWords(capabilities)],
            [cardWords.grants, openGrants === 0 ? cardWords.noGrants : String(openGrants)],
            [cardWords.roles, <Bindings key="roles" bindings={bindings} />],
            [
              cardWords.drift,
              <Drift
                key="drift"
                drift={drift}
                observedAt={lastObservedAt}
                canObserve={capabilities?.canObserve !== false}
              />,
            ],
          ]}
        />
      </Stack>
      {removing ? (
        <RemoveSheet kind="Target" name={name} label={name} close={() => setRemoving(false)} />
      ) : null}
    </Paper>
  );
}

function targetAddress(name: string): string {
  return `/manage/targets/change/${encodeURIComponent(name)}`;
}

function Bindings({ bindings }: Pick<Target, "bindings">) {
  if (bindings.length === 0) return cardWords.unbound;
  return (
    <List>
      {bindings.map(({ name, roleName, scopeName, entitlement, standing, required }) => (
        <List.Item key={name}>
          <Anchor component={Link} to={bindingAddress(name)}>
            {roleName} on {scopeName}
          </Anchor>
          {cardWords.becomes(entitlementWords(entitlement))}
          {standing ? <Badge size="sm">{bindingWords.badgeStanding}</Badge> : null}{" "}
          {required ? null : <Badge size="sm">{bindingWords.badgeLoose}</Badge>}
        </List.Item>
      ))}
    </List>
  );
}

function Drift({
  drift,
  observedAt,
  canObserve,
}: {
  readonly drift: Target["drift"];
  readonly observedAt: string | null;
  readonly canObserve: boolean;
}) {
  if (!canObserve) return cardWords.unseen;
  if (observedAt === null) return cardWords.notYet;
  return (
    <Stack gap={4}>
      {drift.length === 0 ? (
        cardWords.noDrift
      ) : (
        <List>
          {drift.map(({ at, what }) => (
            <List.Item key={`${at} ${what}`}>
              {cardWords.firstSeen(what)}
              <Time at={at} as="ago" />)
            </List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed">
        {cardWords.lookedAt}
        <Time at={observedAt} as="ago" />
      </Text>
    </Stack>
  );
}
