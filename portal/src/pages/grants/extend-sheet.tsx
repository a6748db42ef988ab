/** Asking for a later end: a request like any other, and the end stays where it is until it is approved. */
import { Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { type Answer, serverNow, useApi, useApiCall } from "../../api/api.ts";
import { useDraft } from "../../parts/draft.ts";
import { useNow } from "../../parts/now.ts";
import { ReasonField } from "../../parts/reason-field.tsx";
import { RuleList } from "../../parts/rule-list.tsx";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { sentence } from "../../parts/states.tsx";
import {
  extendBy,
  extendHelp,
  extendLead,
  extendOutlook,
  extendTitle,
  extendWhy,
  ifApprovedWords,
  movedEndWords,
} from "../../words/access.ts";
import { durationWords, isoDuration, readDuration } from "../../words/duration.ts";
import type { Grant } from "../../words/grant.ts";
import { EXTENDING } from "../../words/holding.ts";

const DEFAULT_MS = 3_600_000;
const TYPING_MS = 250;

interface Typed {
  readonly by: string;
  readonly because: string;
}

export function ExtendSheet({ grant, close }: { readonly grant: Grant; readonly close: () => void }) {
  const now = useNow();
  const draft = useDraft(`extend:${grant.id}`, () => ({ by: durationWords(DEFAULT_MS), because: "" }));
  // What is left counts from the last key: what is sent is what was looked at, however often it is sent.
  const [at, setAt] = useState(serverNow);
  const write = (part: Partial<Typed>) => {
    setAt(serverNow());
    draft.change((before) => ({ ...before, ...part }));
  };
  const body = bodyOf(grant, draft.value, at);
  const extend = useApiCall("extendGrant", draft.drop);
  const [previewed] = useDebouncedValue(body, TYPING_MS);
  const preview = useApi(
    "previewExtension",
    { path: { id: grant.id }, body: previewed },
    { enabled: previewed.duration !== undefined, keepPrevious: true },
  );
  const confirm = () =>
    extend.mutate(
      { path: { id: grant.id }, body },
      {
        onSuccess: ({ state }) => {
          const message = state === "approved" ? EXTENDING.extended : EXTENDING.asked;
          notifications.show({ message, color: "green" });
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title={extendTitle}
      opened
      close={close}
      verb={EXTENDING.send}
      busy={extend.isPending}
      error={extend.error}
      disabled={body.duration === undefined}
      confirm={confirm}
    >
      <Text>{extendLead(grant, now)}</Text>
      <TextInput
        label={extendBy}
        description={extendHelp}
        value={draft.value.by}
        onChange={(event) => write({ by: event.currentTarget.value })}
        maxLength={40}
        data-autofocus
      />
      <ReasonField label={extendWhy} value={draft.value.because} change={(because) => write({ because })} />
      <Outlook grant={grant} preview={preview.data ?? null} error={preview.error} now={now} />
    </ConfirmSheet>
  );
}

interface OutlookProps {
  readonly grant: Grant;
  readonly preview: Answer<"previewExtension"> | null;
  readonly error: Error | null;
  readonly now: number;
}

/** What would come of it, as high before it is known as after. */
function Outlook({ grant, preview, error, now }: OutlookProps) {
  if (error !== null) return <Text size="sm">{sentence(error.message)}</Text>;
  if (preview === null) return <Text size="sm">{EXTENDING.looking}</Text>;
  const unmet = preview.rules.filter(({ outcome }) => outcome === "unsatisfied");
  return (
    <Stack gap="xs" aria-live="polite">
      <Text size="sm">
        {ifApprovedWords} <b>{movedEndWords(grant.endsAt, preview.newEnd, now)}</b>.{" "}
        {extendOutlook(preview.stages)}
      </Text>
      {preview.problem === null ? null : <Text size="sm">{sentence(preview.problem.message)}</Text>}
      {unmet.length === 0 ? (
        <Text size="sm" c="dimmed">
          {EXTENDING.met}
        </Text>
      ) : (
        <RuleList label={EXTENDING.unmet} rules={unmet} />
      )}
    </Stack>
  );
}

/** The server counts from the decision: what is left then is asked for with what is to come on top. */
function bodyOf({ endsAt }: Grant, { by, because }: Typed, at: number) {
  const wantedMs = readDuration(by) ?? 0;
  const leftMs = endsAt === null ? 0 : Math.max(0, Date.parse(endsAt) - at);
  const justification = because.trim();
  return {
    ...(wantedMs === 0 ? {} : { duration: isoDuration(leftMs + wantedMs) }),
    ...(justification === "" ? {} : { justification }),
  };
}
