/** Emergency access that somebody took and nobody has reviewed yet. */
import { Button, Group, Paper, Radio, Stack, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Link } from "react-router";
import { useApi, useApiCall } from "../../api/api.ts";
import { useDraft } from "../../parts/draft.ts";
import { Section } from "../../parts/page.tsx";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { Time } from "../../parts/time.tsx";
import { type Grant, stateWords } from "../../words/grant.ts";

export function EmergencyReviews() {
  const found = useApi("listGrants", { query: { view: "toReview" } });
  const [reviewed, review] = useState<Grant | null>(null);
  const waiting = found.data?.items ?? [];
  if (waiting.length === 0) return null;
  return (
    <Section title="Emergencies to review">
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
                  {grant.why ?? "No justification was given."}
                </Text>
              </Stack>
              <Group gap="xs">
                <Button component={Link} to={`/access/${grant.id}`} variant="default">
                  Look or revoke
                </Button>
                <Button onClick={() => review(grant)}>Review</Button>
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
  const send = useApiCall("reviewGrant");
  const confirm = () =>
    send.mutate(
      { path: { id: grant.id }, body: { outcome, justification: justification.trim() } },
      {
        onSuccess: () => {
          draft.drop();
          notifications.show({ message: "Reviewed.", color: "green" });
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title={`Was it right that ${grant.beneficiary.displayName} took this?`}
      opened
      close={close}
      verb="Record the review"
      busy={send.isPending}
      error={send.error}
      disabled={justification.trim() === ""}
      confirm={confirm}
    >
      <Radio.Group
        label="Outcome"
        value={outcome}
        onChange={(value) => write({ outcome: value === "justified" ? "justified" : "unjustified" })}
      >
        <Stack gap="xs" mt={4}>
          <Radio value="justified" label="Justified" />
          <Radio value="unjustified" label="Not justified" />
        </Stack>
      </Radio.Group>
      <Textarea
        label="Why"
        required
        value={justification}
        onChange={(event) => write({ justification: event.currentTarget.value })}
        maxLength={4_000}
        autosize
        minRows={2}
      />
    </ConfirmSheet>
  );
}
