/** How long: three usual spans at hand, any other typed, and how far one may go. */
import { Chip, Group, Input, TextInput } from "@mantine/core";
import { useState } from "react";
import { durationWords, readDuration } from "../words/duration.ts";
import { DURATION, typedLabel, upTo } from "../words/shared.ts";

const MINUTE_MS = 60_000;
const USUAL = [30 * MINUTE_MS, 60 * MINUTE_MS, 120 * MINUTE_MS];
const OTHER = "other";

interface Props {
  /** Of the field that takes the focus: what is typed, else the usual spans. */
  readonly id?: string;
  readonly label: string;
  /** Milliseconds; null while what is typed is none. */
  readonly value: number | null;
  readonly onChange: (ms: number | null) => void;
  readonly minimumMs?: number;
  readonly maximumMs: number;
  readonly error?: string | null;
}

export function DurationField({ id, label, value, onChange, minimumMs = 0, maximumMs, error }: Props) {
  const offered = USUAL.filter((ms) => ms <= maximumMs && ms >= minimumMs);
  const [typing, setTyping] = useState(value === null || !offered.includes(value));
  const [typed, setTyped] = useState(value === null ? "" : durationWords(value));
  const other = typing || (value !== null && !offered.includes(value));
  const choose = (choice: string) => {
    setTyping(choice === OTHER);
    if (choice !== OTHER) onChange(Number(choice));
    else setTyped(value === null ? "" : durationWords(value));
  };
  // Set from outside, it is not what was typed any more.
  const shown = value !== null && readDuration(typed) !== value ? durationWords(value) : typed;
  const chosenId = (ms: number) => (!other && ms === value ? id : undefined);
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      description={upTo(durationWords(maximumMs))}
      error={error}
    >
      <Chip.Group value={other ? OTHER : String(value)} onChange={choose}>
        <Group gap="xs" mt={6} role="radiogroup" aria-label={label}>
          {offered.map((ms) => (
            <Chip key={ms} id={chosenId(ms)} value={String(ms)}>
              {durationWords(ms)}
            </Chip>
          ))}
          <Chip value={OTHER}>{DURATION.other}</Chip>
        </Group>
      </Chip.Group>
      {other ? (
        <TextInput
          id={id}
          mt="xs"
          maw={260}
          aria-label={typedLabel(label)}
          placeholder={DURATION.example}
          value={shown}
          maxLength={40}
          error={typeof error === "string"}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            onChange(readDuration(event.currentTarget.value));
          }}
        />
      ) : null}
    </Input.Wrapper>
  );
}
