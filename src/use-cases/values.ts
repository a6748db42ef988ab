/** Small values as they cross the wire: GUIDs, scopes, instants (RFC 3339), durations (ISO 8601), text with bounds. */
import { z } from "zod";
import { asId, type Id } from "../domain/ids.ts";
import { parseScope, type Scope } from "../domain/scope.ts";
import { formatDuration, formatInstant, type Instant, parseDuration, parseInstant } from "../domain/time.ts";

const GUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

export const guid = z.string().regex(GUID, "not a GUID").meta({ format: "uuid" });

export function idOf<T extends Id<string>>(text: string): T {
  return asId<T>(text);
}

// PostgreSQL stores no NUL, and a log line has no place for other control characters.
const printable = (value: string) => !/\p{Cc}/u.test(value.replace(/[\t\r\n]/g, "")) && value.isWellFormed();

export function text(maximum: number) {
  return z.string().max(maximum).refine(printable, "contains a control character or half a surrogate pair");
}

export const name = text(200).min(1);

export const scope = text(1_024)
  .refine(
    (value) => parseScope(value) !== null,
    "not a scope such as /subscriptions/{id}/resourceGroups/{name}",
  )
  .meta({ description: "a resource path; compared by whole segments, without regard to case" });

/** Of a text that `scope` let through. */
export function scopeIn(given: string): Scope {
  const parsed = parseScope(given);
  if (parsed === null) throw new Error("the schema let a scope through that is none");
  return parsed;
}

export const instantText = z
  .string()
  .max(64)
  .refine((value) => parseInstant(value) !== null, "not an instant such as 2026-11-21T14:02:24Z")
  .meta({ format: "date-time" });

export const durationText = z
  .string()
  .max(64)
  .refine(
    (value) => parseDuration(value) !== null,
    "not a fixed ISO 8601 duration such as PT2H (months and years are refused)",
  )
  .meta({ format: "duration" });

export const instantOut = z.string().meta({ format: "date-time" });
export const durationOut = z.string().meta({ format: "duration" });

export function instantIn(value: string | undefined): Instant | null {
  return value === undefined ? null : parseInstant(value);
}

export function durationIn(value: string | undefined): number | null {
  return value === undefined ? null : parseDuration(value);
}

export function iso(at: Instant): string {
  return formatInstant(at);
}

export function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

export { formatDuration };
