/** That what stands in a form was written before, and whether what it was written on has changed since. */
import { Anchor, Button, Group, Text } from "@mantine/core";
import { DRAFT_IS_BACK, OVERTAKEN, overtakenTitle, START_AFRESH, TAKE_NEWER } from "../words/draft.ts";
import { Caution } from "./caution.tsx";

interface Props {
  readonly draft: { readonly restored: boolean; readonly drop: () => void; readonly overtaken?: boolean };
  /** What somebody else may have changed meanwhile. */
  readonly what?: string;
}

export function DraftNote({ draft: { restored, drop, overtaken = false }, what = "this" }: Props) {
  if (overtaken)
    return (
      <Caution title={overtakenTitle(what)}>
        <Text size="sm">{OVERTAKEN}</Text>
        <Button variant="default" size="xs" onClick={drop} w="fit-content">
          {TAKE_NEWER}
        </Button>
      </Caution>
    );
  if (!restored) return null;
  return (
    <Group gap="xs" role="status">
      <Text size="sm">{DRAFT_IS_BACK}</Text>
      <Anchor component="button" type="button" size="sm" onClick={drop}>
        {START_AFRESH}
      </Anchor>
    </Group>
  );
}
