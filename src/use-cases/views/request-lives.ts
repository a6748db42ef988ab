/** Access requests together with the grants they led to: what became of them, for surfaces that show both as one. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Application } from "../../domain/application.ts";
import type { Grant } from "../../domain/grant.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Caller, Deps, RequestFilter, Tx } from "../ports.ts";
import { findVisibleRequest, sightOf } from "./read-requests.ts";

export interface RequestLife {
  readonly request: AccessRequest;
  /** Those of the request, or the one that it extends. */
  readonly grants: readonly Grant[];
  /** The managed application that it is about. */
  readonly application: Application | null;
}

export interface LivesPage {
  readonly lives: readonly RequestLife[];
  /** Where the next page begins; null at the end. A page may hold fewer than its limit before that. */
  readonly after: string | null;
}

const MAX_ROLES = 50;

/** The newest first, of those that the caller may see; `keep` narrows them further. */
export async function listRequestLives(
  deps: Deps,
  caller: Caller,
  filter: RequestFilter,
  keep: (request: AccessRequest) => boolean = () => true,
): Promise<LivesPage> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await tx.requests(filter);
    const seen = await sightOf(tx, caller);
    const lives: RequestLife[] = [];
    for (const request of found) {
      if (seen(request) && keep(request)) lives.push(await lifeOf(tx, request));
    }
    const last = found.at(-1);
    const after = last === undefined || found.length < filter.limit ? null : `${last.createdAt}~${last.id}`;
    return { lives, after };
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

export async function lifeOf(tx: Tx, request: AccessRequest): Promise<RequestLife> {
  const application = request.applicationId === null ? null : await tx.application(request.applicationId);
  return { request, application, grants: await grantsOf(tx, request) };
}

async function grantsOf(tx: Tx, request: AccessRequest): Promise<Grant[]> {
  if (request.state.name !== "approved") return [];
  if (request.extendsGrantId === null) return tx.grants({ requestId: request.id, limit: MAX_ROLES });
  const extended = await tx.grant(request.extendsGrantId);
  return extended === null ? [] : [extended];
}
