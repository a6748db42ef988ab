/** What somebody wants to hear by mail: of a person by themselves, of a tenant for all of its people by an administrator. */
import {
  type NotificationPreferences,
  type OwnPreferences,
  preferencesOf,
} from "../../domain/notification-preferences.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { stamp } from "../../domain/stamp.ts";
import { mayConfigure, mayReadConfiguration } from "../../policy/authority.ts";
import { changedFields } from "../apply/changed-fields.ts";
import type { Caller, Deps } from "../ports.ts";

export interface PreferencesView {
  /** What was said, of a person or of the tenant. */
  readonly said: OwnPreferences;
  /** What is, where nothing was said. */
  readonly otherwise: NotificationPreferences;
  readonly inForce: NotificationPreferences;
}

export async function readPreferences({ store }: Deps, { ref }: Caller): Promise<PreferencesView> {
  const { tenant, own } = await store.inTenant(ref.tenantId, (tx) =>
    tx.notifications.preferences([ref.objectId]),
  );
  const said = own.get(ref.objectId) ?? {};
  return { said, otherwise: preferencesOf(tenant, {}), inForce: preferencesOf(tenant, said) };
}

/** All of it: what is left out is as the tenant has it. */
export async function changePreferences(
  deps: Deps,
  caller: Caller,
  said: OwnPreferences,
): Promise<PreferencesView> {
  const { tenantId, objectId } = caller.ref;
  await deps.store.inTenant(tenantId, (tx) =>
    tx.notifications.savePreferences(objectId, said, deps.clock.now()),
  );
  return readPreferences(deps, caller);
}

export async function readTenantPreferences(deps: Deps, caller: Caller): Promise<Outcome<PreferencesView>> {
  const allowed = mayReadConfiguration(caller);
  return allowed.ok ? accept(await ofTenant(deps, caller)) : allowed;
}

export async function changeTenantPreferences(
  deps: Deps,
  caller: Caller,
  said: OwnPreferences,
): Promise<Outcome<PreferencesView>> {
  const allowed = mayConfigure(caller);
  if (!allowed.ok) return allowed;
  const { tenantId } = caller.ref;
  await deps.store.inTenant(tenantId, async (tx) => {
    const now = deps.clock.now();
    const { tenant: before } = await tx.notifications.preferences([]);
    const fields = changedFields({ ...before }, { ...said });
    if (fields.length === 0) return;
    await tx.notifications.savePreferences("tenant", said, now);
    const about = {
      kind: "tenant",
      id: tenantId,
      tenantId,
      otherTenantId: null,
      correlationId: deps.ids.next(),
    };
    const facts = { name: "what people hear by mail", action: "update", fields: [...fields] };
    await tx.record([stamp("configuration.changed", about, caller, facts)], now);
  });
  return accept(await ofTenant(deps, caller));
}

async function ofTenant({ store }: Deps, { ref }: Caller): Promise<PreferencesView> {
  const { tenant } = await store.inTenant(ref.tenantId, (tx) => tx.notifications.preferences([]));
  return { said: tenant, otherwise: preferencesOf({}, {}), inForce: preferencesOf(tenant, {}) };
}
