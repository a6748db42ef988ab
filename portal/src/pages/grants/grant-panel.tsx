/** One grant as what it is now: on its way, open with a way in, or over with what was had of it. */
import { Badge, Divider, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useNow } from "../../parts/now.ts";
import { endedByWords, hadWords, panelTitle, whenWords } from "../../words/access.ts";
import { type Grant, isOver, stateColor, stateWords } from "../../words/grant.ts";
import { Connect } from "./connect.tsx";
import { AskAgain, GrantActions, TimeLeft } from "./grant-card.tsx";
import { HowItEnds } from "./how-it-ends.tsx";
import { OpenSessions } from "./open-sessions.tsx";
import { useHolder } from "./use-holder.ts";
import { WaitingExtension } from "./waiting-extension.tsx";

interface Props {
  readonly grant: Grant;
  /** Of several roles that one request led to: which one this is. */
  readonly named?: boolean;
}

export function GrantPanel({ grant, named = false }: Props) {
  const now = useNow();
  const { own, entitlements } = useHolder(grant);
  const live = grant.liveness === "live";
  const had = hadWords(grant, own);
  const endedBy = endedByWords(grant, own && grant.endedBecause === "deactivated");
  const title = panelTitle(grant, now);
  // What the title does not say.
  const loud = grant.emergency || grant.kind === "standing";
  return (
    <Paper
      withBorder
      p="md"
      mb="xl"
      aria-label={named ? grant.roleName : "Where it stands"}
      component="section"
    >
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={6} align="flex-start" flex="1 1 16rem" miw={0}>
          <Group gap="xs">
            <Title order={2} size="h4" tabIndex={-1} data-stage>
              {named ? `${grant.roleName}: ${title.charAt(0).toLowerCase()}${title.slice(1)}` : title}
            </Title>
            {loud ? <Badge color={stateColor(grant)}>{stateWords(grant)}</Badge> : null}
          </Group>
          {had === null ? null : (
            <Text fw={600} size="lg">
              {had}
            </Text>
          )}
          {endedBy === null ? null : <Text>{endedBy}</Text>}
          {live ? <HowItEnds grant={grant} /> : <Text>{whenWords(grant, now)}</Text>}
        </Stack>
        {grant.endsAt === null || !live ? null : <TimeLeft endsAt={grant.endsAt} />}
      </Group>
      {live && (own || entitlements.length > 0) ? (
        <>
          <Divider my="md" />
          <Connect grant={grant} />
        </>
      ) : null}
      {grant.extension === null ? null : (
        <>
          <Divider my="md" />
          <WaitingExtension grant={grant} asked={grant.extension} />
        </>
      )}
      {live && grant.entitlements.length > 0 ? (
        <>
          <Divider my="md" />
          <OpenSessions grant={grant} />
        </>
      ) : null}
      <GrantActions grant={grant} />
      {isOver(grant) ? <AskAgain grant={grant} /> : null}
    </Paper>
  );
}
