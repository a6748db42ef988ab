/** A text of many lines in which a fault has a place. */
import { Textarea } from "@mantine/core";
import { type Ref, useImperativeHandle, useRef } from "react";
import classes from "./code-field.module.css";

export interface CodeFieldHandle {
  /** Puts the cursor there; lines and columns count from 1. */
  readonly goTo: (line: number, column: number) => void;
}

interface Props {
  readonly ref: Ref<CodeFieldHandle>;
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly error: string | null;
}

const MOST_CHARS = 262_144;
const LINES = 22;
/** As the style sheet has it. */
const LINE_PX = 20;
const ABOVE = 5;

export function CodeField({ ref, label, value, onChange, error }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => ({
    goTo: (line, column) => {
      const field = area.current;
      if (field === null) return;
      const lines = field.value.split("\n");
      const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      field.focus();
      field.setSelectionRange(start + column - 1, start + column - 1);
      field.scrollTop = Math.max(0, line - 1 - ABOVE) * LINE_PX;
    },
  }));
  return (
    <Textarea
      ref={area}
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      maxLength={MOST_CHARS}
      rows={LINES}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      wrap="off"
      classNames={{ input: classes.code }}
    />
  );
}
