/** Which tenant owns a scope. A scope that nobody owns, or that the caller may not know of, is not found. */
import type { TenantId } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { groupOf, type Scope, subscriptionOf } from "../domain/scope.ts";
import type { Caller, Deps, Tx } from "./ports.ts";

export async function ownerOf(deps: Deps, caller: Caller, scope: Scope): Promise<Outcome<TenantId>> {
  const subscription = subscriptionOf(scope);
  if (subscription === null)
    return (await isOwn(deps, caller, scope)) ? accept(caller.ref.tenantId) : noSuchScope(scope);
  const tenantId = await deps.store.routes.tenantOfSubscription(subscription);
  return tenantId === null ? noSuchScope(scope) : accept(tenantId);
}

/** Scopes outside of subscriptions are of whoever names them; a group's must be there. */
async function isOwn(deps: Deps, { ref }: Caller, scope: Scope): Promise<boolean> {
  const objectId = groupOf(scope);
  if (objectId === null) return true;
  const { tenantId } = ref;
  const identity = await deps.store.inTenant(tenantId, (tx) => tx.identity({ tenantId, objectId }));
  return identity?.principal.kind === "group" && identity.principal.deletedAt === null;
}

/** Whether the scope exists for the caller: in their own tenant, or in an application that it publishes. */
export async function mayKnowOf(tx: Tx, caller: Caller, scope: Scope): Promise<boolean> {
  const tenant = await tx.tenant(tx.tenantId);
  if (tenant === null || tenant.closedAt !== null) return false;
  if (caller.ref.tenantId === tx.tenantId) return true;
  return (await tx.applicationAt(scope))?.publisherTenantId === caller.ref.tenantId;
}

/** INVARIANT I12: what belongs to another tenant is not found, never forbidden. */
export function noSuchScope(scope: Scope): ReturnType<typeof reject> {
  return reject(
    "not_found",
    `there is no scope \`${scope}\` that you can see; \`curfew eligible\` lists yours`,
    {
      path: "/scope",
    },
  );
}
