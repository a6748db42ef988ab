/** Tenant: an organisation. Made and closed by an operator; never removed, because its log stays. */

import { z } from "zod";
import { asId, type TenantId } from "../../../domain/ids.ts";
import { stamp } from "../../../domain/stamp.ts";
import type { Tenant } from "../../../domain/tenant.ts";
import { mayOperate } from "../../../policy/authority.ts";
import { cancelPending } from "../../requests/cancel-pending.ts";
import { changedFields } from "../changed-fields.ts";
import { type DocumentContext, defineKind, type ObjectIdentity, type PutResult } from "../kind.ts";
import { displayNameSchema } from "../spec-parts.ts";

const schema = z.strictObject({
  displayName: displayNameSchema,
  closed: z
    .boolean()
    .default(false)
    .describe("closing is for ever: grants end, requests lapse, the log stays"),
});
type Spec = z.output<typeof schema>;

export const tenantKind = defineKind<Spec>({
  kind: "Tenant",
  schema,
  steps: (spec) => ({ put: (context, identity) => putTenant(context, spec, identity) }),
  async find(tx, name) {
    return tx.tenants.named(name);
  },
  async remove(context) {
    context.fault("", "a tenant is closed, never removed: set `closed: true`");
  },
  async read(tx) {
    const tenant = await tx.tenants.find(tx.tenantId);
    if (tenant === null) return [];
    return [
      {
        id: tenant.id,
        name: tenant.name,
        spec: { displayName: tenant.displayName, closed: tenant.closedAt !== null },
      },
    ];
  },
});

async function putTenant(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, now } = context;
  const id = asId<TenantId>(identity.id);
  const current = await tx.tenants.find(id);
  const wasClosed = current !== null && current.closedAt !== null;
  if (wasClosed && !spec.closed)
    return context.fault("/spec/closed", "a closed tenant stays closed; make a new one");
  const fields = changedFields(
    current === null ? null : { displayName: current.displayName, closed: wasClosed },
    { displayName: spec.displayName, closed: spec.closed },
  );
  const closesNow = spec.closed && !wasClosed;
  const allowed = mayOperate(context.caller, "only an operator closes a tenant");
  if (closesNow && !allowed.ok) {
    return context.fault("/spec/closed", allowed.rejection.message, allowed.rejection.code);
  }
  if (closesNow && id === context.caller.ref.tenantId) {
    return context.fault(
      "/spec/closed",
      "you cannot close the tenant you belong to; an operator of another one can",
    );
  }
  if (fields.length === 0) return { fields };
  const closedAt = closesNow ? now : (current?.closedAt ?? null);
  const tenant: Tenant = { id, name: current?.name ?? context.name, displayName: spec.displayName, closedAt };
  await tx.tenants.save(tenant);
  if (closesNow) await close(context, id);
  return { fields };
}

/** Requests end here; grants end when the worker looks at them again, which the new policy version makes it do. */
async function close(context: DocumentContext, id: TenantId): Promise<void> {
  await cancelPending(context, "the tenant was closed", {});
  const about = {
    kind: "tenant",
    id,
    tenantId: id,
    otherTenantId: null,
    correlationId: context.correlationId,
  };
  await context.tx.record([stamp("tenant.closed", about, context.caller, {})], context.now);
}
