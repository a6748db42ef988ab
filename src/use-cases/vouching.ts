/**
 * What only an operator can know, said to every organisation: that a clock which jumped is right, that a mark was stored by
 * one that was wrong, that a restored database may give access again.
 */
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { RESTORED_BECAUSE } from "../domain/restored.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { mayOperate } from "../policy/authority.ts";
import type { Caller, Deps } from "./ports.ts";
import { tellEverybody } from "./tell-everybody.ts";

/** The clock that is suspected is believed from the next look at it on, by every process that suspects it now. */
export async function acceptClock(deps: Deps, caller: Caller, justification: string): Promise<Outcome<void>> {
  const allowed = mayOperate(caller, "only an operator of the installation vouches for its clock");
  if (!allowed.ok) return allowed;
  const { mark } = deps.store;
  const { tenants } = await mark.read();
  const told = {
    type: "clock.accepted",
    at: deps.clock.bounds().latest,
    tenants,
    correlationId: deps.ids.next(),
    facts: { justification },
  } as const;
  await mark.accept(caller.ref.tenantId, (tx) => tellEverybody(tx, caller, told));
  return accept(undefined);
}

/**
 * With its entries or not at all: whatever ends in between, the same is said again. Time goes on from `to`, or
 * from what the clock shows where that is later. What ended by the wrong mark stays ended.
 */
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
  const correlationId = deps.ids.next();
  const told = { type: "clock.repaired", at: to, tenants, correlationId, facts } as const;
  const home = caller.ref.tenantId;
  if (await deps.store.mark.lower(to, home, (tx) => tellEverybody(tx, caller, told)))
    return accept(undefined);
  return reject("invalid_input", "the log went on meanwhile; look again and take a later time", {
    path: "/to",
  });
}

/** Access is given again from the next pulse of each process on, and every target is brought to what the database says. */
export async function confirmRestore(
  deps: Deps,
  caller: Caller,
  justification: string,
): Promise<Outcome<void>> {
  const allowed = mayOperate(caller, "only an operator of the installation confirms a restored database");
  if (!allowed.ok) return allowed;
  const { restoration } = deps.store;
  const restored = restoration.pending();
  if (restored === null) return reject("invalid_input", "there is no restored database to confirm");
  const { tenants } = await deps.store.mark.read();
  const because = RESTORED_BECAUSE[restored.why];
  const facts = { justification, because, since: formatInstant(restored.since) };
  const told = { type: "restore.confirmed", at: deps.clock.now(), tenants, facts } as const;
  await deps.store.inTenant(caller.ref.tenantId, (tx) =>
    tellEverybody(tx, caller, { ...told, correlationId: deps.ids.next() }),
  );
  await restoration.confirm();
  deps.store.wake();
  return accept(undefined);
}
