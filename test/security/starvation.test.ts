/** Calls that take every connection there is keep neither the clock nor the worker from ending access, nor other tenants from asking. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { asId, type ObjectId } from "../../src/domain/ids.ts";
import { createChangeFeed } from "../../src/store/change-feed.ts";
import { singleConnection } from "../../src/store/database.ts";
import { dueWork } from "../../src/store/due-work.ts";
import type { OpenStore } from "../../src/store/open-store.ts";
import { lockTenant } from "../fixtures/locked-tenant.ts";
import type { Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

const MORE_THAN_ALL = 40;

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test("the worker finds and ends what is due while callers hold every connection", async () => {
  const town = await world.newTown();
  const { opened } = world;
  const release = await takeAll(opened);
  try {
    const due = dueWork(opened.worker.db, () => opened.clock.now());
    assert.deepEqual(await due.grants(opened.clock.now(), 10), []);
    const found = await opened.worker.store.inTenant(town.tenants.contoso, (tx) =>
      tx.tenants.subscriptions(),
    );
    assert.equal(found.length, 1);
    // Measured every so often, by the database: without a connection it would stop answering.
    assert.ok(opened.clock.bounds().latest >= opened.clock.bounds().earliest);
  } finally {
    await release();
  }
  value(await town.ask("colin"));
});

test("one tenant with many workloads leaves others streams of changes", async () => {
  const [greedy, other] = [await world.newTown(), await world.newTown()];
  const changes = createChangeFeed(world.opened.db);
  const watch = ({ tenants }: Town) =>
    changes.watch({ tenantId: tenants.contoso, objectId: asId<ObjectId>(randomUUID()) }, () => {});
  let opened = 0;
  while ((await watch(greedy)).ok) opened++;
  assert.ok(opened >= 1_000 && opened < 1_100, `${opened} were opened`);
  value(await watch(other));
});

test("sixty asks of one tenant that wait behind a locked row keep nobody of another one waiting", async () => {
  const [stuck, other] = [await world.newTown(), await world.newTown()];
  const unlock = await lockTenant(world.opened, stuck.tenants.contoso);
  let over = 0;
  const asks = Array.from({ length: 60 }, () => stuck.ask("colin").finally(() => over++));
  try {
    await until(async () => (await waitingForLocks(world.opened)) >= 8);
    value(await other.ask("colin"));
    value(await other.ask("cora", { roles: ["Reader"] }));
    assert.equal(over, 0, "and none of the sixty was over by then");
    // A call that belongs to no tenant finds a connection, too.
    assert.equal(await world.deps.store.routes.tenantByName("nobody"), null);
  } finally {
    await unlock();
  }
  const outcomes = await Promise.all(asks);
  assert.equal(
    outcomes.filter(({ ok }) => ok).length,
    1,
    "of the sixty, one stands and the others overlap it",
  );
});

async function until(so: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await so()); tries++) {
    assert.ok(tries < 500, "it never came to be");
    await delay(10);
  }
}

async function waitingForLocks({ owner }: OpenStore): Promise<number> {
  const client = singleConnection(owner);
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM pg_locks WHERE NOT granted",
    );
    return rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
}

/** Takes connections until none is left, and gives them all back. */
async function takeAll({ db }: OpenStore): Promise<() => Promise<void>> {
  const { promise: letGo, resolve: release } = Promise.withResolvers<void>();
  let taken = 0;
  const held = Array.from({ length: MORE_THAN_ALL }, () =>
    db
      .connection()
      .execute(async () => {
        taken++;
        await letGo;
      })
      // Those for whom there is none are turned away in the end.
      .catch(() => {}),
  );
  const { promise: full, resolve: isFull } = Promise.withResolvers<void>();
  const watch = setInterval(() => {
    if (taken >= 16) isFull();
  }, 10);
  await full;
  clearInterval(watch);
  return async () => {
    release();
    await Promise.all(held);
  };
}
