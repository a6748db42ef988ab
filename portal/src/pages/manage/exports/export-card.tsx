/** One export: how far it is, what went wrong, and what can be done about it. */
import { Badge, Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Link } from "react-router";
import { type ItemOf, useApi, useApiCall } from "../../../api/api.ts";
import { useMe } from "../../../app/session.tsx";
import { Facts } from "../../../parts/facts.tsx";
import { showOnce } from "../../../parts/shown-once.tsx";
import { sentence } from "../../../parts/states.tsx";
import { Time } from "../../../parts/time.tsx";
import { people } from "../../../words/administration.ts";
import { acts, standingWords, card as words } from "../../../words/exports.ts";
import { RemoveSheet } from "../parts/remove-sheet.tsx";

type Export = ItemOf<"listExports">;

const MOST_LETTERS = 5;

export function ExportCard({ one }: { readonly one: Export }) {
  const {
    name,
    kindLabel,
    place,
    through,
    behind,
    waitingSince,
    againAt,
    acceptedAt,
    lastError,
    lastErrorAt,
  } = one;
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
            [
              words.behind,
              behind === 0 ? (
                words.none
              ) : (
                <Text key="behind" span>
                  {words.waiting(behind)}
                  {waitingSince === null ? null : (
                    <>
                      , {words.since}
                      <Time at={waitingSince} as="ago" />
                    </>
                  )}
                  {againAt === null ? null : (
                    <>
                      , {words.again}
                      <Time at={againAt} as="ago" />
                    </>
                  )}
                </Text>
              ),
            ],
            [
              words.accepted,
              acceptedAt === null ? words.never : <Time key="accepted" at={acceptedAt} as="ago" />,
            ],
            [
              words.error,
              lastError === null || lastErrorAt === null ? null : (
                <Text key="error" span>
                  {sentence(lastError)} (<Time at={lastErrorAt} as="ago" />)
                </Text>
              ),
            ],
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
  const [removing, setRemoving] = useState(false);
  const kinds = useApi("listExportKinds", {}).data?.items ?? [];
  const pause = useApiCall("pauseExport");
  const resume = useApiCall("resumeExport");
  const replay = useApiCall("replayExport");
  const secret = useApiCall("renewExportSecret");
  if (!rights.includes("administrator")) return null;
  const makesSecret = kinds.some(({ kind, makesSecret: made }) => kind === one.kind && made !== null);
  const fault = [pause, resume, replay, secret].find(({ error }) => error !== null)?.error ?? null;
  const isPaused = paused === "person" || paused === "refused";
  const renew = () =>
    secret.mutate(
      { path: { name } },
      {
        onSuccess: (made) =>
          showOnce({
            title: acts.secretTitle(name),
            note: made.previousUntil === null ? acts.secretNote : acts.secretOverlap,
            fields: [
              { name: "secret", label: acts.secretLabel, value: made.secret, masked: true, copyable: true },
            ],
            commands: [],
          }),
      },
    );
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
          loading={secret.isPending}
          onClick={renew}
        >
          {acts.secret}
        </Button>
      ) : null}
      {deadLetters > 0 ? (
        <Button variant="default" size="xs" loading={replay.isPending} onClick={sendAgain}>
          {acts.replay}
        </Button>
      ) : null}
      <Button variant="default" size="xs" onClick={() => setRemoving(true)}>
        {people.remove}
      </Button>
      {fault === null ? null : (
        <Text size="sm" c="red" role="alert">
          {sentence(fault.message)}
        </Text>
      )}
      {removing ? (
        <RemoveSheet kind="Export" name={name} label={name} close={() => setRemoving(false)} />
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
