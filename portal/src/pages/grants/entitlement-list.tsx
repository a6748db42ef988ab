/** What each target keeps of a grant, and the last thing that went wrong there. */
import { Badge, Paper, Stack, Text } from "@mantine/core";
import { Time } from "../../parts/time.tsx";
import { heldWords } from "../../words/access.ts";
import type { Grant } from "../../words/grant.ts";
import { attemptsWords, FETCHED, heldFor, refusesFrom } from "../../words/holding.ts";
import { useHolder } from "./use-holder.ts";

type Entitlement = Grant["entitlements"][number];

const HELD_COLORS: Readonly<Record<Entitlement["state"], string>> = {
  planned: "night",
  present: "green",
  leaving: "orange",
  absent: "gray",
};

export function EntitlementList({ grant }: { readonly grant: Grant }) {
  const own = useHolder(grant).entitlements;
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
      {grant.entitlements.map((one) => (
        <One
          key={`${one.bindingId} ${one.member.objectId}`}
          entitlement={one}
          who={heldFor(grant, one, own.includes(one))}
        />
      ))}
    </Stack>
  );
}

function One({ entitlement, who }: { readonly entitlement: Entitlement; readonly who: string }) {
  const { state, enforcedUntil, lastError, secretIssued } = entitlement;
  return (
    <Paper withBorder p="md" component="li">
      <Stack gap={4} align="flex-start">
        <Text fw={600}>{who}</Text>
        <Badge color={HELD_COLORS[state]}>{heldWords(entitlement)}</Badge>
        {enforcedUntil === null ? null : (
          <Text size="sm">
            {refusesFrom(entitlement)} <Time at={enforcedUntil} />.
          </Text>
        )}
        {secretIssued ? <Text size="sm">{FETCHED}</Text> : null}
        {lastError === null ? null : <Text size="sm">{attemptsWords(entitlement)}</Text>}
      </Stack>
    </Paper>
  );
}
