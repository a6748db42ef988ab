/** Notifications, as those read them whom they are for. */
import { sql } from "kysely";
import type { Instant } from "../../domain/time.ts";
import type { NotificationRepository } from "../../use-cases/ports.ts";
import type { TenantScope } from "../within-tenant.ts";

export function notificationsIn(scope: TenantScope): NotificationRepository {
  const { trx } = scope;
  return {
    async list(recipient, { limit, after, unread }) {
      let select = trx
        .selectFrom("notification")
        .selectAll()
        .where("recipient_id", "=", recipient.objectId)
        .orderBy("at", "desc")
        .orderBy("id")
        .limit(limit);
      if (unread) select = select.where("read_at", "is", null);
      if (after !== undefined) {
        const instant = new Date(after.at ?? 0);
        select = select.where(
          sql<boolean>`(at < ${instant} OR (at = ${instant} AND id > ${after.id}::uuid))`,
        );
      }
      const rows = await select.execute();
      return rows.map((row) => ({
        id: row.id,
        type: row.type,
        requestId: row.request_id,
        grantId: row.grant_id,
        text: row.body,
        at: row.at,
        readAt: row.read_at,
      }));
    },
    async unread(recipient, most) {
      const { rows } = await sql<{ count: number; newest_at: Instant | null }>`
        SELECT count(*)::int AS count, max(at) AS newest_at
        FROM (SELECT at FROM notification WHERE recipient_id = ${recipient.objectId} AND read_at IS NULL
          ORDER BY at DESC LIMIT ${most}) unread`.execute(trx);
      return { count: rows[0]?.count ?? 0, newestAt: rows[0]?.newest_at ?? null };
    },
    async markRead(recipient, ids, at) {
      let update = trx
        .updateTable("notification")
        .set({ read_at: new Date(at) })
        .where("recipient_id", "=", recipient.objectId)
        .where("read_at", "is", null);
      if (ids !== "all") update = update.where("id", "in", [...ids]);
      const { numUpdatedRows } = await update.executeTakeFirst();
      return Number(numUpdatedRows);
    },
  };
}
