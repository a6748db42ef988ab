/** One target: its health, what roles become in it, and what another hand did to it. */
import { Badge, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { Facts } from "../../../parts/facts.tsx";
import { Time } from "../../../parts/time.tsx";
import type { Target } from "./target.ts";
import { Findings, HealthLine, TryAgain, useHealth } from "./target-health.tsx";
import { cutWords, endWords } from "./target-words.ts";

export function TargetCard({ target }: { readonly target: Target }) {
  const { name, kindLabel, label, bindings, openGrants, lastObservedAt, drift, capabilities } = target;
  const health = useHealth(name);
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
        <TryAgain name={name} />
        <Facts
          facts={[
            ["How the end is held", endWords(kindLabel, capabilities, health.data?.expiry)],
            ["Open sessions", cutWords(capabilities)],
            ["Open grants", openGrants === 0 ? "none" : String(openGrants)],
            ["Roles", <Bindings key="roles" bindings={bindings} />],
            [
              "Changed by another hand",
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
    </Paper>
  );
}

function Bindings({ bindings }: Pick<Target, "bindings">) {
  if (bindings.length === 0) return "No role is bound to it: nothing is opened here.";
  return (
    <List>
      {bindings.map(({ name, roleName, scopeName, entitlement, standing, required }) => (
        <List.Item key={name}>
          {roleName} on {scopeName} becomes {entitlementWords(entitlement)}{" "}
          {standing ? <Badge size="sm">also standing access</Badge> : null}{" "}
          {required ? null : <Badge size="sm">not waited for</Badge>}
        </List.Item>
      ))}
    </List>
  );
}

function entitlementWords(entitlement: Target["bindings"][number]["entitlement"]): string {
  return Object.entries(entitlement)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
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
  if (!canObserve) return "It cannot be looked into: what another hand does there is not seen.";
  if (observedAt === null) return "Nobody has looked yet; it is looked at every half minute.";
  return (
    <Stack gap={4}>
      {drift.length === 0 ? (
        "nothing"
      ) : (
        <List>
          {drift.map(({ at, what }) => (
            <List.Item key={`${at} ${what}`}>
              {what} (first seen <Time at={at} as="ago" />)
            </List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed">
        looked at <Time at={observedAt} as="ago" />
      </Text>
    </Stack>
  );
}
