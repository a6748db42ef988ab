/** Reading this tenant's log. */
import { sql } from "kysely";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { AuditFilter, AuditTx } from "../../use-cases/ports.ts";
import type { TenantScope } from "../within-tenant.ts";
import { clausesOf } from "./audit-filter.ts";

export function auditTx({ trx, tenantId }: TenantScope): AuditTx {
  return {
    async auditEntries(filter) {
      const select = entrySelect().where(matching(filter)).limit(filter.limit);
      const rows = await (filter.inSequence ? bySequence(select, filter) : byTime(select, filter)).execute();
      return rows.map((row) => ({
        id: row.id,
        sequence: row.sequence,
        entry: JSON.parse(row.entry) as JsonObject,
        leafHash: row.leaf_hash,
        linkHash: row.link_hash,
        openings: row.openings as JsonObject[],
        at: row.at,
      }));
    },
    async countEntries(filter) {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*) AS count FROM (SELECT 1 FROM audit_entry WHERE ${matching(filter)} LIMIT ${filter.limit}) found`.execute(
        trx,
      );
      return rows[0]?.count ?? 0;
    },
    async entriesBy(actor, types, since, most) {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*) AS count FROM (SELECT 1 FROM audit_entry
          WHERE actor_id = ${actor.objectId} AND type = ANY(${[...types]}::text[]) AND at > ${new Date(since)} LIMIT ${most}) found`.execute(
        trx,
      );
      return rows[0]?.count ?? 0;
    },
    async auditHead() {
      const row = await trx.selectFrom("audit_head").selectAll().executeTakeFirst();
      return row === undefined ? null : { sequence: row.sequence, linkHash: row.link_hash, at: row.at };
    },
  };

  // The tenant is named beside row-level security, so that its indexes can be used.
  function matching(filter: AuditFilter) {
    return sql<boolean>`(${sql.join([sql`tenant_id = ${tenantId}`, ...clausesOf(filter)], sql` AND `)})`;
  }

  type Select = ReturnType<typeof entrySelect>;
  function entrySelect() {
    return trx
      .selectFrom("audit_entry")
      .select(["id", "sequence", "entry", "leaf_hash", "link_hash", "openings", "at"]);
  }

  function byTime(select: Select, { after }: AuditFilter): Select {
    const ordered = select.orderBy("at", "desc").orderBy("id");
    if (after === undefined) return ordered;
    const [at, id] = after.split("~");
    const instant = new Date(Number(at));
    return ordered.where(sql<boolean>`(at < ${instant} OR (at = ${instant} AND id > ${id}::uuid))`);
  }

  /** Entries that are not linked yet come last, in the order they arrived. */
  function bySequence(select: Select, { after }: AuditFilter): Select {
    const ordered = select.orderBy("sequence", (order) => order.asc().nullsLast()).orderBy("id");
    if (after === undefined) return ordered;
    const [sequence, id] = after.split("~");
    if (sequence === "") return ordered.where(sql<boolean>`sequence IS NULL AND id > ${id}::uuid`);
    return ordered.where(sql<boolean>`(sequence > ${Number(sequence)} OR sequence IS NULL)`);
  }
}
