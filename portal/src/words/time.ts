/** Instants as people read them: the reader's own clock first, UTC where two sides must agree. */
import { durationWords } from "./duration.ts";

const DAY_MS = 86_400_000;
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const shortTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });
const utc = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** "15:02:10" today, "25 Nov 15:02" on another day. */
export function timeWords(at: string | number, now: number): string {
  const date = new Date(at);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return time.format(date);
  const on = date.getFullYear() === today.getFullYear() ? day.format(date) : dayOfYear.format(date);
  return `${on} ${shortTime.format(date)}`;
}

/** "14:02" today, else with the day. */
export function minuteWords(at: string | number, now: number): string {
  const date = new Date(at);
  return date.toDateString() === new Date(now).toDateString() ? shortTime.format(date) : timeWords(at, now);
}

export function utcWords(at: string | number): string {
  return `${utc.format(new Date(at))} UTC`;
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

/** For a tooltip: everything, with the zone. */
export function wholeTimeWords(at: string | number): string {
  return `${whole.format(new Date(at))} · ${new Date(at).toISOString()}`;
}

export function agoWords(at: string | number, now: number): string {
  const ms = now - new Date(at).getTime();
  if (ms < 10_000) return "just now";
  if (ms < 30 * DAY_MS) return `${durationWords(coarse(ms))} ago`;
  return `on ${dayOfYear.format(new Date(at))}`;
}

export function inWords(at: string | number, now: number): string {
  const ms = new Date(at).getTime() - now;
  return ms <= 0 ? "now" : `in ${durationWords(coarse(ms))}`;
}

/** Nobody needs the seconds of what lies hours away. */
function coarse(ms: number): number {
  if (ms > 2 * DAY_MS) return Math.round(ms / DAY_MS) * DAY_MS;
  if (ms > 3_600_000) return Math.round(ms / 60_000) * 60_000;
  if (ms > 60_000) return Math.round(ms / 60_000) * 60_000;
  return ms;
}
