/** Small values as they cross the wire: GUIDs, scopes, instants (RFC 3339), durations (ISO 8601), text with bounds. */
import { z } from "zod";
import { asId, type Id } from "../domain/ids.ts";
import { isPlainLine, isPlainText, NOT_PLAIN } from "../domain/plain-text.ts";
import { parseScope, type Scope } from "../domain/scope.ts";
import { formatDuration, formatInstant, type Instant, parseDuration, parseInstant } from "../domain/time.ts";

const GUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

export const guid = z.string().regex(GUID, "not a GUID").meta({ format: "uuid" });

export function idOf<T extends Id<string>>(text: string): T;
export function idOf<T extends Id<string>>(text: string | undefined): T | undefined;
export function idOf<T extends Id<string>>(text: string | undefined): T | undefined {
  return text === undefined ? undefined : asId<T>(text);
}

/** What may go over several lines. */
export function text(maximum: number) {
  return z.string().max(maximum).refine(isPlainText, NOT_PLAIN);
}

/** A name, a number: what is one line wherever it is shown. */
export function line(maximum: number) {
  return z.string().max(maximum).refine(isPlainLine, NOT_PLAIN);
}

export const name = line(200).min(1);

/** Read once: a text on the wire, and in the house what `read` makes of it. `described` for whoever reads either side. */
function codec<T extends string | number>(
  outside: z.ZodString,
  { read, write, otherwise }: Words<T>,
  described: z.GlobalMeta,
) {
  const inside = z.custom<T>().meta({ type: "string", ...described });
  return z.codec(outside.meta(described), inside, {
    encode: write,
    decode(given, { issues }) {
      const value = read(given);
      if (value !== null) return value;
      issues.push({ code: "custom", input: given, message: otherwise });
      return z.NEVER;
    },
  });
}

interface Words<T> {
  read(text: string): T | null;
  write(value: T): string;
  /** What is said of a text that is none. */
  readonly otherwise: string;
}

const SCOPES: Words<Scope> = {
  read: parseScope,
  write: String,
  otherwise: "not a scope such as /subscriptions/{id}/resourceGroups/{name}",
};
const INSTANTS: Words<Instant> = {
  read: parseInstant,
  write: formatInstant,
  otherwise: "not an instant; write it as 2027-01-31T12:00:00Z",
};
const DURATIONS: Words<number> = {
  read: parseDuration,
  write: formatDuration,
  otherwise:
    "not a fixed ISO 8601 duration; write PT30M, PT8H or P30D (months and years have no fixed length)",
};
const short = z.string().max(64);

export const scope = codec(text(1_024), SCOPES, {
  description: "a resource path; compared by whole segments, without regard to case",
});
export const instant = codec(short, INSTANTS, { format: "date-time" });
/** Milliseconds in the house. */
export const duration = codec(short, DURATIONS, { format: "duration" });

/** The same as texts, for what is given back as it was written. */
export const instantText = short.refine((value) => parseInstant(value) !== null, INSTANTS.otherwise);
export const durationText = short.refine((value) => parseDuration(value) !== null, DURATIONS.otherwise);

/** Of what was said, only what was: an option that is left out is no option that is undefined. */
export function given<T extends object>(said: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as never;
}
