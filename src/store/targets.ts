/** A target's configuration with its secrets put back in, for the one who reaches into it. */
import type { TargetId, TenantId } from "../domain/ids.ts";
import { sealedPlaces } from "../domain/sealed-places.ts";
import type { JsonObject, TargetDefinition } from "../domain/target-binding.ts";
import type { Database } from "./database.ts";
import type { Keyring } from "./keyring.ts";
import { withTenant } from "./within-tenant.ts";

export async function loadTarget(
  db: Database,
  tenantId: TenantId,
  id: TargetId,
  open: (sealed: Buffer) => JsonObject,
): Promise<{ definition: TargetDefinition; config: JsonObject } | null> {
  const row = await withTenant(db, tenantId, ({ trx }) =>
    trx.selectFrom("target").select(["body", "sealed_secrets"]).where("id", "=", id).executeTakeFirst(),
  );
  if (row === undefined) return null;
  const definition = row.body as TargetDefinition;
  const secrets = row.sealed_secrets === null ? {} : open(row.sealed_secrets);
  return { definition, config: { ...definition.config, ...secrets } };
}

/** A target's secrets, sealed for it alone: moved to another row they do not open. */
export function targetSecrets(key: Pick<Keyring, "seal" | "open">) {
  return {
    sealTarget: (tenantId: TenantId, id: TargetId, secrets: Readonly<Record<string, string>>) =>
      key.seal(sealedPlaces.target(tenantId, id), JSON.stringify(secrets)),
    openTarget: (tenantId: TenantId, id: TargetId, sealed: Buffer): Readonly<Record<string, string>> =>
      JSON.parse(key.open(sealedPlaces.target(tenantId, id), sealed)),
  };
}
