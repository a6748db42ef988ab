/** How an event that is too long for a far side is made shorter, so that everybody sees what is missing. */
import type { Json } from "../domain/target-binding.ts";
import type { ExportedEvent } from "./sink.ts";

/** A part that is not whole: where it stands (a JSON pointer), and how long it was. */
export interface Cut {
  readonly path: string;
  /** Of a text its UTF-16 units; of a list or an object the bytes of its JSON. */
  readonly characters?: number;
  readonly bytes?: number;
}

/** A text that is longer than each of these is cut to it, until all fits; then whole parts are left out. */
const CAPS = [16_384, 4_096, 1_024, 256, 64] as const;
const MOST_NAMED = 20;

interface Shortened {
  readonly event: ExportedEvent;
  /** Empty where nothing is missing. */
  readonly cut: readonly Cut[];
}

/**
 * What `make` makes of the event as it is, or else of as much of it as `fits`. Ids and hashes stay whole: null where not even
 * these fit.
 */
export function firstThatFits<T>(
  event: ExportedEvent,
  make: (shortened: Shortened) => T,
  fits: (made: T) => boolean,
): T | null {
  const whole = make({ event, cut: [] });
  if (fits(whole)) return whole;
  for (const shortened of shorter(event)) {
    const made = make(shortened);
    if (fits(made)) return made;
  }
  return null;
}

function* shorter(event: ExportedEvent): Generator<Shortened> {
  for (const cap of CAPS) yield shortened(event, cap, shortenedIn);
  // Too many members for any length of text.
  yield shortened(event, 64, (value, { path, cut }) => {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes <= 256) return value;
    cut.push({ path, bytes });
    return typeof value === "string" ? shortText(value, 64) : null;
  });
  const left = [
    { path: "/facts", bytes: Buffer.byteLength(JSON.stringify(event.facts)) },
    { path: "/openings", bytes: Buffer.byteLength(JSON.stringify(event.openings)) },
  ].filter(({ bytes }) => bytes > "{}".length);
  yield shortened({ ...event, facts: {}, openings: [] }, 64, shortenedIn, left);
}

type Shorten = (value: Json, at: { path: string; cap: number; cut: Cut[] }) => Json;

function shortened(event: ExportedEvent, cap: number, shorten: Shorten, before: readonly Cut[] = []) {
  const cut: Cut[] = [...before];
  const each = (value: Json, path: string) => shorten(value, { path, cap, cut });
  const facts = Object.fromEntries(
    Object.entries(event.facts).map(([name, value]) => [name, each(value, `/facts/${pointer(name)}`)]),
  );
  const openings = event.openings.map((opening, at) => ({
    ...opening,
    value: each(opening.value as Json, `/openings/${at}/value`) as typeof opening.value,
  }));
  const sentence = each(event.sentence, "/sentence") as string;
  const tenantName = shortenedIn(event.tenantName, { path: "/tenantName", cap, cut }) as string;
  const actorName = shortenedIn(event.actorName, { path: "/actorName", cap, cut }) as string | null;
  return { event: { ...event, facts, openings, sentence, tenantName, actorName }, cut };
}

function shortenedIn(value: Json, at: { path: string; cap: number; cut: Cut[] }): Json {
  const { path, cap, cut } = at;
  if (typeof value === "string") {
    if (value.length <= cap) return value;
    cut.push({ path, characters: value.length });
    return shortText(value, cap);
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return value.map((one, index) => shortenedIn(one, { ...at, path: `${path}/${index}` }));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      shortenedIn(one, { ...at, path: `${path}/${pointer(name)}` }),
    ]),
  );
}

/** Never half a character, and never a beginning that passes for the whole. */
function shortText(text: string, cap: number): string {
  const end = /[\ud800-\udbff]/.test(text[cap - 1] ?? "") ? cap - 1 : cap;
  return `${text.slice(0, end)}… (cut: was ${text.length} characters)`;
}

/** RFC 6901 section 3; a name may be as long as an entry's bounds let it. */
function pointer(name: string): string {
  return name.slice(0, 128).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The first few by name, and how many more there are. */
export function toldCut(cut: readonly Cut[]): readonly Json[] {
  const named = cut.slice(0, MOST_NAMED).map((one) => ({ ...one }));
  return cut.length <= MOST_NAMED ? named : [...named, { path: "", more: cut.length - MOST_NAMED }];
}
