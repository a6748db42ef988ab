/** What clients and `az rest` look at first: tenants, subscriptions, resource groups, providers. */
import type { Application } from "../../../domain/application.ts";
import type { SubscriptionId, TenantId } from "../../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { type Scope, subscriptionOf } from "../../../domain/scope.ts";
import { listApplications } from "../../../use-cases/views/read-applications.ts";
import { findTenant, listOwnSubscriptions } from "../../../use-cases/views/read-directory.ts";
import { readEligibilities } from "../../../use-cases/views/read-eligibilities.ts";
import { byName } from "../../cursor.ts";
import { answered, done, nameIn } from "../../odata/operation.ts";
import { PAGED } from "../../odata/page.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { RESOURCES } from "../versions.ts";

interface KnownSubscription {
  readonly id: SubscriptionId;
  readonly name: string;
  readonly tenantId: TenantId;
}

const shared = { method: "GET", namespace: null, at: "tenant", versions: RESOURCES } as const;

export const SUBSCRIPTION_OPERATIONS: readonly ArmOperation[] = [
  {
    ...shared,
    id: "Tenants_List",
    path: ["tenants"],
    async handle(call) {
      const { tenantId } = call.caller.ref;
      const tenant = await findTenant(call.deps, tenantId);
      const displayName = tenant?.displayName ?? tenantId;
      return done(200, { value: [{ id: `/tenants/${tenantId}`, tenantId, displayName, tenantType: "AAD" }] });
    },
  },
  {
    ...shared,
    id: "Subscriptions_List",
    path: ["subscriptions"],
    options: PAGED,
    handle: (call) =>
      listOf(call, byName, { source: { all: () => knownSubscriptions(call), key: ({ id }) => id } }, (all) =>
        all.map(subscriptionJson),
      ),
  },
  {
    ...shared,
    id: "Subscriptions_Get",
    path: ["subscriptions", "{subscriptionId}"],
    handle: async (call) =>
      answered(await knownSubscription(call), (found) => done(200, subscriptionJson(found))),
  },
  {
    ...shared,
    id: "ResourceGroups_List",
    path: ["subscriptions", "{subscriptionId}", "resourceGroups"],
    options: PAGED,
    handle: (call) =>
      listOf(
        call,
        byName,
        { source: { all: () => resourceGroups(call), key: ({ id }) => id.toLowerCase() } },
        (all) => all,
      ),
  },
  {
    ...shared,
    id: "ResourceGroups_Get",
    path: ["subscriptions", "{subscriptionId}", "resourceGroups", "{resourceGroupName}"],
    async handle(call) {
      const groups = await resourceGroups(call);
      if (!groups.ok) return groups;
      const name = nameIn(call, "resourceGroupName").toLowerCase();
      const found = groups.value.find((group) => group.name.toLowerCase() === name);
      return found === undefined
        ? reject("not_found", "there is no resource group of that name that you can see")
        : done(200, found);
    },
  },
];

function subscriptionJson({ id, name, tenantId }: { id: string; name: string; tenantId: string }) {
  return {
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    tenantId,
    displayName: name,
    state: "Enabled",
    authorizationSource: "RoleBased",
  };
}

/** One's own tenant's, and those that hold an application one operates. */
async function knownSubscriptions(call: ArmCall): Promise<Outcome<KnownSubscription[]>> {
  const { deps, caller } = call;
  const { tenantId } = caller.ref;
  const own = await listOwnSubscriptions(deps, tenantId);
  const found = new Map<string, KnownSubscription>(own.map((one) => [one.id, one]));
  const applications = await listApplications(deps, caller);
  if (!applications.ok) return applications;
  for (const { application, consumerName } of applications.value) {
    const id = subscriptionOf(application.scope);
    // The name that its owner gave it stays with its owner (I11).
    if (id !== null && !found.has(id))
      found.set(id, { id, name: consumerName, tenantId: application.tenantId });
  }
  return accept([...found.values()]);
}

async function knownSubscription(call: ArmCall): Promise<Outcome<KnownSubscription>> {
  const known = await knownSubscriptions(call);
  if (!known.ok) return known;
  const id = nameIn(call, "subscriptionId").toLowerCase();
  const found = known.value.find((one) => one.id === id);
  return found === undefined
    ? reject("not_found", "there is no subscription of that id that you can see")
    : accept(found);
}

interface ResourceGroup {
  readonly id: string;
  readonly name: string;
  readonly type: "Microsoft.Resources/resourceGroups";
  readonly location: "global";
  readonly managedBy?: string;
  readonly properties: { readonly provisioningState: "Succeeded" };
}

/** Curfew keeps no resource groups: those are named that something the caller knows of lies in. */
async function resourceGroups(call: ArmCall): Promise<Outcome<ResourceGroup[]>> {
  const known = await knownSubscription(call);
  if (!known.ok) return known;
  const subscription = known.value.id;
  const applications = await listApplications(call.deps, call.caller);
  const eligibilities = await readEligibilities(call.deps, call.caller);
  if (!applications.ok) return applications;
  if (!eligibilities.ok) return eligibilities;
  const found = new Map<string, ResourceGroup>();
  const add = (scope: Scope, managedBy?: Application) => {
    const [, first = "", id = "", word = "", name] = scope.split("/");
    if (name === undefined || id.toLowerCase() !== subscription || word.toLowerCase() !== "resourcegroups")
      return;
    const key = name.toLowerCase();
    if (found.has(key)) return;
    found.set(key, {
      id: `/${first}/${id}/resourceGroups/${name}`,
      name,
      type: "Microsoft.Resources/resourceGroups",
      location: "global",
      ...(managedBy === undefined ? {} : { managedBy: managedBy.scope }),
      properties: { provisioningState: "Succeeded" },
    });
  };
  for (const { application } of applications.value) {
    add(application.managedScope, application);
    add(application.scope);
  }
  for (const { scope } of eligibilities.value) add(scope);
  return accept([...found.values()]);
}
