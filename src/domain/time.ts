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

/** Parses an ISO 8601 date and time with an offset (RFC 3339); null when it is not one. */
export function parseInstant(text: string): Instant | null {
  if (text.length > MAX_DURATION_TEXT) return null;
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

/** Milliseconds of a fixed ISO 8601 duration; null for anything else (`P1M`, `P1Y`, negative, zero, over ten years). */
export function parseDuration(text: string): number | null {
  if (text.length > MAX_DURATION_TEXT || !/^P/.test(text)) return null;
  try {
    const parsed = Temporal.Duration.from(text);
    if (parsed.years !== 0 || parsed.months !== 0) return null;
    const days = parsed.weeks * 7 + parsed.days;
    const ms = days * DAY_MS + parsed.with({ weeks: 0, days: 0 }).total("milliseconds");
    return Number.isSafeInteger(ms) && ms > 0 && ms <= MAX_DURATION_MS ? ms : null;
  } catch {
    return null;
  }
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
