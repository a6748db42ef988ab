/** Numbers new audit entries without gaps and links them, in all logs at once, outside the transactions that wrote them. */
import { sql, type Transaction } from "kysely";
import { linkHash } from "../audit/chain.ts";
import type { Instant } from "../domain/time.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

const BATCH = 4_000;

/** In the order of each tenant's log; `head` is where that log ends so far. */
interface Waiting {
  readonly tenant_id: string;
  readonly arrival: number;
  readonly leaf_hash: Buffer;
  readonly head: number | null;
  readonly head_hash: Buffer | null;
}

/** Links everything that is waiting; resolves to how many entries that were. None where another process is at it. */
export async function sequenceAudit(db: Database, now: () => Instant): Promise<number> {
  let linked = 0;
  let batch: number;
  do {
    batch = await db.transaction().execute((trx) => linkBatch(trx, now()));
    linked += batch;
  } while (batch === BATCH);
  return linked;
}

async function linkBatch(trx: Transaction<Tables>, at: Instant): Promise<number> {
  const { rows } = await sql<Waiting>`SELECT * FROM log_to_link(${BATCH})`.execute(trx);
  if (rows.length === 0) return 0;
  const links = linksOf(rows);
  await sql`SELECT log_link(${rows.map((row) => row.tenant_id)}::uuid[], ${rows.map((row) => row.arrival)}::bigint[],
    ${links.map((link) => link.sequence)}::bigint[], ${links.map((link) => link.hash)}::bytea[], ${new Date(at)})`.execute(
    trx,
  );
  return rows.length;
}

function linksOf(rows: readonly Waiting[]): { sequence: number; hash: Buffer }[] {
  let tenantId: string | null = null;
  let sequence = 0;
  let hash: Buffer | null = null;
  return rows.map((row) => {
    if (row.tenant_id !== tenantId) {
      tenantId = row.tenant_id;
      sequence = row.head ?? 0;
      hash = row.head_hash;
    }
    sequence += 1;
    hash = linkHash(hash, sequence, row.leaf_hash);
    return { sequence, hash };
  });
}
