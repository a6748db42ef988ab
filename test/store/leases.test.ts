/** Leases: one holder for each grant, alone or many at once, in whichever process. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { asId, type GrantId } from "../../src/domain/ids.ts";
import { createLeases, type OpenLeases } from "../../src/store/leases.ts";
import { openWorld, type World } from "../fixtures/world.ts";

let world: World;
let mine: OpenLeases;
let theirs: OpenLeases;
before(async () => {
  world = await openWorld();
  mine = createLeases(world.opened.app);
  theirs = createLeases(world.opened.app);
});
after(async () => {
  await mine.close();
  await theirs.close();
  await world.close();
});

const ids = (many: number) => Array.from({ length: many }, () => asId<GrantId>(randomUUID()));
const isFree = async (leases: OpenLeases, id: GrantId) =>
  (await leases.withLease(id, 0, async () => true)) ?? false;

test("of many, those that somebody else holds are not taken, here or in another process", async () => {
  const [a, b, c] = ids(3) as [GrantId, GrantId, GrantId];
  await theirs.withLease(a, 0, () =>
    mine.withLease(b, 0, async () => {
      const taken = await mine.takeLeases([a, b, c, c]);
      assert.deepEqual([...taken.ids], [c]);
      assert.equal(taken.isHeld(), true);
      assert.deepEqual([await isFree(mine, c), await isFree(theirs, c)], [false, false]);
      await taken.release([c]);
      assert.deepEqual([await isFree(mine, c), await isFree(theirs, c)], [true, true]);
    }),
  );
  for (const id of [a, b, c])
    assert.deepEqual([await isFree(mine, id), await isFree(theirs, id)], [true, true]);
});

test("each is given back by itself, and giving back twice takes it from nobody", async () => {
  const [a, b] = ids(2) as [GrantId, GrantId];
  const taken = await mine.takeLeases([a, b]);
  await taken.release([a]);
  assert.deepEqual([await isFree(theirs, a), await isFree(theirs, b)], [true, false]);
  const again = await mine.takeLeases([a]);
  await taken.release([a]);
  assert.equal(await isFree(theirs, a), false);
  await again.release([a]);
  await taken.release([b]);
  assert.deepEqual([await isFree(theirs, a), await isFree(theirs, b)], [true, true]);
});
