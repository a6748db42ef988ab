/** Where a caller may go, and what waits for them there: a place is shown only when what it asks for would be answered. */
import { type Application, eligibilitiesOf } from "../../domain/application.ts";
import { holdersOf, type Identity, identityIncludes } from "../../domain/principal.ts";
import { type Instant, isOver } from "../../domain/time.ts";
import { answersForTenant, isAdministratorOf, mayConfigure, mayEverDecide } from "../../policy/authority.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { type NamedPrincipal, namesIn } from "./names.ts";
import { approversOf, sideOf, visibleApplications } from "./read-applications.ts";
import { requestsToDecide } from "./read-requests.ts";

export const PLACES = [
  "request",
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
  /** When the latest of what is unread was written. */
  readonly newestUnreadAt: Instant | null;
}

const MOST_COUNTED = 100;

export async function readPlaces(deps: Deps, caller: Caller): Promise<PlacesView> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const toDecide = mayEverDecide(caller)
      ? (await requestsToDecide(tx, deps, caller, { limit: MOST_COUNTED })).length
      : 0;
    const identity = await tx.directory.identity(caller.ref);
    const unread = await tx.notifications.unread(caller.ref, MOST_COUNTED);
    return {
      principal: await namesIn(tx).principal(caller.ref),
      email: identity?.principal.kind === "user" ? identity.principal.email : null,
      places:
        identity === null ? [] : await placesOf({ tx, caller, identity, now: deps.clock.now() }, toDecide),
      counts: { toDecide, unread: unread.count },
      newestUnreadAt: unread.newestAt,
    };
  });
}

interface Looker {
  readonly tx: Tx;
  readonly caller: Caller;
  readonly identity: Identity;
  readonly now: Instant;
}

async function placesOf(looker: Looker, toDecide: number): Promise<Place[]> {
  const { tx, caller, identity } = looker;
  const visible = await visibleApplications(tx, caller);
  const consumed = visible.filter((application) => sideOf(application, caller) === "consumer");
  const administers = isAdministratorOf(caller, caller.ref.tenantId);
  const open: Readonly<Record<Place, boolean>> = {
    request: await mayAsk(looker, visible),
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

/** Eligible for anything, now or later, directly, through a group, or by an application that one publishes. */
async function mayAsk({ tx, identity, now }: Looker, visible: readonly Application[]): Promise<boolean> {
  const assigned = await tx.policy.eligibilities({ principals: holdersOf(identity) });
  return [...assigned, ...visible.flatMap(eligibilitiesOf)].some(
    (one) => identityIncludes(identity, one.principal) && !isOver(one, now),
  );
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
