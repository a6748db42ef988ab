/** Notifications, as those read them whom they are for. */
import { sql } from "kysely";
import type { ObjectId } from "../../domain/ids.ts";
import type { OwnPreferences } from "../../domain/notification-preferences.ts";
import type { Instant } from "../../domain/time.ts";
import type { EndingEligibility, NotificationRepository } from "../../use-cases/ports.ts";
import type { TenantScope } from "../within-tenant.ts";

export function notificationsIn(scope: TenantScope): NotificationRepository {
  const { trx, tenantId } = scope;
  return {
    async list(recipient, { limit, after, unread, types, open }) {
      let select = trx
        .selectFrom("notification")
        .selectAll()
        .where("recipient_id", "=", recipient.objectId)
        .orderBy("at", "desc")
        .orderBy("id")
        .limit(limit);
      if (types !== undefined) select = select.where(sql<boolean>`type = ANY(${[...types]}::text[])`);
      if (unread) select = select.where("read_at", "is", null);
      if (open) select = select.where(OPEN);
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
    async preferences(people) {
      const rows = await trx
        .selectFrom("notification_preference")
        .select(["person_id", "body"])
        .where("tenant_id", "=", tenantId)
        .where("person_id", "in", [tenantId, ...people])
        .execute();
      const own = new Map(rows.map(({ person_id, body }) => [person_id as ObjectId, body as OwnPreferences]));
      const tenant = own.get(OF_TENANT(tenantId)) ?? {};
      own.delete(OF_TENANT(tenantId));
      return { tenant, own };
    },
    async savePreferences(of, preferences, at) {
      const person_id = of === "tenant" ? tenantId : of;
      const body = JSON.stringify(preferences);
      const changed_at = new Date(at);
      await trx
        .insertInto("notification_preference")
        .values({ tenant_id: tenantId, person_id, body, changed_at })
        .onConflict((conflict) =>
          conflict.columns(["tenant_id", "person_id"]).doUpdateSet({ body, changed_at }),
        )
        .execute();
    },
    async noticed(since, most) {
      const { rows } = await sql<{ recipient: ObjectId; text: string; at: Instant }>`
        SELECT n.recipient_id AS recipient, n.body AS text, n.at FROM notification n JOIN access_request r ON r.id = n.request_id
          WHERE n.tenant_id = ${tenantId} AND n.type = 'request_notice' AND n.at >= ${new Date(since)} AND NOT (r.body ->> 'emergency')::boolean
          ORDER BY n.at DESC LIMIT ${most}`.execute(trx);
      return rows;
    },
    async takeEnding(ending, at) {
      if (ending.length === 0) return [];
      const rows = ending.map(({ id, endsAt, days }) => ({
        ...{
          tenant_id: tenantId,
          eligibility_id: id,
          ends_at: new Date(endsAt),
          days,
          told_at: new Date(at),
        },
      }));
      const taken = await trx
        .insertInto("eligibility_told")
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .returning(["eligibility_id", "ends_at", "days"])
        .execute();
      return taken.map(
        ({ eligibility_id, ends_at: endsAt, days }) =>
          ({ id: eligibility_id, endsAt, days }) as EndingEligibility,
      );
    },
  };
}

const OPEN = sql<boolean>`CASE WHEN request_id IS NOT NULL AND grant_id IS NULL
  THEN EXISTS (SELECT FROM access_request r WHERE r.id = request_id AND r.state = 'pending') ELSE read_at IS NULL END`;

/** A tenant's own are kept under its own id, which no person has. */
const OF_TENANT = (tenantId: string) => tenantId as ObjectId;
