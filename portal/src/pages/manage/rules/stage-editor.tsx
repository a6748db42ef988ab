/** One stage of approval: who, how many of them, within what time, and who else when that is not enough. */
import { Button, Fieldset, NumberInput, Stack, Switch } from "@mantine/core";
import { APPROVAL, type Stage } from "../../../words/rule.ts";
import { PrincipalWordsField } from "./principal-words-field.tsx";
import { TimeText } from "./time-text.tsx";

interface Props {
  /** From 1; null where it is the only one. */
  readonly number: number | null;
  readonly stage: Stage;
  readonly onChange: (stage: Stage) => void;
  readonly remove: () => void;
}

const MOST_REQUIRED = 20;

export function StageEditor({ number, stage, onChange, remove }: Props) {
  const { approvers, required, decideBy, escalation } = stage;
  return (
    <Fieldset legend={number === null ? APPROVAL.onlyStage : APPROVAL.stage(number)}>
      <Stack gap="sm">
        <PrincipalWordsField
          label={APPROVAL.who}
          words={approvers}
          onChange={(chosen) => onChange({ ...stage, approvers: chosen })}
        />
        <NumberInput
          label={APPROVAL.howMany}
          value={required}
          min={1}
          max={MOST_REQUIRED}
          allowDecimal={false}
          maw={260}
          onChange={(many) => onChange({ ...stage, required: Number(many) || 1 })}
        />
        <TimeText
          label={APPROVAL.timeToDecide}
          shown
          value={decideBy}
          onChange={(text) => onChange({ ...stage, decideBy: text })}
        />
        <Switch
          label={APPROVAL.escalates}
          checked={escalation !== null}
          onChange={({ currentTarget }) =>
            onChange({ ...stage, escalation: currentTarget.checked ? { after: "PT4H", to: [] } : null })
          }
        />
        {escalation === null ? null : (
          <>
            <TimeText
              label={APPROVAL.escalatesAfter}
              shown
              value={escalation.after}
              onChange={(after) => onChange({ ...stage, escalation: { ...escalation, after } })}
            />
            <PrincipalWordsField
              label={APPROVAL.escalatesTo}
              words={escalation.to}
              onChange={(to) => onChange({ ...stage, escalation: { ...escalation, to } })}
            />
          </>
        )}
        {number === null ? null : (
          <Button size="compact-sm" variant="subtle" w="fit-content" onClick={remove}>
            {APPROVAL.removeStage(number)}
          </Button>
        )}
      </Stack>
    </Fieldset>
  );
}
