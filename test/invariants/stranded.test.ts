/** A request that nobody can decide any more is seen when the people change, not when its time runs out. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { HOUR_MS } from "../../src/domain/time.ts";
import { listNotifications } from "../../src/use-cases/notifications/read-notifications.ts";
import { readRequestTimeline } from "../../src/use-cases/views/read-request-timeline.ts";
import { readRequest } from "../../src/use-cases/views/read-requests.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

async function waiting(stages: readonly Parameters<Town["stage"]>[]): Promise<[Town, AccessRequest]> {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: stages.map((one) => town.stage(...one)) },
  });
  const request = value(await town.ask("colin"));
  await world.pass();
  return [town, request];
}

const isStranded = async (town: Town, { id }: AccessRequest) =>
  ((await town.request(id)).strandedAt ?? null) !== null;

async function told(town: Town, who: Name): Promise<number> {
  const all = await listNotifications(world.deps, town.ref(who), { limit: 50 });
  return all.filter(({ type }) => type === "request_stranded").length;
}

test("the last member of the only approving group leaves: entry, message and story; comes back: as before; leaves: told again", async () => {
  const [town, request] = await waiting([[["onCall"]]]);
  assert.equal(await isStranded(town, request), false);
  await town.leave("onCall", "chris");
  await world.pass();
  assert.equal(await isStranded(town, request), true);
  assert.equal(await told(town, "colin"), 1);
  const story = value(await readRequestTimeline(world.deps, town.as("colin"), request.id));
  assert.match(JSON.stringify(story), /[Tt]oo few people are left who could decide/);
  await town.makeEligible("cora", "Reader", town.scopes.web);
  await world.pass();
  assert.equal(await told(town, "colin"), 1, "it is told once");
  await town.join("onCall", "chris");
  await world.pass();
  assert.equal(await isStranded(town, request), false);
  await town.leave("onCall", "chris");
  await world.pass();
  assert.equal(await told(town, "colin"), 2);
});

test("a later stage counts as well, and one of two approvers who is left is not enough for two", async () => {
  const [town, request] = await waiting([[["casey"]], [["carol", "chris"], { required: 2 }]]);
  await town.bury("chris");
  await world.pass();
  assert.equal(await isStranded(town, request), true);
});

test("what is said is what a decision would say: by escalation alone nobody decides", async () => {
  const town = await world.newTown();
  const escalation = { afterMs: HOUR_MS, to: [town.ref("guest")] };
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["casey", "chris"], { escalation, required: 2 })] },
  });
  const request = value(await town.ask("colin"));
  await world.pass();
  assert.equal(await isStranded(town, request), false);
  await town.bury("casey");
  await world.pass();
  assert.equal(await isStranded(town, request), true);
  world.clock.advance(2 * HOUR_MS);
  for (const who of ["guest", "chris"] as const)
    assert.notEqual(
      codeOf(await town.decide(who, request, { decision: "approve", justification: "yes" })),
      "ok",
    );
});

test("who has approved already is not missed, nor is a request missed that is decided", async () => {
  const [town, request] = await waiting([[["casey", "chris"], { required: 2 }]]);
  value(await town.decide("casey", request, { decision: "approve", justification: "yes" }));
  await world.pass();
  assert.equal(await isStranded(town, request), false);
  value(await town.decide("chris", request, { decision: "approve", justification: "yes" }));
  await town.bury("chris");
  await world.pass();
  assert.equal(await isStranded(town, request), false);
});

test("two stages that only one person could decide any more are stranded, though each has somebody", async () => {
  const [town, request] = await waiting([[["casey", "chris"]], [["casey"]]]);
  await town.bury("chris");
  await world.pass();
  assert.equal(await isStranded(town, request), true);
});

test("who waits for nobody is counted as nobody, and every administrator is told beside the requester", async () => {
  const [town, request] = await waiting([[["onCall"]]]);
  await town.join("onCall", "colin");
  await town.leave("onCall", "chris");
  await world.pass();
  const view = value(await readRequest(world.deps, town.as("colin"), request.id));
  assert.deepEqual(
    view.stages.map(({ approvers }) => approvers.count),
    [0],
  );
  assert.equal(await told(town, "colin"), 1);
  assert.equal(await told(town, "carol"), 1);
  assert.equal(await told(town, "casey"), 0);
});
