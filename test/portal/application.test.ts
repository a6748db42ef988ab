/** One application as each party reads it: the terms in full for its consumer, how many decide for its publisher. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { changeJitPolicy } from "../../src/use-cases/applications/change-jit-policy.ts";
import { readApplication } from "../../src/use-cases/views/read-application.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const read = (town: Town, who: Name) => readApplication(world.deps, town.as(who), town.orders.id);

test("the consumer reads the whole policy, and writing it back changes nothing", async () => {
  const town = await world.newTown();
  await town.setPolicy({ conditions: [], ticket: { required: true, patterns: ["INC-\\d+"] } });
  const { own } = value(await read(town, "carol"));
  assert.deepEqual(own?.policy?.ticket, { required: true, patterns: ["INC-\\d+"] });
  assert.deepEqual(
    own?.approvers.map(({ kind, displayName }) => [kind, displayName]),
    [["group", "Approvers"]],
  );
  const applicationId = town.orders.id;
  const before = value(await read(town, "carol")).application;
  const same = { applicationId, policy: own?.policy, expectedVersion: null };
  assert.deepEqual(value(await changeJitPolicy(world.deps, town.as("carol"), same)), before);
});

test("who may change the terms is told so; an approver and an auditor only read them", async () => {
  const town = await world.newTown();
  const may = async (who: Name) => value(await read(town, who)).own?.mayManage;
  assert.equal(await may("carol"), true);
  assert.equal(await may("casey"), false);
  assert.equal(await may("ada"), false);
});

test("the publisher reads nothing that is the consumer's, and others find no application", async () => {
  const town = await world.newTown();
  const seen = value(await read(town, "frank"));
  assert.equal(seen.own, null);
  assert.deepEqual(seen.approvers.names, []);
  assert.equal(seen.offerName, "orders");
  for (const who of ["fred", "colin", "nina"] as const)
    assert.equal(codeOf(await read(town, who)), "not_found");
});
