/** Reading this tenant's log. */
import { sql } from "kysely";
import { toBase64url } from "../../audit/hash.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { AuditFilter, LogRepository, StoredEntry } from "../../use-cases/ports.ts";
import { ENTRY_COLUMNS, type EntryRow, entryOf } from "../entry-row.ts";
import type { TenantScope } from "../within-tenant.ts";
import { clausesOf } from "./log-filter.ts";

interface StoredRow extends EntryRow {
  readonly sequence: number | null;
  readonly link_hash: Buffer | null;
  readonly leaf_hash: Buffer;
  readonly openings: unknown;
}

const ENTRY = sql.join([...ENTRY_COLUMNS, "leaf_hash", "openings"].map((name) => sql.ref(`e.${name}`)));

export function logIn({ trx, tenantId }: TenantScope): LogRepository {
  return {
    async entries(filter) {
      const { rows } = await (filter.inSequence ? bySequence(filter) : byTime(filter)).execute(trx);
      return rows.map(storedEntry);
    },
    async count(filter) {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*) AS count FROM (SELECT 1 FROM audit_entry e WHERE ${matching(filter)} LIMIT ${filter.limit}) found`.execute(
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
    async linked(after, limit) {
      const { rows } = await sql<StoredRow>`
        SELECT ${ENTRY}, l.sequence, l.link_hash FROM audit_link l
          JOIN audit_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
        WHERE l.tenant_id = ${tenantId} AND l.sequence > ${after} ORDER BY l.sequence LIMIT ${limit}`.execute(
        trx,
      );
      return rows.map(storedEntry);
    },
    async head() {
      const row = await trx.selectFrom("audit_head").selectAll().executeTakeFirst();
      if (row === undefined) return null;
      return { sequence: row.sequence, linkHash: toBase64url(row.link_hash), at: row.at };
    },
  };

  // The tenant is named beside row-level security, so that its indexes can be used.
  function matching(filter: AuditFilter) {
    return sql<boolean>`(${sql.join([sql`e.tenant_id = ${tenantId}`, ...clausesOf(filter)], sql` AND `)})`;
  }

  function byTime(filter: AuditFilter) {
    const { after } = filter;
    const instant = new Date(after?.at ?? 0);
    const onwards =
      after === undefined
        ? sql``
        : sql`AND e.at <= ${instant} AND (e.at < ${instant} OR e.id > ${after.id}::uuid)`;
    return sql<StoredRow>`
      SELECT ${ENTRY}, l.sequence, l.link_hash FROM audit_entry e
        LEFT JOIN audit_link l ON l.tenant_id = e.tenant_id AND l.entry_id = e.id
      WHERE ${matching(filter)} ${onwards} ORDER BY e.at DESC, e.id LIMIT ${filter.limit}`;
  }

  /** Entries that are not linked yet come last. Both from one snapshot: what is linked meanwhile is in one of them. */
  function bySequence(filter: AuditFilter) {
    const { at: sequence, id } = filter.after ?? { at: 0, id: null };
    const linked = sql`
      SELECT ${ENTRY}, l.sequence, l.link_hash FROM audit_link l
        JOIN audit_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
      WHERE l.tenant_id = ${tenantId} AND l.sequence > ${sequence ?? 0} AND ${matching(filter)}
      ORDER BY l.sequence LIMIT ${filter.limit}`;
    const inTail = sequence === null ? sql`AND e.id > ${id}::uuid` : sql``;
    const tail = sql`
      SELECT ${ENTRY}, NULL::bigint AS sequence, NULL::bytea AS link_hash FROM audit_waiting w
        JOIN audit_entry e ON e.tenant_id = w.tenant_id AND e.id = w.entry_id
      WHERE w.tenant_id = ${tenantId} AND ${matching(filter)} ${inTail}
      ORDER BY e.id LIMIT ${filter.limit}`;
    if (sequence === null) return sql<StoredRow>`${tail}`;
    return sql<StoredRow>`(${linked}) UNION ALL (${tail}) ORDER BY sequence NULLS LAST, id LIMIT ${filter.limit}`;
  }
}

function storedEntry(row: StoredRow): StoredEntry {
  return {
    id: row.id,
    sequence: row.sequence,
    entry: entryOf(row),
    leafHash: toBase64url(row.leaf_hash),
    linkHash: row.link_hash === null ? null : toBase64url(row.link_hash),
    openings: row.openings as JsonObject[],
    at: row.at,
  };
}
