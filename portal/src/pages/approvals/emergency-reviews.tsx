/** Emergency access that somebody took and nobody has reviewed yet. */
import { Button, Group, Paper, Radio, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Link } from "react-router";
import { useApi, useApiCall } from "../../api/api.ts";
import { useDraft } from "../../parts/draft.ts";
import { Section } from "../../parts/page.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { Time } from "../../parts/time.tsx";
import * as words from "../../words/deciding.ts";
import { type Grant, stateWords } from "../../words/grant.ts";

export function EmergencyReviews() {
  const found = useApi("listGrants", { query: { view: "toReview" } });
  const [reviewed, review] = useState<Grant | null>(null);
  const waiting = found.data?.items ?? [];
  if (waiting.length === 0) return null;
  return (
    <Section title={words.TO_REVIEW}>
      <Stack gap="sm">
        {waiting.map((grant) => (
          <Paper key={grant.id} withBorder p="md">
            <Group justify="space-between" gap="sm">
              <Stack gap={2} miw={0} flex="1 1 20rem">
                <Text>
                  <b>{grant.beneficiary.displayName}</b> took {grant.roleName} on {grant.scopeName} without
                  approval, <Time at={grant.startsAt} as="ago" />. {stateWords(grant)}.
                </Text>
                <Text size="sm" c="dimmed">
                  {grant.why ?? words.NOT_JUSTIFIED}
                </Text>
              </Stack>
              <Group gap="xs">
                <Button component={Link} to={`/access/${grant.id}`} variant="default">
                  {words.LOOK_OR_REVOKE}
                </Button>
                <Button onClick={() => review(grant)}>{words.REVIEW}</Button>
              </Group>
            </Group>
          </Paper>
        ))}
      </Stack>
      {reviewed === null ? null : <ReviewSheet grant={reviewed} close={() => review(null)} />}
    </Section>
  );
}

interface Review {
  readonly outcome: "justified" | "unjustified";
  readonly justification: string;
}

function ReviewSheet({ grant, close }: { readonly grant: Grant; readonly close: () => void }) {
  const draft = useDraft<Review>(`review:${grant.id}`, () => ({ outcome: "justified", justification: "" }));
  const { outcome, justification } = draft.value;
  const write = (part: Partial<Review>) => draft.change((before) => ({ ...before, ...part }));
  const send = useApiCall("reviewGrant", draft.drop);
  const confirm = () =>
    send.mutate(
      { path: { id: grant.id }, body: { outcome, justification: justification.trim() } },
      {
        onSuccess: () => {
          notifications.show({ message: words.REVIEWED, color: "green" });
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title={words.reviewTitle(grant.beneficiary.displayName)}
      opened
      close={close}
      verb={words.RECORD_REVIEW}
      busy={send.isPending}
      error={send.error}
      disabled={justification.trim() === ""}
      confirm={confirm}
    >
      <Radio.Group
        label={words.OUTCOME}
        value={outcome}
        onChange={(value) => write({ outcome: value === "justified" ? "justified" : "unjustified" })}
      >
        <Stack gap="xs" mt={4}>
          <Radio value="justified" label={words.JUSTIFIED} />
          <Radio value="unjustified" label={words.UNJUSTIFIED} />
        </Stack>
      </Radio.Group>
      <ReasonField
        label={words.WHY}
        required
        value={justification}
        change={(justification) => write({ justification })}
      />
    </ConfirmSheet>
  );
}
