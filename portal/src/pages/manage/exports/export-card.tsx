/** One export: how far it is, what went wrong, and what can be done about it. */
import { Badge, Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Link } from "react-router";
import { type ItemOf, useApi, useApiCall } from "../../../api/api.ts";
import { useMe } from "../../../app/session.tsx";
import { Facts } from "../../../parts/facts.tsx";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { sentence } from "../../../parts/states.tsx";
import { Time } from "../../../parts/time.tsx";
import { people } from "../../../words/administration.ts";
import { acts, standingWords, card as words } from "../../../words/exports.ts";
import { RemoveSheet } from "../parts/remove-sheet.tsx";
import { showSigningSecret } from "./signing-secret.ts";
import { standingFacts } from "./standing.tsx";

type Export = ItemOf<"listExports">;

const MOST_LETTERS = 5;

export function ExportCard({ one }: { readonly one: Export }) {
  const { name, kindLabel, place, through } = one;
  const { text, color } = standingWords(one);
  return (
    <Paper withBorder p="lg" component="article" aria-label={name}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Stack gap={2} miw={0}>
            <Title order={2} size="h4">
              {name}
            </Title>
            <Text size="sm" c="dimmed">
              {kindLabel} · {place}
            </Text>
          </Stack>
          <Badge color={color} size="lg" aria-live="polite">
            {text}
          </Badge>
        </Group>
        <Acts one={one} />
        <Facts
          facts={[
            [words.stands, words.upTo(through)],
            ...standingFacts(one),
            [
              words.refused,
              one.deadLetters === 0 ? null : (
                <DeadLetters key="letters" name={name} count={one.deadLetters} />
              ),
            ],
          ]}
        />
      </Stack>
    </Paper>
  );
}

function Acts({ one }: { readonly one: Export }) {
  const { name, paused, tries, deadLetters } = one;
  const { rights } = useMe();
  const [asking, setAsking] = useState<"secret" | "removal" | null>(null);
  const close = () => setAsking(null);
  const kinds = useApi("listExportKinds", {}).data?.items ?? [];
  const pause = useApiCall("pauseExport");
  const resume = useApiCall("resumeExport");
  const replay = useApiCall("replayExport");
  const secret = useApiCall("renewExportSecret", (answer) => showSigningSecret(name, answer));
  if (!rights.includes("administrator")) return null;
  const makesSecret = kinds.some(({ kind, makesSecret: made }) => kind === one.kind && made !== null);
  const fault = [pause, resume, replay].find(({ error }) => error !== null)?.error ?? null;
  const isPaused = paused === "person" || paused === "refused";
  const sendAgain = () =>
    replay.mutate(
      { path: { name }, body: { deadLetters: "all" } },
      { onSuccess: ({ count }) => notifications.show({ message: acts.replayed(count), color: "green" }) },
    );
  return (
    <Group gap="sm">
      <Button
        component={Link}
        to={`/manage/exports/change/${encodeURIComponent(name)}`}
        variant="default"
        size="xs"
      >
        {people.change}
      </Button>
      {isPaused || tries > 0 ? (
        <Button
          variant="default"
          size="xs"
          loading={resume.isPending}
          onClick={() => resume.mutate({ path: { name } })}
        >
          {isPaused ? acts.resume : acts.tryNow}
        </Button>
      ) : null}
      {paused === null ? (
        <Button
          variant="default"
          size="xs"
          loading={pause.isPending}
          onClick={() => pause.mutate({ path: { name } })}
        >
          {acts.pause}
        </Button>
      ) : null}
      {makesSecret ? (
        <Button
          variant={paused === "secret" ? "filled" : "default"}
          size="xs"
          onClick={() => setAsking("secret")}
        >
          {acts.secret}
        </Button>
      ) : null}
      {deadLetters > 0 ? (
        <Button variant="default" size="xs" loading={replay.isPending} onClick={sendAgain}>
          {acts.replay}
        </Button>
      ) : null}
      <Button variant="default" size="xs" onClick={() => setAsking("removal")}>
        {people.remove}
      </Button>
      {fault === null ? null : (
        <Text size="sm" c="red" role="alert">
          {sentence(fault.message)}
        </Text>
      )}
      {asking === "removal" ? <RemoveSheet kind="Export" name={name} label={name} close={close} /> : null}
      {asking === "secret" ? (
        <ConfirmSheet
          title={acts.secretAsk(name)}
          opened
          close={close}
          verb={acts.secretVerb}
          busy={secret.isPending}
          error={secret.error}
          confirm={() => secret.mutate({ path: { name } }, { onSuccess: close })}
        >
          <Text size="sm">{acts.secretText}</Text>
        </ConfirmSheet>
      ) : null}
    </Group>
  );
}

function DeadLetters({ name, count }: { readonly name: string; readonly count: number }) {
  const { data } = useApi("listExportDeadLetters", { path: { name }, query: {} });
  const shown = (data?.items ?? []).slice(0, MOST_LETTERS);
  return (
    <Stack gap={4}>
      {words.events(count)}
      <List>
        {shown.map(({ number, reason, at }) => (
          <List.Item key={number}>
            {words.entry(number, reason)}
            <Time at={at} as="ago" />)
          </List.Item>
        ))}
      </List>
      {count > shown.length && shown.length > 0 ? words.moreLetters(count - shown.length) : null}
    </Stack>
  );
}
