/** `?`: every key that does something on the page in sight, and a switch for those who want none of it. */
import { Group, Kbd, Stack, Switch, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { keysAct, letKeysAct, useKeys, useKeyTable } from "../parts/keys.ts";
import { Sheet } from "../parts/sheet.tsx";
import { EVERYWHERE, GO_TO, isApple, KEYS, LEAD, LET_ACT, pressedWords, SHOW_KEYS } from "../words/key.ts";
import { FIND } from "../words/search.ts";
import { areasOf } from "./navigation.ts";
import { openPalette } from "./palette.tsx";
import { useMe } from "./session.tsx";

/** The frame's own keys, and the sheet. */
export function Keys() {
  const me = useMe();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  useKeys(
    GO_TO,
    areasOf(me)
      .flatMap(({ destinations }) => destinations)
      .flatMap(({ key, label, to }) =>
        key === undefined ? [] : [{ keys: `g ${key}`, says: label, act: () => void navigate(to) }],
      ),
  );
  useKeys(EVERYWHERE, [
    { keys: "mod+k", says: FIND, act: openPalette },
    { keys: "/", says: FIND, act: openPalette },
    { keys: "?", says: SHOW_KEYS, act: () => setOpened(true) },
  ]);
  return (
    <Sheet title={KEYS} opened={opened} close={() => setOpened(false)}>
      <Table />
    </Sheet>
  );
}

function Table() {
  const groups = useKeyTable();
  const [act, setAct] = useState(keysAct);
  const choose = (chosen: boolean) => {
    letKeysAct(chosen);
    setAct(chosen);
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {LEAD}
      </Text>
      {groups.map(({ title, keys }) => (
        <section key={title} aria-label={title}>
          <Title order={3} size="sm" mb="xs">
            {title}
          </Title>
          {keys.map(({ keys: pressed, says }) => (
            <Group key={pressed} justify="space-between" py={2} wrap="nowrap">
              <Text size="sm">{says}</Text>
              <Group gap={4} wrap="nowrap">
                {pressedWords(pressed, isApple()).map((key, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: one key may stand twice, and they never move
                  <Kbd key={at}>{key}</Kbd>
                ))}
              </Group>
            </Group>
          ))}
        </section>
      ))}
      <Switch label={LET_ACT} checked={act} onChange={(event) => choose(event.currentTarget.checked)} />
    </Stack>
  );
}
