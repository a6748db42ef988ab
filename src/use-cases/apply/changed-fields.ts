/** What differs between how things are and how a document wants them: names of fields, never values. */
import { isDeepStrictEqual } from "node:util";

/** Compared as they would be stored: a member that is undefined is the same as one that is not there. */
export function changedFields(
  current: Readonly<Record<string, unknown>> | null,
  wanted: Readonly<Record<string, unknown>>,
): string[] {
  const before = current === null ? {} : asStored(current);
  const after = asStored(wanted);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name])).sort();
}

function asStored(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

/** Whether two lists hold the same members, in whatever order. */
export function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return isDeepStrictEqual([...new Set(a)].sort(), [...new Set(b)].sort());
}
