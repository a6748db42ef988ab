/** The field that a rule is written in. */
import { Autocomplete, Select, Stack, Switch, TagsInput, TextInput } from "@mantine/core";
import {
  type Approval,
  type Assigning,
  type Condition,
  EDITOR,
  type Emergency,
  type MailRules,
  type Ticket,
} from "../../../words/rule.ts";
import { ApprovalEditor } from "./approval-editor.tsx";
import { ConditionsEditor } from "./conditions-editor.tsx";
import type { EditorProps } from "./editor-props.ts";
import { MailEditor } from "./mail-editor.tsx";
import type { RuleField } from "./rule-fields.ts";
import { SHORT_PAUSE } from "./rule-values.ts";
import { LongestText, TimeText } from "./time-text.tsx";

interface Props {
  readonly rule: RuleField;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error: string | null;
}

const WHEN_SAID = [
  { value: "whereAsked", label: EDITOR.whereAsked },
  { value: "always", label: EDITOR.always },
  { value: "never", label: EDITOR.never },
];

const TIME_ZONES = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];

export function RuleEditor({ rule: { unit, label }, value, onChange, error }: Props) {
  const shared = { label, onChange, error };
  switch (unit) {
    case "duration":
      return <TimeText {...shared} value={value as string} />;
    case "longest":
      return <LongestText {...shared} value={value as string | null} none={EDITOR.mayHaveNoEnd} />;
    case "pause":
      return (
        <LongestText {...shared} value={value as string | null} none={EDITOR.none} usual={SHORT_PAUSE} />
      );
    case "required":
      return <YesNo {...shared} value={value === true} yes={EDITOR.required} />;
    case "allowed":
      return <YesNo {...shared} value={value === true} yes={EDITOR.allowed} />;
    case "ticket":
      return <TicketEditor {...shared} value={value as Ticket} />;
    case "text":
      return (
        <TextInput
          aria-label={label}
          value={typeof value === "string" ? value : ""}
          onChange={({ currentTarget }) => onChange(currentTarget.value === "" ? null : currentTarget.value)}
          placeholder={EDITOR.none}
          maxLength={256}
          error={error}
        />
      );
    case "conditions":
      return <ConditionsEditor {...shared} value={value as Condition[]} />;
    case "timeZone":
      return (
        <Autocomplete
          aria-label={label}
          data={TIME_ZONES}
          limit={50}
          value={String(value)}
          onChange={onChange}
          maxLength={64}
          error={error}
        />
      );
    case "approval":
      return <ApprovalEditor {...shared} value={value as Approval} />;
    case "approverJustification":
      return (
        <Select
          aria-label={label}
          data={WHEN_SAID}
          value={value as string}
          onChange={(chosen) => onChange(chosen ?? "whereAsked")}
          allowDeselect={false}
          error={error}
        />
      );
    case "emergency":
      return <EmergencyEditor {...shared} value={value as Emergency} />;
    case "administrators":
      return <AssigningEditor {...shared} value={value as Assigning} />;
    case "assigning":
      return <AssigningEditor {...shared} value={value as Assigning} timed />;
    case "notifications":
      return <MailEditor {...shared} value={value as MailRules} />;
  }
}

function YesNo({ label, value, onChange, error, yes }: EditorProps<boolean> & { readonly yes: string }) {
  return (
    <Switch
      aria-label={EDITOR.named(label, yes)}
      label={yes}
      checked={value}
      onChange={(event) => onChange(event.currentTarget.checked)}
      error={error}
    />
  );
}

function TicketEditor({ label, value, onChange, error }: EditorProps<Ticket>) {
  return (
    <Stack gap="xs">
      <YesNo
        label={label}
        value={value.required}
        onChange={(required) => onChange({ ...value, required })}
        yes={EDITOR.required}
      />
      <TagsInput
        label={EDITOR.patterns}
        description={EDITOR.patternsHelp}
        value={[...value.patterns]}
        onChange={(patterns) => onChange({ ...value, patterns })}
        maxTags={20}
        error={error}
      />
    </Stack>
  );
}

function EmergencyEditor({ label, value, onChange, error }: EditorProps<Emergency>) {
  return (
    <Stack gap="xs">
      <YesNo
        label={label}
        value={value.allowed}
        onChange={(allowed) => onChange({ ...value, allowed })}
        yes={EDITOR.allowed}
      />
      {value.allowed ? (
        <TimeText
          label={EDITOR.emergencyMaximum}
          shown
          value={value.maximumDuration ?? "PT1H"}
          onChange={(maximumDuration) => onChange({ ...value, maximumDuration })}
          error={error}
        />
      ) : null}
    </Stack>
  );
}

function AssigningEditor({
  label,
  value,
  onChange,
  error,
  timed,
}: EditorProps<Assigning> & { timed?: true }) {
  return (
    <Stack gap="xs">
      <Switch
        aria-label={EDITOR.justificationFor(label)}
        label={EDITOR.justification}
        checked={value.justificationRequired}
        onChange={(event) => onChange({ ...value, justificationRequired: event.currentTarget.checked })}
      />
      <Switch
        aria-label={EDITOR.secondFactorFor(label)}
        label={EDITOR.secondFactor}
        checked={value.mfaRequired}
        onChange={(event) => onChange({ ...value, mfaRequired: event.currentTarget.checked })}
        error={error}
      />
      {timed ? (
        <LongestText
          label={EDITOR.longestAssignment}
          shown
          value={value.maximumDuration ?? null}
          onChange={(maximumDuration) => onChange({ ...value, maximumDuration })}
          none={EDITOR.mayHaveNoEnd}
        />
      ) : null}
    </Stack>
  );
}
