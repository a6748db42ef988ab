/** Locking somebody out, letting them in again, and ending all that they hold: each with why, and what came of it. */
import { List, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type Answer, useApiCall } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { type Draft, useDraft } from "../../parts/draft.ts";
import { ReasonField } from "../../parts/reason-field.tsx";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import * as words from "../../words/people.ts";

export type Person = Answer<"readPerson">;

interface Props {
  readonly view: Person;
  readonly close: () => void;
}

export function LockSheet({ view, close }: Props) {
  const { objectId, displayName } = view.person;
  const me = useMe();
  const reason = useDraft(`lock:${objectId}`, () => "");
  const lock = useApiCall("lockOut", reason.drop);
  const confirm = () =>
    lock.mutate(
      { path: { objectId }, body: { justification: reason.value } },
      {
        onSuccess: ({ endedGrants, canceledRequests, owns, alsoIs }) => {
          const done = words.lockedOutWords(displayName, endedGrants.length, canceledRequests);
          const more = owns.length === 0 ? "" : ` ${words.ownsWords(owns.length)}`;
          const others = alsoIs.map((one) => one.displayName);
          const also = others.length === 0 ? "" : ` ${words.alsoIsWords(others)}`;
          say(`${done}${more}${also}`);
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title={words.lockTitle(displayName)}
      opened
      close={close}
      verb={words.LOCK}
      color="red"
      busy={lock.isPending}
      error={lock.error}
      disabled={reason.value.trim() === ""}
      confirm={confirm}
    >
      <List spacing={4}>
        {words.LOCK_DOES.map((one) => (
          <List.Item key={one}>{one}</List.Item>
        ))}
      </List>
      {me.principal.objectId === objectId ? <Text fw={600}>{words.LOCK_SELF}</Text> : null}
      <Why hint={words.LOCK_REASON_HINT} reason={reason} />
    </ConfirmSheet>
  );
}

export function UnlockSheet({ view, close }: Props) {
  const { objectId, displayName } = view.person;
  const reason = useDraft(`unlock:${objectId}`, () => "");
  const unlock = useApiCall("letIn", reason.drop);
  const confirm = () =>
    unlock.mutate(
      { path: { objectId }, body: { justification: reason.value } },
      {
        onSuccess: () => {
          say(words.letInWords(displayName));
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title={words.unlockTitle(displayName)}
      opened
      close={close}
      verb={words.UNLOCK}
      busy={unlock.isPending}
      error={unlock.error}
      disabled={reason.value.trim() === ""}
      confirm={confirm}
    >
      <Text>{words.UNLOCK_DOES}</Text>
      <Why hint={words.UNLOCK_REASON_HINT} reason={reason} />
    </ConfirmSheet>
  );
}

export function EndAllSheet({ view, close }: Props) {
  const { tenantId, objectId, displayName } = view.person;
  const me = useMe();
  const own = tenantId === me.principal.tenantId;
  const reason = useDraft(`end-everything:${objectId}`, () => "");
  const end = useApiCall("endEverything", reason.drop);
  const confirm = () =>
    end.mutate(
      { path: { objectId }, body: { justification: reason.value, ...(own ? {} : { tenantId }) } },
      {
        onSuccess: ({ endedGrants, canceledRequests }) => {
          say(words.endedAllWords(displayName, endedGrants.length, canceledRequests));
          close();
        },
      },
    );
  const timed = view.held.filter(({ beneficiary }) => beneficiary.objectId === objectId);
  return (
    <ConfirmSheet
      title={words.endTitle(displayName)}
      opened
      close={close}
      verb={words.END_ALL}
      color="red"
      busy={end.isPending}
      error={end.error}
      disabled={reason.value.trim() === ""}
      confirm={confirm}
    >
      <Text>{words.endDoes(timed.length, view.pending.length, own)}</Text>
      <Why hint={words.END_REASON_HINT} reason={reason} />
    </ConfirmSheet>
  );
}

function Why({ hint, reason }: { readonly hint: string; readonly reason: Draft<string> }) {
  const { value, change } = reason;
  return (
    <ReasonField
      label={words.REASON}
      description={hint}
      value={value}
      change={change}
      required
      data-autofocus
    />
  );
}

function say(message: string): void {
  notifications.show({ message, color: "green" });
}
