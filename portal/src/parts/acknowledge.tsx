/** What a change would leave without anybody to decide: each is acknowledged by whoever makes it, or it is not made. */
import { Checkbox, ScrollArea, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ApiProblem } from "../api/api.ts";
import { ACKNOWLEDGE } from "../words/shared.ts";
import { Caution } from "./caution.tsx";
import { Told } from "./time.tsx";

interface LeftToNobody {
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
  if (items.length === 0) return null;
  const { title, help } = ACKNOWLEDGE;
  return (
    <Caution title={title}>
      <ScrollArea.Autosize mah="min(30vh, 16rem)">
        <Checkbox.Group value={[...ids]} onChange={set} aria-label={title}>
          <Stack gap="xs">
            {items.map((one) => (
              <Checkbox key={one.id} value={one.id} label={<Told>{one.sentence}</Told>} />
            ))}
          </Stack>
        </Checkbox.Group>
      </ScrollArea.Autosize>
      <Text size="sm">{help}</Text>
    </Caution>
  );
}
