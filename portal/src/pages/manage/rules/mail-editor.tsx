/** Who hears by mail: for each of three operations one rule for each side. */
import { Fieldset, Input, Select, Stack, Switch, TagsInput, Text } from "@mantine/core";
import { MAIL_RULES, type MailRule, type MailRules, OPERATIONS, SIDES } from "../../../words/rule.ts";
import type { EditorProps } from "./editor-props.ts";

const MAX_RECIPIENTS = 100;

export function MailEditor({ value, onChange, error }: EditorProps<MailRules>) {
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {MAIL_RULES.furtherHelp}
      </Text>
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
              />
            ))}
          </Stack>
        </Fieldset>
      ))}
      {error == null ? null : <Input.Error role="alert">{error}</Input.Error>}
    </Stack>
  );
}

function OneRule({ label, value, onChange }: EditorProps<MailRule>) {
  return (
    <Stack gap="xs">
      <Select
        label={label}
        data={[...MAIL_RULES.levels]}
        value={value.level}
        onChange={(level) => onChange({ ...value, level: (level ?? "all") as MailRule["level"] })}
        allowDeselect={false}
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
            value={[...value.recipients]}
            onChange={(recipients) => onChange({ ...value, recipients })}
            maxTags={MAX_RECIPIENTS}
          />
          {value.defaults || value.recipients.length > 0 ? null : (
            <Text size="sm" c="dimmed">
              {MAIL_RULES.nobody}
            </Text>
          )}
        </>
      )}
    </Stack>
  );
}
