/** What somebody was told: their own, and no one else's. */
import type { PrincipalRef } from "../../domain/principal.ts";
import type { Deps, NotificationRepository, StoredNotification } from "../ports.ts";

/** The newest first. */
export async function listNotifications(
  { store }: Deps,
  recipient: PrincipalRef,
  filter: Parameters<NotificationRepository["list"]>[1],
): Promise<readonly StoredNotification[]> {
  return store.inTenant(recipient.tenantId, (tx) => tx.notifications.list(recipient, filter));
}

/** Resolves to how many had not been read. */
export async function markNotificationsRead(
  { store, clock }: Deps,
  recipient: PrincipalRef,
  ids: readonly string[] | "all",
): Promise<number> {
  return store.inTenant(recipient.tenantId, (tx) => tx.notifications.markRead(recipient, ids, clock.now()));
}
