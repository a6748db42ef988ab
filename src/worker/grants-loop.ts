/** Opens and ends grants: those without a target in one transaction, ends in targets together and cut first, the rest side by side. */
import { setTimeout as delay } from "node:timers/promises";
import type { Grant } from "../domain/grant.ts";
import type { GrantId, TargetId, TenantId } from "../domain/ids.ts";
import type { TargetDefinition } from "../domain/target-binding.ts";
import { addMs, type Instant, isOver, SECOND_MS } from "../domain/time.ts";
import { traced } from "../telemetry/trace.ts";
import { advanceGrant } from "../use-cases/grants/advance-grant.ts";
import { advancePlainGrants } from "../use-cases/grants/advance-plain-grants.ts";
import { closeDue, type DueTogether, endsIn } from "../use-cases/grants/end-together.ts";
import { startGrants } from "../use-cases/grants/start-grants.ts";
import type { TakenLeases } from "../use-cases/ports.ts";
import { gather, sideBySide } from "./gather.ts";
import { IDLE_MS, type Loop, startLoop } from "./loop.ts";
import { openLane, type TargetLane } from "./target-lane.ts";
import { tenantByTenant } from "./tenant-by-tenant.ts";
import { warmTargets } from "./warm-targets.ts";
import type { DueGrant, WorkerOptions } from "./worker.ts";

const BATCH = 500;
const BUSY_MS = 50;
/** What was cut here and is taken out by another process: should that one die, it is taken up by then. */
const ELSEWHERE_MS = SECOND_MS;
/** Transactions that store ends: what is due next need not wait for the one before, nor one tenant for another. */
const MOST_CLOSING = { ofTenant: 2, ofAll: 6 };
/** So long before an end the way to its target is made ready. */
export const AHEAD_MS = 5 * SECOND_MS;

type Place = Pick<DueGrant, "tenantId" | "id">;

interface TakenUp {
  readonly place: Place;
  /** Null while somebody else holds its row. */
  readonly grant: Grant | null;
  /** The targets it is to be taken out of now. */
  readonly leaving: readonly TargetDefinition[];
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
  const atWork = new Map<GrantId, Promise<unknown>>();
  /** Of those, the ones whose end was taken up: they are being cut wherever they are. */
  const ending = new Set<GrantId>();
  /** One for each target, and one for each tenant, for what is in no target that is known yet. */
  const lanes = new Map<TargetId | TenantId, TargetLane>();
  const warm = warmTargets(deps);
  const closings = new Map<TenantId, ReturnType<typeof sideBySide>>();
  const closingOfAll = sideBySide(MOST_CLOSING.ofAll);
  let stopped = false;
  const laneOf = (place: TargetId | TenantId): TargetLane => {
    const lane = lanes.get(place) ?? openLane(deps, () => stopped, onError);
    lanes.set(place, lane);
    return lane;
  };
  const closing = (tenantId: TenantId, work: () => Promise<void>): Promise<void> => {
    const ofTenant = closings.get(tenantId) ?? sideBySide(MOST_CLOSING.ofTenant);
    closings.set(tenantId, ofTenant);
    return ofTenant(() => closingOfAll(work));
  };
  const giveBack = gather<GivenBack>(BATCH, async (batch) => {
    for (const [leases, given] of Map.groupBy(batch, (one) => one.leases)) {
      await leases.release(given.map(({ id }) => id));
      for (const { done } of given) done();
    }
  });

  const takingUp = tenantByTenant<DueGrant>({
    async run(tenantId, some) {
      const now = deps.clock.now();
      const ready = some.filter(({ id }) => !atWork.has(id));
      const dealtWith = await advanceTogether(options, tenantId, ready);
      for (const one of ready) if (!one.held && !dealtWith.has(one.id)) keep(one.id, advance(one, null));
      const held = some.filter((one) => one.held);
      if (held.length > 0) await takeUp(tenantId, held, now);
      return [];
    },
    onLate: () => loop.wake(),
    onError: (error) => onError("grants", error),
  });

  const pass = async (): Promise<number> => {
    const now = deps.clock.now();
    const most = BATCH + atWork.size + takingUp.size;
    const found =
      deps.store.restoration.pending() === null
        ? await due.grants(addMs(now, AHEAD_MS), most)
        : await due.ends(now, most);
    const soon = found.filter(({ id }) => !takingUp.has(id));
    const ready = soon.filter(({ at, id }) => at <= now && !atWork.has(id));
    // A step in one target may last as long as that target lets it: an end does not wait for it in the others.
    const busy = soon.filter(({ held, id }) => held && atWork.has(id) && !ending.has(id));
    const over = busy.filter((one) => one.state === "deprovisioning" || isOver(one, now));
    await takingUp.take([...ready, ...over]);
    void warm(soon.filter((one) => one.held && one.at > now));
    // Some of it may be others', who stand behind what fills the batch.
    if (ready.some(({ held }) => !held) || ready.length >= BATCH) return 0;
    const ends = busy.flatMap(({ endsAt }) => (endsAt === null || endsAt <= now ? [] : endsAt - now));
    return Math.min(await untilNext(options, now), ...ends);
  };
  const loop = startLoop({ name: "grants", run: pass, onError });

