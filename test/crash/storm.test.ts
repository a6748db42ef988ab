/** kill -9 of the process that serves, of PostgreSQL, and the end of all its sessions, under load: what was acknowledged is there. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { verifyChain } from "../../src/audit/verify.ts";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { Caller } from "../../src/domain/caller.ts";
import type { Grant } from "../../src/domain/grant.ts";
import { formatInstant, HOUR_MS, SECOND_MS } from "../../src/domain/time.ts";
import { until } from "../fixtures/program.ts";
import type { Ask, Town } from "../fixtures/town.ts";
import { openWorld, realClock, type World } from "../fixtures/world.ts";
import { type Replica, type ReplicaCall, startReplica, Unanswered } from "../races/replicas.ts";
import { type MortalRecords, startMortalRecords } from "./mortal-records.ts";

// `npm run test:long` says minutes.
const STORM_MS = Number(process.env.CURFEW_CRASH_S ?? 8) * 1_000;
const SERVES_AGAIN_WITHIN_MS = 5_000;
const CALM_MS = 700;
const PAUSE_MS = 10;
/** Answered with 503: nobody was told anything. */
const PASSING = ["DatabaseAway", "ClockUnmeasured"];

let records: MortalRecords;
let world: World;
let serving: Replica;
before(async () => {
  records = await startMortalRecords();
  world = await openWorld({ clock: realClock, databaseUrl: records.databaseUrl });
  serving = await startReplica(world.dataDir, records.databaseUrl, true);
});
after(async () => {
  await serving?.stop();
  await world?.close();
  await records?.stop();
});

/** What somebody was told, thing by thing; the newest last. */
interface Told {
  readonly requests: Map<string, AccessRequest>;
  readonly ended: Map<string, Grant>;
  readonly counts: Record<string, number>;
  lastMs: number;
}

/** The answer, or null where nobody knows. */
async function answered(told: Told, call: ReplicaCall): Promise<AccessRequest | Grant | null> {
  const count = (what: string) => {
    told.counts[what] = (told.counts[what] ?? 0) + 1;
  };
  const done = await serving.call(call).catch((error: unknown) => {
    assert.ok(error instanceof Unanswered);
    return null;
  });
  if (done === null || done.fault !== null) {
    const fault = done?.fault ?? "Unanswered";
    assert.ok(fault === "Unanswered" || PASSING.includes(fault), fault);
    count(fault);
    await delay(PAUSE_MS);
    return null;
  }
  const { outcome } = done;
  count(outcome?.ok ? call.verb : `${call.verb} refused`);
  if (!outcome?.ok) return null;
  told.lastMs = performance.now();
  return outcome.value;
}

/** Known from the start: while the database is away this process knows no time either. */
interface Place {
  readonly town: Town;
  readonly callers: Readonly<Record<"carol" | "colin" | "cora", Caller>>;
}

let places = 0;
async function ask(
  { town, callers }: Place,
  told: Told,
  who: "colin" | "cora",
  input: Ask,
): Promise<AccessRequest | null> {
  const scope = `${town.scopes.web}/resourceGroups/place-${places++}` as Town["scopes"]["web"];
  const call: ReplicaCall = { verb: "ask", caller: callers[who], input: town.input({ scope, ...input }) };
  const made = (await answered(told, call)) as AccessRequest | null;
  if (made !== null) told.requests.set(made.id, made);
  return made;
}

/** Access that ends by itself after a second or two. */
async function live(place: Place, told: Told): Promise<void> {
  await ask(place, told, "cora", { roles: ["Reader"], durationMs: SECOND_MS });
}

/** Access that is asked for, approved, and given back. */
async function liveByApproval(place: Place, told: Told): Promise<void> {
  const { carol, colin } = place.callers;
  const request = await ask(place, told, "colin", { durationMs: HOUR_MS });
  if (request === null) return;
  const input = {
    requestId: request.id,
    decision: "approve",
    justification: null,
    terms: null,
    surfaceAsks: false,
    expectedVersion: null,
  } as const;
  const approved = (await answered(told, {
    verb: "decide",
    caller: carol,
    input,
  })) as AccessRequest | null;
  if (approved === null) {
    await answered(told, { verb: "cancel", caller: colin, id: request.id });
    return;
  }
  told.requests.set(approved.id, approved);
  const [id] = approved.state.name === "approved" ? approved.state.grantIds : [];
  assert.ok(id);
  const ended = (await answered(told, { verb: "end", caller: colin, id })) as Grant | null;
  if (ended !== null) told.ended.set(ended.id, ended);
}

