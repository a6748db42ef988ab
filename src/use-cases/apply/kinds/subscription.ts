/** Subscription: the root of the scopes that a tenant owns. */
import { z } from "zod";
import { asId, type SubscriptionId } from "../../../domain/ids.ts";
import { scopeCovers, subscriptionScope } from "../../../domain/scope.ts";
import { guidSchema } from "../documents.ts";
import { defineKind, type Found, named, type Place, type Put, pageOf, type Work } from "../kind.ts";

const schema = z.strictObject({ id: guidSchema.optional() });
type Spec = z.output<typeof schema>;

export const subscriptionKind = defineKind<Spec>({
  kind: "Subscription",
  schema,
  task: (spec) => ({ explicitId: spec.id ?? null, put: putSubscription }),
  async find(tx, name) {
    return named(await tx.subscriptions(), name);
  },
  remove: removeSubscription,
  async read(tx, page) {
    const all = pageOf(await tx.subscriptions(), page);
    return all.map(({ id, name }) => ({ id, name, spec: { id } }));
  },
});

async function putSubscription(work: Work, place: Place): Promise<Put | null> {
  const { tx, tenant, name } = work;
  if (!place.isNew) return { fields: [] };
  const id = asId<SubscriptionId>(place.id);
  const owner = await tx.tenantOfSubscription(id);
  if (owner !== null)
    return work.fault("/spec/id", `the id \`${id}\` is not free; leave it out to get a new one`);
  await tx.saveSubscription({ tenantId: tenant.id, id, name });
  return { fields: ["id"] };
}

async function removeSubscription(work: Work, found: Found): Promise<boolean> {
  const id = asId<SubscriptionId>(found.id);
  const use = await useOf(work, id);
  if (use === null) await work.tx.removeSubscription(id);
  else work.fault("", `subscription \`${found.name}\` still has ${use}; remove that first`);
  return false;
}

async function useOf({ tx, tenant }: Work, id: SubscriptionId): Promise<string | null> {
  const root = subscriptionScope(id);
  const application = (await tx.applications()).find(
    (one) => one.tenantId === tenant.id && one.deletedAt === null && scopeCovers(root, one.scope),
  );
  if (application !== undefined) return `the application \`${application.name}\``;
  const eligibility = (await tx.namedEligibilities()).find((one) => scopeCovers(root, one.body.scope));
  if (eligibility !== undefined) return `the eligibility \`${eligibility.name}\``;
  const settings = (await tx.namedSettings()).find((one) => scopeCovers(root, one.body.scope));
  if (settings !== undefined) return `the settings \`${settings.name}\``;
  const binding = (await tx.bindings()).find((one) => scopeCovers(root, one.scope));
  if (binding !== undefined) return `the binding \`${binding.name}\``;
  return (await tx.hasOpenGrants({ scope: root })) ? "grants that have not ended" : null;
}
