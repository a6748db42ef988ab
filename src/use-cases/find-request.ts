/** Finds a request or grant for a caller who may know of it, and the tenant its changes belong to. */
import type { AccessRequest } from "../domain/access-request.ts";
import type { Grant } from "../domain/grant.ts";
import type { AccessRequestId, GrantId, TenantId } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { Caller, Deps, Tx } from "./ports.ts";
import { type Alongside, nothingAlongside } from "./surface-resources.ts";

/** Runs `work` on a locked request, in the tenant that owns it, if the caller is of one of its two parties (I12). */
export async function withRequest<T>(
  deps: Deps,
  caller: Caller,
  id: AccessRequestId,
  work: (tx: Tx, request: AccessRequest) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const tenantId = await deps.store.routes.tenantOfRequest(id);
  if (tenantId === null) return noSuchRequest(id);
  const outcome = await deps.store.inTenant(tenantId, async (tx) => {
    // A grant is always locked before the request that would extend it: its end locks them in this order as well.
    const extended = (await tx.requests.find(id))?.extendsGrantId ?? null;
    if (extended !== null) await tx.grants.find(extended, "lock");
    const request = await tx.requests.find(id, "lock");
    if (request === null || !isParty(caller, request)) return noSuchRequest(id);
    return work(tx, request);
  });
  if (outcome.ok) deps.store.wake();
  return outcome;
}

/** The same for a grant. */
export async function withGrant<T>(
  deps: Deps,
  caller: Caller,
  id: GrantId,
  work: (tx: Tx, grant: Grant) => Promise<Outcome<T>>,
  also: Alongside<T> = nothingAlongside,
): Promise<Outcome<T>> {
  const tenantId = await deps.store.routes.tenantOfGrant(id);
  if (tenantId === null) return noSuchGrant(id);
  const outcome = await deps.store.inTenant(tenantId, async (tx) => {
    const grant = await tx.grants.find(id, "lock");
    if (grant === null || !isParty(caller, grant)) return noSuchGrant(id);
    const free = await also.check(tx);
    if (!free.ok) return free;
    const done = await work(tx, grant);
    if (done.ok) await also.write(tx, done.value);
    return done;
  });
  if (outcome.ok) deps.store.wake();
  return outcome;
}

export function isParty(
  caller: Caller,
  owned: { tenantId: TenantId; otherTenantId: TenantId | null },
): boolean {
  return caller.ref.tenantId === owned.tenantId || caller.ref.tenantId === owned.otherTenantId;
}

export function isAdministratorOf(caller: Caller, tenantId: TenantId): boolean {
  return caller.ref.tenantId === tenantId && caller.rights.includes("administrator") && !caller.limited;
}

/** Stops here and rolls nothing back, for a check that passed. */
export const passed = accept(undefined);

export function noSuchRequest(id: AccessRequestId): ReturnType<typeof reject> {
  return reject("not_found", `there is no access request \`${id}\` that you can see`);
}

export function noSuchGrant(id: GrantId): ReturnType<typeof reject> {
  return reject("not_found", `there is no grant \`${id}\` that you can see`);
}
