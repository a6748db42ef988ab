/** Opens and ends grants: those without a target in one transaction, ends in targets together and cut first, the rest side by side. */
import { setTimeout as delay } from "node:timers/promises";
import type { Grant } from "../domain/grant.ts";
import type { GrantId, TargetId, TenantId } from "../domain/ids.ts";
import type { TargetDefinition } from "../domain/target-binding.ts";
import { addMs, type Instant, SECOND_MS } from "../domain/time.ts";
import { advanceGrant } from "../use-cases/grants/advance-grant.ts";
import { advancePlainGrants } from "../use-cases/grants/advance-plain-grants.ts";
import { closeDue, endsIn } from "../use-cases/grants/end-together.ts";
import type { TakenLeases } from "../use-cases/ports.ts";
import { gather } from "./gather.ts";
import { IDLE_MS, type Loop, startLoop } from "./loop.ts";
import { openLane, type TargetLane } from "./target-lane.ts";
import { warmTargets } from "./warm-targets.ts";
import type { DueGrant, WorkerOptions } from "./worker.ts";

const BATCH = 500;
const BUSY_MS = 50;
/** So long before an end the way to its target is made ready. */
const AHEAD_MS = 5 * SECOND_MS;

type Place = Pick<DueGrant, "tenantId" | "id">;

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

  /** Closed in one transaction, then to the lanes of their targets, under their leases all the way. */
  const takeUp = async (tenantId: TenantId, held: readonly Place[], now: Instant): Promise<void> => {
    let leases: TakenLeases | null = null;
    try {
      const ids = held.map(({ id }) => id);
      leases = await deps.leases.takeLeases(ids);
      const { grants, targets } = await closeDue(deps, tenantId, ids);
      const known = new Map(grants.map((grant) => [grant.id, grant]));
      for (const { id } of held) {
        // Closed all the same; what it has in targets waits for whoever holds the lease.
        if (leases.ids.has(id))
          keep(id, endIn(targets, { tenantId, id }, known.get(id) ?? null, leases, now));
        else keep(id, delay(BUSY_MS));
      }
    } catch (error) {
      onError("a batch of ends", error);
      await leases?.release([...leases.ids]);
      for (const one of held) keep(one.id, turn(one, null));
    }
  };

  const endIn = async (
    targets: readonly TargetDefinition[],
    place: Place,
    grant: Grant | null,
    leases: TakenLeases,
    now: Instant,
  ): Promise<void> => {
    const outcomes =
      grant === null
        ? []
        : await Promise.all(
            targets
              .filter((target) => endsIn(grant, target.id, now).length > 0)
              .map((target) => laneOf(target.id).end(grant, target, leases)),
          );
    await new Promise<void>((done) => giveBack({ leases, id: place.id, done }));
    if (grant === null || outcomes.includes("again")) await delay(BUSY_MS);
    else if (outcomes.length === 0 || outcomes.includes("left")) await turn(place, targetOf(grant));
  };

  return {
    wake: loop.wake,
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
