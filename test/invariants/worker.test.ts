/** The worker itself, in its loops: it is woken, it closes the difference, and nothing that fails keeps it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Grant } from "../../src/domain/grant.ts";
import type { GrantId } from "../../src/domain/ids.ts";
import { addMs, HOUR_MS } from "../../src/domain/time.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { startWorker } from "../../src/worker/worker.ts";
import { lockTenant } from "../fixtures/locked-tenant.ts";
import type { Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const PATIENCE_MS = 10_000;

async function working(deps: EffectDeps, during: (errors: string[]) => Promise<void>): Promise<void> {
  const errors: string[] = [];
  const { onWake } = world.opened;
  const worker = await startWorker({ deps, due: world.due, onWake, onError: (what) => errors.push(what) });
  try {
    await during(errors);
  } finally {
    await worker.stop();
  }
}

async function until(what: string, so: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await so())) {
    assert.ok(performance.now() < deadline, `never came to be: ${what}`);
    await delay(20);
  }
}

async function readerOf(town: Town, startAt: Grant["endsAt"] = null): Promise<Grant> {
  const [grant] = await town.grantsOf(value(await town.ask("colin", { roles: ["Reader"], startAt })));
  assert.ok(grant);
  return grant;
}

const isIn = (town: Town, id: GrantId, name: Grant["state"]["name"]) => async () =>
  (await town.grant(id)).state.name === name;

test("the worker starts and ends grants, marks time-outs, tells people and links the log", async () => {
  const town = await world.newTown();
  const pending = value(await town.ask("colin", { neededUntil: addMs(world.clock.now(), HOUR_MS) }));
  const grant = await readerOf(town, addMs(world.clock.now(), HOUR_MS));
  await working(world.deps, async (errors) => {
    world.clock.advance(HOUR_MS);
    world.deps.store.wake();
    await until("it has started", isIn(town, grant.id, "active"));
    await until("it timed out", async () => (await town.request(pending.id)).state.name === "timedOut");
    world.clock.advance(HOUR_MS);
    world.deps.store.wake();
    await until("it has ended", isIn(town, grant.id, "ended"));
    await until("everybody was told", async () => {
      const told = await town.rows("contoso", (trx) =>
        trx
          .selectFrom("notification")
          .select("type")
          .where("recipient_id", "=", town.ref("colin").objectId)
          .execute(),
      );
      const types = told.map(({ type }) => type);
      return ["request_sent", "grant_live", "grant_ended", "request_timed_out"].every((type) =>
        types.includes(type),
      );
    });
    await until("the log is linked", async () => {
      const loose = await town.rows("contoso", (trx) =>
        trx.selectFrom("audit_waiting").select("entry_id").execute(),
      );
      return loose.length === 0;
    });
    assert.deepEqual(errors, []);
  });
});

test("the worker catches up with what was due while it was away", async () => {
  const town = await world.newTown();
  const grant = await readerOf(town);
  await town.dropEligibility("colin");
  world.clock.advance(48 * HOUR_MS);
  await working(world.deps, () => until("it has ended", isIn(town, grant.id, "ended")));
  const { state } = await town.grant(grant.id);
  assert.equal(state.name === "ended" && state.cause, "expired");
});

test("a grant that cannot be looked at keeps no other one from being looked at", async () => {
  const town = await world.newTown();
  const poisoned = await readerOf(town);
  const [other] = await town.grantsOf(value(await town.ask("cora", { roles: ["Reader"] })));
  assert.ok(other);
  const breakIt = sql`UPDATE access_grant SET body = body - 'beneficiary' WHERE id = ${poisoned.id}`;
  const mendIt = sql`UPDATE access_grant SET body = ${JSON.stringify(poisoned)}::jsonb WHERE id = ${poisoned.id}`;
  await town.rows("contoso", (trx) => breakIt.execute(trx));
  await working(world.deps, async (errors) => {
    await town.leave("engineers", "cora");
    world.deps.store.wake();
    await until("the other has lost its ground", isIn(town, other.id, "ended"));
    assert.ok(errors.includes(`grant ${poisoned.id}`));
  });
  assert.ok((await world.due.tenantsToLookAtAgain()).some(({ tenantId }) => tenantId === poisoned.tenantId));
  await town.rows("contoso", (trx) => mendIt.execute(trx));
  await world.pass();
});

test("a tenant whose rows are locked keeps no other one's starts, ends and time-outs waiting", async () => {
  const [stuck, other] = [await world.newTown(), await world.newTown()];
  const soon = addMs(world.clock.now(), HOUR_MS);
  // The one that is stuck is due first.
  const [stuckGrant, otherGrant] = [await readerOf(stuck, addMs(soon, -1_000)), await readerOf(other, soon)];
  const stuckRequest = value(await stuck.ask("colin", { neededUntil: soon }));
  const otherRequest = value(await other.ask("colin", { neededUntil: soon }));
  await world.pass();
  const unlock = await lockTenant(world.opened, stuck.tenants.contoso);
  let locked = true;
  const { deps } = world;
  await working(deps, async (errors) => {
    try {
      world.clock.advance(HOUR_MS);
      deps.store.wake();
      await until("the other's has started", isIn(other, otherGrant.id, "active"));
      await until(
        "the other's timed out",
        async () => (await other.request(otherRequest.id)).state.name === "timedOut",
      );
      assert.equal((await stuck.grant(stuckGrant.id)).state.name, "scheduled");
      await other.leave("engineers", "cora");
      deps.store.wake();
      await until("the other's was looked at", async () =>
        (await world.due.tenantsToLookAtAgain()).every(({ tenantId }) => tenantId !== other.tenants.contoso),
      );
      world.clock.advance(HOUR_MS);
      deps.store.wake();
      await until("the other's has ended", isIn(other, otherGrant.id, "ended"));
      assert.deepEqual(errors, [], "nothing was given up by then");
    } finally {
      await unlock();
      locked = false;
    }
    await until("the one that was held up has ended", isIn(stuck, stuckGrant.id, "ended"));
    await until(
      "and timed out",
      async () => (await stuck.request(stuckRequest.id)).state.name === "timedOut",
    );
  });
  assert.equal(locked, false);
});

test("two workers on one store do everything once", async () => {
  const town = await world.newTown();
  const grant = await readerOf(town);
  await working(world.deps, () =>
    working(world.restarted(), async (errors) => {
      world.clock.advance(HOUR_MS);
      world.deps.store.wake();
      await until("it has ended", isIn(town, grant.id, "ended"));
      assert.deepEqual(errors, []);
    }),
  );
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ subjectId: grant.id, type: "grant.ended", limit: 10 }),
  );
  assert.equal(entries.length, 1);
});
