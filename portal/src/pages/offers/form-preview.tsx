/** The form as described, step by step: what is asked, and in which way. Nothing in it can be filled in. */
import { Badge, Box, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { BECOMES, OFFER } from "../../words/offer.ts";
import type { Form } from "./validation.ts";

type Element = Form["steps"][number]["elements"][number];

export function FormPreview({ form }: { readonly form: Form | null }) {
  if (form === null) return <Text c="dimmed">{OFFER.unreadForm}</Text>;
  return (
    <Stack>
      {form.steps.map(({ name, label, elements }, index) => (
        <Paper key={name} withBorder p="md">
          <Title order={3} size="h5" mb="xs">
            {index + 1}. {label}
          </Title>
          {elements.length === 0 ? <Text c="dimmed">{OFFER.nothingAsked}</Text> : <Elements of={elements} />}
        </Paper>
      ))}
    </Stack>
  );
}

function Elements({ of }: { readonly of: readonly Element[] }) {
  return (
    <Stack gap="xs">
      {of.map((element) => (
        <Box key={element.name}>
          <Group gap="xs" wrap="nowrap" align="baseline">
            <Text>
              {textOf(element) ?? element.label}
              {element.required === true ? " (required)" : ""}
            </Text>
            <Badge color="gray" flex="none">
              {BECOMES[element.kind] ?? element.kind}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {detailWords(element)}
          </Text>
          <Inside element={element} />
        </Box>
      ))}
    </Stack>
  );
}

function Inside({ element }: { readonly element: Element }) {
  const inside = Array.isArray(element.elements) ? (element.elements as Element[]) : [];
  if (inside.length === 0) return null;
  return (
    <Box pl="md" mt="xs">
      <Elements of={inside} />
    </Box>
  );
}

/** A block of text has no label: it says itself. */
function textOf({ settings }: Element): string | null {
  const { options } = (settings ?? {}) as { options?: { text?: unknown } };
  return typeof options?.text === "string" ? options.text : null;
}

function detailWords({ options, toolTip, visible, note }: Element): string | null {
  const words = [
    note,
    Array.isArray(options)
      ? (options as { label: string }[]).map(({ label }) => label).join(", ")
      : typeof options === "string"
        ? OFFER.computedChoices
        : null,
    typeof toolTip === "string" ? toolTip : null,
    typeof visible === "string" ? OFFER.sometimes : null,
  ];
  const said = words.filter((one) => one !== null && one !== "").map((one) => String(one).replace(/\.$/, ""));
  return said.length === 0 ? null : `${said.join(". ")}.`;
}
