/** What each target keeps of a grant, and the last thing that went wrong there. */
import { Badge, Paper, Stack, Text } from "@mantine/core";
import { Time } from "../../parts/time.tsx";
import { heldWords } from "../../words/access.ts";
import { type Grant, targetName } from "../../words/grant.ts";
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
          who={whoWords(grant, one, own.includes(one))}
        />
      ))}
    </Stack>
  );
}

function One({ entitlement, who }: { readonly entitlement: Entitlement; readonly who: string }) {
  const { state, enforcedUntil, attempts, lastError, secretIssued } = entitlement;
  return (
    <Paper withBorder p="md" component="li">
      <Stack gap={4} align="flex-start">
        <Text fw={600}>
          {targetName(entitlement)}, {who}
        </Text>
        <Badge color={HELD_COLORS[state]}>{heldWords(entitlement)}</Badge>
        {enforcedUntil === null ? null : (
          <Text size="sm">
            {targetName(entitlement)} itself refuses new log-ins from <Time at={enforcedUntil} />.
          </Text>
        )}
        {secretIssued ? <Text size="sm">The log-in was fetched.</Text> : null}
        {lastError === null ? null : (
          <Text size="sm">
            {attempts === 1 ? "One attempt failed" : `${attempts} attempts failed, the last one`}: {lastError}
            .
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

function whoWords({ beneficiary }: Grant, { member }: Entitlement, own: boolean): string {
  if (own) return "for you";
  return member.objectId === beneficiary.objectId
    ? `for ${beneficiary.displayName}`
    : `for a member of ${beneficiary.displayName}`;
}
