/** Who sees which grants: one's own (through groups as well), and all for those who answer for a tenant, and for application owners. */
import { decisionLimit, isPending, requestAt } from "../../domain/access-request.ts";
import { isLeft } from "../../domain/confirmation.ts";
import { type Grant, isOpen } from "../../domain/grant.ts";
import type { GrantId } from "../../domain/ids.ts";
import { holdersOf } from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { answersForTenant, mayEverDecide, mayReview, seesOnlyOwn } from "../../policy/authority.ts";
import type { Caller, Deps, GrantFilter, Tx } from "../ports.ts";
import { type GrantView, type PendingExtension, viewGrant } from "./grant-view.ts";
import { positionOfGrant, readOn } from "./pages.ts";
import { among, ownedApplications } from "./read-requests.ts";
import { partiesOf } from "./request-view.ts";
import { findVisibleGrant, requestsOf } from "./seen-grants.ts";

export async function readGrant(deps: Deps, caller: Caller, id: GrantId): Promise<Outcome<GrantView>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await findVisibleGrant(tx, caller, id);
    if (!found.ok) return found;
    const { grant, books } = found.value;
    const extensionOf = await extensionsOf(tx, deps, [grant]);
    return accept({ ...viewGrant(books, caller, grant), extension: extensionOf(grant) });
  });
}

export const GRANT_VIEWS = ["mine", "held", "toReview", "all"] as const;
/** One's own that are on their way, live, or still to be taken away. */
const HELD = ["provisioning", "active", "deprovisioning"] as const;
type GrantViewName = (typeof GRANT_VIEWS)[number];

export async function listGrants(
  deps: Deps,
  caller: Caller,
  view: GrantViewName,
  filter: GrantFilter,
): Promise<Outcome<readonly GrantView[]>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const states = view === "held" ? { anyOf: HELD, at: deps.clock.now() } : undefined;
    const grants = await FIND[view](tx, caller, states === undefined ? filter : { states, ...filter });
    if (!grants.ok) return grants;
    const books = await tx.books(partiesOf(grants.value));
    const extensionOf = await extensionsOf(tx, deps, grants.value);
    return accept(
      grants.value.map((grant) => ({ ...viewGrant(books, caller, grant), extension: extensionOf(grant) })),
    );
  });
}

/** Of each the request for more time that can still be decided: one statement, and none where nothing can be extended. */
async function extensionsOf(
  tx: Tx,
  { clock }: Deps,
  grants: readonly Grant[],
): Promise<(grant: Grant) => PendingExtension | null> {
  const ids = grants.filter((grant) => isOpen(grant) && grant.endsAt !== null).map(({ id }) => id);
  const now = clock.now();
  const waiting = (await tx.requests.pendingExtensions(ids))
    .map((one) => requestAt(one, now))
    .filter(isPending);
  const byGrant = new Map(waiting.map((one) => [one.extendsGrantId, one]));
  return ({ id }) => {
    const request = byGrant.get(id);
    if (request === undefined) return null;
    const { terms, createdAt } = request;
    return {
      requestId: request.id,
      askedAt: createdAt,
      durationMs: terms.durationMs,
      decideBy: decisionLimit(request),
    };
  };
}

type Find = (tx: Tx, caller: Caller, filter: GrantFilter) => Promise<Outcome<readonly Grant[]>>;
const FIND: Readonly<Record<GrantViewName, Find>> = { mine, held: mine, toReview, all: allOf };

/** Emergencies of others that this caller may review, by right at this moment. */
async function toReview(tx: Tx, caller: Caller, filter: GrantFilter): Promise<Outcome<readonly Grant[]>> {
  if (!mayEverDecide(caller)) return accept([]);
  const mine = async (batch: readonly Grant[]) => {
    const books = await tx.books(partiesOf(batch));
    const requestOf = await requestsOf(tx, batch);
    return batch.filter((grant) => mayReview(books, caller, grant, requestOf(grant)).ok);
  };
  const unreviewed: GrantFilter = { ...filter, unreviewed: true };
  return accept(await readOn(unreviewed, (page) => tx.grants.list(page), mine, positionOfGrant));
}

/** An application's owners end its grants, and so they see them. */
async function allOf(tx: Tx, caller: Caller, filter: GrantFilter): Promise<Outcome<readonly Grant[]>> {
  if (answersForTenant(caller)) return accept(await tx.grants.list(filter));
  const owned = await ownedApplications(tx, caller);
  if (owned.length > 0)
    return accept(await tx.grants.list({ ...filter, applicationIds: among(owned, filter.applicationIds) }));
  return seesOnlyOwn("grants");
}

async function mine(tx: Tx, caller: Caller, filter: GrantFilter): Promise<Outcome<readonly Grant[]>> {
  const identity = await tx.directory.identity(caller.ref);
  return accept(
    identity === null ? [] : await tx.grants.list({ ...filter, beneficiaries: holdersOf(identity) }),
  );
}

/** Of these, what is over and was not seen to be gone from each of its targets. */
export async function notSeenGone(
  deps: Deps,
  { ref }: Caller,
  ids: readonly GrantId[],
): Promise<ReadonlySet<GrantId>> {
  if (ids.length === 0) return new Set();
  const now = deps.clock.now();
  const states = { anyOf: ["deprovisioning"], at: now } as const;
  const left = await deps.store.inTenant(ref.tenantId, (tx) =>
    tx.grants.list({ ids, states, limit: ids.length }),
  );
  return new Set(left.filter((grant) => isLeft(grant, now)).map(({ id }) => id));
}
