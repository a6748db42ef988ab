/** Newer versions of an application's offer, as Azure's plans: a PUT with `plan.version` accepts one. */
import { findVisibleOffer } from "../../../use-cases/views/read-definitions.ts";
import { type Answer, done } from "../../odata/operation.ts";
import type { ArmCall } from "../surface.ts";
import { find } from "./find-application.ts";

export async function listAllowedUpgradePlans(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  if (!found.ok) return found;
  const { tenantId, publisherTenantId, offerId, offerVersion } = found.value.application;
  const offer = await findVisibleOffer(call.deps, tenantId, publisherTenantId, offerId);
  if (offer === null) return done(200, { value: [] });
  const { name, latestVersion } = offer;
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
