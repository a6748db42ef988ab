/** Why somebody does something, in their own words: as much of it as the server takes. */
import { Textarea } from "@mantine/core";
import type { ComponentProps } from "react";

const MOST = 4_000;

interface Props extends Omit<ComponentProps<typeof Textarea>, "onChange"> {
  readonly change: (next: string) => void;
}

export function ReasonField({ change, ...shown }: Props) {
  return (
    <Textarea
      {...shown}
      onChange={(event) => change(event.currentTarget.value)}
      maxLength={MOST}
      autosize
      minRows={2}
    />
  );
}
