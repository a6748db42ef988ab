/**
 * What others wrote, so that it turns nothing around it: each run of letters that are read from right to left stands
 * within isolates of Unicode (FSI … PDI), in whatever sentence it is put. What comes in here is revealed already
 * (`src/client/plain-text.ts`), so no isolate is anybody's own, and none leaves by `bare`.
 */
const OPEN = "\u2068";
const CLOSE = "\u2069";
const LETTER = "[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]";
const RUN = new RegExp(`${LETTER}(?:[\\p{M}\\p{Zs}'’"״׳.-]*${LETTER}|\\p{M})*`, "gu");
const LETTERS = new RegExp(LETTER, "gu");
const OTHER_LETTERS = new RegExp(`(?!${LETTER})\\p{L}`, "gu");

/** A text that is mostly read from the right keeps its own order as a whole; in any other, its runs do. */
export function isolated(text: string): string {
  const letters = text.match(LETTERS)?.length ?? 0;
  if (letters === 0) return text;
  const others = text.match(OTHER_LETTERS)?.length ?? 0;
  return letters > others ? OPEN + text + CLOSE : text.replace(RUN, (run) => OPEN + run + CLOSE);
}

/** The same of every text within a JSON value. What holds none is given back as it is. */
export function isolatedIn<T>(value: T): T {
  if (typeof value === "string") return isolated(value) as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(isolatedIn) as T;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, isolatedIn(one)])) as T;
}

/** As it was written, to be sent or compared. */
export function bare(text: string): string {
  return text.replaceAll(OPEN, "").replaceAll(CLOSE, "");
}

/** The same of an address, where they are encoded. */
export function bareAddress(address: string): string {
  return address.replace(/%E2%81%A[89]/gi, "");
}
