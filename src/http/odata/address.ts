/** Addresses as Azure's and Graph's clients write them: bounded, decoded once, and without a hidden character anywhere. */
import { isPlainLine } from "../../domain/plain-text.ts";

const MAX_PATH = 2_048;
const MAX_SEGMENTS = 48;

/** Segments as they were written, less empty ones; null when the path is too long or not well escaped. */
export function pathSegments(path: string): string[] | null {
  if (path.length > MAX_PATH) return null;
  const segments: string[] = [];
  for (const part of path.split("/")) {
    if (part === "") continue;
    const decoded = unescaped(part);
    if (decoded === null || decoded.includes("/") || !isPlainLine(decoded)) return null;
    segments.push(decoded);
  }
  return segments.length > MAX_SEGMENTS ? null : segments;
}

/** What lists and entities may be asked for beside their address (OData 4.01, part 2, section 5.1). */
export const QUERY_OPTIONS = ["filter", "top", "skiptoken", "select", "expand", "orderby", "count"] as const;
export type QueryOption = (typeof QUERY_OPTIONS)[number];

/**
 * Names in one spelling, because these clients write them in any letters, and options with the dollar sign or without it.
 * Null when a name or a value holds a control or hidden character.
 */
export function queryOf(text: string): URLSearchParams | null {
  const query = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(text)) {
    if (!isPlainLine(name) || !isPlainLine(value)) return null;
    const plain = name.toLowerCase();
    const option = QUERY_OPTIONS.find((one) => one === plain.replace(/^\$/, ""));
    query.append(option === undefined ? plain : `$${option}`, value);
  }
  return query;
}

export const BAD_PATH =
  "the path is too long, not well escaped, or holds a slash, a control character or a hidden one in a segment";
export const BAD_QUERY = "the query holds a control character or a hidden one; leave it out";

/** Whether two words of an address are one: letters of any case. */
export function same(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

function unescaped(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