  const keep = (id: GrantId, work: Promise<void>): void => {
    // It may be at work already, in a step that began before its end.
    const done: Promise<unknown> = Promise.all([atWork.get(id), work]).finally(() => {
      if (atWork.get(id) !== done) return;
      atWork.delete(id);
      ending.delete(id);
      loop.wake();
    });
    atWork.set(id, done);
  };

  /** Somebody else holds it, or it failed: still due, and looking again at once would only spin. */
  const advance = ({ tenantId, id }: Place, target: TargetId | null): Promise<void> =>
    laneOf(target ?? tenantId).apart(async () => {
      if (stopped) return;
      try {
        const { busy } = await traced("grant.advance", {}, () => advanceGrant(deps, tenantId, id));
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
    const closed = closing(tenantId, () => closeDue(deps, tenantId, ids, tell)).catch((error: unknown) => {
      onError("a batch of ends", error);
      tell(null);
      throw error;
    });
    closed.catch(() => {});
    const seen = await told;
    const known = new Map(seen?.grants.map((grant) => [grant.id, grant]));
    for (const { id } of held) {
      const grant = known.get(id) ?? null;
      const leaving = (seen?.targets ?? []).filter(
        (target) => grant !== null && endsIn(grant, target.id, now).length > 0,
      );
      const end = { place: { tenantId, id }, grant, leaving, closed };
      if (grant?.state.name === "deprovisioning") ending.add(id);
      keep(id, leases.ids.has(id) ? bringAbout(end, leases, seen) : cutBeside(end));
    }
  };

  /** Whoever holds its lease takes it out of its targets, when they get there: what is over is cut without waiting for them. */
  const cutBeside = async ({ place, grant, leaving, closed }: TakenUp): Promise<void> => {
    const outcomes = await Promise.all(
      leaving.map((target) => grant && laneOf(target.id).cut(grant, target, closed)),
    );
    const isCut = grant !== null && !outcomes.includes("again");
    await delay(isCut ? ELSEWHERE_MS : BUSY_MS);
    if (isCut) return;
    ending.delete(place.id);
    loop.wake();
  };

  const bringAbout = async (
    { place, grant, leaving, closed }: TakenUp,
    leases: TakenLeases,
    seen: DueTogether | null,
  ): Promise<void> => {
    const outcomes = await Promise.all(
      leaving.map((target) => grant && laneOf(target.id).end(grant, target, leases, closed)),
    );
    await closed.catch(() => outcomes.push("left"));
    await new Promise<void>((done) => giveBack({ leases, id: place.id, done }));
    if (seen === null || outcomes.includes("left") || (grant !== null && outcomes.length === 0))
      await advance(place, grant === null ? null : targetOf(grant));
    else if (grant === null || outcomes.includes("again")) await delay(BUSY_MS);
  };

  return {
    wake: loop.wake,
    within: loop.within,
    hasMore: loop.hasMore,
    async stop() {
      stopped = true;
      await loop.stop();
      await takingUp.settled();
      await Promise.all(atWork.values());
      await deps.gateway.together?.close();
    },
  };
}

/** Starts, and ends without a target, in one batch each. Resolves to what needs nothing more. */
async function advanceTogether(
  { deps, onError }: WorkerOptions,
  tenantId: TenantId,
  grants: readonly DueGrant[],
): Promise<ReadonlySet<GrantId>> {
  const starting = grants.filter(({ state }) => state === "scheduled").map(({ id }) => id);
  const plain = new Set(grants.filter(({ held }) => !held).map(({ id }) => id));
  const running = grants.filter(({ held, state }) => !held && state !== "scheduled").map(({ id }) => id);
  try {
    const started = starting.length === 0 ? null : await startGrants(deps, tenantId, starting);
    const ended = running.length === 0 ? null : await advancePlainGrants(deps, tenantId, running);
    // What a target holds has yet to be made there.
    return new Set([...(started ?? []), ...(ended ?? [])].filter((id) => plain.has(id)));
  } catch (error) {
    // Each of them is advanced by itself.
    onError("a batch of grants", error);
    return new Set();
  }
}

/** Where its next step most likely is: work in one target never waits for work in another. */
function targetOf({ entitlements }: Grant): TargetId | null {
  const pending = entitlements.find(({ state }) => state === "planned" || state === "leaving");
  return (pending ?? entitlements[0])?.targetId ?? null;
}

export async function untilNext({ deps, due }: WorkerOptions, after: Instant): Promise<number> {
  const next = await due.next(after);
  return next === null ? IDLE_MS : Math.max(1, next - deps.clock.now());
}
