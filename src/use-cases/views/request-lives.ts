/** Access requests together with the grants they led to: what became of them, for surfaces that show both as one. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Application } from "../../domain/application.ts";
import type { Grant } from "../../domain/grant.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Caller, Deps, Page, RequestFilter, SurfaceResource, Tx } from "../ports.ts";
import { bySubject, type ResourceKind } from "../surface-resources.ts";
import { grantsLedTo } from "./grants-led-to.ts";
import { onwards, positionOfRequest } from "./pages.ts";
import { findVisibleRequest, sightOf } from "./read-requests.ts";
import { partiesOf } from "./request-view.ts";

export interface RequestLife {
  readonly request: AccessRequest;
  /** Those of the request, or the one that it extends. */
  readonly grants: readonly Grant[];
  /** The managed application that it is about. */
  readonly application: Application | null;
}

/** With what a surface keeps of the request; null where it was not made there. */
export interface KeptLife extends RequestLife {
  readonly resource: SurfaceResource | null;
}

/** The newest first, of those that the caller may see. */
export async function listRequestLives(
  deps: Deps,
  caller: Caller,
  filter: RequestFilter,
  kind: ResourceKind,
): Promise<Page<KeptLife>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const sight = await sightOf(tx, caller);
    const found = await tx.requests.list(sight === null ? filter : { ...filter, seenBy: sight });
    const items = await withResources(tx, kind, await livesOf(tx, found));
    return { items, after: onwards(found, filter.limit, positionOfRequest) };
  });
}

export async function readRequestLife(
  deps: Deps,
  caller: Caller,
  id: AccessRequestId,
): Promise<Outcome<RequestLife>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await findVisibleRequest(tx, caller, id);
    return found.ok ? accept(await lifeOf(tx, found.value)) : found;
  });
}

export async function readKeptLife(
  deps: Deps,
  caller: Caller,
  id: AccessRequestId,
  kind: ResourceKind,
): Promise<Outcome<KeptLife>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await findVisibleRequest(tx, caller, id);
    if (!found.ok) return found;
    const life = await lifeOf(tx, found.value);
    const [kept] = await withResources(tx, kind, [life]);
    return accept(kept ?? { ...life, resource: null });
  });
}

async function withResources(tx: Tx, kind: ResourceKind, lives: readonly RequestLife[]): Promise<KeptLife[]> {
  const ids = lives.map(({ request }) => request.id);
  const kept = await bySubject(tx, kind, ids);
  return lives.map((life) => ({ ...life, resource: kept.get(life.request.id) ?? null }));
}

async function lifeOf(tx: Tx, request: AccessRequest): Promise<RequestLife> {
  const [life] = await livesOf(tx, [request]);
  return life ?? { request, grants: [], application: null };
}

async function livesOf(tx: Tx, requests: readonly AccessRequest[]): Promise<RequestLife[]> {
  const books = await tx.books(partiesOf(requests));
  const grantsOf = await grantsLedTo(tx, requests);
  return requests.map((request) => ({
    request,
    application:
      request.applicationId === null ? null : books.of(request.tenantId).application(request.applicationId),
    grants: grantsOf(request),
  }));
}
