/** How a schedule request is kept beside what it did, so that it is found by its name for ever. */
import type { TenantId } from "../domain/ids.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { Window } from "../domain/time.ts";
import type { Alongside, FromMade } from "../use-cases/surface-resources.ts";
import { keeping } from "../use-cases/surface-resources.ts";
import type { PimAsk } from "./ask.ts";
import type { PimCall } from "./pim-call.ts";
import { askedOf, type KeptRequest, requestKey } from "./pim-request.ts";
import { storedInfo } from "./schedule-info.ts";

/** `window`: what it made or changed; null where an access request says it, or where it ended something. */
type Made = Pick<KeptRequest, "status" | "scheduleId"> & {
  readonly subjectId: string;
  readonly window: Window | null;
};

/** The tenant that owns the scope keeps it; the requester's own reads it too. */
export function keepRequest<T>(
  call: PimCall,
  { ask, name, owner }: { readonly ask: PimAsk; readonly name: string; readonly owner: TenantId },
  of: FromMade<T, Made>,
): Alongside<T> {
  const kept: KeptRequest = { ...askedOf(ask), status: null, scheduleId: null, stored: null };
  const mine = call.caller.ref.tenantId;
  const made = {
    kind: "scheduleRequest",
    tenantId: owner,
    otherTenantId: owner === mine ? null : mine,
    id: requestKey(ask.of, name),
    tags: {},
    kept: jsonOf(kept),
  } as const;
  return keeping<T>(call, made, async (...at) => {
    const { subjectId, window, ...now } = await of(...at);
    const stored = window === null ? null : storedInfo(ask, window);
    return { subjectId, kept: jsonOf({ ...kept, ...now, stored }) };
  });
}

function jsonOf(kept: KeptRequest): JsonObject {
  return { ...kept, principal: { ...kept.principal } };
}
