/** Whose configuration a transaction changes, and what waits for it meanwhile. */
import { sql } from "kysely";
import type { TenantId } from "../../domain/ids.ts";
import type { TenantScope } from "../within-tenant.ts";

export async function takeTurns(
  scope: TenantScope,
  change: readonly TenantId[],
  read: readonly TenantId[],
): Promise<void> {
  for (const tenantId of [...new Set([...change, ...read])].sort()) {
    const key = sql`turn_key(${tenantId}::uuid)`;
    const lock = change.includes(tenantId)
      ? sql`SELECT pg_advisory_xact_lock(${key})`
      : sql`SELECT pg_advisory_xact_lock_shared(${key})`;
    await lock.execute(scope.trx);
  }
  for (const tenantId of change) scope.state.turns.add(tenantId);
}

/**
 * Waits until no decision is under way in the tenants whose turn this is, and lets none be committed before this
 * transaction is: for what looks at requests and grants, and as the last thing before the policy moves.
 */
export async function stopDecisions(scope: TenantScope): Promise<void> {
  const { turns } = scope.state;
  for (const tenantId of [...turns].sort()) {
    await sql`SELECT pg_advisory_xact_lock(decisions_key(${tenantId}::uuid))`.execute(scope.trx);
  }
  scope.state.alone = true;
}
