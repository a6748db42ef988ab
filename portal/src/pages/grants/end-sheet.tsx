/** Giving access back before its time, or taking it from somebody. */
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { serverNow, useApiCall } from "../../api/api.ts";
import { useDraft } from "../../parts/draft.ts";
import { ReasonField } from "../../parts/reason-field.tsx";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { endSheetWords } from "../../words/access.ts";
import { type Grant, unconfirmedWords } from "../../words/grant.ts";
import { useHolder } from "./use-holder.ts";

export function EndSheet({ grant, close }: { readonly grant: Grant; readonly close: () => void }) {
  const { own } = useHolder(grant);
  const { value: justification, change: setJustification, drop } = useDraft(`end:${grant.id}`, () => "");
  const deactivate = useApiCall("deactivateGrant", drop);
  const revoke = useApiCall("revokeGrant", drop);
  const ending = own ? deactivate : revoke;
  const words = endSheetWords(grant, own);
  const done = (after: Grant) => {
    const left = after.unconfirmed?.of === "end" ? unconfirmedWords(after, serverNow()) : null;
    notifications.show(
      left === null
        ? { message: words.done, color: "green" }
        : { message: `${words.notLive} ${left}`, color: "orange" },
    );
    close();
  };
  const confirm = () => {
    const because = justification.trim();
    const path = { id: grant.id };
    if (own) deactivate.mutate({ path }, { onSuccess: done });
    else revoke.mutate({ path, body: because === "" ? {} : { justification: because } }, { onSuccess: done });
  };
  return (
    <ConfirmSheet
      title={words.title}
      opened
      close={close}
      verb={words.verb}
      color="red"
      busy={ending.isPending}
      error={ending.error}
      confirm={confirm}
    >
      <Text>{words.after}</Text>
      {own ? null : <ReasonField label="Why" value={justification} change={setJustification} />}
    </ConfirmSheet>
  );
}
