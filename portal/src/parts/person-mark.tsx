/** A person at a glance: two letters on a colour of their own, so that Carol Castillo and Casey Chen differ. */
import { Avatar } from "@mantine/core";
import { hueOf, initialsOf } from "../words/person.ts";

interface Props {
  readonly person: { readonly objectId: string; readonly displayName: string };
  readonly size?: number;
}

export function PersonMark({ person: { objectId, displayName }, size = 32 }: Props) {
  return (
    <Avatar
      size={size}
      radius="xl"
      aria-hidden="true"
      styles={{
        // As dark in every colour: white letters are read on it on light and on dark pages.
        placeholder: { background: `hsl(${hueOf(objectId)} 55% 30%)`, color: "#fff", border: 0 },
      }}
    >
      {initialsOf(displayName)}
    </Avatar>
  );
}
