/** Asking for a later end: a request like any other, and the end stays where it is until it is approved. */
import { Text, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useApiCall } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { durationWords, isoDuration, readDuration } from "../../words/duration.ts";
import type { Grant } from "../../words/grant.ts";
import { timeWords } from "../../words/time.ts";

const DEFAULT_MS = 3_600_000;

export function ExtendSheet({ grant, close }: { readonly grant: Grant; readonly close: () => void }) {
  const now = useNow();
  const [typed, setTyped] = useState(durationWords(DEFAULT_MS));
  const [justification, setJustification] = useState("");
  const extend = useApiCall("extendGrant");
  const wantedMs = readDuration(typed);
  const confirm = () => {
    const body = {
      ...(wantedMs === null ? {} : { duration: isoDuration(wantedMs) }),
      ...(justification.trim() === "" ? {} : { justification: justification.trim() }),
    };
    extend.mutate(
      { path: { id: grant.id }, headers: { "idempotency-key": crypto.randomUUID() }, body },
      {
        onSuccess: (request) => {
          const decided = request.state === "approved";
          notifications.show({
            message: decided ? "Extended." : "Asked. The end stays where it is until somebody approves.",
            color: "green",
          });
          close();
        },
      },
    );
  };
  return (
    <ConfirmSheet
      title="Ask for more time"
      opened
      close={close}
      verb="Ask for it"
      busy={extend.isPending}
      error={extend.error}
      disabled={wantedMs === null || wantedMs === 0}
      confirm={confirm}
    >
      <Text>
        The same rules decide, and the new end counts from the decision. Until then it stays{" "}
        {grant.endsAt === null ? "open" : timeWords(grant.endsAt, now)}.
      </Text>
      <TextInput
        label="From the decision on, for"
        description={
          wantedMs === null || wantedMs === 0
            ? "Such as 30 min, 1 h 30 min, 1:30"
            : `Approved now, it would end ${timeWords(now + wantedMs, now)}`
        }
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maxLength={40}
        data-autofocus
      />
      <Textarea
        label="Why you need longer"
        value={justification}
        onChange={(event) => setJustification(event.currentTarget.value)}
        maxLength={4_000}
        autosize
        minRows={2}
      />
    </ConfirmSheet>
  );
}
