/**
 * Every place that a sealed value is stored at. The place is sealed in with the value, so that one that was moved does not
 * open; and whoever seals all of them anew (store/reseal.ts) names each as the one who sealed it did.
 */
import type { ExportId } from "./export-sink.ts";
import type { TargetId, TenantId } from "./ids.ts";
import { type PrincipalRef, principalKey } from "./principal.ts";

export const sealedPlaces = {
  secondFactor: (ref: PrincipalRef) => `totp ${principalKey(ref)}`,
  record: (model: string, id: Buffer) => `oidc ${model} ${id.toString("base64url")}`,
  signingKey: (kid: string) => `signing key ${kid}`,
  lastingSecret: (purpose: string) => `lasting secret ${purpose}`,
  target: (tenantId: TenantId, id: TargetId) => `target/${tenantId}/${id}`,
  exportSink: (tenantId: TenantId, id: ExportId) => `export/${tenantId}/${id}`,
};
