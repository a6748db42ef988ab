/** Who hears by mail: for each of three operations one rule for each side. */
import { Fieldset, Select, Stack, Switch, TagsInput } from "@mantine/core";
import type { EditorProps } from "./editor-props.ts";
import {
  type MailRule,
  type MailRules,
  OPERATIONS,
  type Operation,
  SIDES,
  type Side,
} from "./rule-values.ts";

const MAX_RECIPIENTS = 100;

const OPERATION_WORDS: Readonly<Record<Operation, string>> = {
  eligible: "When somebody is made eligible",
  assigned: "When somebody is given the role without a request",
  activated: "When somebody activates the role",
};
const SIDE_WORDS: Readonly<Record<Side, string>> = {
  administrators: "Administrators",
  requester: "Whoever gets it",
  approvers: "Approvers",
};
const LEVELS = [
  { value: "all", label: "All mail" },
  { value: "critical", label: "Only what asks for an action" },
  { value: "none", label: "No mail" },
];

export function MailEditor({ value, onChange, error }: EditorProps<MailRules>) {
  return (
    <Stack gap="sm">
      {OPERATIONS.map((operation) => (
        <Fieldset key={operation} legend={OPERATION_WORDS[operation]}>
          <Stack gap="md">
            {SIDES.map((side) => (
              <OneRule
                key={side}
                label={SIDE_WORDS[side]}
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
        data={LEVELS}
        value={value.level}
        onChange={(level) => onChange({ ...value, level: (level ?? "all") as MailRule["level"] })}
        allowDeselect={false}
        error={error}
      />
      {value.level === "none" ? null : (
        <>
          <Switch
            label="Those whom it concerns"
            aria-label={`${label}: those whom it concerns`}
            checked={value.defaults}
            onChange={({ currentTarget }) => onChange({ ...value, defaults: currentTarget.checked })}
          />
          <TagsInput
            label="Further addresses"
            aria-label={`${label}: further addresses`}
            description="They are sent the same, without a link. Enter adds one."
            value={[...value.recipients]}
            onChange={(recipients) => onChange({ ...value, recipients })}
            maxTags={MAX_RECIPIENTS}
          />
        </>
      )}
    </Stack>
  );
}
