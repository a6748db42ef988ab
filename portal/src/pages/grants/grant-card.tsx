/** Access that is held now: what, where, how long still, and the three things one does with it. */
import { Badge, Box, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Clock, Plug, XCircle } from "lucide-react";
import { Link } from "react-router";
import { useNow } from "../../parts/now.ts";
import { Countdown, Time } from "../../parts/time.tsx";
import {
  againAddress,
  canBeExtended,
  capital,
  endWords,
  type Grant,
  isOver,
  issuesSecret,
  placeWords,
  stateColor,
  stateWords,
  unconfirmedWords,
} from "../../words/grant.ts";
import { ConnectSheet } from "./connect-sheet.tsx";
import { EndSheet } from "./end-sheet.tsx";
import { ExtendSheet } from "./extend-sheet.tsx";
import { useExtensionAsked } from "./use-extension-asked.ts";
import { useHolder } from "./use-holder.ts";

export function GrantCard({ grant }: { readonly grant: Grant }) {
  const unconfirmed = unconfirmedWords(grant, useNow());
  return (
    <Paper withBorder p="md" component="article" aria-label={`${grant.roleName} on ${grant.scopeName}`}>
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} flex="1 1 18rem">
          <Group gap="xs">
            <Text fw={650} size="lg" component={Link} to={`/access/${grant.id}`} className="plain-link">
              {grant.roleName}
            </Text>
            <Badge color={stateColor(grant)}>{stateWords(grant)}</Badge>
          </Group>
          <Text>{placeWords(grant)}</Text>
          {unconfirmed === null ? null : <Text size="sm">{unconfirmed}</Text>}
          {isOver(grant) ? null : (
            <Text size="sm" c="dimmed">
              {grant.endsAt === null ? (
                `${capital(grant.why ?? "assigned by hand")}. `
              ) : (
                <>
                  Ends <Time at={grant.endsAt} />.{" "}
                </>
              )}
              {endWords(grant)}
            </Text>
          )}
        </Stack>
        {grant.endsAt === null || grant.liveness !== "live" ? null : <TimeLeft endsAt={grant.endsAt} />}
      </Group>
      <GrantActions grant={grant} />
      <AskAgain grant={grant} />
    </Paper>
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

/** Nothing where there is nothing to do. */
export function GrantActions({ grant }: { readonly grant: Grant }) {
  const { own, entitlements } = useHolder(grant);
  const [connecting, connect] = useDisclosure(false);
  const [extending, extend] = useDisclosure(false);
  const [ending, end] = useDisclosure(false);
  const { liveness, kind } = grant;
  const live = liveness === "live";
  // The log-in of standing access is made when somebody asks for it.
  const connectable =
    live && entitlements.some((one) => issuesSecret(one) && (one.state === "present" || kind === "standing"));
  const extendable = live && own && grant.endsAt !== null && !grant.emergency && canBeExtended(grant);
  const endable = grant.endsAt !== null && (live || liveness === "provisioning" || liveness === "scheduled");
  const asked = useExtensionAsked(grant, extendable);
  if (!connectable && !extendable && !endable) return null;
  return (
    <Group mt="md" gap="xs">
      {connectable ? (
        <Button size="xs" leftSection={<Plug size={14} aria-hidden="true" />} onClick={connect.open}>
          Connect
        </Button>
      ) : null}
      {asked !== null ? (
        <Button component={Link} to={`/requests/${asked.id}`} size="xs" variant="light">
          More time is asked for
        </Button>
      ) : extendable ? (
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
          {liveness === "scheduled" ? "Cancel" : own ? "End now" : "Revoke now"}
        </Button>
      ) : null}
      {connecting ? <ConnectSheet grant={grant} close={connect.close} /> : null}
      {extending ? <ExtendSheet grant={grant} close={extend.close} /> : null}
      {ending ? <EndSheet grant={grant} close={end.close} /> : null}
    </Group>
  );
}
