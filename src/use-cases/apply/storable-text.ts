/** Text that no database can keep: found before it gets there, so that the answer names its place. */

/** NUL, and half of a surrogate pair. */
export const UNSTORABLE = "contains a NUL or half of a surrogate pair, which cannot be stored; take it out";

/** The path to the first such text or name within a JSON value; null where there is none. */
export function unstorableIn(value: unknown): string[] | null {
  if (typeof value === "string") return isStorable(value) ? null : [];
  if (typeof value !== "object" || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    if (!isStorable(name)) return [];
    const found = unstorableIn(member);
    if (found !== null) return [name, ...found];
  }
  return null;
}

function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
