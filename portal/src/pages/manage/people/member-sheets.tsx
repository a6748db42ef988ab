/** Putting somebody into a group, or taking them out: a change of the group's own document. */
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useAcknowledging } from "../../../parts/acknowledge.tsx";
import { type FoundPrincipal, PrincipalPicker } from "../../../parts/principal-picker.tsx";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { listWords } from "../../../words/list.ts";
import { TouchedByPut } from "../parts/touched.tsx";
import type { Member, Principal } from "./principal.ts";
import { useMembers } from "./use-members.ts";

interface Props {
  readonly group: Principal;
  readonly close: () => void;
}

export function AddMemberSheet({ group, close }: Props) {
  const [chosen, setChosen] = useState<FoundPrincipal[]>([]);
  const members = useMembers(group);
  const known = useAcknowledging();
  const name = group.principal.displayName;
  const next = [...members.ids, ...chosen.map(({ objectId }) => objectId)];
  const confirm = () =>
    members.put(next, known.ids, () => {
      notifications.show({
        message: `${listWords(
          chosen.map((one) => one.displayName),
          "and",
        )}: now in ${name}.`,
        color: "green",
      });
      close();
    });
  return (
    <ConfirmSheet
      title={`Who joins ${name}?`}
      opened
      close={close}
      verb="Add"
      busy={members.busy}
      error={members.error}
      disabled={chosen.length === 0 || !members.ready}
      confirm={confirm}
    >
      <PrincipalPicker label="Person, group or workload" value={chosen} onChange={setChosen} data-autofocus />
      <Text size="sm">
        From then on they may ask for what {name} may ask for, and decide what it decides.
      </Text>
      {members.ready && chosen.length > 0 ? (
        <TouchedByPut
          kind="Group"
          name={group.name}
          spec={members.specOf(next)}
          busy={members.busy}
          acknowledging={known}
        />
      ) : null}
      <TooMany show={!members.simple} />
    </ConfirmSheet>
  );
}

export function RemoveMemberSheet({ group, member, close }: Props & { readonly member: Member }) {
  const members = useMembers(group);
  const known = useAcknowledging();
  const name = group.principal.displayName;
  const left = members.ids.filter((id) => id !== member.objectId);
  const confirm = () =>
    members.put(left, known.ids, () => {
      notifications.show({ message: `${member.displayName} is not in ${name} any more.`, color: "green" });
      close();
    });
  return (
    <ConfirmSheet
      title={`Take ${member.displayName} out of ${name}?`}
      opened
      close={close}
      verb="Take out"
      color="red"
      busy={members.busy}
      error={members.error}
      disabled={!members.ready}
      confirm={confirm}
    >
      <Text>
        {member.displayName} may no longer ask for what {name} may ask for, nor decide what it decides. What
        is live on that ground alone ends.
      </Text>
      {members.ready ? (
        <TouchedByPut
          kind="Group"
          name={group.name}
          spec={members.specOf(left)}
          busy={members.busy}
          acknowledging={known}
        />
      ) : null}
      <TooMany show={!members.simple} />
    </ConfirmSheet>
  );
}

function TooMany({ show }: { readonly show: boolean }) {
  return show ? (
    <Text size="sm">
      This group is too large to be changed here. Change it in its file and run <code>npx curfew apply</code>.
    </Text>
  ) : null;
}
