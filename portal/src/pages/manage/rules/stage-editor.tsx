/** One stage of approval: who, how many of them, within what time, and who else when that is not enough. */
import { Button, Fieldset, NumberInput, Stack, Switch } from "@mantine/core";
import { PrincipalWordsField } from "./principal-words-field.tsx";
import type { Stage } from "./rule-values.ts";
import { TimeText } from "./time-text.tsx";

interface Props {
  readonly title: string;
  readonly stage: Stage;
  readonly onChange: (stage: Stage) => void;
  /** Null where it is the only one. */
  readonly remove: (() => void) | null;
}

const MOST_REQUIRED = 20;

export function StageEditor({ title, stage, onChange, remove }: Props) {
  const { approvers, required, decideBy, escalation } = stage;
  return (
    <Fieldset legend={title}>
      <Stack gap="sm">
        <PrincipalWordsField
          label="Who decides"
          words={approvers}
          onChange={(chosen) => onChange({ ...stage, approvers: chosen })}
        />
        <NumberInput
          label="How many must approve"
          value={required}
          min={1}
          max={MOST_REQUIRED}
          allowDecimal={false}
          maw={260}
          onChange={(many) => onChange({ ...stage, required: Number(many) || 1 })}
        />
        <TimeText
          label="Time to decide"
          shown
          value={decideBy}
          onChange={(text) => onChange({ ...stage, decideBy: text })}
        />
        <Switch
          label="Ask others when nobody has decided"
          checked={escalation !== null}
          onChange={({ currentTarget }) =>
            onChange({ ...stage, escalation: currentTarget.checked ? { after: "PT4H", to: [] } : null })
          }
        />
        {escalation === null ? null : (
          <>
            <TimeText
              label="Ask them after"
              shown
              value={escalation.after}
              onChange={(after) => onChange({ ...stage, escalation: { ...escalation, after } })}
            />
            <PrincipalWordsField
              label="Who else may decide then"
              words={escalation.to}
              onChange={(to) => onChange({ ...stage, escalation: { ...escalation, to } })}
            />
          </>
        )}
        {remove === null ? null : (
          <Button size="compact-sm" variant="subtle" w="fit-content" onClick={remove}>
            Take {title.toLowerCase()} out
          </Button>
        )}
      </Stack>
    </Fieldset>
  );
}
