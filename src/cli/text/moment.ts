/** Instants as people read them: in the caller's zone, and never without it. The zone is the process's own (`TZ`). */
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `14:02:44`, for what happens before the reader's eyes and for nothing else. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

/**
 * `14:02:44 UTC+1` today, otherwise to the minute with the day: `tomorrow 14:02 UTC+1`, `Sat 28 Nov 14:02 UTC+1`,
 * `28 Nov 2027 14:02 UTC+1`.
 */
export function moment(at: number, now: number): string {
  return `${dayAndTime(at, now)} ${zoneOf(at)}`;
}

/** `UTC`, `UTC+1`, `UTC-3:30`: as it is at that moment, summer time included. */
function zoneOf(at: number): string {
  const ahead = -new Date(at).getTimezoneOffset();
  if (ahead === 0) return "UTC";
  const minutes = Math.abs(ahead) % 60;
  return `UTC${ahead < 0 ? "-" : "+"}${Math.floor(Math.abs(ahead) / 60)}${minutes === 0 ? "" : `:${two(minutes)}`}`;
}

function dayAndTime(at: number, now: number): string {
  const days = dayNumber(at) - dayNumber(now);
  if (days === 0) return clockTime(at);
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (days === 1) return `tomorrow ${time}`;
  if (days === -1) return `yesterday ${time}`;
  const day = `${date.getDate()} ${MONTHS[date.getMonth()]}`;
  if (date.getFullYear() !== new Date(now).getFullYear()) return `${day} ${date.getFullYear()} ${time}`;
  return `${DAYS[date.getDay()]} ${day} ${time}`;
}

/** `14:02:44 (13:02:44 UTC)`; where the zone is UTC, said once. */
export function momentWithUtc(at: number, now: number): string {
  if (zoneOf(at) === "UTC") return moment(at, now);
  const utc = new Date(at).toISOString();
  const sameDay = utc.slice(0, 10) === localDay(at);
  const time = dayNumber(at) === dayNumber(now) ? utc.slice(11, 19) : utc.slice(11, 16);
  return `${dayAndTime(at, now)} (${sameDay ? "" : `${utc.slice(0, 10)} `}${time} UTC)`;
}

/** A start as typed: RFC 3339, `HH:MM` (the next one), `YYYY-MM-DD HH:MM` here, or `+2h` from now. Null otherwise. */
export function typedMoment(
  text: string,
  now: number,
  durationMs: (typed: string) => number | null,
): number | null {
  if (text.startsWith("+")) {
    const aheadMs = durationMs(text.slice(1));
    return aheadMs === null ? null : now + aheadMs;
  }
  const time = /^(tomorrow )?([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  if (time !== null) return nextAt(now, time[1] !== undefined, Number(time[2]), Number(time[3]));
  const local = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?$/.test(text);
  const absolute = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = local || absolute ? new Date(text.replace(" ", "T")).getTime() : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

function nextAt(now: number, tomorrow: boolean, hours: number, minutes: number): number {
  const date = new Date(now);
  if (tomorrow) date.setDate(date.getDate() + 1);
  date.setHours(hours, minutes, 0, 0);
  if (date.getTime() <= now) date.setDate(date.getDate() + 1);
  return date.getTime();
}

function dayNumber(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
}

function localDay(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
