/** Offers as a compatible surface names them: by a resource of their own, or by publisher and name where they have none. */

import { type Application, isVisibleTo, type Offer, type OfferVersion } from "../../domain/application.ts";
import { asId, type OfferId, type TenantId } from "../../domain/ids.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { lifecycleAddresses } from "../applications/lifecycle-webhook.ts";
import type { Caller, Deps, Page, PageAsk, SurfaceResource, Tx } from "../ports.ts";
import { type NamedPrincipal, namesIn } from "./names.ts";
import { onwards } from "./pages.ts";

export interface Definition {
  readonly offer: Offer;
  readonly version: OfferVersion;
  readonly resource: SurfaceResource;
  /** Where its publisher hears of its applications, without the secret of the address; null to everybody else. */
  readonly notified: string | null;
}

/** By its resource's id, in its publisher's tenant; null where the caller may not see it (I12). */
export async function findDefinition(
  { store }: Deps,
  caller: Caller,
  publisher: TenantId,
  id: string,
): Promise<Definition | null> {
  return store.inTenant(publisher, async (tx) => {
    const resource = await tx.resources.find("applicationDefinition", id);
    return resource === null ? null : definitionIn(tx, caller, await notifiedIn(tx, caller), resource);
  });
}

/** Those under a prefix of ids, in their order; a page may hold fewer than its limit before the end. */
export async function listDefinitions(
  { store }: Deps,
  caller: Caller,
  publisher: TenantId,
  { under, limit, after }: PageAsk & { readonly under: string },
): Promise<Page<Definition>> {
  return store.inTenant(publisher, async (tx) => {
    const position = after === undefined ? {} : { after: after.id };
    const resources = await tx.resources.list({ kind: "applicationDefinition", under, limit, ...position });
    const items: Definition[] = [];
    const notified = await notifiedIn(tx, caller);
    for (const resource of resources) {
      const found = await definitionIn(tx, caller, notified, resource);
      if (found !== null) items.push(found);
    }
    return { items, after: onwards(resources, limit, ({ id }) => ({ at: null, id })) };
  });
}

async function definitionIn(
  tx: Tx,
  { ref }: Caller,
  notified: ReadonlyMap<string, string>,
  resource: SurfaceResource,
): Promise<Definition | null> {
  const found = await tx.applications.offer(resource.tenantId, asId<OfferId>(resource.subjectId));
  if (found === null || !isVisibleTo(found.offer, ref.tenantId)) return null;
  return { ...found, resource, notified: notified.get(found.offer.name.toLowerCase()) ?? null };
}

/** The publisher's own to know: a consumer sees the offer, and not who hears of it. */
async function notifiedIn(tx: Tx, { ref }: Caller): Promise<ReadonlyMap<string, string>> {
  return ref.tenantId === tx.tenantId ? lifecycleAddresses(tx) : new Map();
}

/** Null for one that `viewer` is not offered. */
export async function findVisibleOffer(
  { store }: Deps,
  viewer: TenantId,
  publisher: TenantId,
  id: OfferId,
): Promise<Offer | null> {
  const found = await store.inTenant(publisher, (tx) => tx.applications.offer(publisher, id));
  return found !== null && isVisibleTo(found.offer, viewer) ? found.offer : null;
}

export interface Offered {
  readonly offer: Offer;
  /** What the template declares; null where the offer came without one. */
  readonly parameters: JsonObject | null;
  readonly jitOffered: boolean;
  /** Whether its publisher said so: by the setting of a document, or by the step of a form. */
  readonly saysJit: boolean;
}

/** An offer by its id or name, in its latest version; null where it is not offered. */
export async function findOffered(
  { store }: Deps,
  viewer: TenantId,
  publisher: string,
  idOrName: string,
): Promise<Offered | null> {
  return store.inTenant(viewer, async (tx) => {
    const wanted = idOrName.toLowerCase();
    const found = (await tx.applications.visibleOffers()).find(
      ({ offer }) => offer.tenantId === publisher && [offer.id, offer.name.toLowerCase()].includes(wanted),
    );
    if (found === undefined) return null;
    const { offer, version } = found;
    const brought = await tx.applications.offerPackage(offer.tenantId, offer.id);
    // Where an Azure client made it there is no setting: without a form nothing in it says anything of JIT access.
    const isSilent = brought === null && (await isAzures(tx, offer));
    return {
      offer,
      parameters: brought?.parameters ?? null,
      jitOffered: version.jitOffered,
      saysJit: version.jitOffered && !isSilent,
    };
  });
}

async function isAzures(tx: Tx, { tenantId, id }: Offer): Promise<boolean> {
  return tx.inside(
    tenantId,
    async (there) => (await there.resources.of("applicationDefinition", [id])).length > 0,
  );
}

/** The resource id of an offer that was made on another surface: it lies in no subscription. */
export function defaultDefinitionId(publisher: TenantId, name: string): string {
  return `/tenants/${publisher}/providers/Microsoft.Solutions/applicationDefinitions/${name}`;
}

/** What an application was deployed of. */
export interface DeployedOf {
  readonly publisher: TenantId;
  /** Null where the offer was made on another surface. */
  readonly resourceId: string | null;
  /** By which it is named: its name where it was made elsewhere, its id where it has a resource or is gone. */
  readonly offer: string;
  /** Its id where it is gone. */
  readonly offerName: string;
}

export async function deployedOf({ store }: Deps, application: Application): Promise<DeployedOf> {
  return store.inTenant(application.tenantId, (tx) => deployedOfIn(tx, application));
}

/** Words for an application: its offer's and, for its consumer, its approvers' where it has a JIT policy. */
export async function applicationWords(
  { store }: Deps,
  { ref }: Caller,
  application: Application,
): Promise<{ readonly of: DeployedOf; readonly approvers: readonly NamedPrincipal[] }> {
  const { jitAccess, tenantId } = application;
  const named = jitAccess.enabled && ref.tenantId === tenantId ? jitAccess.policy.approvers : [];
  return store.inTenant(application.tenantId, async (tx) => {
    const names = namesIn(tx);
    const approvers: NamedPrincipal[] = [];
    for (const one of named) approvers.push(await names.principal(one));
    return { of: await deployedOfIn(tx, application), approvers };
  });
}

export async function deployedOfIn(
  tx: Tx,
  { publisherTenantId: publisher, offerId }: Application,
): Promise<DeployedOf> {
  return tx.inside(publisher, async (there) => {
    const [resource] = await there.resources.of("applicationDefinition", [offerId]);
    const found = await there.applications.offer(publisher, offerId);
    const offerName = found?.offer.name ?? offerId;
    if (resource !== undefined) return { publisher, resourceId: resource.id, offer: offerId, offerName };
    return { publisher, resourceId: null, offer: offerName, offerName };
  });
}
