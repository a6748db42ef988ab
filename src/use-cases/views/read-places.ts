/** Where a caller may go, and what waits for them there: a place is shown only when what it asks for would be answered. */
import type { Application } from "../../domain/application.ts";
import { holdersOf, type Identity, identityIncludes } from "../../domain/principal.ts";
import { answersForTenant, isAdministratorOf, mayConfigure, mayEverDecide } from "../../policy/authority.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { type NamedPrincipal, namesIn } from "./names.ts";
import { approversOf, sideOf, visibleApplications } from "./read-applications.ts";
import { requestsToDecide } from "./read-requests.ts";

export const PLACES = [
  "approvals",
  "applications",
  "catalogue",
  "customers",
  "offers",
  "manage",
  "audit",
] as const;
export type Place = (typeof PLACES)[number];

export interface PlacesView {
  readonly principal: NamedPrincipal;
  /** What a person signs in as; null for a service principal. */
  readonly email: string | null;
  readonly places: readonly Place[];
  /** Counted up to 100. */
  readonly counts: { readonly toDecide: number; readonly unread: number };
}

const MOST_COUNTED = 100;

export async function readPlaces(deps: Deps, caller: Caller): Promise<PlacesView> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const toDecide = mayEverDecide(caller)
      ? (await requestsToDecide(tx, deps, caller, { limit: MOST_COUNTED })).length
      : 0;
    const identity = await tx.directory.identity(caller.ref);
    const unread = await tx.notifications.countUnread(caller.ref, MOST_COUNTED);
    return {
      principal: await namesIn(tx).principal(caller.ref),
      email: identity?.principal.kind === "user" ? identity.principal.email : null,
      places: identity === null ? [] : await placesOf(tx, caller, identity, toDecide),
      counts: { toDecide, unread },
    };
  });
}

async function placesOf(tx: Tx, caller: Caller, identity: Identity, toDecide: number): Promise<Place[]> {
  const visible = await visibleApplications(tx, caller);
  const consumed = visible.filter((application) => sideOf(application, caller) === "consumer");
  const administers = isAdministratorOf(caller, caller.ref.tenantId);
  const open: Readonly<Record<Place, boolean>> = {
    approvals: mayEverDecide(caller) && (toDecide > 0 || (await isApprover(tx, identity, consumed))),
    // An administrator comes before there is any, when there is something to deploy.
    applications: consumed.length > 0 || (administers && (await tx.applications.visibleOffers()).length > 0),
    catalogue: administers,
    customers: visible.length > consumed.length,
    offers: administers,
    manage: mayConfigure(caller).ok,
    audit: answersForTenant(caller),
  };
  return PLACES.filter((place) => open[place]);
}

/** Named anywhere in this tenant, through groups as well, or an owner: to them falls what nobody else can decide. */
async function isApprover(tx: Tx, identity: Identity, consumed: readonly Application[]): Promise<boolean> {
  const seated = consumed.some(
    (application) =>
      application.jitAccess.enabled &&
      [...approversOf(application), ...application.owners].some((ref) => identityIncludes(identity, ref)),
  );
  return seated || tx.policy.rulesName(holdersOf(identity));
}
