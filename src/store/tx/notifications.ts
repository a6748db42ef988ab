/** Notifications, and the outbox they come from. */
import { sql } from "kysely";
import type { Opening } from "../../audit/entry.ts";
import type { NotificationTx } from "../../use-cases/ports.ts";
import { ENTRY_COLUMNS, type EntryRow, eventOf } from "../entry-row.ts";
import type { TenantScope } from "../within-tenant.ts";

export function notificationTx(scope: TenantScope): NotificationTx {
  const { trx } = scope;
  return {
    async notify(notifications) {
      for (const tenantId of new Set(notifications.map((one) => one.recipient.tenantId))) {
        const rows = notifications
          .filter((one) => one.recipient.tenantId === tenantId)
          .map((one) => ({
            tenant_id: tenantId,
            recipient_id: one.recipient.objectId,
            type: one.type,
            request_id: one.requestId,
            grant_id: one.grantId,
            body: one.text,
            at: new Date(one.at),
          }));
        await scope.among(tenantId, () => trx.insertInto("notification").values(rows).execute());
      }
    },
    async retell(requestId, recipients, text) {
      const ids = recipients.map((ref) => ref.objectId);
      if (ids.length === 0) return;
      await trx
        .updateTable("notification")
        .set({ body: text })
        .where("request_id", "=", requestId)
        .where("type", "=", "approval_wanted")
        .where("recipient_id", "in", ids)
        .execute();
    },
    async notifications(recipient, { limit, after, unread }) {
      let select = trx
        .selectFrom("notification")
        .selectAll()
        .where("recipient_id", "=", recipient.objectId)
        .orderBy("at", "desc")
        .orderBy("id")
        .limit(limit);
      if (unread) select = select.where("read_at", "is", null);
      if (after !== undefined) {
        const [at, id] = after.split("~");
        const instant = new Date(Number(at));
        select = select.where(sql<boolean>`(at < ${instant} OR (at = ${instant} AND id > ${id}::uuid))`);
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
    async takeOutbox(limit) {
      const { rows } = await sql<EntryRow & { openings: Opening[] }>`
        WITH taken AS (DELETE FROM outbox WHERE (tenant_id, id) IN (
          SELECT tenant_id, id FROM outbox ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED
        ) RETURNING id, entry_id)
        SELECT ${sql.join(ENTRY_COLUMNS.map((name) => sql.ref(`e.${name}`)))}, e.openings
        FROM taken JOIN audit_entry e ON e.tenant_id = ${scope.tenantId} AND e.id = taken.entry_id ORDER BY taken.id`.execute(
        trx,
      );
      return rows.map((row) => ({ event: eventOf(row, row.openings), at: row.at }));
    },
  };
}
