/**
 * A working day in moved time, with everything failing in turn: the target, its owner's hand, the sessions of the records,
 * the records themselves and the clock. Whatever was done to it: nothing is open past its end, nothing is lost, and what
 * is stuck says so.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { type Grant, isOpen } from "../../src/domain/grant.ts";
import { isBehind } from "../../src/domain/grant-progress.ts";
import { asId, type GrantId, type TargetId } from "../../src/domain/ids.ts";
import { FAULT_KINDS } from "../../src/domain/target-fault.ts";
import { type BoundedClock, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import { createOutbound } from "../../src/outbound/places.ts";
import { ClockSuspected } from "../../src/store/database-clock.ts";
import type { OpenStore } from "../../src/store/open-store.ts";
import { loadTarget } from "../../src/store/targets.ts";
import { createTargetGateway } from "../../src/targets/gateway.ts";
import { checkTargetAgain } from "../../src/use-cases/grants/check-target.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { reconcileTarget } from "../../src/use-cases/grants/reconcile-target.ts";
import type { TargetGateway } from "../../src/use-cases/ports.ts";
import { until } from "../fixtures/program.ts";
import { bindTo } from "../fixtures/target-world.ts";
import type { Name } from "../fixtures/town.ts";
import { drawersIn, removeDrawers, setTroubles, type Troubles, toyTarget } from "../fixtures/toy-target.ts";
import { type ManualClock, MONDAY } from "../fixtures/world.ts";
import { type ClusterWorld, openClusterWorld, RECORDS } from "../races/cluster-world.ts";
import {
  ACTS,
  assertLinked,
  CHANGES,
  type Command,
  command,
  decide,
  look,
  newLife,
  oneOf,
  type Running,
  type Seen,
  submit,
  work,
} from "./life.ts";

const HOURS = Number(process.env.CURFEW_HELD_HOURS ?? 8);
const SEED = Number(process.env.CURFEW_MODEL_SEED ?? Date.now() % 2 ** 31);
const MOST_S = 10;
const LIVES = 3;
/** Longer than any pause between two tries. */
const PAST_RETRIES_MS = 11 * MINUTE_MS;

interface Life {
  readonly seen: Seen;
  readonly running: Running;
  readonly targetId: TargetId;
  readonly folder: string;
  /** Whose drawers the target's owner took, until they are there again. */
  readonly taken: Set<string>;
}

let clock: ManualClock & { suspect(is: boolean): void };
let world: ClusterWorld;
let folders: string;
const lives: Life[] = [];
before(async () => {
  folders = mkdtempSync(join(tmpdir(), "curfew-held-"));
  clock = movedClock();
  world = await openClusterWorld({ kinds: [toyTarget], clock: () => clock, gateway: gatewayOf });
});
after(async () => {
  await world.close();
  rmSync(folders, { recursive: true, force: true });
});

test(`${HOURS} hours of acts and faults in moved time, seed ${SEED}`, async (t) => {
  t.diagnostic(`CURFEW_MODEL_SEED=${SEED} CURFEW_HELD_HOURS=${HOURS} repeats this run`);
  for (let index = 0; index < LIVES; index++) lives.push(await openLife(`cabinet ${index}`));
  const met = new Map<string, number>();
  const end = clock.now() + HOURS * HOUR_MS;
  const steps = fc.sample(STEPS, {
    numRuns: Math.ceil((HOURS * HOUR_MS * 4) / (MOST_S * SECOND_MS)),
    seed: SEED,
  });
  let acts = 0;
  for (const { which, act, seconds, fault } of steps) {
    if (clock.now() >= end) break;
    clock.advance(seconds * SECOND_MS);
    const life = lives[which];
    assert.ok(life);
    acts++;
    const name = fault?.name ?? "nothing";
    met.set(name, (met.get(name) ?? 0) + 1);
    await (fault === null ? act.run(life.seen, life.running) : fault.meet(life, act)).catch(
      (error: unknown) => {
        throw new Error(`at step ${acts}, ${name}, ${String(act)}: ${String(error)}`, { cause: error });
      },
    );
    // One worker serves everybody.
    const others = (fault?.works ?? String(act) === "work") ? lives.filter((one) => one !== life) : [];
    for (const { seen, running } of others) await worked.run(seen, running);
    for (const one of [life, ...others]) assertHeld(one);
    if (others.length > 0) for (const one of lives) assertVisible(one);
  }
  assert.ok(clock.now() >= end, "there were acts for all of the time");
  for (const life of lives) {
    await healed.meet(life, work());
    for (const { seen, running } of lives) await worked.run(seen, running);
  }
  clock.advance(24 * HOUR_MS);
  await world.pass();
  for (const life of lives) await assertOver(life);
  const ends = lives.flatMap(({ seen }) => seen.grants.map(endOf));
  const faults = [...met].flatMap(([name, times]) => Array<string>(times).fill(name.replace(/:.*/, "")));
  t.diagnostic(`${acts} acts, ${ends.length} grants: ${tally(ends)}; faults: ${tally(faults)}`);
  assert.ok(HOURS < 4 || new Set(ends).size > 2, "the acts lead nowhere");
});

