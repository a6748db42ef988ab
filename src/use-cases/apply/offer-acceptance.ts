/** Which version of whose offer a consumer accepts; an offer it may not see does not exist for it (I12). */
import { type Application, isVisibleTo, type Offer, type OfferVersion } from "../../domain/application.ts";
import { isGuid } from "../../domain/ids.ts";
import type { Tenant } from "../../domain/tenant.ts";
import type { Tx } from "../ports.ts";
import { type DocumentContext, named } from "./kind.ts";
import { tenantOf } from "./references.ts";

export interface Accepted {
  readonly publisher: Tenant;
  readonly offer: Offer;
  readonly version: OfferVersion;
}

/** The version named; else, for what is deployed, the one accepted before; else the latest. */
export async function resolveAccepted(
  context: DocumentContext,
  spec: { readonly publisher: string; readonly offer: string; readonly version?: number | undefined },
  current: Application | null,
): Promise<Accepted | null> {
  const { tx, tenant } = context;
  const publisher = await tenantOf(tx, spec.publisher);
  const offer = publisher === null ? null : await offerOf(tx, publisher, spec.offer, current);
  const isKnown = offer !== null && (isVisibleTo(offer, tenant.id) || offer.id === current?.offerId);
  if (publisher === null || offer === null || !isKnown) {
    if (context.promised("ApplicationDefinition", spec.offer)) return null;
    return context.fault(
      "/spec/offer",
      `there is no offer \`${spec.offer}\` of \`${spec.publisher}\` that you can see; ask its publisher`,
    );
  }
  const number = spec.version ?? current?.offerVersion ?? offer.latestVersion;
  const found = await tx.applications.offer(publisher.id, offer.id, number);
  if (found === null) {
    return context.fault(
      "/spec/version",
      `\`${offer.name}\` has no version ${number}; its latest is ${offer.latestVersion}`,
    );
  }
  // What was accepted stays accepted; anything else needs an offer that is still made to this tenant.
  if (current !== null && number !== current.offerVersion && !isVisibleTo(offer, tenant.id)) {
    return context.fault(
      "/spec/version",
      `\`${offer.name}\` is not offered to \`${tenant.name}\` any more; keep the version you have`,
    );
  }
  return { publisher, offer, version: found.version };
}

/** A deployed application knows its offer by id, also after that was withdrawn. */
async function offerOf(
  tx: Tx,
  publisher: Tenant,
  text: string,
  current: Application | null,
): Promise<Offer | null> {
  const offers = await tx.inside(publisher.id, (there) => there.applications.ownOffers());
  const living = isGuid(text) ? offers.find(({ id }) => id === text.toLowerCase()) : named(offers, text);
  if (living !== undefined && living !== null) return living;
  if (current === null || current.publisherTenantId !== publisher.id) return null;
  const pinned = (await tx.applications.offer(publisher.id, current.offerId))?.offer ?? null;
  const isMeant =
    pinned !== null && (pinned.name.toLowerCase() === text.toLowerCase() || pinned.id === text.toLowerCase());
  return isMeant ? pinned : null;
}
