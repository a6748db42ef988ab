/** Subscription: the root of the scopes that a tenant owns. */
import { z } from "zod";
import { asId, type SubscriptionId } from "../../../domain/ids.ts";
import { subscriptionScope } from "../../../domain/scope.ts";
import { guidSchema } from "../documents.ts";
import {
  type DocumentContext,
  defineKind,
  few,
  type NamedObject,
  type ObjectIdentity,
  type PutResult,
} from "../kind.ts";
import { idNotFree } from "../object-identity.ts";
import { useOfScope } from "../use.ts";

const schema = z.strictObject({
  id: guidSchema.optional().describe("default: derived from the tenant and the name"),
});
type Spec = z.output<typeof schema>;

export const subscriptionKind = defineKind<Spec>({
  kind: "Subscription",
  schema,
  steps: (spec) => ({ explicitId: spec.id ?? null, put: putSubscription }),
  ...few(
    (tx) => tx.tenants.subscriptions(),
    (_tx, { id }) => ({ id }),
  ),
  remove: removeSubscription,
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

async function removeSubscription(context: DocumentContext, object: NamedObject): Promise<undefined> {
  const id = asId<SubscriptionId>(object.id);
  const use = await useOfScope(context.tx, subscriptionScope(id));
  if (use === null) await context.tx.tenants.removeSubscription(id);
  else context.fault("", `subscription \`${object.name}\` still has ${use}; remove that first`);
}
