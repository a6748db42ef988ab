/** What never ends by itself is loud: amber, with a mark of its own, and since when. */
import { Badge, Group, Text } from "@mantine/core";
import { Infinity as WithoutEnd } from "lucide-react";
import { PERMANENT, SINCE } from "../words/permanent.ts";
import { Time } from "./time.tsx";

interface Props {
  /** RFC 3339; null where nobody knows. */
  readonly since: string | null;
  /** Instead of "Permanent". */
  readonly children?: string;
}

export function Permanent({ since, children = PERMANENT }: Props) {
  return (
    <Group component="span" gap={6} display="inline-flex">
      <Badge color="orange" leftSection={<WithoutEnd size={14} aria-hidden="true" />}>
        {children}
      </Badge>
      {since === null ? null : (
        <Text component="span" size="sm" className="permanent-since">
          {SINCE} <Time at={since} as="minute" />
        </Text>
      )}
    </Group>
  );
}
