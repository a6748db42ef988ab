/** Which grants somebody may see, with the requests that say who guards them. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { GrantId } from "../../domain/ids.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { answersForTenant, maySeeGrant } from "../../policy/authority.ts";
import type { Books } from "../../policy/book/books.ts";
import { noSuchGrant } from "../find-request.ts";
import type { Caller, Tx } from "../ports.ts";
import { partiesOf } from "./request-view.ts";

export interface VisibleGrant {
  readonly grant: Grant;
  readonly books: Books;
  /** Null where nobody asked for it. */
  readonly request: AccessRequest | null;
}

/** Whoever may not see it hears that there is none. */
export async function findVisibleGrant(tx: Tx, caller: Caller, id: GrantId): Promise<Outcome<VisibleGrant>> {
  const grant = await tx.grants.find(id);
  if (grant === null) return noSuchGrant(id);
  const books = await tx.books(partiesOf([grant]));
  const request = grant.requestId === null ? null : await tx.requests.find(grant.requestId);
  return maySeeGrant(books, caller, grant, request) ? accept({ grant, books, request }) : noSuchGrant(id);
}

/** Of these grants, which of them the caller may see. */
export async function seenBy(
  tx: Tx,
  caller: Caller,
  books: Books,
  grants: readonly Grant[],
): Promise<(grant: Grant) => boolean> {
  // Who answers for the tenant sees them whoever guards them.
  const requestOf = await requestsOf(tx, answersForTenant(caller) ? [] : grants);
  return (grant) => maySeeGrant(books, caller, grant, requestOf(grant));
}

/** The request that each of these came of, where there is one. */
export async function requestsOf(
  tx: Tx,
  grants: readonly Grant[],
): Promise<(grant: Grant) => AccessRequest | null> {
  const ids = grants.flatMap(({ requestId }) => requestId ?? []);
  const requests = ids.length === 0 ? [] : await tx.requests.list({ ids, limit: ids.length });
  const byId = new Map(requests.map((request) => [request.id, request]));
  return ({ requestId }) => (requestId === null ? null : (byId.get(requestId) ?? null));
}
