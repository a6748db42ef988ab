/** What a change would leave without anybody to decide: each is acknowledged by whoever makes it, or it is not made. */
import { Checkbox, ScrollArea, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ApiProblem } from "../api/api.ts";
import { withTimes } from "../words/time.ts";
import { Caution } from "./caution.tsx";
import { useNow } from "./now.ts";
import { sentence } from "./states.tsx";

export interface LeftToNobody {
  readonly id: string;
  readonly sentence: string;
}

export interface Acknowledging {
  readonly ids: readonly string[];
  readonly set: (ids: readonly string[]) => void;
}

export function useAcknowledging(): Acknowledging {
  const [ids, set] = useState<readonly string[]>([]);
  return { ids, set };
}

/** What a refusal says has to be acknowledged; empty where it was refused for another reason. */
export function leftIn(error: Error | null): readonly LeftToNobody[] {
  return error instanceof ApiProblem ? error.touched : [];
}

interface Props {
  readonly items: readonly LeftToNobody[];
  readonly acknowledging: Acknowledging;
}

export function Acknowledge({ items, acknowledging: { ids, set } }: Props) {
  const now = useNow();
  if (items.length === 0) return null;
  const title = "This leaves nobody to decide:";
  return (
    <Caution title={title}>
      <ScrollArea.Autosize mah="min(30vh, 16rem)">
        <Checkbox.Group value={[...ids]} onChange={set} aria-label={title}>
          <Stack gap="xs">
            {items.map((one) => (
              <Checkbox key={one.id} value={one.id} label={sentence(withTimes(one.sentence, now))} />
            ))}
          </Stack>
        </Checkbox.Group>
      </ScrollArea.Autosize>
      <Text size="sm">
        Let somebody else decide first. Or check each to say that you know: whoever asked is told at once.
      </Text>
    </Caution>
  );
}
