/** Answers under keys of their callers' own, kept with what they tell of. */
import { sql } from "kysely";
import type { RepeatTx } from "../../use-cases/ports.ts";
import { VersionConflict } from "../version-conflict.ts";
import type { TenantScope } from "../within-tenant.ts";

export function repeatTx(scope: TenantScope): RepeatTx {
  const { trx } = scope;
  return {
    async keptAnswer({ tenantId, objectId }, key) {
      const { rows } = await sql<{
        kept: { status: number; body: string; fingerprint: string } | null;
      }>`SELECT kept_answer(${tenantId}, ${objectId}, ${key}) AS kept`.execute(trx);
      return rows[0]?.kept ?? null;
    },
    async keepAnswer({ tenantId, objectId }, { key, fingerprint }, { status, body }, at) {
      await scope.among(tenantId, async () => {
        const { numAffectedRows } = await sql`
          INSERT INTO idempotency_key VALUES (${tenantId}, ${objectId}, ${key}, ${fingerprint}, ${status}, ${JSON.stringify(body)}::jsonb, ${new Date(at)})
          ON CONFLICT DO NOTHING`.execute(trx);
        // Its twin was quicker: looked at again, its answer is found.
        if (numAffectedRows !== 1n) throw new VersionConflict("the answer under the same key");
      });
    },
  };
}
