/** A span of time, typed as people write it and kept as documents do. */
import { Checkbox, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { durationMs, durationWords, isoDuration, readDuration } from "../../../words/duration.ts";
import { EDITOR } from "../../../words/rule.ts";
import type { EditorProps } from "./editor-props.ts";

/** What is none stays as it was typed: whoever sends it is told, and nobody before. */
export function TimeText({
  label,
  value,
  onChange,
  error,
  shown,
}: EditorProps<string> & { readonly shown?: true }) {
  const [typed, setTyped] = useState("");
  // As it was typed, as long as it says what stands in the document.
  const words = durationMs(value) > 0 ? durationWords(value) : value;
  return (
    <TextInput
      {...(shown ? { label } : { "aria-label": label })}
      description={EDITOR.durationHelp}
      maw={260}
      value={storedOf(typed) === value ? typed : words}
      maxLength={40}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        onChange(storedOf(currentTarget.value));
      }}
      error={error}
    />
  );
}

function storedOf(typed: string): string {
  const ms = readDuration(typed);
  return ms === null || ms === 0 ? typed : isoDuration(ms);
}

/** Null is an answer too. */
export function LongestText({
  label,
  value,
  onChange,
  error,
  none,
  usual = "P90D",
  shown,
}: EditorProps<string | null> & { readonly none: string; readonly usual?: string; readonly shown?: true }) {
  return (
    <Stack gap="xs">
      <Checkbox
        label={none}
        aria-label={EDITOR.named(label, none)}
        checked={value === null}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? null : usual)}
      />
      {value === null ? null : (
        <TimeText
          label={label}
          {...(shown ? { shown } : {})}
          value={value}
          onChange={onChange}
          error={error ?? null}
        />
      )}
    </Stack>
  );
}
