/** Fields of the larger kinds: several texts, tags, rows, files, and a text that may be JSON. */
import {
  Button,
  Fieldset,
  FileButton,
  Group,
  Input,
  Stack,
  TagsInput,
  Text,
  Textarea,
  VisuallyHidden,
} from "@mantine/core";
import { Plus, Trash2, Upload } from "lucide-react";
import { type ComponentType, useId, useState } from "react";
import { sentence } from "../../parts/states.tsx";
import { FORM } from "../../words/form.ts";
import type { FieldProps, FieldsProps, Frame } from "./filling.ts";
import { isObject, type Json, type LiveElement, optionOf, rowsOf, textOf } from "./form.ts";
import { valueAt } from "./form-values.ts";
import { readUpload } from "./read-upload.ts";

type Props = FieldProps & { readonly frame: Frame };

const MOST_TEXTS = 50;
const MOST_TEXT_CHARS = 1_024;

/** Texts one after the other; tags are written `name=value`, and come to an object. */
export function ListField({ element, path, filling, frame }: Props) {
  const value = valueAt(filling.values, path);
  const tags = element.kind === "tags";
  const [wrong, setWrong] = useState(false);
  const texts = tags
    ? Object.entries(isObject(value) ? value : {}).map(([name, of]) => `${name}=${of}`)
    : (Array.isArray(value) ? value : []).map(String);
  const set = (given: readonly string[]) => {
    const kept = given.map((text) => text.slice(0, MOST_TEXT_CHARS));
    if (!tags) return filling.set(path, kept);
    const pairs = kept.map((text) => /^([^=]{1,512})=(.{0,256})$/s.exec(text));
    setWrong(pairs.includes(null));
    return filling.set(
      path,
      Object.fromEntries(
        pairs.flatMap((pair) => (pair === null ? [] : [[String(pair[1]).trim(), String(pair[2])]])),
      ),
    );
  };
  return (
    <TagsInput
      {...frame}
      description={[frame.description, FORM.enterAdds].filter((text) => text).join(" ")}
      error={wrong ? sentence(FORM.tagForm) : frame.error}
      value={texts}
      onChange={set}
      maxTags={MOST_TEXTS}
      splitChars={tags ? [] : [","]}
      acceptValueOnBlur
    />
  );
}

/** An element that nobody knows: what begins like JSON is JSON, everything else is a text. */
export function PlainField({ path, filling, frame }: Props) {
  const value = valueAt(filling.values, path);
  const [typed, setTyped] = useState(() =>
    value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2),
  );
  const change = (text: string) => {
    setTyped(text);
    filling.set(path, text.trim() === "" ? undefined : valueIn(text));
  };
  return (
    <Textarea
      {...frame}
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
      maxLength={16_384}
      autosize
      minRows={1}
      maxRows={12}
      spellCheck={false}
    />
  );
}

function valueIn(text: string): Json {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Rows of a table, one under the other: no screen is too narrow for them. */
export function GridField({
  element,
  path,
  filling,
  frame,
  cells: Cells,
}: Props & { readonly cells: ComponentType<FieldsProps> }) {
  const value = valueAt(filling.values, path);
  const rows: readonly Json[] = Array.isArray(value) ? value : [];
  const { least, most } = rowsOf(element);
  return (
    <Fieldset legend={element.label}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {[frame.description, FORM.rows(least, most)].filter((text) => text).join(" ")}
        </Text>
        {frame.error === undefined ? null : (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {frame.error}
          </Text>
        )}
        {rows.map((_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is what its number says
          <Fieldset key={row} legend={FORM.row(row + 1)}>
            <Stack gap="sm">
              <Cells elements={element.elements} path={[...path, String(row)]} filling={filling} />
              <Button
                variant="subtle"
                size="xs"
                style={{ alignSelf: "flex-start" }}
                leftSection={<Trash2 size={14} aria-hidden="true" />}
                onClick={() => filling.set(path, rows.toSpliced(row, 1))}
              >
                {FORM.removeRow(row + 1)}
              </Button>
            </Stack>
          </Fieldset>
        ))}
        {rows.length < most ? (
          <Button
            variant="default"
            style={{ alignSelf: "flex-start" }}
            leftSection={<Plus size={16} aria-hidden="true" />}
            onClick={() => filling.set(path, [...rows, {}])}
          >
            {FORM.addRow}
          </Button>
        ) : null}
      </Stack>
    </Fieldset>
  );
}

export const MOST_FILE_BYTES = 32 * 1024;
const MOST_FILES = 5;
const MOST_WORDS = "32 KiB";

/** Its content is the value: as a text, or in base64 where the publisher opens it as bytes. */
export function FileField({ element, path, filling, frame }: Props) {
  const id = useId();
  const [problem, setProblem] = useState<string | null>(null);
  const value = valueAt(filling.values, path);
  const several = optionOf(element, "multiple") === true;
  const taken = takenWords(value);
  const take = async (files: readonly File[]) => {
    const read = await readUpload(files, {
      binary: optionOf(element, "openMode") === "binary",
      mostFiles: several ? MOST_FILES : 1,
      mostBytes: MOST_FILE_BYTES,
      mostWords: MOST_WORDS,
    });
    setProblem(read.problem);
    if (read.contents !== null) filling.set(path, several ? read.contents : read.contents[0]);
  };
  return (
    <Input.Wrapper
      {...frame}
      labelElement="div"
      labelProps={{ id }}
      description={[frame.description, FORM.fileHelp(MOST_WORDS)].filter((text) => text).join(" ")}
      error={problem === null ? frame.error : sentence(problem)}
    >
      <Group gap="sm" mt="xs">
        <FileButton
          multiple={several}
          accept={acceptOf(element)}
          onChange={(files) => {
            const given = Array.isArray(files) ? files : files === null ? [] : [files];
            if (given.length > 0) void take(given);
          }}
          inputProps={{ "aria-labelledby": id }}
        >
          {(props) => (
            <Button {...props} variant="default" leftSection={<Upload size={16} aria-hidden="true" />}>
              {several ? FORM.chooseFiles : FORM.chooseFile}
              <VisuallyHidden>: {element.label}</VisuallyHidden>
            </Button>
          )}
        </FileButton>
        <Text size="sm" role="status">
          {taken}
        </Text>
        {taken === null ? null : (
          <Button variant="subtle" size="xs" onClick={() => filling.set(path, undefined)}>
            {FORM.removeFile}
            <VisuallyHidden>: {element.label}</VisuallyHidden>
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  );
}

function acceptOf({ constraints }: LiveElement): string | undefined {
  return textOf(constraints.accept)?.slice(0, 256);
}

function takenWords(value: Json | undefined): string | null {
  if (typeof value === "string") return FORM.fileTaken(value.length);
  return Array.isArray(value) && value.length > 0 ? FORM.filesTaken(value.length) : null;
}
