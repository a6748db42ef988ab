/** One rule: what is in force, where it comes from, and a way to say it here. */
import { Badge, Box, Button, Group, Stack, Text } from "@mantine/core";
import { RuleEditor } from "./rule-editor.tsx";
import type { RuleField } from "./rule-fields.ts";
import { beginWith, type Inherited } from "./rule-values.ts";
import { valueWords } from "./rule-words.ts";

export interface RuleRowProps {
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

export function RuleRow({ rule, inherited, value, copiedFrom, error, onChange }: RuleRowProps) {
  const isSet = value !== undefined;
  return (
    <Box role="group" aria-label={rule.label} py="sm" className="rule-row">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} flex="1 1 16rem" miw={0}>
          <Group gap="xs">
            <Text fw={600}>{rule.label}</Text>
            {isSet ? <Badge>{copiedFrom ?? "set here"}</Badge> : null}
          </Group>
          <Text size="sm" c="dimmed">
            {rule.help}
          </Text>
        </Stack>
        <Stack gap="xs" flex="1 1 20rem" miw={0}>
          {isSet && onChange !== undefined ? (
            <RuleEditor rule={rule} value={value} onChange={onChange} error={error} />
          ) : inherited === undefined ? null : (
            <Text>
              {valueWords(rule, value ?? inherited.value)}{" "}
              {isSet ? null : (
                <Text span size="sm" c="dimmed">
                  · {inherited.from}
                </Text>
              )}
            </Text>
          )}
          {onChange === undefined || inherited === undefined ? null : isSet ? (
            <Button size="compact-sm" variant="subtle" w="fit-content" onClick={() => onChange(undefined)}>
              Use inherited: {valueWords(rule, inherited.value)}, {inherited.from}
            </Button>
          ) : (
            <Button
              size="compact-sm"
              variant="light"
              w="fit-content"
              aria-label={`Set ${rule.label} here`}
              onClick={() => onChange(beginWith(rule.field, inherited.value))}
            >
              Set here
            </Button>
          )}
        </Stack>
      </Group>
    </Box>
  );
}
