/** What was given for one place is never sent to another. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type ApplyWorld,
  changed,
  demoWorld,
  must,
  only,
  openApplyWorld,
  refusal,
} from "../apply/apply-world.ts";

let world: ApplyWorld;
const documents = demoWorld();
before(async () => {
  world = await openApplyWorld();
  must(await world.apply(world.operator, documents));
});
after(() => world.close());

test("a target is pointed elsewhere only by somebody who knows its secrets", async () => {
  const carol = await world.as("contoso", "carol", ["administrator"]);
  const given = only(documents, "Target", "orders-database");
  const { config, secrets } = given.spec as { config: object; secrets: object };
  const elsewhere = { ...config, host: "collector.example" };
  const blind = await world.apply(carol, [changed(given, { config: elsewhere, secrets: {} })]);
  assert.match(refusal(blind).path ?? "", /spec\/secrets\/password$/);
  const [same] = must(await world.apply(carol, [changed(given, { secrets: {} })]));
  assert.equal(same?.action, "unchanged");
  const [moved] = must(await world.apply(carol, [changed(given, { config: elsewhere, secrets })]));
  assert.deepEqual(moved?.fields, ["config"]);
});
