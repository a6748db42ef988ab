/** Text that no database can keep, or that people could not read as it is: found first, so that the answer names its place. */
import { isPlainText } from "../../domain/plain-text.ts";

/** NUL, and half of a surrogate pair. */
export const UNSTORABLE = "contains a NUL or half of a surrogate pair, which cannot be stored; take it out";

/** The path to the first such text or name within a JSON value; null where there is none. */
export function unstorableIn(value: unknown): string[] | null {
  return firstNot(isStorable, value);
}

/**
 * The path to the first text of a document's spec that is not plain. A secret is `{value: ...}` and shown to nobody; the
 * files of a package are shown with what is hidden written out, as whoever wrote them may not have.
 */
export function notPlainIn(spec: Readonly<Record<string, unknown>>): string[] | null {
  const { package: _, ...shown } = spec;
  return firstNot(isPlainText, shown, isSecret);
}

function isSecret(value: object): boolean {
  return "value" in value && Object.keys(value).length === 1;
}

function firstNot(
  isFine: (text: string) => boolean,
  value: unknown,
  isLeftOut: (value: object) => boolean = () => false,
): string[] | null {
  if (typeof value === "string") return isFine(value) ? null : [];
  if (typeof value !== "object" || value === null || isLeftOut(value)) return null;
  for (const [name, member] of Object.entries(value)) {
    if (!isFine(name)) return [];
    const found = firstNot(isFine, member, isLeftOut);
    if (found !== null) return [name, ...found];
  }
  return null;
}

function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
