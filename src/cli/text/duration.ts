/** Durations as people type them (`2h`, `1h30m`), as the API takes them (ISO 8601), and as people read them (`1 h 30 min`). */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TYPED = /^(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s)?$/;
const ISO =
  /^P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:\.(\d{1,9}))?S)?)?$/;

/** ISO 8601; units are typed in small letters, so that `1M` is nobody's minute; null for what is no duration, or none of a fixed length above zero. */
export function toIsoDuration(text: string): string | null {
  const ms = typedMs(text) ?? isoMs(text.toUpperCase());
  return ms === null || ms <= 0 ? null : `PT${ms / SECOND_MS}S`;
}

/** Milliseconds of a fixed ISO 8601 duration; null for anything else. */
export function isoMs(text: string): number | null {
  const found = /[0-9]/.test(text) ? ISO.exec(text) : null;
  if (found === null) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1, 6)
    .map((part) => Number(part ?? 0));
  // To the millisecond below, as the server reads it.
  const belowSecondMs = Number((found[6] ?? "").padEnd(3, "0").slice(0, 3));
  const wholeMs = (weeks * 7 + days) * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
  return wholeMs + belowSecondMs;
}

/** `30 s`, `1 h 30 min`, `2 d`. Up to two days in hours, as people say them. */
export function describeMs(durationMs: number): string {
  const units = [
    ["d", DAY_MS],
    ["h", HOUR_MS],
    ["min", MINUTE_MS],
    ["s", SECOND_MS],
  ] as const;
  const parts: string[] = [];
  let leftMs = durationMs;
  for (const [unit, unitMs] of units) {
    const count = Math.floor(leftMs / unitMs);
    if (unit === "d" && count < 2) continue;
    if (count > 0) parts.push(`${count} ${unit}`);
    leftMs -= count * unitMs;
  }
  return parts.length === 0 ? `${durationMs} ms` : parts.join(" ");
}

export function describeIso(text: string): string {
  const ms = isoMs(text);
  return ms === null ? text : describeMs(ms);
}

/** What is left, in its two largest units; a second that has begun counts. */
export function describeLeft(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / SECOND_MS));
  return seconds === 0
    ? "0 s"
    : describeMs(seconds * SECOND_MS)
        .split(" ")
        .slice(0, 4)
        .join(" ");
}

/** As a person would type it: for hints such as `--for 4h`. */
export function typedIso(text: string): string {
  return describeIso(text).replaceAll("min", "m").replaceAll(" ", "");
}

function typedMs(text: string): number | null {
  const found = /[0-9]/.test(text) ? TYPED.exec(text) : null;
  if (found === null) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
}