async function openLife(name: string): Promise<Life> {
  const { model: seen, real: running } = await newLife(world);
  const folder = join(folders, name);
  const { town } = running;
  const targetId = await bindTo(town, { kind: "toy", config: { folder } }, [
    { role: "Contributor", scope: town.scopes.web, entitlement: { drawer: "7" } },
  ]);
  return { seen, running, targetId, folder, taken: new Set() };
}

/** Done while it is called something else than nothing; the act is what somebody happens to do then. */
interface Fault {
  readonly name: string;
  meet(life: Life, act: Command): Promise<void>;
  /** Whether the worker makes a pass meanwhile; where it is not said, it does if that is the act. */
  readonly works?: boolean;
}

/** What a pass may have done to those whom nobody asked. */
const worked = command("worked", async () => ({ grants: "worker", requests: "worker" }));

/** What goes wrong in the target stays, until something else does or all is put right. */
function troubled(troubles: Troubles): Fault {
  const what = Object.entries(troubles).map(
    ([method, { kind, after }]) => `${method} ${kind}${after ? " afterwards" : ""}`,
  );
  return {
    name: `target: ${what.join()}`,
    async meet({ seen, running, folder }, act) {
      setTroubles(folder, troubles);
      await act.run(seen, running);
    },
  };
}

/** What somebody asks of the service; the rest is done to it. */
const isUse = (act: Command) => !/restart|comes or goes/.test(String(act));

/** Nobody gets an answer but this one, and when it is over everything is as it was. */
async function refusesAll({ seen, running, folder }: Life, act: Command, expected: RegExp): Promise<void> {
  const held = drawersIn(folder);
  const before = structuredClone(seen);
  for (const one of [work(), ...(isUse(act) ? [act] : [])])
    await assert.rejects(one.run(seen, running), expected);
  assert.deepEqual(drawersIn(folder), held, "nothing is done in a target");
  assert.deepEqual(seen, before);
}

const suspected: Fault = {
  name: "clock suspected",
  works: false,
  async meet(life, act) {
    clock.suspect(true);
    await refusesAll(life, act, /stepped ahead/);
    clock.suspect(false);
    await assertAsBefore(life);
  },
};

const away: Fault = {
  name: "records away",
  works: false,
  async meet(life, act) {
    await admitted(false);
    await refusesAll(life, act, /not currently accepting|terminat|Connection|connection|closed|away|shut/i);
    await admitted(true);
    await allBack();
    await assertAsBefore(life);
  },
};

async function assertAsBefore({ seen, running }: Life): Promise<void> {
  const { requests, grants } = await look(running);
  assert.deepEqual(
    { requests, grants },
    { requests: seen.requests, grants: seen.grants },
    "nothing was stored",
  );
}

/** Whoever works loses every session, again and again; whoever comes after finishes it. */
const cut: Fault = {
  name: "sessions cut",
  works: true,
  async meet({ seen, running }) {
    let working = true;
    const cutting = (async () => {
      while (working) {
        await endSessions();
        await delay(Math.random() * 20);
      }
    })();
    const sawAll = command("work", async (_, { deps }) => {
      for (let tries = 0; tries < 3; tries++) await world.pass(deps).catch(() => {});
      working = false;
      await cutting;
      await allBack();
      await world.pass(deps);
      return { grants: "worker", requests: "worker" };
    });
    await sawAll.run(seen, running);
  },
};

