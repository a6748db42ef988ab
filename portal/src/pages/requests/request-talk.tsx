/** What those who ask and those who decide wrote to each other, and a line to write more; for both of their pages. */
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type Answer, useApiCall } from "../../api/api.ts";
import { useDraft } from "../../parts/draft.ts";
import { useNow } from "../../parts/now.ts";
import { Problem } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import * as words from "../../words/deciding.ts";
import type { AccessRequest } from "../../words/request.ts";
import classes from "./request-talk.module.css";

interface Props {
  readonly request: AccessRequest;
  readonly talk: Answer<"readRequestContext">["talk"];
}

export function RequestTalk({ request, talk }: Props) {
  return (
    <Stack gap="xs">
      {talk.said.length === 0 ? null : (
        <ol className={classes.said} aria-label={words.TALK}>
          {talk.said.map(({ at, by, text }) => (
            <li key={`${at} ${by}`}>
              <Text size="sm" c="dimmed">
                {by} · <Time at={at} as="ago" />
              </Text>
              <Text size="sm" fs={text === null ? "italic" : undefined} style={{ whiteSpace: "pre-wrap" }}>
                {text ?? words.REMINDED}
              </Text>
            </li>
          ))}
        </ol>
      )}
      {talk.canComment ? <Write id={request.id} /> : null}
      {talk.canRemind ? <Remind request={request} from={talk.remindFrom} /> : null}
    </Stack>
  );
}

function Write({ id }: { readonly id: string }) {
  const { value: text, change, drop } = useDraft(`comment:${id}`, () => "");
  const send = useApiCall("commentAccessRequest", drop);
  const said = text.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (said === "" || send.isPending) return;
        send.mutate({ path: { id }, body: { text: said } });
      }}
    >
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <TextInput
          flex={1}
          aria-label={words.WRITE}
          placeholder={words.WRITE}
          value={text}
          // What is typed meanwhile would go with what was sent.
          readOnly={send.isPending}
          maxLength={1_000}
          onChange={(event) => change(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={send.isPending}>
          {words.SEND}
        </Button>
      </Group>
      {send.error === null ? null : <Problem error={send.error} />}
    </form>
  );
}

function Remind({ request, from }: { readonly request: AccessRequest; readonly from: string | null }) {
  const now = useNow();
  const send = useApiCall("remindApprovers");
  const wait = from !== null && Date.parse(from) > now;
  return (
    <>
      <Button
        variant="light"
        w="fit-content"
        disabled={wait}
        loading={send.isPending}
        onClick={() => send.mutate({ path: { id: request.id } })}
      >
        {words.remindWords(request)}
      </Button>
      <Text size="sm" c="dimmed" role="status">
        {wait ? words.remindAgain(from, now) : null}
      </Text>
      {send.error === null ? null : <Problem error={send.error} />}
    </>
  );
}
