/** What an operator does to the installation concerns every organisation, and stands in the log of each. */
import type { EventType } from "../domain/event.ts";
import type { TenantId } from "../domain/ids.ts";
import { stamp } from "../domain/stamp.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { Instant } from "../domain/time.ts";
import type { Caller, Tx } from "./ports.ts";

export interface Told {
  readonly type: EventType;
  readonly at: Instant;
  readonly tenants: readonly TenantId[];
  readonly correlationId: string;
  readonly facts: JsonObject;
}

/** In one transaction. Only the operator's own organisation is told who it was. */
export async function tellEverybody(
  tx: Tx,
  caller: Caller,
  { type, at, tenants, correlationId, facts }: Told,
): Promise<void> {
  for (const tenantId of tenants) {
    const about = { kind: "tenant", id: tenantId, tenantId, otherTenantId: null, correlationId };
    const event =
      tenantId === caller.ref.tenantId
        ? stamp(type, about, caller, facts)
        : { ...stamp(type, about, caller, facts), actor: { kind: "system" as const, via: "operator" } };
    await tx.inside(tenantId, (there) => there.record([event], at));
  }
}