const byHand: Fault = {
  name: "drawers taken by hand",
  async meet(life, act) {
    for (const { grantId } of drawersIn(life.folder)) life.taken.add(grantId);
    removeDrawers(life.folder);
    await act.run(life.seen, life.running);
  },
};

const observed: Fault = {
  name: "looked into",
  works: false,
  async meet({ seen, running, targetId }) {
    const look = command("reconcile", async (_, { deps, town }) => {
      await reconcileTarget(deps, town.tenants.contoso, targetId).catch(() => {});
      return {};
    });
    await look.run(seen, running);
  },
};

/** The owner puts it right, and says so. */
const healed: Fault = {
  name: "put right",
  works: true,
  async meet(life) {
    setTroubles(life.folder, {});
    clock.advance(PAST_RETRIES_MS);
    const one = command("work", async (_, { deps, town }) => {
      await reconcileTarget(deps, town.tenants.contoso, life.targetId);
      assert.ok((await checkTargetAgain(deps, town.as("carol"), life.targetId)).ok);
      await world.pass(deps);
      return { grants: "worker", requests: "worker" };
    });
    await one.run(life.seen, life.running);
    for (const { state } of life.seen.grants)
      assert.ok(
        ["scheduled", "active", "ended"].includes(state.name),
        `with nothing wrong it is not ${state.name}`,
      );
  },
};

const claim: fc.Arbitrary<Command> = fc.nat(20).map((pick) =>
  command(`claim(${pick})`, async ({ grants }, { deps, town }) => {
    const grant = oneOf(grants, isOpen, pick);
    if (grant !== undefined)
      await claimSecret(deps, town.as("colin"), { grantId: grant.id, bindingId: null, reissue: true });
    return {};
  }),
);

const ask: fc.Arbitrary<Command> = fc
  .record({ ask: fc.nat(1), minutes: fc.constantFrom(2, 5, 20), inMinutes: fc.constant(null) })
  .map(submit);

const approve: fc.Arbitrary<Command> = fc
  .record({ who: fc.constantFrom<Name>("carol", "chris", "casey"), pick: fc.nat(20) })
  .map((by) => decide(by, "approve", null));

const METHODS = ["grant", "grant", "revoke", "revoke", "revoke", "issueSecret", "observe"] as const;
const TROUBLE = fc
  .record({
    method: fc.constantFrom(...METHODS),
    kind: fc.constantFrom(...FAULT_KINDS),
    ambiguous: fc.boolean(),
    after: fc.boolean(),
  })
  .map(({ method, ...trouble }) => troubled({ [method]: { ...trouble, message: "made by the test" } }));

const STEPS = fc.record({
  which: fc.nat(LIVES - 1),
  act: fc.oneof(
    { weight: 60, arbitrary: fc.oneof(...ACTS) },
    { weight: 40, arbitrary: fc.oneof(approve, approve, approve, ask, claim) },
    { weight: 1, arbitrary: fc.oneof(...CHANGES) },
  ),
  seconds: fc.integer({ min: 1, max: MOST_S }),
  fault: fc.oneof(
    { weight: 300, arbitrary: fc.constant(null) },
    { weight: 25, arbitrary: TROUBLE },
    { weight: 10, arbitrary: fc.constantFrom(observed, byHand) },
    { weight: 5, arbitrary: fc.constantFrom(suspected, away, cut) },
    { weight: 2, arbitrary: fc.constant(healed) },
  ),
});

