/** The order in which things happened. */
import { EVENT_TYPES, type EventType } from "../../../domain/event.ts";
import type { StoredEntry } from "../../ports.ts";

/** What one commit did has one instant: then by number, and before there are numbers in the order of a life. */
export function inOrder(entries: readonly StoredEntry[]): StoredEntry[] {
  const step = ({ entry }: StoredEntry) => EVENT_TYPES.indexOf(entry.type as EventType);
  const number = ({ sequence }: StoredEntry) => sequence ?? Number.MAX_SAFE_INTEGER;
  return [...entries].sort((a, b) => a.at - b.at || number(a) - number(b) || step(a) - step(b));
}
