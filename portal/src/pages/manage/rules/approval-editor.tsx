/** Whether people decide; if so, in which stages. */
import { Button, SegmentedControl, Stack, Text } from "@mantine/core";
import type { EditorProps } from "./editor-props.ts";
import { PrincipalWordsField } from "./principal-words-field.tsx";
import { type Approval, NEW_STAGE, type Stage } from "./rule-values.ts";
import { StageEditor } from "./stage-editor.tsx";

const MOST_STAGES = 5;
const MODES = [
  { value: "automatic", label: "Approved at once" },
  { value: "manual", label: "People decide" },
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
          label="Who hears of it"
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
          title={stages.length === 1 ? "Approvers" : `Stage ${at + 1}`}
          stage={stage}
          onChange={(changed) => onChange(stages.map((one, index) => (index === at ? changed : one)))}
          remove={stages.length === 1 ? null : () => onChange(stages.filter((_, index) => index !== at))}
        />
      ))}
      {stages.length >= MOST_STAGES ? null : (
        <Button
          size="compact-sm"
          variant="light"
          w="fit-content"
          onClick={() => onChange([...stages, NEW_STAGE])}
        >
          Add a stage after this
        </Button>
      )}
    </>
  );
}
