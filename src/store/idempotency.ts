/** Idempotency keys of submissions, each with the answer that its first call got. */
import { sql } from "kysely";
import type { PrincipalRef } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { addMs, type Clock, MINUTE_MS } from "../domain/time.ts";
import type { Database } from "./database.ts";
import { withTenant } from "./within-tenant.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
}

// A call that died with its server leaves its key without an answer; after this it may be made again.
const ABANDONED_AFTER_MS = MINUTE_MS;
// The worker takes such keys away (worker/retention.ts), a little later.
const KEPT_FOR_MS = 24 * 60 * MINUTE_MS;

export function idempotencyKeys(db: Database, clock: Clock) {
  return {
    async begin(
      { ref }: { ref: PrincipalRef },
      key: string,
      fingerprint: string,
    ): Promise<Outcome<Answer | "begun">> {
      return withTenant(db, ref.tenantId, async ({ trx }) => {
        const now = clock.now();
        const forgotten = sql`k.at < ${new Date(addMs(now, -KEPT_FOR_MS))}`;
        const abandoned = sql`k.status IS NULL AND k.at < ${new Date(addMs(now, -ABANDONED_AFTER_MS))}`;
        const { rows } = await sql<{
          fingerprint: string;
          status: number | null;
          answer: string | null;
          begun: boolean;
        }>`
          INSERT INTO idempotency_key AS k (tenant_id, principal_id, key, fingerprint, at)
          VALUES (${ref.tenantId}, ${ref.objectId}, ${key}, ${fingerprint}, ${new Date(now)})
          ON CONFLICT (tenant_id, principal_id, key) DO UPDATE SET
            at = CASE WHEN ${forgotten} OR ${abandoned} THEN excluded.at ELSE k.at END,
            fingerprint = CASE WHEN ${forgotten} THEN excluded.fingerprint ELSE k.fingerprint END,
            status = CASE WHEN ${forgotten} THEN NULL ELSE k.status END,
            answer = CASE WHEN ${forgotten} THEN NULL ELSE k.answer END
          RETURNING fingerprint, status, answer #>> '{}' AS answer, at = ${new Date(now)} AS begun`.execute(
          trx,
        );
        const [row] = rows;
        if (row === undefined || row.fingerprint !== fingerprint) {
          return reject(
            "idempotency_mismatch",
            "this Idempotency-Key was used for another call; take a new one",
          );
        }
        if (row.status !== null && row.answer !== null)
          return accept({ status: row.status, body: row.answer });
        if (row.begun) return accept("begun" as const);
        return reject(
          "version_conflict",
          "the first call with this Idempotency-Key is still under way; try again in a moment",
        );
      });
    },
    async complete({ ref }: { ref: PrincipalRef }, key: string, answer: Answer | null): Promise<void> {
      await withTenant(db, ref.tenantId, async ({ trx }) => {
        const where = { tenant_id: ref.tenantId, principal_id: ref.objectId, key };
        if (answer === null) {
          await trx
            .deleteFrom("idempotency_key")
            .where("tenant_id", "=", where.tenant_id)
            .where("principal_id", "=", where.principal_id)
            .where("key", "=", key)
            .where("status", "is", null)
            .execute();
          return;
        }
        await trx
          .updateTable("idempotency_key")
          .set({ status: answer.status, answer: JSON.stringify(answer.body) })
          .where("tenant_id", "=", where.tenant_id)
          .where("principal_id", "=", where.principal_id)
          .where("key", "=", key)
          .execute();
      });
    },
  };
}
