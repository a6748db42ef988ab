/** Calls that take every connection there is keep neither the clock nor the worker from ending access. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dueWork } from "../../src/store/due-work.ts";
import type { OpenStore } from "../../src/store/open-store.ts";
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
