/** An offer changes by versions: what a consumer accepted stays what it was. */
import type { Authorization, Offer, OfferVersion } from "../../domain/application.ts";
import type { OfferId } from "../../domain/ids.ts";
import { principalKey } from "../../domain/principal.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { OfferPackage } from "../../offer-package/ui-definition.ts";
import type { Tx } from "../ports.ts";
import { changedFields } from "./changed-fields.ts";

/** What a version says; a change of any of it makes the next one. */
export interface OfferContent extends Pick<OfferVersion, "jitOffered" | "authorizations" | "roles"> {
  readonly package: OfferPackage | null;
}

/** The latest version, with the package it came with. */
export async function latestContent(
  tx: Tx,
  id: OfferId,
): Promise<(OfferContent & { readonly offer: Offer }) | null> {
  const latest = await tx.applications.offer(tx.tenantId, id);
  if (latest === null) return null;
  const { jitOffered, authorizations, roles } = latest.version;
  const content = {
    jitOffered,
    authorizations,
    roles,
    package: await tx.applications.offerPackage(tx.tenantId, id),
  };
  return { ...content, offer: latest.offer };
}

export function contentChanges(current: OfferContent | null, wanted: OfferContent): string[] {
  return changedFields(current === null ? null : stated(current), stated(wanted));
}

/** After a role changed: every offer that authorizes it gets a version with the new permissions. */
export async function refreshOffers(tx: Tx, role: RoleDefinition): Promise<void> {
  for (const offer of await tx.applications.ownOffers()) {
    const latest = await latestContent(tx, offer.id);
    if (latest === null || !latest.roles.some(({ id }) => id === role.id)) continue;
    const roles = latest.roles.map((one) => (one.id === role.id ? role : one));
    const next = { ...latest, roles };
    if (contentChanges(latest, next).length > 0) await addVersion(tx, offer, next);
  }
}

export async function addVersion(tx: Tx, offer: Offer, content: OfferContent): Promise<Offer> {
  const next: Offer = { ...offer, latestVersion: offer.latestVersion + 1 };
  const { jitOffered, authorizations, roles } = content;
  await tx.applications.saveOffer(next);
  const version = { offerId: offer.id, tenantId: offer.tenantId, version: next.latestVersion };
  await tx.applications.addOfferVersion({ ...version, jitOffered, authorizations, roles }, content.package);
  return next;
}

export function authorizationKey({ principal, roleDefinitionId }: Authorization): string {
  return `${principalKey(principal)} ${roleDefinitionId}`;
}

function stated({ jitOffered, authorizations, roles, package: form }: OfferContent): Record<string, unknown> {
  const permissions = roles.map((role) => ({ id: role.id, permissions: role.permissions }));
  return {
    jitOffered,
    authorizations: authorizations.map(authorizationKey).sort(),
    permissions: permissions.sort((a, b) => (a.id < b.id ? -1 : 1)),
    package: form,
  };
}
