/** A target's configuration with its secrets put back in, for the one who reaches into it. */
import type { TargetId, TenantId } from "../domain/ids.ts";
import type { JsonObject, TargetDefinition } from "../domain/target-binding.ts";
import type { Database } from "./database.ts";
import { withTenant } from "./within-tenant.ts";

export async function loadTarget(
  db: Database,
  tenantId: TenantId,
  id: TargetId,
  open: (sealed: Buffer) => string,
): Promise<{ definition: TargetDefinition; config: JsonObject } | null> {
  const row = await withTenant(db, tenantId, ({ trx }) =>
    trx.selectFrom("target").select(["body", "sealed_secrets"]).where("id", "=", id).executeTakeFirst(),
  );
  if (row === undefined) return null;
  const definition = row.body as TargetDefinition;
  const secrets = row.sealed_secrets === null ? {} : (JSON.parse(open(row.sealed_secrets)) as JsonObject);
  return { definition, config: { ...definition.config, ...secrets } };
}
