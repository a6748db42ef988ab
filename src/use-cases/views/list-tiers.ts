/** The templates that a tenant's role settings are made from, and the roles that they are made for. */

import { accept, type Outcome } from "../../domain/rejection.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import { mayReadConfiguration } from "../../policy/authority.ts";
import { BUILT_IN_TIERS, fieldOrigins, type Tier, tierLayers, tierSettings } from "../../policy/tiers.ts";
import { overrideWords } from "../apply/settings-override.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { type FieldInForce, fieldsFrom, originOf } from "./role-settings.ts";

export interface TierView {
  readonly name: string;
  readonly builtIn: boolean;
  /** Null while it is as built in. */
  readonly documentName: string | null;
  readonly rolesPermitting: readonly string[];
  readonly fields: readonly FieldInForce[];
  /** What is in force for a field that the tenant's own document leaves out. */
  readonly template: readonly FieldInForce[];
}

/** Those built in first, then the tenant's own by name. */
export async function listTiers(deps: Deps, caller: Caller): Promise<Outcome<readonly TierView[]>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const tiers = await tx.policy.tiers();
    const builtIn = Object.keys(BUILT_IN_TIERS);
    const own = tiers.map(({ name }) => name).filter((name) => !builtIn.includes(name));
    const views: TierView[] = [];
    for (const name of [...builtIn, ...own]) views.push(await viewTier(tx, name, tiers));
    return accept(views);
  });
}

async function viewTier(tx: Tx, name: string, tiers: readonly Tier[]): Promise<TierView> {
  const own = tiers.find((tier) => tier.name === name);
  return {
    name,
    builtIn: BUILT_IN_TIERS[name] !== undefined,
    documentName: own?.name ?? null,
    rolesPermitting: own?.rolesPermitting ?? [],
    fields: await fieldsOf(tx, name, tiers),
    template: await fieldsOf(tx, name, []),
  };
}

async function fieldsOf(tx: Tx, name: string, tiers: readonly Tier[]): Promise<readonly FieldInForce[]> {
  const origins = fieldOrigins(tierLayers(name, tiers));
  return fieldsFrom(await overrideWords(tx, tierSettings(name, tiers)), (word) => {
    const layer = originOf(origins, word);
    return { kind: layer?.kind ?? "builtIn", name: layer?.name ?? "standard" };
  });
}

/** Every role that can be given in the caller's tenant, by name. */
export async function listRoleDefinitions(
  deps: Deps,
  caller: Caller,
): Promise<Outcome<readonly RoleDefinition[]>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) =>
    accept([...(await tx.policy.roles())].sort((a, b) => (a.name < b.name ? -1 : 1))),
  );
}
