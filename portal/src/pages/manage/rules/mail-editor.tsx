/** Who hears by mail: for each of three operations one rule for each side. */
import { Fieldset, Select, Stack, Switch, TagsInput } from "@mantine/core";
import { MAIL_RULES, type MailRule, type MailRules, OPERATIONS, SIDES } from "../../../words/rule.ts";
import type { EditorProps } from "./editor-props.ts";

const MAX_RECIPIENTS = 100;

export function MailEditor({ value, onChange, error }: EditorProps<MailRules>) {
  return (
    <Stack gap="sm">
      {OPERATIONS.map((operation) => (
        <Fieldset key={operation} legend={MAIL_RULES.operation[operation]}>
          <Stack gap="md">
            {SIDES.map((side) => (
              <OneRule
                key={side}
                label={MAIL_RULES.side[side]}
                value={value[operation][side]}
                onChange={(rule) =>
                  onChange({ ...value, [operation]: { ...value[operation], [side]: rule } })
                }
                error={error ?? null}
              />
            ))}
          </Stack>
        </Fieldset>
      ))}
    </Stack>
  );
}

function OneRule({ label, value, onChange, error }: EditorProps<MailRule>) {
  return (
    <Stack gap="xs">
      <Select
        label={label}
        data={[...MAIL_RULES.levels]}
        value={value.level}
        onChange={(level) => onChange({ ...value, level: (level ?? "all") as MailRule["level"] })}
        allowDeselect={false}
        error={error}
      />
      {value.level === "none" ? null : (
        <>
          <Switch
            label={MAIL_RULES.usual}
            aria-label={MAIL_RULES.of(label, MAIL_RULES.usual)}
            checked={value.defaults}
            onChange={({ currentTarget }) => onChange({ ...value, defaults: currentTarget.checked })}
          />
          <TagsInput
            label={MAIL_RULES.further}
            aria-label={MAIL_RULES.of(label, MAIL_RULES.further)}
            description={MAIL_RULES.furtherHelp}
            value={[...value.recipients]}
            onChange={(recipients) => onChange({ ...value, recipients })}
            maxTags={MAX_RECIPIENTS}
          />
        </>
      )}
    </Stack>
  );
}
