/** Newer versions of an application's offer, as Azure's plans: a PUT with `plan.version` accepts one. */
import { isVisibleTo } from "../../../domain/application.ts";
import { type ArmAnswer, type ArmCall, done } from "../arm-operation.ts";
import { find } from "./find-application.ts";

export async function listAllowedUpgradePlans(call: ArmCall): Promise<ArmAnswer> {
  const found = await find(call);
  if (!found.ok) return found;
  const { tenantId, publisherTenantId, offerId, offerVersion } = found.value.application;
  const offer = await call.deps.store.inTenant(tenantId, (tx) =>
    tx.applications.offer(publisherTenantId, offerId),
  );
  if (offer === null || !isVisibleTo(offer.offer, tenantId)) return done(200, { value: [] });
  const { name, latestVersion } = offer.offer;
  const newer = Array.from(
    { length: Math.min(100, latestVersion - offerVersion) },
    (_, index) => latestVersion - index,
  );
  return done(200, {
    value: newer.map((version) => ({
      name,
      product: name,
      publisher: publisherTenantId,
      version: String(version),
    })),
  });
}
