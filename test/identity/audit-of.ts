/** The audit entries of a tenant, waited for: refusals are written after the answer. */
import { setTimeout as delay } from "node:timers/promises";
import { canonicalJson } from "../../src/audit/canonical-json.ts";
import type { TenantId } from "../../src/domain/ids.ts";
import { ENTRY_COLUMNS, entryOf } from "../../src/store/entry-row.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import type { World } from "./world.ts";

const PATIENCE_MS = 3_000;

export interface Entry {
  readonly type: string;
  readonly entry: string;
}

export async function entriesOf({ opened }: World, tenantId: TenantId, type: string): Promise<Entry[]> {
  const rows = await withTenant(opened.db, tenantId, ({ trx }) =>
    trx
      .selectFrom("audit_entry")
      .select([...ENTRY_COLUMNS])
      .where("type", "=", type)
      .orderBy("arrival")
      .execute(),
  );
  return rows.map((row) => ({ type, entry: canonicalJson(entryOf(row)) }));
}

export async function untilEntries(
  world: World,
  tenantId: TenantId,
  type: string,
  count: number,
): Promise<Entry[]> {
  await until(async () => (await entriesOf(world, tenantId, type)).length >= count);
  return entriesOf(world, tenantId, type);
}

/** Waits for a condition, within bounds; the assertion that follows says what is missing. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition()) && performance.now() < deadline) await delay(10);
}
