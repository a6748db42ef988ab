import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { asId, type TenantId } from "../domain/ids.ts";
import { FairShare, type Patience } from "./fair-share.ts";

const PATIENCE: Patience = { waitMs: 2_000, mostWaiting: 40, mostInAll: 60 };
const idOf = (name: string) => asId<TenantId>(name);

/** Asks on behalf of tenants, and lets go of what they hold. */
function openHouse(places: number, patience: Partial<Patience> = {}) {
  const share = new FairShare(places, { ...PATIENCE, ...patience });
  const holding: { readonly name: string; readonly letGo: () => void }[] = [];
  return {
    ask: (name: string) =>
      share.within(idOf(name), () => new Promise<void>((letGo) => holding.push({ name, letGo }))),
    async let(name: string) {
      const index = holding.findIndex((one) => one.name === name);
      assert.notEqual(index, -1, `${name} holds nothing`);
      holding.splice(index, 1)[0]?.letGo();
      await delay(0);
    },
    held: (name: string) => holding.filter((one) => one.name === name).length,
    async end() {
      while (holding.length > 0) {
        holding.splice(0).forEach(({ letGo }) => void letGo());
        await delay(0);
      }
    },
  };
}

test("however many one asks for, the next one gets half of what is left, and so on", async () => {
  const { ask, held, end } = openHouse(15);
  const asked: Promise<void>[] = [];
  for (const [name, expected] of Object.entries({ a: 8, b: 4, c: 2, d: 1 })) {
    for (let time = 0; time < 12; time++) asked.push(ask(name));
    await delay(0);
    assert.equal(held(name), expected, name);
  }
  await end();
  await Promise.all(asked);
});

test("a place that is left goes to whoever has the least, in turns, and never to one who has enough", async () => {
  const house = openHouse(4);
  const asked = [..."aaaaaaaaaabbbcc"].map((name) => house.ask(name));
  await delay(0);
  assert.deepEqual([house.held("a"), house.held("b"), house.held("c")], [3, 1, 0]);
  await house.let("a");
  assert.deepEqual([house.held("a"), house.held("b"), house.held("c")], [2, 1, 1]);
  await house.let("b");
  assert.deepEqual([house.held("a"), house.held("b"), house.held("c")], [2, 1, 1]);
  await house.let("a");
  assert.equal(house.held("a") + house.held("b") + house.held("c"), 4);
  assert.ok(house.held("a") <= 2);
  await house.end();
  await Promise.all(asked);
});

test("too many that wait are refused at once, one that waited in vain later, and others not at all", async () => {
  const house = openHouse(1, { waitMs: 50, mostWaiting: 2 });
  const first = house.ask("a");
  const waiting = [house.ask("a"), house.ask("a")].map((one) =>
    assert.rejects(one, { name: "DatabaseAway", message: /no connection came free within 50 ms/ }),
  );
  await assert.rejects(house.ask("a"), { name: "Unavailable" });
  const other = assert.rejects(house.ask("b"), { name: "DatabaseAway" });
  await Promise.all([...waiting, other]);
  const later = house.ask("b");
  await house.let("a");
  await first;
  assert.equal(house.held("b"), 1);
  await house.end();
  await later;
});

test("work that throws gives its place back", async () => {
  const share = new FairShare(1, PATIENCE);
  const broken = share.within(idOf("a"), () => Promise.reject(new Error("broken")));
  await assert.rejects(broken, /broken/);
  assert.equal(await share.within(idOf("b"), async () => "through"), "through");
});
