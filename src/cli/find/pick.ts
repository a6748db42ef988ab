/** Things by name or by the first characters of their id: one, or a sentence that lists the candidates. */
import { usage } from "../exit.ts";
import { nearest } from "../text/nearest.ts";

export const SHORT_ID = 8;
const ID_START = /^[0-9a-f][0-9a-f-]{7,35}$/i;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_LISTED = 10;

export interface Choice<T> {
  /** What is looked for, as in `no grant ...`. */
  readonly what: string;
  /** Among which, as in `no role ... that you may ask for there`. */
  readonly among?: string;
  readonly items: readonly T[];
  readonly id: (item: T) => string;
  /** What people may call it, beside its id. */
  readonly names?: (item: T) => readonly string[];
  /** How it is shown among candidates. */
  readonly label: (item: T) => string;
  /** The command that lists them all, where there is one. */
  readonly list?: string;
}

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID);
}

export function isGuid(text: string): boolean {
  return GUID.test(text);
}

export function isIdStart(text: string): boolean {
  return ID_START.test(text);
}

/** @throws Stop (usage) when nothing, or more than one thing, is meant */
export function pick<T>(text: string, choice: Choice<T>): T {
  const { what, items, label, list } = choice;
  const [found, ...others] = matches(text, choice);
  if (found !== undefined && others.length === 0) return found;
  if (found !== undefined) {
    const lines = [found, ...others]
      .slice(0, MAX_LISTED)
      .map((item) => `${shortId(choice.id(item))}  ${label(item)}`);
    throw usage([`\`${text}\` is more than one ${what}:`, ...lines].join("\n"));
  }
  const known = items.flatMap((item) => choice.names?.(item) ?? []);
  const near = nearest(text, known);
  const short = /^[0-9a-f-]{1,7}$/i.test(text) ? `; an id needs its first ${SHORT_ID} characters` : "";
  const among = choice.among === undefined ? "" : ` ${choice.among}`;
  const hint = near === null ? short : `; did you mean ${near}?`;
  throw usage(
    `there is no ${what} \`${text}\`${among}${hint}${list === undefined ? "" : `; \`${list}\` lists them`}`,
  );
}

function matches<T>(text: string, { items, id, names }: Choice<T>): T[] {
  const wanted = text.toLowerCase();
  const byName = items.filter((item) => names?.(item).some((name) => name.toLowerCase() === wanted));
  if (byName.length > 0 || !isIdStart(text)) return byName;
  return items.filter((item) => id(item).toLowerCase().startsWith(wanted));
}
