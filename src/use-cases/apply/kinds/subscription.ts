/** Subscription: the root of the scopes that a tenant owns. */
import { z } from "zod";
import { asId, type SubscriptionId } from "../../../domain/ids.ts";
import { subscriptionScope } from "../../../domain/scope.ts";
import { guidSchema } from "../documents.ts";
import {
  type DocumentContext,
  defineKind,
  type NamedObject,
  named,
  type ObjectIdentity,
  type PutResult,
  pageOf,
} from "../kind.ts";
import { idNotFree } from "../object-identity.ts";
import { useOfScope } from "../scope-use.ts";

const schema = z.strictObject({ id: guidSchema.optional() });
type Spec = z.output<typeof schema>;

export const subscriptionKind = defineKind<Spec>({
  kind: "Subscription",
  schema,
  steps: (spec) => ({ explicitId: spec.id ?? null, put: putSubscription }),
  async find(tx, name) {
    return named(await tx.tenants.subscriptions(), name);
  },
  remove: removeSubscription,
  async read(tx, page) {
    const all = pageOf(await tx.tenants.subscriptions(), page);
    return all.map(({ id, name }) => ({ id, name, spec: { id } }));
  },
});

async function putSubscription(
  context: DocumentContext,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, tenant, name } = context;
  if (!identity.isNew) return { fields: [] };
  const id = asId<SubscriptionId>(identity.id);
  const owner = await tx.tenants.ofSubscription(id);
  if (owner !== null) return context.fault("/spec/id", idNotFree(id), "name_taken");
  await tx.tenants.saveSubscription({ tenantId: tenant.id, id, name });
  return { fields: ["id"] };
}

async function removeSubscription(context: DocumentContext, object: NamedObject): Promise<boolean> {
  const id = asId<SubscriptionId>(object.id);
  const use = await useOfScope(context, subscriptionScope(id));
  if (use === null) await context.tx.tenants.removeSubscription(id);
  else context.fault("", `subscription \`${object.name}\` still has ${use}; remove that first`);
  return false;
}
