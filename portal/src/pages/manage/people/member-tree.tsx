/** Members of a group; a group among them opens to show its own. */
import { ActionIcon, Anchor, Button, Group, List, Text } from "@mantine/core";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { useApi } from "../../../api/api.ts";
import { Loading, Problem } from "../../../parts/states.tsx";
import { members as words } from "../../../words/administration.ts";
import { kindWords, personAddress } from "../parts/principal-words.ts";
import type { Member } from "./principal.ts";

interface Props {
  readonly members: readonly Member[];
  /** The groups that this level lies in, by their ids, so that nothing opens for ever. */
  readonly within: readonly string[];
  /** Undefined below the first level: their place is another group. */
  readonly remove?: (member: Member) => void;
}

export function MemberTree({ members, within, remove }: Props) {
  return (
    <List listStyleType="none" withPadding={within.length > 1} spacing={4}>
      {members.map((member) => (
        <TreeItem key={member.objectId} member={member} within={within} remove={remove} />
      ))}
    </List>
  );
}

function TreeItem({ member, within, remove }: Omit<Props, "members"> & { readonly member: Member }) {
  const { objectId, displayName, kind } = member;
  const [open, setOpen] = useState(false);
  const opens = kind === "group" && !within.includes(objectId);
  return (
    <List.Item>
      <Group gap="xs" wrap="nowrap">
        {opens ? (
          <ActionIcon
            variant="subtle"
            onClick={() => setOpen(!open)}
            aria-expanded={open}
            aria-label={words.of(displayName)}
          >
            {open ? (
              <ChevronDown size={18} aria-hidden="true" />
            ) : (
              <ChevronRight size={18} aria-hidden="true" />
            )}
          </ActionIcon>
        ) : null}
        <Anchor component={Link} to={personAddress(objectId)}>
          {displayName}
        </Anchor>
        <Text span size="sm" c="dimmed">
          {kindWords(kind)}
        </Text>
        {remove === undefined ? null : (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => remove(member)}
            aria-label={words.takeOutOne(displayName)}
          >
            {words.takeOut}
          </Button>
        )}
      </Group>
      {open ? <Within objectId={objectId} name={displayName} within={within} /> : null}
    </List.Item>
  );
}

function Within({
  objectId,
  name,
  within,
}: {
  readonly objectId: string;
  readonly name: string;
  readonly within: readonly string[];
}) {
  const found = useApi("readPrincipal", { path: { objectId } });
  if (found.error !== null) return <Problem error={found.error} />;
  if (found.data === undefined) return <Loading rows={1} height={24} />;
  const direct = found.data.members.filter((one) => one.direct);
  if (direct.length === 0)
    return (
      <Text size="sm" c="dimmed" pl="lg">
        {words.nobody(name)}
      </Text>
    );
  return <MemberTree members={direct} within={[...within, objectId]} />;
}
