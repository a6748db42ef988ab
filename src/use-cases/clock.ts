/** What an operator says of a clock: that one that jumped is right, or that a mark was stored by one that was wrong. */
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { mayOperate } from "../policy/authority.ts";
import type { Caller, Deps } from "./ports.ts";
import { tellEverybody } from "./tell-everybody.ts";

/** The clock that is suspected is believed from the next look at it on, by every process that suspects it now. */
export async function acceptClock(deps: Deps, caller: Caller, justification: string): Promise<Outcome<void>> {
  const allowed = mayOperate(caller, "only an operator of the installation vouches for its clock");
  if (!allowed.ok) return allowed;
  const { tenants } = await deps.store.mark.read();
  await tellEverybody(deps, caller, {
    type: "clock.accepted",
    at: deps.clock.bounds().latest,
    tenants,
    correlationId: deps.ids.next(),
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
  const correlationId = deps.ids.next();
  await tellEverybody(deps, caller, { type: "clock.repaired", at: to, tenants, correlationId, facts });
  if (await deps.store.mark.lower(to)) return accept(undefined);
  return reject("invalid_input", "the log went on meanwhile; look again and take a later time", {
    path: "/to",
  });
}
