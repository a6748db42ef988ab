/** The database's clock jumps, as a whole: nothing is decided, ended in targets or stored by it until somebody vouches for it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { HOUR_MS, instant, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import { connectionPool } from "../../src/store/database.ts";
import { startDatabaseClock } from "../../src/store/database-clock.ts";
import { advanceGrant } from "../../src/use-cases/grants/advance-grant.ts";
import { checkAccess } from "../../src/use-cases/grants/check-access.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { acceptClock, repairClock } from "../../src/use-cases/vouching.ts";
import { movableClock } from "../fixtures/moved-database-clock.ts";
import { askFor, CONTRIBUTOR, must, OPERATOR, openTestSystem, type TestSystem } from "../fixtures/system.ts";

const DAYS_30 = 30 * 24 * HOUR_MS;
let system: TestSystem;
let owner: pg.Client;
let fiona: Caller;
let moveTo: (ms: number) => Promise<void>;
const said: string[] = [];
before(async () => {
  system = await openTestSystem(null);
  owner = new pg.Client(system.opened.owner);
  await owner.connect();
  fiona = system.person("fabrikam", "fiona");
  moveTo = await movableClock(owner);
  system.opened.clock.onTrust((line) => said.push(line));
});
after(async () => {
  await owner?.end();
  await system?.remove();
});

async function shift(ms: number): Promise<void> {
  await moveTo(ms);
  await system.opened.clock.beat();
}

async function mark(): Promise<number> {
  const { rows } = await owner.query(
    "SELECT extract(epoch FROM high_water)::float8 * 1000 AS mark FROM instance",
  );
  return rows[0].mark;
}

const check = async () => {
  const wanted = { principal: fiona.ref, scope: system.orders, wanted: { roleDefinitionId: CONTRIBUTOR } };
  return must(await checkAccess(system.deps, fiona, wanted));
};
const suspected = { name: "ClockSuspected", code: "clock_suspected" };

test("a clock 30 days ahead for a moment: nothing is decided or stored, checks say no, and all is forgotten when it is right again", async () => {
  const { deps } = system;
  const request = must(await submitRequest(deps, fiona, askFor(system.orders, HOUR_MS)));
  const decision = { justification: "fine", terms: null, surfaceAsks: true, expectedVersion: null };
  const casey = system.person("contoso", "casey");
  const decided = must(
    await decideRequest(deps, casey, { ...decision, decision: "approve", requestId: request.id }),
  );
  const [grantId] = decided.state.name === "approved" ? decided.state.grantIds : [];
  assert.ok(grantId);
  await advanceGrant(deps, request.tenantId, grantId);
  assert.equal((await check()).allowed, true);
  const pulses: unknown[] = [];
  const stop = system.opened.clock.onPulse((pulse) => pulses.push(pulse));
  await shift(DAYS_30);
  pulses.splice(0);
  await system.opened.clock.beat();
  assert.deepEqual(pulses, [], "the worker is told nothing");
  assert.throws(() => system.opened.clock.now(), suspected);
  await assert.rejects(submitRequest(system.deps, fiona, askFor(system.billing, HOUR_MS)), suspected);
  const { allowed, reason } = await check();
  assert.deepEqual([allowed, reason], [false, "expired"]);
  assert.match(said.at(-1) ?? "", /^clock_suspected: the database's clock stepped 25\d{5} s ahead/);
  const trueNow = Date.now();
  await shift(0);
  assert.ok(
    Math.abs(system.opened.clock.now() - trueNow) < MINUTE_MS,
    "time did not stand still 30 days ahead",
  );
  assert.ok((await mark()) < trueNow + MINUTE_MS);
  assert.equal((await check()).allowed, true);
  assert.match(said.at(-1) ?? "", /believed again/);
  stop();
});

test("ahead by less than the access has left, a check still says yes, until the later clock is past its end", async () => {
  await shift(10 * SECOND_MS);
  assert.throws(() => system.opened.clock.now(), suspected);
  assert.equal((await check()).allowed, true);
  await shift(HOUR_MS);
  assert.equal((await check()).allowed, false);
  await shift(0);
  assert.equal((await check()).allowed, true);
});

test("an operator vouches for a clock that jumped, in every log, and time goes on from there", async () => {
  const refused = await acceptClock(system.deps, fiona, "I think so");
  assert.deepEqual([refused.ok, !refused.ok && refused.rejection.code], [false, "forbidden"]);
  await shift(HOUR_MS);
  await system.opened.clock.beat();
  must(await acceptClock(system.deps, OPERATOR, "the time server was mended"));
  await system.opened.clock.beat();
  const now = system.opened.clock.now();
  assert.ok(now > Date.now() + HOUR_MS - MINUTE_MS);
  assert.equal((await check()).reason, "expired");
  for (const tenant of [fiona.ref.tenantId, system.person("contoso", "casey").ref.tenantId]) {
    const { rows } = await owner.query(
      "SELECT count(*)::int AS count FROM audit_entry WHERE tenant_id = $1 AND type = 'clock.accepted'",
      [tenant],
    );
    assert.equal(rows[0].count, 1);
  }
});

test("behind a time that was told nothing is decided, until an operator lowers that, not behind the log", async () => {
  const before = system.opened.clock.now();
  await owner.query("UPDATE instance SET high_water = high_water + interval '30 days'");
  await system.opened.clock.beat();
  assert.throws(() => system.opened.clock.now(), suspected);
  assert.match(said.at(-1) ?? "", /30 days|25\d{5} s behind a time that it showed before/);
  const late: string[] = [];
  system.opened.clock.onTrust((line) => late.push(line));
  assert.match(late[0] ?? "", /^clock_suspected: .* behind/, "who listens later hears of it, too");
  const { bounds } = system.opened.clock;
  assert.ok(bounds().earliest < before + MINUTE_MS && bounds().latest > before + DAYS_30 - 2 * HOUR_MS);
  const repair = (to: number) =>
    repairClock(system.deps, OPERATOR, { to: instant(to), justification: "a wrong clock" });
  for (const to of [before - HOUR_MS * 2, before + 2 * DAYS_30]) {
    const refused = await repair(to);
    assert.deepEqual([refused.ok, !refused.ok && refused.rejection.path], [false, "/to"]);
  }
  must(await repair(before + SECOND_MS));
  await system.opened.clock.beat();
  assert.ok(Math.abs(system.opened.clock.now() - before) < MINUTE_MS);
  assert.equal((await check()).allowed, false, "what ended stays ended");
});

test("two seconds are no jump, and a step back lets time stand still, not run", async () => {
  await shift(HOUR_MS + 1_500);
  const told = system.opened.clock.now();
  await shift(HOUR_MS);
  assert.ok(system.opened.clock.now() >= told);
  assert.equal(said.length % 2, 0, "nothing is said of it");
});

test("a machine that slept for 30 days believes the time it finds after a minute, and not before", async () => {
  await shift(0);
  let [awakeMs, sleptMs] = [0, 0];
  const pool = connectionPool(system.opened.owner, 1);
  const incarnation = { id: () => crypto.randomUUID() as string, heard: () => {} };
  const clock = await startDatabaseClock(pool, incarnation, {
    host: "a machine of its own",
    monotonic: () => performance.now() + awakeMs,
    sinceBoot: () => performance.now() + awakeMs + sleptMs,
  });
  try {
    sleptMs = DAYS_30;
    await moveTo(DAYS_30);
    await clock.beat();
    assert.throws(() => clock.now(), suspected);
    for (const [seconds, believed] of [
      [30, false],
      [28, false],
      [4, true],
    ] as const) {
      awakeMs += seconds * SECOND_MS;
      await moveTo(DAYS_30 + awakeMs);
      await clock.beat();
      if (believed) assert.ok(Math.abs(clock.now() - Date.now() - DAYS_30 - awakeMs) < MINUTE_MS);
      else assert.throws(() => clock.now(), suspected, `after ${seconds} s more`);
    }
  } finally {
    clock.stop();
    await pool.end();
  }
});

test("a repair whose connection dies in the middle changed nothing and told nobody; said again, it is done", async () => {
  await owner.query("UPDATE instance SET high_water = high_water + interval '60 days'");
  const before = await mark();
  const entries = async () => {
    const { rows } = await owner.query(
      "SELECT count(*)::int AS count FROM audit_entry WHERE type = 'clock.repaired'",
    );
    return rows[0].count as number;
  };
  const told = await entries();
  const { rows } = await owner.query(
    "SELECT extract(epoch FROM clock_newest_entry())::float8 * 1000 AS newest",
  );
  const to = instant(Math.ceil(rows[0].newest) + SECOND_MS);
  const repair = () => repairClock(system.deps, OPERATOR, { to, justification: "a wrong clock, again" });
  await owner.query(`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
    CREATE TRIGGER die BEFORE UPDATE OF repairs ON instance FOR EACH ROW EXECUTE FUNCTION die()`);
  await assert.rejects(repair());
  await owner.query("DROP TRIGGER die ON instance");
  assert.deepEqual([await mark(), await entries()], [before, told]);
  must(await repair());
  assert.equal(await mark(), to);
  assert.ok((await entries()) > told);
});
