/** Notifications: how many, what the page says around them, and where one leads the person it was written to. */
import type { ItemOf } from "../api/api.ts";

export type Notification = ItemOf<"listMyNotifications">;

/** The server counts no further. */
const MOST_COUNTED = 100;

export function unreadWords(count: number): string {
  return count < MOST_COUNTED ? String(count) : `${MOST_COUNTED - 1}+`;
}

export const PAGE = {
  title: "Notifications",
  allRead: "You have read everything.",
  markAll: "Mark all as read",
  happened: "What happened",
  when: "When",
  unread: "New",
  putAway: "Put away",
  show: "Show",
  preferences: "Preferences",
  noneSuch: "There is nothing of this kind.",
  empty: "No notifications yet. What becomes of your requests and what waits for you will be told here.",
} as const;

/** What the list is narrowed down to. */
export const SHOWN = [
  { value: "all", label: "All" },
  { value: "unread", label: "Unread" },
  { value: "asks", label: "Asks something of you" },
] as const;
export type Shown = (typeof SHOWN)[number]["value"];

export const HISTORY = {
  title: "My history",
  lead: "What you did, and what became of your requests and access.",
  happened: "What happened",
  who: "Who",
  when: "When",
  curfew: "Curfew",
  empty: "Nothing has happened yet.",
} as const;

export function leadWords(unread: number): string {
  return unread === 0 ? PAGE.allRead : `${unreadWords(unread)} unread.`;
}

/** What the bell is called. */
export function bellWords(count: number): string {
  return count === 0 ? "Notifications" : `Notifications, ${unreadWords(count)} unread`;
}

const FOR_APPROVERS = ["approval_wanted", "approval_comment", "request_notice"];

/** Null: there is nothing to look at behind it. */
export function addressOf({
  type,
  requestId,
  grantId,
}: Pick<Notification, "type" | "requestId" | "grantId">): string | null {
  if (grantId !== null) return `/access/${grantId}`;
  if (requestId === null) return null;
  return FOR_APPROVERS.includes(type) ? `/approvals/${requestId}` : `/requests/${requestId}`;
}
