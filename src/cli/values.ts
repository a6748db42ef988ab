/** Values of flags, read and bounded: durations, starts, tickets, numbers. */
import type { Given } from "./arguments.ts";
import { usage } from "./exit.ts";
import { isoMs, toIsoDuration } from "./text/duration.ts";
import { typedMoment } from "./text/moment.ts";

/** ISO 8601. */
export function durationIn(given: Given, flag: string): string | undefined {
  const text = given.text(flag);
  if (text === null) return undefined;
  const iso = toIsoDuration(text);
  if (iso === null)
    throw usage(`--${flag} takes a duration such as 2h, 90m, 30s, 1h30m or PT2H, not \`${text}\``);
  return iso;
}

export function millisecondsIn(given: Given, flag: string): number | null {
  const iso = durationIn(given, flag);
  return iso === undefined ? null : isoMs(iso);
}

/** RFC 3339 in UTC. */
export function momentIn(given: Given, flag: string, now: number): string | undefined {
  const text = given.text(flag);
  if (text === null) return undefined;
  const at = typedMoment(text, now, (typed) => {
    const iso = toIsoDuration(typed);
    return iso === null ? null : isoMs(iso);
  });
  if (at === null) {
    throw usage(
      `--${flag} takes a time such as 14:30, \`tomorrow 9:00\`, \`2026-11-28 09:00\`, +2h or 2026-11-28T09:00:00Z, not \`${text}\``,
    );
  }
  return new Date(at).toISOString();
}

/** What an operator's word is not taken without. */
export function reasonIn(given: Given): string {
  const justification = given.text("because");
  if (justification === null) throw usage("say why, with --because");
  return justification;
}

export function ticketIn(given: Given): { system: string; number: string } | undefined {
  const text = given.text("ticket");
  if (text === null) return undefined;
  const at = text.indexOf(":");
  if (at < 1 || at === text.length - 1)
    throw usage(`--ticket takes SYSTEM:NUMBER, such as jira:OPS-4711, not \`${text}\``);
  return { system: text.slice(0, at), number: text.slice(at + 1) };
}

export function countIn(given: Given, flag: string, most: number): number | undefined {
  const text = given.text(flag);
  if (text === null) return undefined;
  const count = Number(text);
  if (!/^\d{1,6}$/.test(text) || count < 1 || count > most)
    throw usage(`--${flag} takes a number from 1 to ${most}, not \`${text}\``);
  return count;
}

export function oneOf<T extends string>(given: Given, flag: string, known: readonly T[]): T | undefined {
  const text = given.text(flag);
  if (text === null) return undefined;
  const found = known.find((one) => one === text);
  if (found === undefined) throw usage(`--${flag} takes one of ${known.join(", ")}, not \`${text}\``);
  return found;
}