/** What holds at every moment, whatever is broken. */
function assertHeld({ seen, folder, taken }: Life): void {
  const grants = new Map(seen.grants.map((grant) => [grant.id, grant]));
  const drawers = drawersIn(folder);
  for (const drawer of drawers) {
    const grant = grants.get(drawer.grantId);
    assert.ok(grant, "nothing stands in a target of which nobody knows");
    assert.ok(grant.endsAt !== null && drawer.until <= grant.endsAt, "I1: nothing is open past its end");
    // What still stands is not called over.
    assert.notEqual(grant.state.name, "ended");
    taken.delete(grant.id);
  }
  const there = new Map(drawers.map((drawer) => [drawer.grantId, drawer.until]));
  for (const grant of seen.grants) {
    if (grant.state.name !== "active" || taken.has(grant.id)) continue;
    const [held] = grant.entitlements;
    assert.ok(held !== undefined, "each is bound");
    if (!isBehind(held))
      assert.equal(there.get(grant.id), grant.endsAt, "I20: what is called open is open until its end");
  }
}

/** Where the worker has just been, whatever is on its way and not there says why, and when it is tried again. */
function assertVisible({ seen }: Life): void {
  for (const { id, state, entitlements } of seen.grants) {
    const isStuck = ["provisioning", "deprovisioning"].includes(state.name);
    const isTold = entitlements.some(({ lastError, fault }) => lastError !== null && fault != null);
    assert.ok(!isStuck || isTold, `${id} is ${state.name}, and nobody knows why`);
  }
}

/** After everything was put right and all time has run out. */
async function assertOver(life: Life): Promise<void> {
  const { running, folder, seen } = life;
  const { town } = running;
  await worked.run(seen, running);
  assert.deepEqual(drawersIn(folder), []);
  for (const { state } of seen.grants) assert.equal(state.name, "ended");
  for (const { state } of seen.requests) assert.notEqual(state.name, "pending");
  for (const tenantId of Object.values(town.tenants)) await assertLinked(world, tenantId);
  const entries = await assertLinked(world, town.tenants.contoso);
  const ended = entries
    .filter(({ entry }) => entry.type === "grant.ended")
    .map(({ entry }) => (entry.subject as { id: string }).id);
  assert.deepEqual([...ended].sort(), seen.grants.map(({ id }) => id).sort(), "each end is told, once");
}

function endOf({ state }: Grant): string {
  return state.name === "ended" ? state.cause : state.name;
}

function tally(all: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].map(([one, times]) => `${times} ${one}`).join(", ");
}

async function endSessions(): Promise<void> {
  await world.cluster.admin(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${RECORDS}' AND pid <> pg_backend_pid()`,
  );
}

async function admitted(may: boolean): Promise<void> {
  await world.cluster.admin(`ALTER DATABASE ${RECORDS} ALLOW_CONNECTIONS ${may}`);
  if (!may) await endSessions();
}

/** By themselves, soon: the pools have seen which of their sessions are gone, and each process has its leases. */
async function allBack(): Promise<void> {
  for (const { running } of lives) {
    const isBack = async () => {
      await running.deps.leases.withLease(asId<GrantId>(randomUUID()), 0, async () => {});
      await look(running);
      await world.due.sequence();
      return true;
    };
    await until(() => isBack().catch(() => false), 10_000, "the sessions to be back");
  }
}

function movedClock(): typeof clock {
  let now = MONDAY;
  let isSuspected = false;
  const told = () => {
    if (isSuspected) throw new ClockSuspected("the clock stepped ahead");
    return now;
  };
  return {
    now: told,
    bounds: () => ({ earliest: now, latest: now }),
    advance(ms) {
      now = (now + ms) as typeof now;
    },
    set(at) {
      now = at;
    },
    doubt: () => assert.fail("it is either believed or suspected"),
    suspect(is) {
      isSuspected = is;
    },
  };
}

function gatewayOf(opened: OpenStore, of: BoundedClock): TargetGateway {
  return createTargetGateway({
    kinds: [toyTarget],
    clock: of,
    outbound: async (id) => createOutbound({ allow: [] })({ id, name: "" }),
    installationId: opened.installationId,
    forbiddenSystemIdentifiers: [],
    async load(tenantId, id) {
      const loaded = await loadTarget(opened.db, tenantId, id, () => ({}));
      return loaded === null ? null : { ...loaded, config: { ...loaded.config, key: "a key" } };
    },
    display: async (ref) => ref.objectId,
  });
}
