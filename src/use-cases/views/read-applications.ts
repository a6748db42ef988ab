/** Managed applications by side, and the catalogue of offers that a tenant may deploy. */
import type { Application, Offer, OfferVersion } from "../../domain/application.ts";
import { identityIncludes, type PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { answersForTenant } from "../../policy/authority.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { namesIn } from "./names.ts";
import { ownedApplications } from "./read-requests.ts";

export interface ApplicationView {
  readonly application: Application;
  readonly side: "consumer" | "publisher";
  readonly consumerName: string;
  readonly publisherName: string;
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  /** Names for the consumer; for the publisher only how many people they are (I11). */
  readonly approvers: { readonly count: number; readonly names: readonly string[] };
}

/**
 * Those who answer for a tenant see all of its applications; owners theirs, approvers those they decide about; a
 * publisher's authorized people what they operate.
 */
export async function listApplications(
  deps: Deps,
  caller: Caller,
): Promise<Outcome<readonly ApplicationView[]>> {
  const home = caller.ref.tenantId;
  const visible = await deps.store.inTenant(home, (tx) => visibleApplications(tx, caller));
  const views: ApplicationView[] = [];
  for (const application of visible) {
    views.push(
      await deps.store.inTenant(application.tenantId, (tx) => viewApplication(tx, caller, application)),
    );
  }
  return accept(views);
}

export async function visibleApplications(tx: Tx, caller: Caller): Promise<readonly Application[]> {
  const identity = await tx.directory.identity(caller.ref);
  const owned = await ownedApplications(tx, caller);
  return (await tx.applications.list()).filter(
    (application) =>
      identity !== null &&
      (answersForTenant(caller) ||
        owned.includes(application.id) ||
        approversOf(application).some((ref) => identityIncludes(identity, ref)) ||
        application.authorizations.some(({ principal }) => identityIncludes(identity, principal))),
  );
}

export function sideOf(application: Application, caller: Caller): ApplicationView["side"] {
  return application.tenantId === caller.ref.tenantId ? "consumer" : "publisher";
}

export async function viewApplication(
  tx: Tx,
  caller: Caller,
  application: Application,
): Promise<ApplicationView> {
  const names = namesIn(tx);
  const side = sideOf(application, caller);
  const users = await tx.directory.usersReachedBy(approversOf(application));
  return {
    application,
    side,
    consumerName: await names.tenant(application.tenantId),
    publisherName: await names.tenant(application.publisherTenantId),
    roles: application.roles.map(({ id, name }) => ({ id, name })),
    approvers: {
      count: users.length,
      names: side === "consumer" ? users.map((user) => user.displayName) : [],
    },
  };
}

export function approversOf({ jitAccess }: Application): readonly PrincipalRef[] {
  return jitAccess.enabled ? jitAccess.policy.approvers : [];
}

export interface OfferView {
  readonly offer: Offer;
  readonly version: OfferVersion;
  readonly publisherName: string;
}

export async function listOffers(deps: Deps, caller: Caller): Promise<Outcome<readonly OfferView[]>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const names = namesIn(tx);
    const views: OfferView[] = [];
    for (const found of await tx.applications.visibleOffers()) {
      views.push({ ...found, publisherName: await names.tenant(found.offer.tenantId) });
    }
    return accept(views);
  });
}
