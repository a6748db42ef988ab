/**
 * Instants, durations and windows: the only way the house speaks about time.
 *
 * An instant is a whole number of milliseconds since 1970-01-01T00:00:00Z. A duration is a fixed ISO 8601
 * duration (`PT8H`, `P30D`); months and years have no fixed length and are refused.
 */
import { Temporal } from "temporal-polyfill";

declare const instantBrand: unique symbol;
export type Instant = number & { readonly [instantBrand]: true };

/** Half-open: `[startsAt, endsAt)`. `endsAt` is null only for standing access. */
export interface Window {
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
}

export interface Clock {
  now(): Instant;
}

/** A clock that knows how wrong it may be: the true instant lies within the bounds. */
export interface BoundedClock extends Clock {
  bounds(): { readonly earliest: Instant; readonly latest: Instant };
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const MAX_DURATION_TEXT = 64;
const MAX_DURATION_MS = 3_660 * DAY_MS;

export function instant(epochMs: number): Instant {
  if (!Number.isSafeInteger(epochMs)) throw new RangeError(`not an instant: \`${epochMs}\``);
  return epochMs as Instant;
}

// RFC 3339 writes years of four digits; what is outside them the database may not store either.
const FIRST_MS = Date.parse("0000-01-01T00:00:00.000Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether it can be written: whole milliseconds in the years 0000 to 9999. */
export function isInstant(epochMs: number): epochMs is Instant {
  return Number.isSafeInteger(epochMs) && epochMs >= FIRST_MS && epochMs <= LAST_MS;
}

// Temporal reads more than RFC 3339 says: a comma, dates without dashes, a zone in brackets that it then ignores.
const INSTANT_TEXT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Parses a date and time with an offset (RFC 3339), to the millisecond below; null when it is not one. */
export function parseInstant(text: string): Instant | null {
  if (text.length > MAX_DURATION_TEXT || !INSTANT_TEXT.test(text)) return null;
  try {
    const { epochMilliseconds } = Temporal.Instant.from(text);
    return isInstant(epochMilliseconds) ? epochMilliseconds : null;
  } catch {
    return null;
  }
}

/** RFC 3339 in UTC with milliseconds. */
export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

export function addMs(at: Instant, durationMs: number): Instant {
  return instant(at + durationMs);
}

export function earliest(first: Instant, ...rest: Instant[]): Instant {
  return Math.min(first, ...rest) as Instant;
}

export function latest(first: Instant, ...rest: Instant[]): Instant {
  return Math.max(first, ...rest) as Instant;
}

// Whole numbers, and a fraction of seconds alone: `PT1,5H` is 15 hours to whoever misses the comma.
const DURATION_TEXT =
  /^P(?=\d|T\d)(?:0+Y)?(?:0+M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,9}))?S)?)?$/;

/**
 * Milliseconds of a fixed ISO 8601 duration, to the millisecond below; null for anything else (`P1M`, `P1Y`, `PT0.5H`,
 * negative, zero, over ten years).
 */
export function parseDuration(text: string): number | null {
  const found = text.length > MAX_DURATION_TEXT ? null : DURATION_TEXT.exec(text);
  if (found === null) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1, 6)
    .map((part) => Number(part ?? 0));
  const belowSecondMs = Number((found[6] ?? "").padEnd(3, "0").slice(0, 3));
  const ms =
    (weeks * 7 + days) * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS + belowSecondMs;
  return ms > 0 && ms <= MAX_DURATION_MS ? ms : null;
}

/** The shortest ISO 8601 form: `PT90M` becomes `PT1H30M`, `PT24H` becomes `P1D`. */
export function formatDuration(durationMs: number): string {
  const balanced = Temporal.Duration.from({ milliseconds: durationMs }).round({ largestUnit: "days" });
  return balanced.toString();
}

/** Whether two half-open windows share an instant; a window without an end reaches for ever. */
export function overlaps(a: Window, b: Window): boolean {
  return (b.endsAt === null || a.startsAt < b.endsAt) && (a.endsAt === null || b.startsAt < a.endsAt);
}

export function contains(window: Window, at: Instant): boolean {
  return window.startsAt <= at && (window.endsAt === null || at < window.endsAt);
}

/** At its end and ever after (I1); one without an end is never over. */
export function isOver({ endsAt }: Pick<Window, "endsAt">, at: Instant): boolean {
  return endsAt !== null && at >= endsAt;
}

/** Whether `inner` lies wholly within `outer`. */
export function covers(outer: Window, inner: Window): boolean {
  if (inner.startsAt < outer.startsAt) return false;
  if (outer.endsAt === null) return true;
  return inner.endsAt !== null && inner.endsAt <= outer.endsAt;
}

const UNITS = [
  ["d", DAY_MS],
  ["h", HOUR_MS],
  ["min", MINUTE_MS],
  ["s", SECOND_MS],
] as const;

/** For people: `30 s`, `1 h 30 min`, `2 d`; nothing below a second unless there is nothing else. */
export function describeDuration(durationMs: number): string {
  let leftMs = durationMs;
  const parts: string[] = [];
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(leftMs / unitMs);
    // Up to two days people say hours: "24 h" is a maximum everybody writes that way.
    if (unit === "d" && count < 2) continue;
    if (count > 0) parts.push(`${count} ${unit}`);
    leftMs -= count * unitMs;
  }
  return parts.length === 0 ? `${durationMs} ms` : parts.join(" ");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** For people: `12 Nov`, in UTC. */
export function describeDay(at: Instant): string {
  const day = new Date(at);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`;
}

export const UTC = "UTC";

/** The name in its usual spelling (`europe/berlin` is `Europe/Berlin`); null for what is no IANA time zone, offsets included. */
export function parseTimeZone(text: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId;
  } catch {
    return null;
  }
}

/** What clocks and calendars show in a time zone: the weekday from Sunday, 0, on. */
export interface LocalTime {
  readonly date: string;
  readonly minutes: number;
  readonly weekday: number;
}

export function localTime(at: Instant, timeZone: string): LocalTime {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return {
    date: local.toPlainDate().toString(),
    minutes: local.hour * 60 + local.minute,
    weekday: local.dayOfWeek % 7,
  };
}

/** The next instant after `at` at so many minutes of a local day; where clocks skip them, as much later. */
export function nextLocal(at: Instant, minutes: number, timeZone: string): Instant {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  // Days are counted by their names: one of them may have 23 or 25 hours.
  const found = [0, 1, 2].map((days) => localInstant(today.add({ days }), minutes, timeZone));
  return found.find((one) => one > at) ?? addMs(at, DAY_MS);
}

/** The last instant, at `at` or before it, at so many minutes of a local day: of one weekday (Sunday is 0) if it is named. */
export function lastLocal(
  at: Instant,
  { minutes, weekday }: { readonly minutes: number; readonly weekday: number | null },
  timeZone: string,
): Instant {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  const days = [0, 1, 2, 3, 4, 5, 6, 7].map((back) => today.subtract({ days: back }));
  const found = days
    .filter((day) => weekday === null || day.dayOfWeek % 7 === weekday)
    .map((day) => localInstant(day, minutes, timeZone));
  return found.find((one) => one <= at) ?? addMs(at, -8 * DAY_MS);
}

function localInstant(day: Temporal.PlainDate, minutes: number, timeZone: string): Instant {
  const plainTime = { hour: Math.floor(minutes / 60), minute: minutes % 60 };
  return instant(day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds);
}
