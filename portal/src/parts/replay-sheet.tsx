/** "What would this have changed?": the last thirty days under the new rules, before they are saved. */
import { Anchor, List, ScrollArea, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Answer } from "../api/api.ts";
import { replayed, touched } from "../words/administration.ts";
import { ConfirmSheet } from "./sheet.tsx";
import { sentence } from "./states.tsx";
import { Time } from "./time.tsx";

interface Props {
  readonly replay: Answer<"replayRoleSettings">;
  /** What is saved, for the button: "Save for web". */
  readonly verb: string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly close: () => void;
  readonly save: () => void;
  /** What it does at this moment, beside what it would have done. */
  readonly children: ReactNode;
}

const SHOWN = 50;

export function ReplaySheet({ replay, verb, busy, error, close, save, children }: Props) {
  const { summary, changed, unknown } = replay;
  return (
    <ConfirmSheet
      title={replayed.title}
      size="lg"
      opened
      close={close}
      verb={verb}
      busy={busy}
      error={error}
      confirm={save}
    >
      <Text fw={600}>{sentence(summary)}</Text>
      {changed.length === 0 ? (
        <Text>{replayed.nothing}</Text>
      ) : (
        <ScrollArea.Autosize mah="min(45vh, 26rem)">
          <List spacing="xs" aria-label={replayed.list}>
            {changed.slice(0, SHOWN).map((one) => (
              <List.Item key={one.requestId}>
                <Anchor component={Link} to={`/requests/${one.requestId}`} c="inherit" underline="hover">
                  {sentence(one.sentence)}
                </Anchor>
                <Text size="sm" c="dimmed">
                  <Time at={one.createdAt} as="minute" /> · {replayed.was(one.was)}
                </Text>
              </List.Item>
            ))}
          </List>
        </ScrollArea.Autosize>
      )}
      {changed.length > SHOWN ? <Text size="sm">{touched.andMore(changed.length - SHOWN)}</Text> : null}
      {children}
      <Stack gap={2}>
        <Text size="sm" c="dimmed">
          {replayed.unknown}
        </Text>
        {unknown.map((one) => (
          <Text key={one} size="sm" c="dimmed">
            {sentence(one)}
          </Text>
        ))}
      </Stack>
    </ConfirmSheet>
  );
}
