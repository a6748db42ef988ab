/** Whether people decide; if so, in which stages. */
import { Button, SegmentedControl, Stack, Text } from "@mantine/core";
import { APPROVAL, type Approval, type Stage } from "../../../words/rule.ts";
import type { EditorProps } from "./editor-props.ts";
import { PrincipalWordsField } from "./principal-words-field.tsx";
import { NEW_STAGE } from "./rule-values.ts";
import { StageEditor } from "./stage-editor.tsx";

const MOST_STAGES = 5;
const MODES = [
  { value: "automatic", label: APPROVAL.automatic },
  { value: "manual", label: APPROVAL.manual },
];

export function ApprovalEditor({ label, value, onChange, error }: EditorProps<Approval>) {
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={label}
        data={MODES}
        value={value.mode}
        onChange={(mode) =>
          onChange(mode === "manual" ? { mode, stages: [NEW_STAGE] } : { mode: "automatic", notified: [] })
        }
      />
      {value.mode === "automatic" ? (
        <PrincipalWordsField
          label={APPROVAL.told}
          words={value.notified ?? []}
          onChange={(notified) => onChange({ mode: "automatic", notified })}
        />
      ) : (
        <Stages stages={value.stages} onChange={(stages) => onChange({ mode: "manual", stages })} />
      )}
      {error ? (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {error}
        </Text>
      ) : null}
    </Stack>
  );
}

interface StagesProps {
  readonly stages: readonly Stage[];
  readonly onChange: (stages: readonly Stage[]) => void;
}

function Stages({ stages, onChange }: StagesProps) {
  return (
    <>
      {stages.map((stage, at) => (
        <StageEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: a stage is known by its place alone
          key={at}
          number={stages.length === 1 ? null : at + 1}
          stage={stage}
          onChange={(changed) => onChange(stages.map((one, index) => (index === at ? changed : one)))}
          remove={() => onChange(stages.filter((_, index) => index !== at))}
        />
      ))}
      {stages.length >= MOST_STAGES ? null : (
        <Button
          size="compact-sm"
          variant="light"
          w="fit-content"
          onClick={() => onChange([...stages, NEW_STAGE])}
        >
          {APPROVAL.addStage}
        </Button>
      )}
    </>
  );
}
