/** Notifications: how many, what the page says around them, and where one leads the person it was written to. */
import type { Input, ItemOf } from "../api/api.ts";

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
  about: "About",
  anything: "Anything",
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
  lead: "What you did, and what became of your requests and your access.",
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

type NotificationType = NonNullable<NonNullable<Input<"listMyNotifications">["query"]>["type"]>;

/** Kinds of notification, as people look for them: about requests, then access, then what is set up. */
const TYPES: Readonly<Record<NotificationType, string>> = {
  approval_wanted: "Requests that wait for you",
  approval_comment: "Comments on requests you decide",
  request_notice: "Approved without a decision",
  request_sent: "Your requests: sent",
  terms_proposed: "Your requests: other terms offered",
  request_comment: "Your requests: comments",
  request_approved: "Your requests: approved",
  request_denied: "Your requests: denied",
  request_timed_out: "Your requests: timed out",
  request_canceled: "Your requests: canceled",
  request_stranded: "Requests that nobody can decide",
  grant_scheduled: "Access: starts later",
  grant_live: "Access: live",
  access_assigned: "Access: given without a request",
  grant_extended: "Access: extended",
  grant_ended: "Access: ended",
  grant_failed: "Access: could not be opened or closed",
  grant_never_live: "Access: never came to be",
  eligibility_given: "Roles that you may ask for",
  eligibility_ending: "Roles that you may soon not ask for",
  new_device: "Sign-ins from a new network",
  settings_changed: "Changed settings",
  nobody_left: "Nobody left to decide",
  principal_locked_out: "People locked out",
  principal_let_in: "People let in again",
  target_drifted: "Changes by hand in a target",
};

export const TYPE_CHOICES = Object.entries(TYPES).map(([value, label]) => ({
  value: value as NotificationType,
  label,
}));

/** What is about no request and no access leads to the page on which it can be looked into. */
const PAGE_OF: Readonly<Partial<Record<string, string>>> = {
  eligibility_given: "/request",
  eligibility_ending: "/request",
  new_device: "/history",
  nobody_left: "/audit",
  principal_let_in: "/audit",
  principal_locked_out: "/audit",
  settings_changed: "/audit",
  target_drifted: "/manage/targets",
};

const FOR_APPROVERS = ["approval_wanted", "approval_comment", "request_notice"];

/** Null: there is nothing to look at behind it. */
export function addressOf({
  type,
  requestId,
  grantId,
}: Pick<Notification, "type" | "requestId" | "grantId">): string | null {
  if (grantId !== null) return `/access/${grantId}`;
  if (requestId === null) return PAGE_OF[type] ?? null;
  return FOR_APPROVERS.includes(type) ? `/approvals/${requestId}` : `/requests/${requestId}`;
}
