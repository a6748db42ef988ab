/** Cedar policies, one a field; what is wrong with one is said with its line and column when it is looked at. */
import { Button, Input, Stack, Textarea } from "@mantine/core";
import type { EditorProps } from "./editor-props.ts";
import type { Condition } from "./rule-values.ts";

const MOST = 20;
const FIRST = "permit (principal, action, resource)\nwhen { context.mfa };";

export function ConditionsEditor({ value, onChange, error }: EditorProps<Condition[]>) {
  const replace = (at: number, text: string) =>
    onChange(value.map((one, index) => (index === at ? saying(one, text) : one)));
  return (
    <Stack gap="xs">
      {value.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition is known by its place alone
        <Stack key={index} gap={4}>
          <Textarea
            label={
              typeof one === "string"
                ? `Condition ${index + 1}`
                : `Condition ${index + 1}, in ${one.timeZone}`
            }
            value={typeof one === "string" ? one : one.text}
            onChange={(event) => replace(index, event.currentTarget.value)}
            autosize
            minRows={3}
            maxLength={16_384}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
            spellCheck={false}
          />
          <Button
            size="compact-sm"
            variant="subtle"
            w="fit-content"
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          >
            Take condition {index + 1} out
          </Button>
        </Stack>
      ))}
      {error ? (
        <Input.Error role="alert" style={{ whiteSpace: "pre-wrap" }}>
          {error}
        </Input.Error>
      ) : null}
      {value.length >= MOST ? null : (
        <Button size="compact-sm" variant="light" w="fit-content" onClick={() => onChange([...value, FIRST])}>
          Add a condition
        </Button>
      )}
    </Stack>
  );
}

/** A condition with a time zone of its own keeps it. */
function saying(one: Condition, text: string): Condition {
  return typeof one === "string" ? text : { ...one, text };
}
