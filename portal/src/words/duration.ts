/** Fixed ISO 8601 durations as people say them. */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS = [
  [DAY_MS, "d"],
  [HOUR_MS, "h"],
  [MINUTE_MS, "min"],
  [SECOND_MS, "s"],
] as const;

/** Milliseconds of `PT8H`; 0 of what is none, which nobody can ask for. */
export function durationMs(iso: string): number {
  const parts = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(iso);
  if (parts === null) return 0;
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  return (weeks * 7 + days) * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
}

/** As the server writes it, so that the same is told by its text: `P1DT2H`. */
export function isoDuration(ms: number): string {
  const seconds = Math.round(ms / SECOND_MS);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = seconds % 60;
  const time = `${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}${rest > 0 ? `${rest}S` : ""}`;
  if (days > 0) return time === "" ? `P${days}D` : `P${days}DT${time}`;
  return time === "" ? "PT0S" : `PT${time}`;
}

/** "1 h 30 min"; at most two units, so that it stays short. */
export function durationWords(given: number | string): string {
  let rest =
    Math.max(0, Math.round((typeof given === "string" ? durationMs(given) : given) / SECOND_MS)) * SECOND_MS;
  const words: string[] = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    // A day is said in hours up to two of them: people think of a shift, not of a calendar.
    if (count > 0) words.push(`${count} ${unit}`);
  }
  return words.slice(0, 2).join(" ") || "0 s";
}

/** What a person types: `90 min`, `1 h 30 min`, `1:30`, `45` (minutes). Null when it is none. */
export function readDuration(text: string): number | null {
  const given = text.trim().toLowerCase();
  if (/^\d{1,5}$/.test(given)) return Number(given) * MINUTE_MS;
  const clock = /^(\d{1,3}):([0-5]\d)$/.exec(given);
  if (clock !== null) return Number(clock[1]) * HOUR_MS + Number(clock[2]) * MINUTE_MS;
  const parts =
    /^(?:(\d{1,4})\s*d(?:ays?)?)?\s*(?:(\d{1,4})\s*h(?:ours?|rs?)?)?\s*(?:(\d{1,5})\s*m(?:in(?:utes?)?)?)?\s*(?:(\d{1,6})\s*s(?:ec(?:onds?)?)?)?$/.exec(
      given,
    );
  if (parts === null || given === "") return null;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  return days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
}
