/** Applies the demo's world by the same use case as everyone: a month ago on the first start, with new secrets on every one. */

import type { System } from "../compose.ts";
import { asId, type ObjectId, type SubscriptionId, type TenantId } from "../domain/ids.ts";
import { applicationScope, resourceGroupScope, subscriptionScope } from "../domain/scope.ts";
import { addMs, DAY_MS, type Instant } from "../domain/time.ts";
import { applyConfiguration } from "../use-cases/apply/apply-configuration.ts";
import type { GivenDocument } from "../use-cases/apply/documents.ts";
import type { Caller } from "../use-cases/ports.ts";
import { HISTORY_DAYS, must, type Places } from "./history.ts";
import { movedClock } from "./moved-clock.ts";
import type { OrdersDatabase } from "./orders-database.ts";
import { personAt, type World, worldOf } from "./people.ts";
import { fillIn, type Secrets, withoutTargets } from "./world.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Who sets up a demo: an operator of the instance, who belongs to no tenant and can never sign in. */
const INSTALLER: Caller = {
  ref: { tenantId: asId<TenantId>(NOBODY), objectId: asId<ObjectId>(NOBODY) },
  kind: "user",
  rights: ["operator"],
  session: { amr: [], acr: null, acrs: [], authTime: null, ip: null, via: "demo" },
  limited: false,
};

/** The publisher first: what it offers is what the other deploys. */
const ADMINISTRATORS = [
  ["fabrikam", "fiona"],
  ["contoso", "carol"],
] as const;
const PEOPLE = ["Tenant", "Subscription", "User", "Group", "ServicePrincipal"];

function isPeople({ kind }: GivenDocument): boolean {
  return PEOPLE.includes(kind);
}

export async function installWorld(
  system: System,
  what: {
    readonly documents: readonly GivenDocument[];
    readonly secrets: Secrets;
    readonly orders: OrdersDatabase;
    readonly now: Instant;
    readonly isNew: boolean;
  },
): Promise<{ world: { past: World; present: () => Promise<World> }; places: Places }> {
  const filled = fillIn(what.documents, what.secrets, what.orders);
  const apply = async (documents: readonly GivenDocument[], at: Instant | null): Promise<World> => {
    const deps = at === null ? system.deps : { ...system.deps, clock: movedClock(at) };
    const applyAs = async (caller: Caller, some: readonly GivenDocument[]) =>
      must(
        await applyConfiguration(deps, caller, { documents: some, dryRun: false, prune: false }),
        "applying the world",
      ).changes;
    const changes = [...(await applyAs(INSTALLER, documents.filter(isPeople)))];
    const people = worldOf({ changes });
    // What an administrator would have done is done by the administrator, so that the history names somebody.
    for (const [tenant, name] of ADMINISTRATORS) {
      const administrator = personAt(people, {
        tenant,
        name,
        now: deps.clock.now(),
        rights: ["administrator"],
      });
      const theirs = documents.filter((one) => one.tenant === tenant && !isPeople(one));
      if (theirs.length > 0) changes.push(...(await applyAs(administrator, theirs)));
    }
    return worldOf({ changes });
  };
  const before = addMs(what.now, -(HISTORY_DAYS + 1) * DAY_MS);
  const past = await apply(withoutTargets(filled), what.isNew ? before : null);
  return { world: { past, present: () => apply(filled, null) }, places: placesOf(past) };
}

function placesOf(world: World): Places {
  const id = asId<SubscriptionId>(world.id("Subscription", "contoso", "contoso-production"));
  return {
    orders: applicationScope(id, "applications", "orders"),
    billing: applicationScope(id, "applications", "billing"),
    web: resourceGroupScope(id, "web"),
    subscription: subscriptionScope(id),
  };
}
