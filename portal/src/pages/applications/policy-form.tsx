/** The whole policy of one application, saved at once and only over the version it was read at. */
import { Box, Button, Group, NumberInput, Paper, Stack, Switch, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { useApiCall } from "../../api/api.ts";
import { faultsOf } from "../../api/faults.ts";
import { Acknowledge, leftIn, useAcknowledging } from "../../parts/acknowledge.tsx";
import { type Edit, useArrived, useEdit } from "../../parts/draft.ts";
import { DraftNote } from "../../parts/draft-note.tsx";
import { useFaultFocus } from "../../parts/fault-focus.ts";
import { Problem } from "../../parts/states.tsx";
import type { ApplicationInFull } from "../../words/application.ts";
import { CONFIGURATION, FIELDS, FORM, ownersWords, savedWords } from "../../words/jit-terms.ts";
import { JitReplay } from "./jit-replay.tsx";
import { draftOf, type PolicyDraft, placedFaults, policyBody, typedFaults } from "./policy-draft.ts";
import { DurationText, PolicyFields, type PolicyFieldsProps, said } from "./policy-fields.tsx";

interface Props {
  readonly application: ApplicationInFull;
}

export function PolicyForm({ application }: Props) {
  const version = application.jitPolicy?.version ?? 0;
  const edit = useEdit(`terms:${application.id}`, { version: String(version), value: draftOf(application) });
  const { value: draft, dirty } = edit;
  const [tried, setTried] = useState(false);
  const focus = useFaultFocus();
  const save = useApiCall("changeJitPolicy");
  const known = useAcknowledging();
  const typed = typedFaults(draft);
  const placed = placedFaults(faultsOf(save.error));
  const faults = { ...placed, ...(tried ? typed : {}) };
  const left = leftIn(save.error);
  const elsewhere =
    save.error !== null && left.length === 0 && Object.values(placed).every((fault) => fault === null);
  const saved = () => notifications.show({ message: savedWords(application), color: "green" });
  useArrived(edit, save, saved);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    focus.look();
    if (Object.keys(typed).length === 0) send();
  };
  const send = () => {
    const query = known.ids.length === 0 ? {} : { query: { acknowledge: known.ids.join(",") } };
    save.mutate(
      { ...inputOf(application, edit), ...query },
      {
        onSuccess: () => {
          edit.settle();
          saved();
        },
      },
    );
  };
  const change = (part: Partial<PolicyDraft>) => {
    save.reset();
    edit.change((before) => ({ ...before, ...part }));
  };
  const undo = () => {
    save.reset();
    edit.drop();
  };
  const fields = { draft, change, faults, owners: ownersWords(application) };
  return (
    <form ref={focus.form} onSubmit={submit} noValidate aria-label={CONFIGURATION.terms}>
      <Paper withBorder p="md">
        <Stack gap="lg" maw={640}>
          <PolicyFields {...fields} />
          <MoreFields {...fields} />
          <Text size="sm" c="dimmed">
            {FORM.counts}
          </Text>
          <DraftNote draft={{ ...edit, drop: undo }} what="the terms" />
          <Acknowledge items={left} acknowledging={known} />
          {elsewhere && save.error !== null ? <Problem error={save.error} /> : null}
        </Stack>
      </Paper>
      <Box className="action-bar">
        <Group gap="sm" justify="flex-end">
          {dirty ? (
            <Button variant="default" onClick={undo}>
              {FORM.undo}
            </Button>
          ) : null}
          {dirty ? (
            <JitReplay
              applicationId={application.id}
              policy={() => (Object.keys(typed).length === 0 ? inputOf(application, edit).body : null)}
              lacks={() => {
                setTried(true);
                focus.look();
              }}
              save={save}
              confirm={send}
            />
          ) : null}
          <Button type="submit" loading={save.isPending} disabled={!dirty}>
            {FORM.save}
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
            label={FIELDS.required}
            description={FORM.requiredHelp}
            maw={320}
            min={1}
            max={20}
            allowDecimal={false}
            value={draft.required}
            onChange={(required) => change({ required: Number(required) || 1 })}
            error={said(faults.required)}
          />
          <DurationText
            label={FIELDS.decideBy}
            description={FORM.decideByHelp}
            value={draft.decideBy}
            onChange={(decideBy) => change({ decideBy })}
            error={said(faults.decideBy)}
          />
        </>
      ) : null}
      <DurationText
        label={FIELDS.minimumDuration}
        description={FORM.minimumHelp}
        value={draft.minimumDuration}
        onChange={(minimumDuration) => change({ minimumDuration })}
        error={said(faults.minimumDuration)}
      />
      <Switch
        label={FIELDS.justificationRequired}
        description={FORM.justificationHelp}
        checked={draft.justificationRequired}
        onChange={(event) => change({ justificationRequired: event.currentTarget.checked })}
      />
      <Switch
        label={FIELDS.mfaRequired}
        description={FORM.mfaHelp}
        checked={draft.mfaRequired}
        onChange={(event) => change({ mfaRequired: event.currentTarget.checked })}
      />
      <Switch
        label={FORM.emergency}
        description={FORM.emergencyHelp}
        checked={draft.emergencyAllowed}
        onChange={(event) => change({ emergencyAllowed: event.currentTarget.checked })}
      />
    </>
  );
}

/** What this form does not show, such as a ticket's pattern or conditions, stays as it is. */
function inputOf({ id, own }: ApplicationInFull, { version, value }: Edit<PolicyDraft>) {
  return {
    path: { id },
    headers: { "if-match": `"${version}"` },
    body: { ...own?.policy, ...policyBody(value) },
  };
}