/** From when the database is there, or the process, until somebody is told something again. */
async function servesAgain(told: Told): Promise<number> {
  const sinceMs = performance.now();
  await until(
    () => told.lastMs > sinceMs,
    SERVES_AGAIN_WITHIN_MS,
    "it to serve again",
    () => JSON.stringify(told.counts),
  );
  return Math.round(performance.now() - sinceMs);
}

const disasters = {
  async "every session ended, again and again"() {
    for (let time = 0; time < 5; time++) {
      await records.terminateSessions();
      await delay(CALM_MS / 5);
    }
  },
  async "the process killed"() {
    await serving.kill();
    serving = await startReplica(world.dataDir, records.databaseUrl, true);
  },
  "PostgreSQL killed": () => records.killServer(),
};

test("sessions ended, the process killed, PostgreSQL killed, under load: nothing acknowledged is lost, nothing outlives its end", {
  timeout: 60_000 + 20 * STORM_MS,
}, async (t) => {
  const town = await world.newTown();
  await town.setRules("Reader", town.scopes.subscription, {
    justificationRequired: false,
    minimumDurationMs: 1,
  });
  const told: Told = { requests: new Map(), ended: new Map(), counts: {}, lastMs: 0 };
  const callers = { carol: town.as("carol"), colin: town.as("colin"), cora: town.as("cora") };
  let over = false;
  const loads = [live, live, liveByApproval, liveByApproval].map(async (load) => {
    while (!over) await load({ town, callers }, told);
  });
  // Without its loads a storm is none.
  const loaded = Promise.all(loads);
  loaded.catch(() => {});
  const endMs = performance.now() + STORM_MS;
  const happened: string[] = [];
  try {
    await until(() => told.lastMs > 0, SERVES_AGAIN_WITHIN_MS, "it to serve");
    do {
      for (const [what, strike] of Object.entries(disasters)) {
        const before = serving;
        await strike();
        const againMs = await Promise.race([
          servesAgain(told),
          loaded.then(() => assert.fail("the loads ended")),
        ]);
        happened.push(`${what}: served again after ${againMs} ms`);
        assert.ok(before.isAlive() || what === "the process killed", `${what} ended the process`);
        await delay(CALM_MS);
      }
    } while (performance.now() < endMs);
  } finally {
    over = true;
    for (const line of happened) t.diagnostic(line);
    t.diagnostic(JSON.stringify(told.counts));
  }
  await loaded;
  assert.ok(told.requests.size > 0 && told.ended.size > 0, "something was acknowledged");
  await assertKept(town, told);
  await assertNothingOutlivesItsEnd(town);
  await assertLogStands(town, told);
});

async function assertKept(town: Town, told: Told): Promise<void> {
  for (const { id, state, version } of told.requests.values()) {
    const kept = await town.request(id as AccessRequest["id"]);
    assert.ok(kept.version >= version, `${id} is older than what was acknowledged`);
    if (state.name === "approved") {
      assert.deepEqual(kept.state, state);
      for (const grantId of state.grantIds) await town.grant(grantId);
    }
  }
  for (const { id, state } of told.ended.values()) assert.deepEqual((await town.grant(id)).state, state);
}

/** The worker of the process that serves now has everything to do that the others left. */
async function assertNothingOutlivesItsEnd(town: Town): Promise<void> {
  const pastEnd = () =>
    town.rows("contoso", (trx) =>
      trx
        .selectFrom("access_grant")
        .select("id")
        .where("open", "=", true)
        .where("ends_at", "<", new Date(world.clock.now() - SECOND_MS) as never)
        .execute(),
    );
  await until(async () => (await pastEnd()).length === 0, 10_000, "every grant past its end to be closed");
}

async function assertLogStands(town: Town, told: Told): Promise<void> {
  const log = () =>
    world.deps.store.inTenant(town.tenants.contoso, (tx) =>
      tx.log.entries({ inSequence: true, limit: 1_000_000 }),
    );
  await until(
    async () => (await log()).every(({ sequence }) => sequence !== null),
    10_000,
    "every entry to be linked",
  );
  const entries = await log();
  const tenantId = town.tenants.contoso;
  const head = await world.deps.store.inTenant(tenantId, (tx) => tx.log.head());
  const report = await verifyChain({
    tenantId,
    rows: entries,
    storedHead: head && { ...head, tenantId, at: formatInstant(head.at) },
  });
  assert.ok(report.ok, JSON.stringify(report));
  const count = (type: string, id: string) =>
    entries.filter(({ entry }) => entry.type === type && JSON.stringify(entry).includes(id)).length;
  for (const { id, state } of told.requests.values()) {
    assert.equal(count("request.submitted", id), 1, `asking of ${id}`);
    if (state.name === "approved") assert.equal(count("request.approved", id), 1, `approval of ${id}`);
  }
  for (const { id } of told.ended.values()) assert.equal(count("grant.ended", id), 1, `end of ${id}`);
}
