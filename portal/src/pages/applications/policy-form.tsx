/** The whole policy of one application, saved at once and only over the version it was read at. */
import { Box, Button, Group, NumberInput, Paper, Stack, Switch, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useEffect, useState } from "react";
import { useApiCall } from "../../api/api.ts";
import { faultsOf } from "../../api/faults.ts";
import { Acknowledge, leftIn, useAcknowledging } from "../../parts/acknowledge.tsx";
import { Caution } from "../../parts/caution.tsx";
import { useFaultFocus } from "../../parts/fault-focus.ts";
import { Problem } from "../../parts/states.tsx";
import type { ApplicationInFull } from "../../words/application.ts";
import { listWords } from "../../words/list.ts";
import {
  draftOf,
  type PolicyDraft,
  placedFaults,
  policyBody,
  sameDraft,
  typedFaults,
} from "./policy-draft.ts";
import { DurationText, PolicyFields, type PolicyFieldsProps, said } from "./policy-fields.tsx";

interface Props {
  /** What the draft was begun on. */
  readonly base: ApplicationInFull;
  /** Whether there is a newer one by now. */
  readonly moved: boolean;
  readonly takeNew: () => void;
}

const EMERGENCY_WORDS =
  "The publisher's people may skip the approval, for an hour at most. Every approver hears at once and may end it, and one of them reviews it afterwards.";

export function PolicyForm({ base, moved, takeNew }: Props) {
  const [draft, setDraft] = useState(() => draftOf(base));
  const [tried, setTried] = useState(false);
  const focus = useFaultFocus();
  const save = useApiCall("changeJitPolicy");
  const known = useAcknowledging();
  const dirty = !sameDraft(draft, draftOf(base));
  const settled = !dirty || save.isSuccess;
  useEffect(() => {
    if (moved && settled) takeNew();
  }, [moved, settled, takeNew]);
  const typed = typedFaults(draft);
  const placed = placedFaults(faultsOf(save.error));
  const faults = { ...placed, ...(tried ? typed : {}) };
  const left = leftIn(save.error);
  const elsewhere =
    save.error !== null && left.length === 0 && Object.values(placed).every((fault) => fault === null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    focus.look();
    if (Object.keys(typed).length > 0) return;
    const query = known.ids.length === 0 ? {} : { query: { acknowledge: known.ids.join(",") } };
    save.mutate(
      { ...inputOf(base, draft), ...query },
      { onSuccess: () => notifications.show(savedNote(base)) },
    );
  };
  const change = (part: Partial<PolicyDraft>) => {
    save.reset();
    setDraft((before) => ({ ...before, ...part }));
  };
  const fields = { draft, change, faults, owners: ownersOf(base) };
  return (
    <form ref={focus.form} onSubmit={submit} noValidate aria-label="Terms">
      <Paper withBorder p="md">
        <Stack gap="lg" maw={640}>
          <PolicyFields {...fields} />
          <MoreFields {...fields} />
          <Text size="sm" c="dimmed">
            It counts for requests made from now on, and those that wait must meet it too. Access that is live
            stays as it was given: another maximum or other approvers never touch it.
          </Text>
          {moved && !settled ? <Moved takeNew={takeNew} /> : null}
          <Acknowledge items={left} acknowledging={known} />
          {elsewhere && save.error !== null ? <Problem error={save.error} /> : null}
        </Stack>
      </Paper>
      <Box className="action-bar">
        <Group gap="sm" justify="flex-end">
          {dirty ? (
            <Button variant="default" onClick={() => change(draftOf(base))}>
              Undo changes
            </Button>
          ) : null}
          <Button type="submit" loading={save.isPending} disabled={!dirty}>
            Save terms
          </Button>
        </Group>
      </Box>
    </form>
  );
}

function MoreFields({ draft, change, faults }: PolicyFieldsProps) {
  return (
    <>
      {draft.mode === "manual" ? (
        <>
          <NumberInput
            label="Approvals needed"
            description="How many of them must agree. One person counts once."
            maw={320}
            min={1}
            max={20}
            allowDecimal={false}
            value={draft.required}
            onChange={(required) => change({ required: Number(required) || 1 })}
            error={said(faults.required)}
          />
          <DurationText
            label="Time to decide"
            description="A request that nobody decided by then times out."
            value={draft.decideBy}
            onChange={(decideBy) => change({ decideBy })}
            error={said(faults.decideBy)}
          />
        </>
      ) : null}
      <DurationText
        label="Minimum duration"
        description="Shorter access cannot be asked for. Giving it back early is always possible."
        value={draft.minimumDuration}
        onChange={(minimumDuration) => change({ minimumDuration })}
        error={said(faults.minimumDuration)}
      />
      <Switch
        label="Justification required"
        description="Whoever asks says why."
        checked={draft.justificationRequired}
        onChange={(event) => change({ justificationRequired: event.currentTarget.checked })}
      />
      <Switch
        label="Second factor required"
        description="Whoever asks has signed in with more than a password."
        checked={draft.mfaRequired}
        onChange={(event) => change({ mfaRequired: event.currentTarget.checked })}
      />
      <Switch
        label="Emergency access allowed"
        description={EMERGENCY_WORDS}
        checked={draft.emergencyAllowed}
        onChange={(event) => change({ emergencyAllowed: event.currentTarget.checked })}
      />
    </>
  );
}

function Moved({ takeNew }: { readonly takeNew: () => void }) {
  return (
    <Caution title="Somebody changed the terms meanwhile">
      <Text size="sm">What you wrote is still here, but it was begun on the terms before.</Text>
      <Button variant="default" size="xs" onClick={takeNew} w="fit-content">
        Begin again from the terms as they are now
      </Button>
    </Caution>
  );
}

/** What this form does not show, such as a ticket's pattern or conditions, stays as it is. */
function inputOf(base: ApplicationInFull, draft: PolicyDraft) {
  return {
    path: { id: base.id },
    headers: { "if-match": `"${base.jitPolicy?.version ?? 0}"` },
    body: { ...base.own?.policy, ...policyBody(draft) },
  };
}

function ownersOf({ own }: ApplicationInFull): string {
  const owners = own?.owners.map(({ displayName }) => displayName) ?? [];
  return owners.length === 0 ? "the owners" : `the owners (${listWords(owners, "and")})`;
}

function savedNote({ name, publisher }: ApplicationInFull) {
  return {
    color: "green",
    message: `Saved. What ${publisher.name} asks for on ${name} from now on goes by these terms.`,
  };
}
