/** Which tenant owns a scope. A scope that nobody owns, or that the caller may not know of, is not found. */
import type { TenantId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import { accept, type Outcome } from "../domain/rejection.ts";
import { groupOf, type Scope, subscriptionOf } from "../domain/scope.ts";
import { noSuchScope } from "../policy/decisions/prepare.ts";
import type { Deps } from "./ports.ts";

/** Where a scope would be looked for; whether it is there, its book says. */
export async function homeOf(deps: Deps, asking: PrincipalRef, scope: Scope): Promise<Outcome<TenantId>> {
  const subscription = subscriptionOf(scope);
  if (subscription === null) return accept(asking.tenantId);
  const tenantId = await deps.store.routes.tenantOfSubscription(subscription);
  return tenantId === null ? noSuchScope(scope) : accept(tenantId);
}

/** The same for those who ask nothing of the book afterwards: a group's scope must be there. */
export async function ownerOf(
  deps: Deps,
  { ref }: { readonly ref: PrincipalRef },
  scope: Scope,
): Promise<Outcome<TenantId>> {
  const home = await homeOf(deps, ref, scope);
  const objectId = groupOf(scope);
  if (!home.ok || objectId === null) return home;
  const tenantId = home.value;
  const identity = await deps.store.inTenant(tenantId, (tx) => tx.directory.identity({ tenantId, objectId }));
  const isThere = identity?.principal.kind === "group" && identity.principal.deletedAt === null;
  return isThere ? home : noSuchScope(scope);
}

export { noSuchScope } from "../policy/decisions/prepare.ts";
