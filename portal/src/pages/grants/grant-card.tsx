/** Access that is held now: what, where, how long still, and the three things one does with it. */
import { Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Clock, Plug, XCircle } from "lucide-react";
import { Link } from "react-router";
import { Countdown, Time } from "../../parts/time.tsx";
import { endWords, type Grant, placeWords, stateColor, stateWords } from "../../words/grant.ts";
import { ConnectSheet } from "./connect-sheet.tsx";
import { EndSheet } from "./end-sheet.tsx";
import { ExtendSheet } from "./extend-sheet.tsx";

export function GrantCard({ grant }: { readonly grant: Grant }) {
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
          <Text size="sm" c="dimmed">
            {grant.endsAt === null ? null : (
              <>
                Ends <Time at={grant.endsAt} />.{" "}
              </>
            )}
            {endWords(grant)}
          </Text>
        </Stack>
        {grant.endsAt === null || grant.liveness === "provisioning" ? null : (
          <Stack gap={0} align="flex-end">
            <Countdown to={grant.endsAt} />
            <Text size="xs" c="dimmed">
              left
            </Text>
          </Stack>
        )}
      </Group>
      <GrantActions grant={grant} />
    </Paper>
  );
}

export function GrantActions({ grant }: { readonly grant: Grant }) {
  const [connecting, connect] = useDisclosure(false);
  const [extending, extend] = useDisclosure(false);
  const [ending, end] = useDisclosure(false);
  const connectable =
    grant.liveness === "live" && grant.entitlements.some(({ state }) => state === "present");
  const timed = grant.endsAt !== null;
  return (
    <Group mt="md" gap="xs">
      {connectable ? (
        <Button size="xs" leftSection={<Plug size={14} aria-hidden="true" />} onClick={connect.open}>
          Connect
        </Button>
      ) : null}
      {timed && grant.liveness === "live" && !grant.emergency ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<Clock size={14} aria-hidden="true" />}
          onClick={extend.open}
        >
          Extend
        </Button>
      ) : null}
      {timed ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<XCircle size={14} aria-hidden="true" />}
          onClick={end.open}
        >
          End now
        </Button>
      ) : null}
      {connecting ? <ConnectSheet grant={grant} close={connect.close} /> : null}
      {extending ? <ExtendSheet grant={grant} close={extend.close} /> : null}
      {ending ? <EndSheet grant={grant} close={end.close} /> : null}
    </Group>
  );
}
