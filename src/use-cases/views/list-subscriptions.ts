/** Where a tenant may put things: its subscriptions, and the resource groups that something of it names. */
import type { SubscriptionId } from "../../domain/ids.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { type Scope, subscriptionOf } from "../../domain/scope.ts";
import { mayReadConfiguration } from "../../policy/authority.ts";
import type { Caller, Deps, Tx } from "../ports.ts";

export interface SubscriptionView {
  readonly id: SubscriptionId;
  readonly name: string;
  /** Curfew keeps none: those that an application, a rule, an eligibility or a binding names, by name. */
  readonly resourceGroups: readonly string[];
}

export async function listSubscriptions(
  deps: Deps,
  caller: Caller,
): Promise<Outcome<readonly SubscriptionView[]>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const scopes = await namedScopes(tx);
    const subscriptions = await tx.tenants.subscriptions();
    return accept(subscriptions.map(({ id, name }) => ({ id, name, resourceGroups: groupsIn(id, scopes) })));
  });
}

async function namedScopes(tx: Tx): Promise<Scope[]> {
  return [
    ...(await tx.applications.own()).flatMap(({ scope, managedScope }) => [scope, managedScope]),
    ...(await tx.policy.namedEligibilities()).map(({ body }) => body.scope),
    ...(await tx.policy.namedSettings()).map(({ body }) => body.scope),
    ...(await tx.targets.bindings()).map(({ scope }) => scope),
  ];
}

/** Each once, whatever case it is written in. */
function groupsIn(id: SubscriptionId, scopes: readonly Scope[]): string[] {
  const found = new Map<string, string>();
  for (const scope of scopes) {
    const [, , , word = "", name] = scope.split("/");
    if (name === undefined || subscriptionOf(scope) !== id || word.toLowerCase() !== "resourcegroups")
      continue;
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), name);
  }
  return [...found.values()].sort();
}
