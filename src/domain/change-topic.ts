/** What kind of thing an event changed: enough for a reader to look again, and nothing about what it was. */
import type { EventType } from "./event.ts";

export const CHANGE_TOPICS = [
  "access-requests",
  "grants",
  "notifications",
  "configuration",
  "audit",
] as const;
export type ChangeTopic = (typeof CHANGE_TOPICS)[number];

/** Notifications are written a moment after the event they tell of: whoever knows that they are there adds that topic. */
export function topicsOf(type: EventType): readonly ChangeTopic[] {
  const [family] = type.split(".");
  switch (family) {
    case "request":
    case "decision":
      return ["access-requests", "audit"];
    case "grant":
    case "assignment":
      return ["grants", "audit"];
    case "principal":
    case "mail":
    case "configuration":
    case "application":
    case "tenant":
    case "installation":
      return ["configuration", "audit"];
    default:
      return ["audit"];
  }
}
