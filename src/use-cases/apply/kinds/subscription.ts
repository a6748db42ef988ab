/** Subscription: the root of the scopes that a tenant owns. */
import { z } from "zod";
import { asId, type SubscriptionId } from "../../../domain/ids.ts";
import { subscriptionScope } from "../../../domain/scope.ts";
import { guidSchema } from "../documents.ts";
import { defineKind, type Found, named, type Place, type Put, pageOf, type Work } from "../kind.ts";
import { useOfScope } from "../scope-use.ts";

const schema = z.strictObject({ id: guidSchema.optional() });
type Spec = z.output<typeof schema>;

export const subscriptionKind = defineKind<Spec>({
  kind: "Subscription",
  schema,
  task: (spec) => ({ explicitId: spec.id ?? null, put: putSubscription }),
  async find(tx, name) {
    return named(await tx.tenants.subscriptions(), name);
  },
  remove: removeSubscription,
  async read(tx, page) {
    const all = pageOf(await tx.tenants.subscriptions(), page);
    return all.map(({ id, name }) => ({ id, name, spec: { id } }));
  },
});

async function putSubscription(work: Work, place: Place): Promise<Put | null> {
  const { tx, tenant, name } = work;
  if (!place.isNew) return { fields: [] };
  const id = asId<SubscriptionId>(place.id);
  const owner = await tx.tenants.ofSubscription(id);
  if (owner !== null)
    return work.fault("/spec/id", `the id \`${id}\` is not free; leave it out to get a new one`);
  await tx.tenants.saveSubscription({ tenantId: tenant.id, id, name });
  return { fields: ["id"] };
}

async function removeSubscription(work: Work, found: Found): Promise<boolean> {
  const id = asId<SubscriptionId>(found.id);
  const use = await useOfScope(work, subscriptionScope(id));
  if (use === null) await work.tx.tenants.removeSubscription(id);
  else work.fault("", `subscription \`${found.name}\` still has ${use}; remove that first`);
  return false;
}
