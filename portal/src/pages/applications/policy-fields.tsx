/** The fields of a JIT policy that Azure has too: how it is approved, how long at most, and by whom. */
import { Radio, Stack, TextInput } from "@mantine/core";
import { PrincipalPicker } from "../../parts/principal-picker.tsx";
import { sentence } from "../../parts/states.tsx";
import { approversHelp, FIELDS, FORM } from "../../words/jit-terms.ts";
import type { PolicyDraft, PolicyFaults } from "./policy-draft.ts";

export interface PolicyFieldsProps {
  readonly draft: PolicyDraft;
  readonly change: (part: Partial<PolicyDraft>) => void;
  readonly faults: PolicyFaults;
  /** Whom requests fall to when nobody else can decide. */
  readonly owners: string;
}

export function PolicyFields({ draft, change, faults, owners }: PolicyFieldsProps) {
  const manual = draft.mode === "manual";
  return (
    <Stack gap="md">
      <Radio.Group
        label={FIELDS.mode}
        value={draft.mode}
        onChange={(mode) => change({ mode: mode as PolicyDraft["mode"] })}
        error={said(faults.mode)}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="automatic" label={FORM.automatic} description={FORM.automaticHelp} />
          <Radio value="manual" label={FORM.manual} description={FORM.manualHelp} />
        </Stack>
      </Radio.Group>
      <DurationText
        label={FIELDS.maximumDuration}
        description={FORM.maximumHelp}
        value={draft.maximumDuration}
        onChange={(maximumDuration) => change({ maximumDuration })}
        error={said(faults.maximumDuration)}
      />
      <PrincipalPicker
        label={FIELDS.approvers}
        description={approversHelp(manual, owners)}
        placeholder={draft.approvers.length === 0 ? FORM.search : ""}
        value={draft.approvers}
        onChange={(approvers) => change({ approvers })}
        kinds={["user", "group"]}
        error={said(faults.approvers)}
      />
    </Stack>
  );
}

interface DurationTextProps {
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly onChange: (typed: string) => void;
  readonly error: string | null;
}

export function DurationText({ onChange, ...field }: DurationTextProps) {
  return (
    <TextInput
      {...field}
      maw={320}
      maxLength={40}
      inputMode="text"
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** A fault under its field, as a sentence. */
export function said(message: string | null | undefined): string | null {
  return message === null || message === undefined ? null : sentence(message);
}
