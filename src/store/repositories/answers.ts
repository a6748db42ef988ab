/** Answers under keys of their callers' own, kept with what they tell of. */
import { sql } from "kysely";
import type { AnswerRepository } from "../../use-cases/ports.ts";
import { VersionConflict } from "../version-conflict.ts";
import type { TenantScope } from "../within-tenant.ts";

export function answersIn(scope: TenantScope): AnswerRepository {
  const { trx } = scope;
  return {
    async find({ tenantId, objectId }, key, now) {
      const { rows } = await sql<{
        kept: { status: number; body: string; fingerprint: string } | null;
      }>`SELECT kept_answer(${tenantId}, ${objectId}, ${key}, ${new Date(now)}) AS kept`.execute(trx);
      return rows[0]?.kept ?? null;
    },
    async keep({ tenantId, objectId }, { key, fingerprint }, { status, body }, at) {
      // Asked among the caller's own rows: an answer is kept there, whoever owns what it tells of.
      await scope.among(tenantId, async () => {
        const { rows } = await sql<{ kept: boolean }>`
          SELECT keep_answer(${tenantId}, ${objectId}, ${key}, ${fingerprint}, ${status}, ${JSON.stringify(body)}::jsonb, ${new Date(at)}) AS kept`.execute(
          trx,
        );
        // Its twin was quicker: looked at again, its answer is found.
        if (rows[0]?.kept !== true) throw new VersionConflict("the answer under the same key");
      });
    },
  };
}
