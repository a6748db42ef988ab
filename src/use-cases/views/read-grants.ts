/** Who sees which grants: one's own (through groups as well), and all for those who answer for a tenant, and for application owners. */
import type { Grant } from "../../domain/grant.ts";
import type { GrantId, TargetId } from "../../domain/ids.ts";
import { holdersOf } from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { TargetTraits } from "../../domain/target-traits.ts";
import {
  answersForTenant,
  mayEverDecide,
  mayReview,
  maySeeGrant,
  seesOnlyOwn,
} from "../../policy/authority.ts";
import type { Books } from "../../policy/book/books.ts";
import { noSuchGrant } from "../find-request.ts";
import type { Caller, Deps, GrantFilter, Tx } from "../ports.ts";
import { type NamedPrincipal, namesOf } from "./names.ts";
import { positionOfGrant, readOn } from "./pages.ts";
import { among, ownedApplications } from "./read-requests.ts";
import { partiesOf } from "./request-view.ts";

export interface GrantView {
  readonly grant: Grant;
  readonly beneficiary: NamedPrincipal;
  readonly roleName: string;
  readonly scopeName: string;
  readonly ownerName: string;
  /** Of each target that holds something of it, so that a person can be told how it ends there. */
  readonly targets: ReadonlyMap<TargetId, HoldingTarget>;
}

export interface HoldingTarget {
  /** `gone` when the target was removed. */
  readonly kind: string;
  /** Null where the kind is not known here. */
  readonly traits: TargetTraits | null;
}

/** For the other party of a grant. */
export const UNTOLD_ERROR = "the target did not confirm it; its owner sees why";

export async function readGrant(deps: Deps, caller: Caller, id: GrantId): Promise<Outcome<GrantView>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const grant = await tx.grants.find(id);
    if (grant === null) return noSuchGrant(id);
    const books = await tx.books(partiesOf([grant]));
    const request = grant.requestId === null ? null : await tx.requests.find(grant.requestId);
    return maySeeGrant(books, caller, grant, request)
      ? accept(viewGrant(books, caller, grant))
      : noSuchGrant(id);
  });
}

export const GRANT_VIEWS = ["mine", "toReview", "all"] as const;
type GrantViewName = (typeof GRANT_VIEWS)[number];

export async function listGrants(
  deps: Deps,
  caller: Caller,
  view: GrantViewName,
  filter: GrantFilter,
): Promise<Outcome<readonly GrantView[]>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const grants = await FIND[view](tx, caller, filter);
    if (!grants.ok) return grants;
    const books = await tx.books(partiesOf(grants.value));
    return accept(grants.value.map((grant) => viewGrant(books, caller, grant)));
  });
}

/** Targets are their owner's; of them the other party of a grant it may see learns of what kind they are, and nothing else. */
function targetsOf(books: Books, { tenantId, entitlements }: Grant): Map<TargetId, HoldingTarget> {
  const book = books.of(tenantId);
  return new Map(
    entitlements.map(({ targetId }) => [
      targetId,
      { kind: book.target(targetId)?.kind ?? "gone", traits: book.traitsOf(targetId) },
    ]),
  );
}

type Find = (tx: Tx, caller: Caller, filter: GrantFilter) => Promise<Outcome<readonly Grant[]>>;
const FIND: Readonly<Record<GrantViewName, Find>> = { mine, toReview, all: allOf };

/** Emergencies of others that this caller may review, by right at this moment. */
async function toReview(tx: Tx, caller: Caller, filter: GrantFilter): Promise<Outcome<readonly Grant[]>> {
  if (!mayEverDecide(caller)) return accept([]);
  const mine = async (batch: readonly Grant[]) => {
    const books = await tx.books(partiesOf(batch));
    const ids = batch.flatMap(({ requestId }) => requestId ?? []);
    const requests = ids.length === 0 ? [] : await tx.requests.list({ ids, limit: ids.length });
    const byId = new Map(requests.map((request) => [request.id, request]));
    return batch.filter((grant) => {
      const request = grant.requestId === null ? null : (byId.get(grant.requestId) ?? null);
      return mayReview(books, caller, grant, request).ok;
    });
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

export function viewGrant(books: Books, caller: Caller, grant: Grant): GrantView {
  const names = namesOf(books, caller.ref.tenantId);
  return {
    grant: asSeenBy(caller, grant),
    beneficiary: names.principal(grant.beneficiary),
    roleName: names.role(grant.roleDefinitionId),
    scopeName: names.scope(grant.scope),
    ownerName: names.tenant(grant.tenantId),
    targets: targetsOf(books, grant),
  };
}

/** What a target said names its owner's hosts and roles: the other party reads only that it failed (I11). */
function asSeenBy(caller: Caller, grant: Grant): Grant {
  if (caller.ref.tenantId === grant.tenantId) return grant;
  const entitlements = grant.entitlements.map((one) =>
    one.lastError === null ? one : { ...one, lastError: UNTOLD_ERROR },
  );
  return { ...grant, entitlements };
}
