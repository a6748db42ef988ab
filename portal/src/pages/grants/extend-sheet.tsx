/** Asking for a later end: a request like any other, and the end stays where it is until it is approved. */
import { Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { type Answer, useApi, useApiCall } from "../../api/api.ts";
import { useDraft } from "../../parts/draft.ts";
import { useNow } from "../../parts/now.ts";
import { RuleList } from "../../parts/rule-list.tsx";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { sentence } from "../../parts/states.tsx";
import { durationWords, isoDuration, readDuration } from "../../words/duration.ts";
import type { Grant } from "../../words/grant.ts";
import { decidersWords } from "../../words/request.ts";
import { timeWords } from "../../words/time.ts";

const DEFAULT_MS = 3_600_000;
const TYPING_MS = 250;

export function ExtendSheet({ grant, close }: { readonly grant: Grant; readonly close: () => void }) {
  const now = useNow();
  const draft = useDraft(`extend:${grant.id}`, () => ({
    typed: durationWords(DEFAULT_MS),
    justification: "",
  }));
  const { typed, justification } = draft.value;
  const write = (part: Partial<typeof draft.value>) => draft.change((before) => ({ ...before, ...part }));
  const extend = useApiCall("extendGrant");
  const wantedMs = readDuration(typed);
  const body = bodyOf(wantedMs, justification);
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
      title="Ask for more time"
      opened
      close={close}
      verb="Ask for it"
      busy={extend.isPending}
      error={extend.error}
      disabled={body.duration === undefined}
      confirm={confirm}
    >
      <Text>
        The same rules decide, and the new end counts from the decision. Until then it stays{" "}
        {grant.endsAt === null ? "open" : timeWords(grant.endsAt, now)}.
      </Text>
      <TextInput
        label="From the decision on, for"
        description="Such as 30 min, 1 h 30 min, 1:30"
        value={typed}
        onChange={(event) => write({ typed: event.currentTarget.value })}
        maxLength={40}
        data-autofocus
      />
      <Textarea
        label="Why you need longer"
        value={justification}
        onChange={(event) => write({ justification: event.currentTarget.value })}
        maxLength={4_000}
        autosize
        minRows={2}
      />
      <Outlook preview={preview.data ?? null} error={preview.error} now={now} />
    </ConfirmSheet>
  );
}

interface OutlookProps {
  readonly preview: Answer<"previewExtension"> | null;
  readonly error: Error | null;
  readonly now: number;
}

/** What would come of it, as high before it is known as after. */
function Outlook({ preview, error, now }: OutlookProps) {
  if (error !== null) return <Text size="sm">{sentence(error.message)}</Text>;
  if (preview === null) return <Text size="sm">Looking at what the rules say …</Text>;
  const [stage] = preview.stages;
  const unmet = preview.rules.filter(({ outcome }) => outcome === "unsatisfied");
  return (
    <Stack gap="xs" aria-live="polite">
      <Text size="sm">
        Approved now, it would end <b>{timeWords(preview.newEnd, now)}</b>
        {stage === undefined ? "; nobody has to decide." : `. To be decided by ${decidersWords(stage)}.`}
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

function bodyOf(wantedMs: number | null, justification: string) {
  const because = justification.trim();
  return {
    ...(wantedMs === null || wantedMs === 0 ? {} : { duration: isoDuration(wantedMs) }),
    ...(because === "" ? {} : { justification: because }),
  };
}
