/** Putting somebody into a group, or taking them out: a change of the group's own document. */
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useAcknowledging } from "../../../parts/acknowledge.tsx";
import { useDraft } from "../../../parts/draft.ts";
import { type FoundPrincipal, PrincipalPicker } from "../../../parts/principal-picker.tsx";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { members as words } from "../../../words/administration.ts";
import { TouchedByPut } from "../parts/touched.tsx";
import type { Member, Principal } from "./principal.ts";
import { useMembers } from "./use-members.ts";

interface Props {
  readonly group: Principal;
  readonly close: () => void;
}

export function AddMemberSheet({ group, close }: Props) {
  const draft = useDraft<FoundPrincipal[]>(`join:${group.principal.objectId}`, () => []);
  const chosen = draft.value;
  const members = useMembers(group, draft.drop);
  const known = useAcknowledging();
  const name = group.principal.displayName;
  const next = [...members.ids, ...chosen.map(({ objectId }) => objectId)];
  const confirm = () =>
    members.put(next, known.ids, () => {
      notifications.show({
        message: words.joined(
          chosen.map((one) => one.displayName),
          name,
        ),
        color: "green",
      });
      close();
    });
  return (
    <ConfirmSheet
      title={words.joins(name)}
      opened
      close={close}
      verb={words.addVerb}
      busy={members.busy}
      error={members.error}
      disabled={chosen.length === 0 || !members.ready}
      confirm={confirm}
    >
      <PrincipalPicker label={words.who} value={chosen} onChange={draft.change} data-autofocus />
      <Text size="sm">{words.joinsText(name)}</Text>
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
      notifications.show({ message: words.left(member.displayName, name), color: "green" });
      close();
    });
  return (
    <ConfirmSheet
      title={words.leaves(member.displayName, name)}
      opened
      close={close}
      verb={words.takeOut}
      color="red"
      busy={members.busy}
      error={members.error}
      disabled={!members.ready}
      confirm={confirm}
    >
      <Text>{words.leavesText(member.displayName, name)}</Text>
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
  return show ? <Text size="sm">{words.tooMany}</Text> : null;
}
