/** The resource ids of application definitions: as they were made here, or by their publisher where they were not. */
import { asId, isGuid, type OfferId, type TenantId } from "../../../domain/ids.ts";
import { subscriptionOf } from "../../../domain/scope.ts";
import type { Caller, Deps } from "../../../use-cases/ports.ts";
import { findResource } from "../../../use-cases/surface-resources.ts";
import {
  type DeployedOf,
  defaultDefinitionId,
  findVisibleOffer,
} from "../../../use-cases/views/read-definitions.ts";
import { pathSegments, same } from "../../odata/address.ts";
import { scopeOf } from "../arm-path.ts";

export const DEFINITIONS = "Microsoft.Solutions/applicationDefinitions";

export function definitionIdOf({ publisher, resourceId, offer }: DeployedOf): string {
  return resourceId ?? defaultDefinitionId(publisher, offer);
}

export interface NamedOffer {
  readonly publisher: string;
  /** By id or name. */
  readonly offer: string;
}

/** INVARIANT I12: what a definition's resource id names, as far as the caller may know of it: a hidden offer is none. */
export async function offerSeenBehind(deps: Deps, { ref }: Caller, id: string): Promise<NamedOffer | null> {
  const named = await offerBehind(deps, id);
  // Named by publisher and name, it is what the caller wrote: looking for it is left to whoever deploys it.
  if (named === null || !isGuid(named.offer)) return named;
  const [publisher, offer] = [asId<TenantId>(named.publisher), asId<OfferId>(named.offer)];
  return (await findVisibleOffer(deps, ref.tenantId, publisher, offer)) === null ? null : named;
}

/** What a definition's resource id names; null for anything else. Whether the caller may see it is not looked at here. */
export async function offerBehind(deps: Deps, id: string): Promise<NamedOffer | null> {
  const segments = pathSegments(id);
  if (segments === null) return null;
  const [first, tenant = "", word, provider, type, name = ""] = segments;
  if (
    same(first, "tenants") &&
    same(word, "providers") &&
    `${provider}/${type}`.toLowerCase() === DEFINITIONS.toLowerCase()
  )
    return segments.length === 6 && isGuid(tenant) ? { publisher: tenant.toLowerCase(), offer: name } : null;
  const scope = scopeOf(segments);
  const subscription = scope === null ? null : subscriptionOf(scope);
  const publisher = subscription === null ? null : await deps.store.routes.tenantOfSubscription(subscription);
  if (scope === null || publisher === null) return null;
  const resource = await findResource(deps, publisher, "applicationDefinition", scope);
  return resource === null ? null : { publisher, offer: resource.subjectId };
}
