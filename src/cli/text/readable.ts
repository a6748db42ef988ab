/** The server's sentences for this reader: instants in the caller's zone, ids by their first characters. */
import { momentWithUtc } from "./moment.ts";

const INSTANT = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z/g;
const GUID = /\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;

export function readable(text: string, now: number): string {
  const local = text.replace(INSTANT, (instant) => momentWithUtc(Date.parse(instant), now));
  // In a path an id is part of an address, which is of no use when it is cut.
  return local.includes("/subscriptions/") ? local : local.replace(GUID, "$1");
}
