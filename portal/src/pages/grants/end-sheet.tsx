/** Giving access back before its time, or taking it from somebody. */
import { Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useApiCall } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { type Grant, targetsOf } from "../../words/grant.ts";

export function EndSheet({ grant, close }: { readonly grant: Grant; readonly close: () => void }) {
  const { principal } = useMe();
  const mine = grant.beneficiary.objectId === principal.objectId;
  const [justification, setJustification] = useState("");
  const deactivate = useApiCall("deactivateGrant");
  const revoke = useApiCall("revokeGrant");
  const ending = mine ? deactivate : revoke;
  const target = targetsOf(grant).join(" and ");
  const done = () => {
    notifications.show({ message: `${grant.roleName} on ${grant.scopeName} ends now.`, color: "green" });
    close();
  };
  const confirm = () => {
    const body = justification.trim() === "" ? {} : { justification: justification.trim() };
    const input = { path: { id: grant.id }, body };
    if (mine) deactivate.mutate(input, { onSuccess: done });
    else revoke.mutate(input, { onSuccess: done });
  };
  return (
    <ConfirmSheet
      title={mine ? "End it now?" : `Take it from ${grant.beneficiary.displayName} now?`}
      opened
      close={close}
      verb={mine ? "End now" : "Revoke now"}
      color="red"
      busy={ending.isPending}
      error={ending.error}
      confirm={confirm}
    >
      <Text>
        {grant.roleName} on {grant.scopeName} ends at once.
        {target === "" ? "" : ` ${target} refuses new log-ins, and open sessions are cut.`} Getting it back
        takes a new request.
      </Text>
      {mine ? null : (
        <Textarea
          label="Why"
          value={justification}
          onChange={(event) => setJustification(event.currentTarget.value)}
          maxLength={4_000}
          autosize
          minRows={2}
        />
      )}
    </ConfirmSheet>
  );
}
