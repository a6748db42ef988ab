/** What a form would save, as the file that does the same: opened by whoever wants it, and copied. */
import { Box, Code, Collapse, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { documentText, withSecretsByReference } from "../../../../../src/client/document-text.ts";
import { CopyButton } from "../../../parts/copy.tsx";
import { environmentWords, form } from "../../../words/administration.ts";
import type { DocumentDraft } from "./document.ts";

const WRAPPED = { whiteSpace: "pre-wrap", overflowWrap: "anywhere" } as const;

/** The file's own text, secrets by reference. */
export function textOf({ kind, name, spec }: Pick<DocumentDraft, "kind" | "name" | "spec">): string {
  return documentText({ kind, name, spec: withSecretsByReference({ name, spec }) });
}

export function AsText(document: Pick<DocumentDraft, "kind" | "name" | "spec">) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const text = textOf(document);
  const names = [...text.matchAll(/fromEnv: "?([A-Z0-9_]+)/g)].map(([, name = ""]) => name);
  return (
    <Box>
      <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} aria-controls={id} py={6}>
        <Group gap={6}>
          {open ? (
            <ChevronDown size={18} aria-hidden="true" />
          ) : (
            <ChevronRight size={18} aria-hidden="true" />
          )}
          <Text fw={600}>{form.asText}</Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={open} id={id}>
        <Stack gap="xs" pt="xs">
          <Group justify="space-between" align="flex-start" gap="sm">
            <Text size="sm" c="dimmed" flex="1 1 16rem">
              {form.asTextHelp}
              {names.length === 0 ? "" : ` ${environmentWords(names)}`}
            </Text>
            <CopyButton text={text} says={form} variant="default" />
          </Group>
          <Code block style={WRAPPED} aria-label={form.asText}>
            {text}
          </Code>
        </Stack>
      </Collapse>
    </Box>
  );
}
