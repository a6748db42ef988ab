/** What never ends by itself is loud: amber, with a mark of its own, and since when. */
import { Badge, Group, Text } from "@mantine/core";
import { Infinity as WithoutEnd } from "lucide-react";
import type { ReactNode } from "react";
import { PERMANENT, SINCE } from "../words/permanent.ts";
import { Caution } from "./caution.tsx";
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

interface Held {
  readonly id: string;
  /** Who holds what where, in one sentence; with a link where there is a page. */
  readonly what: ReactNode;
  readonly since: string | null;
}

/** All of it in one place, such as on Home; nothing where there is none. */
export function PermanentList({ title, held }: { readonly title: string; readonly held: readonly Held[] }) {
  if (held.length === 0) return null;
  return (
    <Caution title={title}>
      <Group component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
        {held.map(({ id, what, since }) => (
          <Group key={id} component="li" gap="xs" w="100%">
            <Permanent since={since} />
            <Text component="span">{what}</Text>
          </Group>
        ))}
      </Group>
    </Caution>
  );
}
