/** Numbers new audit entries without gaps and links them; one at a time for each tenant, outside the transactions that wrote them. */
import { sql } from "kysely";
import { linkHash } from "../audit/chain.ts";
import { asId, type TenantId } from "../domain/ids.ts";
import type { Instant } from "../domain/time.ts";
import type { Database } from "./database.ts";
import { type TenantScope, withTenant } from "./within-tenant.ts";

const BATCH = 1_000;

/** Links everything that is waiting; resolves to how many entries that were. */
export async function sequenceAudit(db: Database, now: () => Instant): Promise<number> {
  const { rows } = await sql<{ tenant_id: string }>`SELECT tenants_with_unsequenced() AS tenant_id`.execute(
    db,
  );
  let linked = 0;
  for (const { tenant_id } of rows) {
    let batch: number;
    do {
      batch = await withTenant(db, asId<TenantId>(tenant_id), (scope) => linkBatch(scope, now()));
      linked += batch;
    } while (batch === BATCH);
  }
  return linked;
}

async function linkBatch({ trx, tenantId }: TenantScope, at: Instant): Promise<number> {
  const locked = await sql<{ got: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${`audit/${tenantId}`}, 0)) AS got`.execute(trx);
  if (locked.rows[0]?.got !== true) return 0;
  const waiting = await trx
    .selectFrom("audit_entry")
    .select(["id", "leaf_hash"])
    .where("sequence", "is", null)
    .orderBy("arrival")
    .limit(BATCH)
    .execute();
  if (waiting.length === 0) return 0;
  const head = await trx.selectFrom("audit_head").selectAll().executeTakeFirst();
  const first = (head?.sequence ?? 0) + 1;
  let previous: Buffer | null = head === undefined ? null : Buffer.from(head.link_hash, "base64url");
  const links: string[] = [];
  for (const row of waiting) {
    previous = linkHash(previous, first + links.length, Buffer.from(row.leaf_hash, "base64url"));
    links.push(previous.toString("base64url"));
  }
  await sql`
    UPDATE audit_entry e SET sequence = v.sequence, link_hash = v.link
    FROM unnest(${waiting.map((row) => row.id)}::uuid[], ${links.map((_, index) => first + index)}::bigint[], ${links}::text[]) AS v(id, sequence, link)
    WHERE e.tenant_id = ${tenantId} AND e.id = v.id`.execute(trx);
  const next = { sequence: first + links.length - 1, link_hash: links.at(-1) ?? "", at: new Date(at) };
  await trx
    .insertInto("audit_head")
    .values({ tenant_id: tenantId, ...next })
    .onConflict((conflict) => conflict.column("tenant_id").doUpdateSet(next))
    .execute();
  return waiting.length;
}
