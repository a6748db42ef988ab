/** The installation's own exports, of every organisation's log: shown to its operators. */
import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type ItemOf, useApi, useApiCall } from "../../../api/api.ts";
import { Facts } from "../../../parts/facts.tsx";
import { Section } from "../../../parts/page.tsx";
import { Answered, Empty, Loading, Problem } from "../../../parts/states.tsx";
import { acts, list, standingWords, card as words } from "../../../words/exports.ts";
import { standingFacts } from "./standing.tsx";
import { useLooking } from "./use-looking.ts";

export function InstallationExports() {
  const query = useApi("listInstallationExports", {});
  useLooking(query.refetch);
  const items = query.data?.items ?? [];
  return (
    <Stack mt="xl" gap={0}>
      <Section title={list.ofInstallation}>
        <Text c="dimmed" mb="sm">
          {list.ofInstallationLead}
        </Text>
        <Answered
          query={query}
          loading={<Loading rows={1} height={200} />}
          empty={items.length === 0 ? <Empty>{list.noneOfInstallation}</Empty> : null}
        >
          <Stack gap="md">
            {items.map((one) => (
              <InstallationExport key={one.kind} one={one} />
            ))}
          </Stack>
        </Answered>
      </Section>
    </Stack>
  );
}

function InstallationExport({ one }: { readonly one: ItemOf<"listInstallationExports"> }) {
  const { kind, kindLabel, place, streams, failing, behind, deadLetters } = one;
  const replay = useApiCall("replayInstallationExport", ({ count }) =>
    notifications.show({ message: acts.replayed(count), color: "green" }),
  );
  const { text, color } = standingWords({ paused: null, tries: failing, behind });
  return (
    <Paper withBorder p="lg" component="article" aria-label={kindLabel}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={2} miw={0}>
            <Title order={3} size="h4">
              {kindLabel}
            </Title>
            <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {place}
            </Text>
          </Stack>
          <Badge color={color} size="lg">
            {text}
          </Badge>
        </Group>
        <Facts
          facts={[
            [words.logs, words.logsWords(streams, failing)],
            ...standingFacts(one),
            [words.refused, deadLetters === 0 ? null : words.events(deadLetters)],
          ]}
        />
        {deadLetters === 0 ? null : (
          <Button
            variant="default"
            size="xs"
            w="fit-content"
            loading={replay.isPending}
            onClick={() => replay.mutate({ path: { kind } })}
          >
            {acts.replay}
          </Button>
        )}
        {replay.error === null ? null : <Problem error={replay.error} />}
      </Stack>
    </Paper>
  );
}
