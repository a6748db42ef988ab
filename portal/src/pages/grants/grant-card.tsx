/** Access that is held now: what, where, how long still, and the three things one does with it. */
import { Anchor, Badge, Box, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Clock, Plug, XCircle } from "lucide-react";
import { Link } from "react-router";
import { useNow } from "../../parts/now.ts";
import { Permanent } from "../../parts/permanent.tsx";
import { Countdown, Time } from "../../parts/time.tsx";
import { endVerb, extensionAsked, extensionDecideBy } from "../../words/access.ts";
import {
  againAddress,
  canBeExtended,
  capital,
  endWords,
  type Grant,
  isOver,
  placeWords,
  stateColor,
  stateWords,
  unconfirmedWords,
} from "../../words/grant.ts";
import { isOpenTo } from "./connect.tsx";
import { EndSheet } from "./end-sheet.tsx";
import { ExtendSheet } from "./extend-sheet.tsx";
import { useHolder } from "./use-holder.ts";

export function GrantCard({ grant }: { readonly grant: Grant }) {
  const now = useNow();
  const unconfirmed = unconfirmedWords(grant, now);
  const address = `/access/${grant.id}`;
  return (
    <Paper withBorder p="md" component="article" aria-label={`${grant.roleName} on ${grant.scopeName}`}>
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} flex="1 1 18rem">
          <Group gap="xs">
            <Text fw={650} size="lg" component={Link} to={address} className="plain-link">
              {grant.roleName}
            </Text>
            {grant.kind === "standing" && grant.liveness === "live" ? (
              <Permanent since={grant.startsAt} />
            ) : (
              <Badge color={stateColor(grant)}>{stateWords(grant)}</Badge>
            )}
          </Group>
          <Text>{placeWords(grant)}</Text>
          {unconfirmed === null ? null : <Text size="sm">{unconfirmed}</Text>}
          {isOver(grant) ? null : <EndsAt grant={grant} />}
          {grant.extension === null ? null : (
            <Text size="sm">
              {extensionAsked(grant.extension)}{" "}
              <Anchor component={Link} to={`/requests/${grant.extension.requestId}`}>
                {extensionDecideBy(grant.extension.decideBy, now)}
              </Anchor>
            </Text>
          )}
        </Stack>
        {grant.endsAt === null || grant.liveness !== "live" ? null : <TimeLeft endsAt={grant.endsAt} />}
      </Group>
      <GrantActions grant={grant} connect={address} />
      <AskAgain grant={grant} />
    </Paper>
  );
}

/** When, and what happens then. */
function EndsAt({ grant }: { readonly grant: Grant }) {
  return (
    <Text size="sm" c="dimmed">
      {grant.endsAt === null ? (
        `${capital(grant.why ?? "given as standing access")}. `
      ) : (
        <>
          Ends <Time at={grant.endsAt} />.{" "}
        </>
      )}
      {endWords(grant)}
    </Text>
  );
}

/** For whoever held it, once it is over: the same ask once more, which sends nothing by itself. */
export function AskAgain({ grant }: { readonly grant: Grant }) {
  const { own } = useHolder(grant);
  const address = againAddress(grant);
  if (!own || !isOver(grant) || address === null) return null;
  return (
    <Button component={Link} to={address} variant="default" size="xs" mt="md">
      Ask again
    </Button>
  );
}

export function TimeLeft({ endsAt }: { readonly endsAt: string }) {
  return (
    <Box>
      <Countdown to={endsAt} />
      <Text size="xs" c="dimmed" ta={{ sm: "right" }}>
        left
      </Text>
    </Box>
  );
}

/** Nothing where there is nothing to do. `connect`: where one gets in, where that is another page. */
export function GrantActions({ grant, connect }: { readonly grant: Grant; readonly connect?: string }) {
  const { own, entitlements } = useHolder(grant);
  const [extending, extend] = useDisclosure(false);
  const [ending, end] = useDisclosure(false);
  const { liveness } = grant;
  const live = liveness === "live";
  const connectable = live && connect !== undefined && entitlements.some((one) => isOpenTo(grant, one));
  const extendable = live && own && grant.endsAt !== null && !grant.emergency && canBeExtended(grant);
  const endable = grant.endsAt !== null && (live || liveness === "provisioning" || liveness === "scheduled");
  if (!connectable && !extendable && !endable) return null;
  return (
    <Group mt="md" gap="xs">
      {connectable ? (
        <Button component={Link} to={connect} size="xs" leftSection={<Plug size={14} aria-hidden="true" />}>
          Connect
        </Button>
      ) : null}
      {extendable && grant.extension === null ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<Clock size={14} aria-hidden="true" />}
          onClick={extend.open}
        >
          Extend
        </Button>
      ) : null}
      {endable ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<XCircle size={14} aria-hidden="true" />}
          onClick={end.open}
        >
          {endVerb(grant, own)}
        </Button>
      ) : null}
      {extending ? <ExtendSheet grant={grant} close={extend.close} /> : null}
      {ending ? <EndSheet grant={grant} close={end.close} /> : null}
    </Group>
  );
}
