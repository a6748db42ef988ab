/** What a newcomer finds waiting: one request to decide, one grant that is live, one that is scheduled. */

import { CONTRIBUTOR_ID, READER_ID } from "../domain/role-definition.ts";
import { addMs, DAY_MS, HOUR_MS, type Instant } from "../domain/time.ts";
import type { SubmitInput } from "../policy/decisions/prepare.ts";
import type { EffectDeps } from "../use-cases/ports.ts";
import { submitRequest } from "../use-cases/requests/submit-request.ts";
import type { Places } from "./history.ts";
import { personAt, type World } from "./people.ts";

/** Asked again at each start; what is there already is refused as an overlap, which is what we want. */
export async function makePresent(
  deps: EffectDeps,
  world: World,
  places: Places,
  now: Instant,
): Promise<void> {
  const fiona = personAt(world, { tenant: "fabrikam", name: "fiona", now });
  const colin = personAt(world, { tenant: "contoso", name: "colin", now });
  await submitRequest(deps, fiona, {
    ...ask("two orders were paid twice"),
    scope: places.orders,
    roleDefinitionIds: [CONTRIBUTOR_ID],
    durationMs: 2 * HOUR_MS,
    purpose: "troubleshooting",
  });
  await submitRequest(deps, fiona, {
    ...ask("reconcile this week"),
    scope: places.billing,
    roleDefinitionIds: [CONTRIBUTOR_ID],
    durationMs: 6 * HOUR_MS,
    purpose: "maintenance",
  });
  await submitRequest(deps, colin, {
    ...ask("cost report for this month"),
    scope: places.subscription,
    roleDefinitionIds: [READER_ID],
    durationMs: 4 * HOUR_MS,
    purpose: "investigation",
    startAt: addMs(now, DAY_MS),
  });
}

function ask(
  justification: string,
): Omit<SubmitInput, "scope" | "roleDefinitionIds" | "durationMs" | "purpose"> {
  return {
    justification,
    startAt: null,
    neededUntil: null,
    ticket: null,
    plan: null,
    beneficiary: null,
    emergency: false,
  };
}
