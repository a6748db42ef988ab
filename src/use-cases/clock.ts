/** What an operator says of a clock: that one that jumped is right, or that a mark was stored by one that was wrong. */
import type { TenantId } from "../domain/ids.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { stamp } from "../domain/stamp.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { mayOperate } from "../policy/authority.ts";
import type { Caller, Deps } from "./ports.ts";

/** The clock that is suspected is believed from the next look at it on, by every process that suspects it now. */
export async function acceptClock(deps: Deps, caller: Caller, justification: string): Promise<Outcome<void>> {
  const allowed = mayOperate(caller, "only an operator of the installation vouches for its clock");
  if (!allowed.ok) return allowed;
  const { tenants } = await deps.store.mark.read();
  await tell(deps, caller, {
    type: "clock.accepted",
    at: deps.clock.bounds().latest,
    tenants,
    facts: { justification },
  });
  await deps.store.mark.accept();
  return accept(undefined);
}

/** Time goes on from `to`, or from what the clock shows where that is later. What ended by the wrong mark stays ended. */
export async function repairClock(
  deps: Deps,
  caller: Caller,
  { to, justification }: { readonly to: Instant; readonly justification: string },
): Promise<Outcome<void>> {
  const allowed = mayOperate(caller, "only an operator of the installation repairs its clock");
  if (!allowed.ok) return allowed;
  const { mark, newestEntry, tenants } = await deps.store.mark.read();
  if (newestEntry !== null && to < newestEntry)
    return reject(
      "invalid_input",
      `the newest entry of the log is of ${formatInstant(newestEntry)}, and time does not go back behind the log; take that or later`,
      { path: "/to" },
    );
  if (to >= mark)
    return reject(
      "invalid_input",
      `the latest time that was told is ${formatInstant(mark)}; a repair takes a time before it`,
      { path: "/to" },
    );
  const facts = { justification, from: formatInstant(mark), to: formatInstant(to) };
  await tell(deps, caller, { type: "clock.repaired", at: to, tenants, facts });
  if (await deps.store.mark.lower(to)) return accept(undefined);
  return reject("invalid_input", "the log went on meanwhile; look again and take a later time", {
    path: "/to",
  });
}

interface Told {
  readonly type: "clock.accepted" | "clock.repaired";
  readonly at: Instant;
  readonly tenants: readonly TenantId[];
  readonly facts: Readonly<Record<string, string>>;
}

/** It concerns every organisation that has access by this clock. */
async function tell(deps: Deps, caller: Caller, { type, at, tenants, facts }: Told): Promise<void> {
  const correlationId = deps.ids.next();
  for (const tenantId of tenants) {
    const about = { kind: "tenant", id: tenantId, tenantId, otherTenantId: null, correlationId };
    const event =
      tenantId === caller.ref.tenantId
        ? stamp(type, about, caller, facts)
        : { ...stamp(type, about, caller, facts), actor: { kind: "system" as const, via: "operator" } };
    await deps.store.inTenant(tenantId, (tx) => tx.record([event], at));
  }
}
