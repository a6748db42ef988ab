/** Instants as people read them: the reader's own clock first, or UTC where they prefer it. */
import { durationWords } from "./duration.ts";

const DAY_MS = 86_400_000;
const INSTANT = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z/g;

export type Zone = "local" | "utc";

function clockIn(zone: Zone) {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", zone === "utc" ? { ...options, timeZone: "UTC" } : options);
  return {
    suffix: zone === "utc" ? " UTC" : "",
    time: format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    shortTime: format({ hour: "2-digit", minute: "2-digit" }),
    day: format({ day: "numeric", month: "short" }),
    dayOfYear: format({ day: "numeric", month: "short", year: "numeric" }),
    year: format({ year: "numeric" }),
    whole: format({ dateStyle: "full", timeStyle: "long" }),
  };
}

const utc = clockIn("utc");
let clock = clockIn("local");

/** From now on, in this window. */
export function showTimesIn(zone: Zone): void {
  clock = clockIn(zone);
}

/** "15:02:10" today, "25 Nov 15:02" on another day. */
export function timeWords(at: string | number, now: number): string {
  const date = new Date(at);
  if (isSameDay(date, now)) return `${clock.time.format(date)}${clock.suffix}`;
  const sameYear = clock.year.format(date) === clock.year.format(now);
  const on = (sameYear ? clock.day : clock.dayOfYear).format(date);
  return `${on} ${clock.shortTime.format(date)}${clock.suffix}`;
}

/** "14:02" today, else with the day. */
export function minuteWords(at: string | number, now: number): string {
  const date = new Date(at);
  return isSameDay(date, now) ? `${clock.shortTime.format(date)}${clock.suffix}` : timeWords(at, now);
}

export function utcWords(at: string | number): string {
  return `${utc.time.format(new Date(at))} UTC`;
}

/** A sentence of the server's, with its instants as this reader's times. */
export function withTimes(text: string, now: number): string {
  return text.replace(INSTANT, (at) => timeWords(at, now));
}

/** "Europe/Berlin, UTC+1": whose clock a field for a local time means. */
export function zoneWords(at: number): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const eastMinutes = -new Date(at).getTimezoneOffset();
  const hours = Math.trunc(Math.abs(eastMinutes) / 60);
  const minutes = Math.abs(eastMinutes) % 60;
  const offset = `${eastMinutes < 0 ? "-" : "+"}${hours}${minutes === 0 ? "" : `:${String(minutes).padStart(2, "0")}`}`;
  return `${timeZone}, UTC${offset}`;
}

/** The value of a field for a local date and time. */
export function localField(at: number): string {
  const pad = (part: number) => String(part).padStart(2, "0");
  const date = new Date(at);
  const days = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${days}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** The same in RFC 3339, by the reader's own clock; null where it holds none. */
export function instantOf(local: string): string | null {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** For a tooltip: everything, with the zone. */
export function wholeTimeWords(at: string | number): string {
  return `${clock.whole.format(new Date(at))} · ${new Date(at).toISOString()}`;
}

export function agoWords(at: string | number, now: number): string {
  const ms = now - new Date(at).getTime();
  if (ms < 10_000) return "just now";
  if (ms < 30 * DAY_MS) return `${durationWords(coarse(ms))} ago`;
  return `on ${clock.dayOfYear.format(new Date(at))}`;
}

export function inWords(at: string | number, now: number): string {
  const ms = new Date(at).getTime() - now;
  return ms <= 0 ? "now" : `in ${durationWords(coarse(ms))}`;
}

function isSameDay(date: Date, now: number): boolean {
  return clock.dayOfYear.format(date) === clock.dayOfYear.format(now);
}

/** Nobody needs the seconds of what lies hours away. */
function coarse(ms: number): number {
  if (ms > 2 * DAY_MS) return Math.round(ms / DAY_MS) * DAY_MS;
  if (ms > 3_600_000) return Math.round(ms / 60_000) * 60_000;
  if (ms > 60_000) return Math.round(ms / 60_000) * 60_000;
  return ms;
}
