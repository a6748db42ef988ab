/** The form that a consumer fills in when deploying: its files, what is wrong with them, and how it will look. */
import { Box, Button, FileButton, Group, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Section } from "../../parts/page.tsx";
import { PHONE } from "../../parts/sheet.tsx";
import { OFFER, PACKAGE } from "../../words/offer.ts";
import { CodeField, type CodeFieldHandle } from "./code-field.tsx";
import { FILES, type FileName } from "./draft.ts";
import type { DraftFields } from "./draft-fields.ts";
import { FaultList } from "./fault-list.tsx";
import { FormPreview } from "./form-preview.tsx";
import { readFiles } from "./read-files.ts";
import type { PackageFault, Validation } from "./validation.ts";

export function PackageTab({
  draft,
  change,
  errorOf,
  validation,
}: DraftFields & { readonly validation: Validation }) {
  const [file, setFile] = useState<FileName>("createUiDefinition");
  const [untaken, setUntaken] = useState<string | null>(null);
  const field = useRef<CodeFieldHandle>(null);
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const { files } = draft;
  const take = async (given: File[]) => {
    const { taken, problem } = await readFiles(given);
    const [first] = FILES.filter((name) => taken[name] !== undefined);
    if (first !== undefined) {
      change({ files: { ...files, ...taken } });
      setFile(first);
    }
    setUntaken(problem);
  };
  const goTo = (fault: PackageFault) => {
    const name = FILES.find((one) => `${one}.json` === fault.file);
    if (name === undefined) return;
    // The other file's field has to be there before the cursor can be put into it.
    flushSync(() => setFile(name));
    field.current?.goTo(fault.line, fault.column);
  };
  const faults = <FaultList files={files} validation={validation} goTo={goTo} />;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" verticalSpacing="lg">
      <Stack gap="sm" miw={0}>
        <Group justify="space-between">
          <SegmentedControl
            aria-label={PACKAGE.file}
            value={file}
            onChange={(name) => setFile(name as FileName)}
            data={[...FILES]}
            orientation={phone ? "vertical" : "horizontal"}
            fullWidth={phone ?? false}
            w={phone ? "100%" : undefined}
          />
          <FileButton multiple accept=".json,application/json" onChange={(given) => void take(given)}>
            {(props) => (
              <Button {...props} variant="default" leftSection={<Upload size={16} aria-hidden="true" />}>
                {PACKAGE.upload}
              </Button>
            )}
          </FileButton>
        </Group>
        <Text size="sm" role="status" c={untaken === null ? "dimmed" : undefined}>
          {untaken ?? PACKAGE.help[file]}
        </Text>
        {phone ? faults : null}
        <CodeField
          key={file}
          ref={field}
          label={`${file}.json`}
          value={files[file]}
          onChange={(text) => change({ files: { ...files, [file]: text } })}
          error={errorOf("package")}
        />
      </Stack>
      <Box miw={0}>
        {phone ? null : faults}
        <Section title={OFFER.form}>
          <FormPreview form={validation.form} />
        </Section>
      </Box>
    </SimpleGrid>
  );
}
