/** Opens and ends grants: those without a target in one transaction, ends in targets together and cut first, the rest side by side. */
import { setTimeout as delay } from "node:timers/promises";
import type { Grant } from "../domain/grant.ts";
import type { GrantId, TargetId, TenantId } from "../domain/ids.ts";
import { addMs, type Instant, SECOND_MS } from "../domain/time.ts";
import { advanceGrant } from "../use-cases/grants/advance-grant.ts";
import { advancePlainGrants } from "../use-cases/grants/advance-plain-grants.ts";
import { closeDue, type DueTogether, endsIn } from "../use-cases/grants/end-together.ts";
import type { TakenLeases } from "../use-cases/ports.ts";
import { gather, sideBySide } from "./gather.ts";
import { IDLE_MS, type Loop, startLoop } from "./loop.ts";
import { openLane, type TargetLane } from "./target-lane.ts";
import { warmTargets } from "./warm-targets.ts";
import type { DueGrant, WorkerOptions } from "./worker.ts";

const BATCH = 500;
const BUSY_MS = 50;
/** Transactions that store ends: what is due next need not wait for the one before. */
const MOST_CLOSING = 2;
/** So long before an end the way to its target is made ready. */
export const AHEAD_MS = 5 * SECOND_MS;

type Place = Pick<DueGrant, "tenantId" | "id">;

interface TakenUp {
  readonly place: Place;
  /** Null while somebody else holds its row. */
  readonly grant: Grant | null;
  readonly leases: TakenLeases;
  readonly closed: Promise<void>;
}

interface GivenBack {
  readonly leases: TakenLeases;
  readonly id: GrantId;
  readonly done: () => void;
}

export function startGrantsLoop(options: WorkerOptions): Loop {
  const { deps, due, onError } = options;
  /** A grant in here is not taken up again before its work is done. */
  const atWork = new Map<GrantId, Promise<void>>();
  const lanes = new Map<TargetId | null, TargetLane>();
  const warm = warmTargets(deps);
  const closing = sideBySide(MOST_CLOSING);
  let stopped = false;
  const laneOf = (target: TargetId | null): TargetLane => {
    const lane = lanes.get(target) ?? openLane(deps, () => stopped, onError);
    lanes.set(target, lane);
    return lane;
  };
  const giveBack = gather<GivenBack>(BATCH, async (batch) => {
    for (const [leases, given] of Map.groupBy(batch, (one) => one.leases)) {
      await leases.release(given.map(({ id }) => id));
      for (const { done } of given) done();
    }
  });

  const pass = async (): Promise<number> => {
    const now = deps.clock.now();
    const soon = await due.grants(addMs(now, AHEAD_MS), BATCH + atWork.size);
    const ready = soon.filter(({ at, id }) => at <= now && !atWork.has(id));
    const dealtWith = await advancePlain(options, ready);
    for (const one of ready) if (!one.held && !dealtWith.has(one.id)) keep(one.id, turn(one, null));
    const held = Map.groupBy(
      ready.filter((one) => one.held),
      ({ tenantId }) => tenantId,
    );
    await Promise.all([...held].map(([tenantId, some]) => takeUp(tenantId, some, now)));
    void warm(soon.filter((one) => one.held && one.at > now));
    return dealtWith.size > 0 ? 0 : untilNext(options, now);
  };
  const loop = startLoop({ name: "grants", run: pass, onError });

  const keep = (id: GrantId, work: Promise<void>): void => {
    const done = work.finally(() => {
      atWork.delete(id);
      loop.wake();
    });
    atWork.set(id, done);
  };

  /** Somebody else holds it, or it failed: still due, and looking again at once would only spin. */
  const turn = ({ tenantId, id }: Place, target: TargetId | null): Promise<void> =>
    laneOf(target).turn(async () => {
      if (stopped) return;
      try {
        const { busy } = await advanceGrant(deps, tenantId, id);
        if (!busy) return;
      } catch (error) {
        onError(`grant ${id}`, error);
      }
      await delay(BUSY_MS);
    });

  /** Resolves once their ends are on the way, under their leases; they are stored meanwhile. */
  const takeUp = async (tenantId: TenantId, held: readonly Place[], now: Instant): Promise<void> => {
    const ids = held.map(({ id }) => id);
    const leases = await deps.leases.takeLeases(ids);
    const { promise: told, resolve: tell } = Promise.withResolvers<DueTogether | null>();
    const closed = closing(() => closeDue(deps, tenantId, ids, tell)).catch((error: unknown) => {
      onError("a batch of ends", error);
      tell(null);
      throw error;
    });
    closed.catch(() => {});
    const seen = await told;
    const known = new Map(seen?.grants.map((grant) => [grant.id, grant]));
    for (const { id } of held) {
      const end = { place: { tenantId, id }, grant: known.get(id) ?? null, leases, closed };
      // Closed all the same; what it has in targets waits for whoever holds the lease.
      if (!leases.ids.has(id)) keep(id, delay(BUSY_MS));
      else keep(id, bringAbout(end, seen, now));
    }
  };

  const bringAbout = async (
    { place, grant, leases, closed }: TakenUp,
    seen: DueTogether | null,
    now: Instant,
  ): Promise<void> => {
    const leaving = (seen?.targets ?? []).filter(
      (target) => grant !== null && endsIn(grant, target.id, now).length > 0,
    );
    const outcomes = await Promise.all(
      leaving.map((target) => grant && laneOf(target.id).end(grant, target, leases, closed)),
    );
    await closed.catch(() => outcomes.push("left"));
    await new Promise<void>((done) => giveBack({ leases, id: place.id, done }));
    if (seen === null || outcomes.includes("left") || (grant !== null && outcomes.length === 0))
      await turn(place, grant === null ? null : targetOf(grant));
    else if (grant === null || outcomes.includes("again")) await delay(BUSY_MS);
  };

  return {
    wake: loop.wake,
    within: loop.within,
    hasMore: loop.hasMore,
    async stop() {
      stopped = true;
      await loop.stop();
      await Promise.all(atWork.values());
      await deps.gateway.together?.close();
    },
  };
}

async function advancePlain(
  { deps, onError }: WorkerOptions,
  grants: readonly DueGrant[],
): Promise<ReadonlySet<GrantId>> {
  const dealtWith = new Set<GrantId>();
  const plain = Map.groupBy(
    grants.filter((grant) => !grant.held),
    ({ tenantId }) => tenantId,
  );
  for (const [tenantId, some] of plain) {
    try {
      const ids = some.map(({ id }) => id);
      for (const id of await advancePlainGrants(deps, tenantId, ids)) dealtWith.add(id);
    } catch (error) {
      // Each of them gets a turn of its own.
      onError("a batch of grants", error);
    }
  }
  return dealtWith;
}

/** Where its next step most likely is: turns of one target never wait for those of another. */
function targetOf({ entitlements }: Grant): TargetId | null {
  const pending = entitlements.find(({ state }) => state === "planned" || state === "leaving");
  return (pending ?? entitlements[0])?.targetId ?? null;
}

export async function untilNext({ deps, due }: WorkerOptions, after: Instant): Promise<number> {
  const next = await due.next(after);
  return next === null ? IDLE_MS : Math.max(1, next - deps.clock.now());
}
