/** One rule: what is in force, where it comes from, and a way to say it here. */
import { Badge, Box, Button, Group, Stack, Text } from "@mantine/core";
import { flushSync } from "react-dom";
import { ROW, valueWords } from "../../../words/rule.ts";
import { RuleEditor } from "./rule-editor.tsx";
import type { RuleField } from "./rule-fields.ts";
import classes from "./rule-row.module.css";
import { beginWith, type Inherited } from "./rule-values.ts";

interface RuleRowProps {
  readonly rule: RuleField;
  readonly inherited: Inherited | undefined;
  /** Undefined: inherited. */
  readonly value: unknown;
  /** Where a value that stands here was copied from, while it is still the same. */
  readonly copiedFrom: string | null;
  readonly error: string | null;
  /** Undefined for readers. */
  readonly onChange?: (value: unknown) => void;
}

export function RuleRow(props: RuleRowProps) {
  const { rule, value, copiedFrom } = props;
  return (
    <Box role="group" aria-label={rule.label} py="sm" className={classes.row ?? ""}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} flex="1 1 14rem" miw={0}>
          <Group gap="xs">
            <Text fw={600}>{rule.label}</Text>
            {value === undefined ? null : <Badge>{copiedFrom ?? ROW.here}</Badge>}
          </Group>
          <Text size="sm" c="dimmed">
            {rule.help}
          </Text>
        </Stack>
        <Stack gap="xs" flex="1 1 20rem" miw={0}>
          {value === undefined ? <FromElsewhere {...props} /> : <SaidHere {...props} />}
        </Stack>
      </Group>
    </Box>
  );
}

function FromElsewhere({ rule, inherited, onChange }: RuleRowProps) {
  if (inherited === undefined) return null;
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
      <Text>
        {valueWords(rule.unit, inherited.value)}{" "}
        <Text span size="sm" c="dimmed">
          · {inherited.from}
        </Text>
      </Text>
      {onChange === undefined ? null : (
        <Button
          size="compact-sm"
          variant="light"
          flex="none"
          aria-label={ROW.setOne(rule.label)}
          onClick={({ currentTarget }) => {
            const row = currentTarget.closest('[role="group"]');
            flushSync(() => onChange(beginWith(rule.unit, inherited.value)));
            // The button is gone: the focus goes on to what it opened.
            row?.querySelector<HTMLElement>("input, textarea, button")?.focus();
          }}
        >
          {ROW.set}
        </Button>
      )}
    </Group>
  );
}

function SaidHere({ rule, inherited, value, error, onChange }: RuleRowProps) {
  if (onChange === undefined) return <Text>{valueWords(rule.unit, value)}</Text>;
  return (
    <>
      <RuleEditor rule={rule} value={value} onChange={onChange} error={error} />
      {inherited === undefined ? null : (
        <Button
          size="compact-sm"
          variant="subtle"
          w="fit-content"
          h="auto"
          mih={28}
          styles={{ label: { whiteSpace: "normal", textAlign: "start" } }}
          onClick={() => onChange(undefined)}
        >
          {ROW.inherit(valueWords(rule.unit, inherited.value), inherited.from)}
        </Button>
      )}
    </>
  );
}
