/** How long somebody may ask: with an end, unless the role's settings allow none. */
import { Chip, Group, Input } from "@mantine/core";
import { LocalTimeField } from "../../../parts/local-time-field.tsx";
import { durationWords } from "../../../words/duration.ts";
import { ASSIGN, lastingHelp } from "../../../words/eligibility.ts";
import { instantOf } from "../../../words/time.ts";

const DAY_MS = 86_400_000;
const USUAL = [7 * DAY_MS, 30 * DAY_MS, 90 * DAY_MS, 180 * DAY_MS, 365 * DAY_MS];

/** `for`: milliseconds from the start; `until`: what a date field holds. */
export type Lasting =
  | { readonly kind: "for"; readonly ms: number }
  | { readonly kind: "until"; readonly local: string }
  | { readonly kind: "always" };

/** As long as is usual, or as long as may be. */
export function usualLasting(maximumMs: number | null): Lasting {
  return { kind: "for", ms: Math.min(90 * DAY_MS, maximumMs ?? Number.POSITIVE_INFINITY) };
}

/** The instant in RFC 3339; null without an end, undefined while what is typed is none. */
export function endOf(lasting: Lasting, startMs: number): string | null | undefined {
  if (lasting.kind === "always") return null;
  if (lasting.kind === "for") return new Date(startMs + lasting.ms).toISOString();
  return instantOf(lasting.local) ?? undefined;
}

interface Props {
  readonly value: Lasting;
  readonly onChange: (value: Lasting) => void;
  /** Null: an end is not demanded. */
  readonly maximumMs: number | null;
  readonly error?: string | null;
}

export function LastingField({ value, onChange, maximumMs, error }: Props) {
  const offered = USUAL.filter((ms) => maximumMs === null || ms <= maximumMs);
  const spans = offered.length === 0 && maximumMs !== null ? [maximumMs] : offered;
  const choose = (choice: string) => {
    if (choice === "until") onChange({ kind: "until", local: "" });
    else if (choice === "always") onChange({ kind: "always" });
    else onChange({ kind: "for", ms: Number(choice) });
  };
  return (
    <Input.Wrapper
      label={ASSIGN.lasting}
      labelElement="div"
      description={lastingHelp(maximumMs)}
      error={error}
    >
      <Chip.Group value={value.kind === "for" ? String(value.ms) : value.kind} onChange={choose}>
        <Group gap="xs" mt={6} role="radiogroup" aria-label={ASSIGN.lasting}>
          {spans.map((ms) => (
            <Chip key={ms} value={String(ms)}>
              {durationWords(ms)}
            </Chip>
          ))}
          <Chip value="until">{ASSIGN.untilDate}</Chip>
          {maximumMs === null ? <Chip value="always">{ASSIGN.noEnd}</Chip> : null}
        </Group>
      </Chip.Group>
      {value.kind === "until" ? (
        <LocalTimeField
          mt="xs"
          maw={260}
          aria-label={ASSIGN.theDate}
          value={value.local}
          onChange={(local) => onChange({ kind: "until", local })}
        />
      ) : null}
    </Input.Wrapper>
  );
}
