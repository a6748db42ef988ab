/** Things by name or by the first characters of their id: one, or a sentence that lists the candidates. */
import { EXIT, Stop, usage } from "../exit.ts";
import type { Screen } from "../screen.ts";
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
  /** Ids of what it belongs to, which may stand for it. */
  readonly otherIds?: (item: T) => readonly string[];
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
  const { what, items, list } = choice;
  const [found, ...others] = matches(text, choice);
  if (found !== undefined && others.length === 0) return found;
  if (found !== undefined) {
    const lines = candidates({ ...choice, items: [found, ...others] });
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

/**
 * `--last`: the one that waits. Where several do, none is taken unseen: whoever sits there chooses, and a script is told
 * to name one.
 * @throws Stop when there is none, or none was chosen
 */
export async function pickLast<T>(screen: Screen, choice: Choice<T>): Promise<T> {
  const { what, items, list } = choice;
  const [only, ...others] = items;
  if (only === undefined)
    throw new Stop(
      EXIT.fault,
      `there is no ${what}${list === undefined ? "" : `; \`${list}\` lists what there is`}`,
    );
  if (others.length === 0) return only;
  const lines = candidates(choice);
  if (!screen.canAsk)
    throw usage([`--last is more than one ${what}; name the one you mean by its id:`, ...lines].join("\n"));
  for (const [at, line] of lines.entries())
    screen.progress(
      at < Math.min(items.length, MAX_LISTED) ? `${String(at + 1).padStart(4)}  ${line}` : `      ${line}`,
    );
  const typed = await screen.ask(`${items.length} wait. Which one? Its number or id; nothing stops here:`);
  if (typed === null) throw usage("none was chosen, and nothing was done");
  const chosen = /^\d{1,2}$/.test(typed) ? items.slice(0, MAX_LISTED)[Number(typed) - 1] : undefined;
  return chosen ?? pick(typed, choice);
}

/** A line each, the first few of them. */
function candidates<T>({ items, id, label, list }: Choice<T>): string[] {
  const more = items.length - MAX_LISTED;
  return [
    ...items.slice(0, MAX_LISTED).map((item) => `${shortId(id(item))}  ${label(item)}`),
    ...(more > 0 ? [`and ${more} more${list === undefined ? "" : `; \`${list}\` lists them`}`] : []),
  ];
}

/** Whether the text means any of them, so that no other list need be asked. */
export function isAmong<T>(text: string, choice: Choice<T>): boolean {
  return matches(text, choice).length > 0;
}

function matches<T>(text: string, { items, id, otherIds, names }: Choice<T>): T[] {
  const wanted = text.toLowerCase();
  const byName = items.filter((item) => names?.(item).some((name) => name.toLowerCase() === wanted));
  if (byName.length > 0 || !isIdStart(text)) return byName;
  const begins = (one: string) => one.toLowerCase().startsWith(wanted);
  const own = items.filter((item) => begins(id(item)));
  return own.length > 0 ? own : items.filter((item) => otherIds?.(item).some(begins));
}
