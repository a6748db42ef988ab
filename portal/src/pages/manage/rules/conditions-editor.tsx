/** Cedar policies, one a field; what is wrong with one is said with its line and column when it is looked at. */
import { Button, Input, Stack, Textarea } from "@mantine/core";
import { CONDITIONS, type Condition } from "../../../words/rule.ts";
import type { EditorProps } from "./editor-props.ts";

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
            label={CONDITIONS.one(index + 1, typeof one === "string" ? null : one.timeZone)}
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
            {CONDITIONS.remove(index + 1)}
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
          {CONDITIONS.add}
        </Button>
      )}
    </Stack>
  );
}

/** A condition with a time zone of its own keeps it. */
function saying(one: Condition, text: string): Condition {
  return typeof one === "string" ? text : { ...one, text };
}
