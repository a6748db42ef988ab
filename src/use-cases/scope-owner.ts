/** Which tenant owns a scope. A scope that nobody owns, or that the caller may not know of, is not found. */
import type { TenantId } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { type Scope, subscriptionOf } from "../domain/scope.ts";
import type { Caller, Deps, Tx } from "./ports.ts";

export async function ownerOf(deps: Deps, caller: Caller, scope: Scope): Promise<Outcome<TenantId>> {
  const subscription = subscriptionOf(scope);
  if (subscription === null) return accept(caller.ref.tenantId);
  const tenantId = await deps.store.routes.tenantOfSubscription(subscription);
  return tenantId === null ? noSuchScope(scope) : accept(tenantId);
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
