/** Who is in a group, level by level, and putting somebody in or taking them out. */
import { Button, Paper } from "@mantine/core";
import { useState } from "react";
import { Section } from "../../../parts/page.tsx";
import { Empty } from "../../../parts/states.tsx";
import { members as words } from "../../../words/administration.ts";
import { AddMemberSheet, RemoveMemberSheet } from "./member-sheets.tsx";
import { MemberTree } from "./member-tree.tsx";
import type { Member, Principal } from "./principal.ts";

export function GroupMembers({ view }: { readonly view: Principal }) {
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Member | null>(null);
  const direct = view.members.filter((one) => one.direct);
  return (
    <Section
      title={words.title}
      aside={
        <Button size="xs" variant="light" onClick={() => setAdding(true)}>
          {words.add}
        </Button>
      }
    >
      {direct.length === 0 ? (
        <Empty>{words.nobody(view.principal.displayName)}</Empty>
      ) : (
        <Paper withBorder p="md">
          <MemberTree members={direct} within={[view.principal.objectId]} remove={setRemoving} />
        </Paper>
      )}
      {adding ? <AddMemberSheet group={view} close={() => setAdding(false)} /> : null}
      {removing === null ? null : (
        <RemoveMemberSheet group={view} member={removing} close={() => setRemoving(null)} />
      )}
    </Section>
  );
}
