/** Asking for a later end: a request like any other, and the end stays where it is until it is approved. */
import { Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { type Answer, serverNow, useApi, useApiCall } from "../../api/api.ts";
import { useDraft } from "../../parts/draft.ts";
import { useNow } from "../../parts/now.ts";
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

const DEFAULT_MS = 3_600_000;
const TYPING_MS = 250;

interface Typed {
  readonly by: string;
  readonly because: string;
  /** When it was typed: what is left counts from there, and a preview does not change by itself. */
  readonly at: number;
}

export function ExtendSheet({ grant, close }: { readonly grant: Grant; readonly close: () => void }) {
  const now = useNow();
  const draft = useDraft<Typed>(`extend:${grant.id}`, () => ({
    by: durationWords(DEFAULT_MS),
    because: "",
    at: serverNow(),
  }));
  const typed = draft.value;
  const change = (more: Partial<Typed>) =>
    draft.change((before) => ({ ...before, ...more, at: serverNow() }));
  const extend = useApiCall("extendGrant");
  const [previewed] = useDebouncedValue(bodyOf(grant, typed, typed.at), TYPING_MS);
  const preview = useApi(
    "previewExtension",
    { path: { id: grant.id }, body: previewed },
    { enabled: previewed.duration !== undefined, keepPrevious: true },
  );
  const confirm = () =>
    extend.mutate(
      { path: { id: grant.id }, body: bodyOf(grant, typed, serverNow()) },
      {
        onSuccess: ({ state }) => {
          draft.drop();
          const message =
            state === "approved" ? "Extended." : "Asked. The end stays where it is until somebody approves.";
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
      verb="Ask for it"
      busy={extend.isPending}
      error={extend.error}
      disabled={bodyOf(grant, typed, typed.at).duration === undefined}
      confirm={confirm}
    >
      <Text>{extendLead(grant, now)}</Text>
      <TextInput
        label={extendBy}
        description={extendHelp}
        value={typed.by}
        onChange={(event) => change({ by: event.currentTarget.value })}
        maxLength={40}
        data-autofocus
      />
      <Textarea
        label={extendWhy}
        value={typed.because}
        onChange={(event) => change({ because: event.currentTarget.value })}
        maxLength={4_000}
        autosize
        minRows={2}
      />
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
  if (preview === null) return <Text size="sm">Looking at what the rules say …</Text>;
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
          Every rule is met.
        </Text>
      ) : (
        <RuleList label="Rules that are not met yet" rules={unmet} />
      )}
    </Stack>
  );
}

/** The server counts from the decision: what is left then is asked for with what is to come on top. */
function bodyOf({ endsAt }: Grant, { by, because }: Typed, now: number) {
  const wantedMs = readDuration(by) ?? 0;
  const leftMs = endsAt === null ? 0 : Math.max(0, Date.parse(endsAt) - now);
  const justification = because.trim();
  return {
    ...(wantedMs === 0 ? {} : { duration: isoDuration(leftMs + wantedMs) }),
    ...(justification === "" ? {} : { justification }),
  };
}
