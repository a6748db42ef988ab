/** Where a notification leads, for the person it was written to. */
import type { ItemOf } from "../api/api.ts";

export type Notification = ItemOf<"listMyNotifications">;

/** The server counts no further. */
const MOST_COUNTED = 100;

export function unreadWords(count: number): string {
  return count < MOST_COUNTED ? String(count) : `${MOST_COUNTED - 1}+`;
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
