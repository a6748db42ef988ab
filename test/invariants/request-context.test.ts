import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { isLive } from "../../src/domain/grant.ts";
import { addMs, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { contextJson } from "../../src/http/api/shapes/request-context.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import { cancelRequest } from "../../src/use-cases/requests/decide-request.ts";
import { type RequestContext, readRequestContext } from "../../src/use-cases/views/request-context.ts";
import type { Ask, Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const read = (town: Town, who: Name, request: AccessRequest) =>
  readRequestContext(world.deps, town.as(who), request.id);
const context = async (town: Town, who: Name, request: AccessRequest): Promise<RequestContext> =>
  value(await read(town, who, request));

/** What looking says and what deciding answers are one sentence. */
async function refusal(town: Town, who: Name, request: AccessRequest): Promise<string> {
  const seen = await context(town, who, request);
  const decided = await town.approve(who, request);
  assert.ok(!decided.ok && !seen.canDecide && seen.cannotDecide !== null);
  assert.deepEqual(
    { code: seen.cannotDecide.code, message: seen.cannotDecide.message },
    { code: decided.rejection.code, message: decided.rejection.message },
  );
  return decided.rejection.message;
}

test("an approver reads that they can decide, what it adds, and the window were it approved now", async () => {
  const town = await world.newTown();
  await town.setRules("Reader", town.scopes.subscription, { justificationRequired: false });
  value(await town.ask("colin", { roles: ["Reader"], scope: town.scopes.subscription }));
  const request = value(await town.ask("colin"));
  world.clock.advance(5 * MINUTE_MS);
  const seen = await context(town, "casey", request);
  const now = world.clock.now();
  assert.equal(seen.canDecide, true);
  assert.equal(seen.cannotDecide, null);
  assert.deepEqual(seen.window, { startsAt: now, endsAt: addMs(now, HOUR_MS) });
  assert.deepEqual(
    seen.adds.map(({ roleName, can, alreadyCan, sentence }) => ({ roleName, can, alreadyCan, sentence })),
    [
      {
        roleName: "Contributor",
        can: ["change and delete everything except access"],
        alreadyCan: ["read everything"],
        sentence: "can change and delete everything except access; already can read everything",
      },
    ],
  );
  assert.deepEqual(
    seen.overlapping.map(({ roleName, scopeName, liveness, grant }) => [
      roleName,
      scopeName,
      liveness,
      grant.scope,
    ]),
    [["Reader", "contoso-production", "live", town.scopes.subscription]],
  );
  assert.deepEqual(seen.ends, []);
  assert.ok(seen.rules.length > 5 && seen.rules.every(({ outcome }) => outcome !== "unsatisfied"));
});

test("what is held through a group counts, what has ended does not, and a part of the scope is near", async () => {
  const town = await world.newTown();
  await town.makeEligible("colin", "Contributor", town.scopes.subscription);
  await town.setRules("Contributor", town.scopes.subscription, { justificationRequired: false });
  const [held] = await town.grantsOf(
    value(await town.ask("cora", { for: "backend", scope: town.scopes.db })),
  );
  assert.ok(held);
  const approval = { mode: "manual", stages: [town.stage(["approvers"])] } as const;
  await town.setRules("Contributor", town.scopes.subscription, { justificationRequired: false, approval });
  const request = value(await town.ask("colin", { scope: town.scopes.subscription }));
  const before = await context(town, "casey", request);
  assert.deepEqual(before.adds[0]?.alreadyCan, []);
  assert.deepEqual(
    before.overlapping.map(({ grant }) => grant.id),
    [held.id],
  );
  assert.equal(isLive(held, world.clock.now()), true);
  value(await deactivateGrant(world.deps, town.as("cora"), held.id));
  assert.deepEqual((await context(town, "casey", request)).overlapping, []);
});

test("earlier asks for the same are counted by how they ended", async () => {
  const town = await world.newTown();
  const asked = async (ask?: Ask) => value(await town.ask("colin", ask));
  assert.equal((await context(town, "casey", await denied())).history.sentence, "first request");
  async function denied() {
    const request = await asked();
    value(await town.decide("carol", request, { decision: "deny" }));
    return request;
  }
  value(await town.approve("carol", await asked()));
  world.clock.advance(2 * HOUR_MS);
  await world.pass();
  const early = await asked();
  value(await town.approve("carol", early));
  const [grant] = await town.grantsOf(early);
  assert.ok(grant);
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  await world.pass();
  value(await cancelRequest(world.deps, town.as("colin"), (await asked()).id));
  world.clock.advance(MINUTE_MS);
  const { history } = await context(town, "casey", await asked());
  assert.deepEqual(history, {
    earlier: 4,
    endedOnTime: 1,
    endedEarly: 1,
    denied: 1,
    sentence: "4 earlier: 1 ended on time, 1 ended early, 1 denied, 1 never decided",
  });
});

const OWN = "This is your own request; someone else must decide.";

test("I2: whoever would decide for themselves reads why they cannot, and deciding answers the same", async () => {
  const town = await world.newTown();
  await town.join("approvers", "colin");
  assert.equal(await refusal(town, "colin", value(await town.ask("colin"))), OWN);
  const owned = value(await town.ask("pipeline"));
  assert.equal(await refusal(town, "colin", owned), "You own Pipeline, which is asking.");
  const forBot = value(await town.ask("colin", { for: "bot" }));
  await town.join("backend", "casey");
  assert.equal(await refusal(town, "casey", forBot), "You own Bot, which this is for.");
});

test("I2: the same for a member of the group it is for, and under a linked identity", async () => {
  const town = await world.newTown();
  const approval = { mode: "manual", stages: [town.stage(["approvers"])] } as const;
  await town.setRules("Contributor", town.scopes.db, { justificationRequired: false, approval });
  await town.join("backend", "casey");
  const forGroup = value(await town.ask("cora", { for: "backend", scope: town.scopes.db }));
  assert.equal(await refusal(town, "casey", forGroup), "You belong to Backend, which this is for.");
  await town.join("approvers", "guest");
  const byFrank = value(await town.ask("frank", { scope: town.scopes.orders }));
  const linked = "You are also Frank, who is asking; someone else must decide.";
  assert.equal(await refusal(town, "guest", byFrank), linked);
});

test("an approver of a later stage, one who has decided, one who is none, and a workload read why they cannot", async () => {
  const town = await world.newTown();
  const stages = [town.stage(["carol", "chris"], { required: 2 }), town.stage(["casey"])];
  const approval = { mode: "manual", stages } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  const request = value(await town.ask("colin"));
  value(await town.approve("chris", request));
  assert.equal(await refusal(town, "casey", request), "Stage 1 decides first; 1 of 2 have.");
  assert.equal(await refusal(town, "chris", request), "You have already decided this request.");
  assert.equal(await refusal(town, "ada", request), "You are not an approver of this request.");
  const byPipeline = value(await town.ask("pipeline"));
  assert.equal(await refusal(town, "pipeline", byPipeline), "A service principal never decides.");
});

test("a request that was decided can be neither decided, canceled nor accepted, and keeps its window", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  assert.equal((await context(town, "colin", request)).canCancel, true);
  assert.equal((await context(town, "casey", request)).canCancel, false);
  assert.equal((await context(town, "carol", request)).canCancel, true);
  value(await town.approve("carol", request));
  const [grant] = await town.grantsOf(request);
  world.clock.advance(MINUTE_MS);
  const seen = await context(town, "casey", request);
  assert.equal(seen.cannotDecide?.code, "request_not_pending");
  assert.deepEqual([seen.canCancel, seen.canAccept, seen.rules], [false, false, []]);
  assert.deepEqual(seen.window, { startsAt: grant?.startsAt, endsAt: grant?.endsAt });
  assert.deepEqual(seen.overlapping, []);
});

test("other terms that wait for the requester can be accepted by nobody else", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  assert.equal((await context(town, "colin", request)).canAccept, false);
  value(await town.approve("casey", request, { startAt: addMs(world.clock.now(), HOUR_MS) }));
  assert.equal((await context(town, "colin", request)).canAccept, true);
  assert.equal((await context(town, "carol", request)).canAccept, false);
});

test("I11: the publisher's side reads no rules, no conditions and no names of the consumer's people", async () => {
  const town = await world.newTown();
  const secretly = "permit (principal, action, resource) when { true == true }; // contoso-only";
  await town.setPolicy({ conditions: [secretly] });
  const request = value(await town.ask("frank", { scope: town.scopes.orders }));
  value(await town.approve("casey", request));
  for (const [who, code] of [
    ["frank", "own_request"],
    ["fiona", "forbidden"],
  ] as const) {
    const seen = await context(town, who, request);
    assert.deepEqual([seen.canDecide, seen.cannotDecide?.code, seen.rules], [false, code, []]);
    const text = JSON.stringify(contextJson(seen));
    for (const name of ["Carol", "Casey", "Chris", "Approvers", "contoso-only", "ConditionRule"])
      assert.ok(!text.includes(name), `${who} reads ${name}`);
  }
  const own = await context(town, "carol", request);
  assert.equal(own.canDecide, true);
  assert.ok(own.rules.some(({ rule }) => rule === "ConditionRule"));
});

test("I12: to everybody else there is no such request, in another tenant and in one's own", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  for (const who of ["nina", "fiona", "frank", "cora", "bot"] as const)
    assert.equal(codeOf(await read(town, who, request)), "not_found");
});

test("I13: looking at the context changes nothing", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  await context(town, "casey", request);
  assert.deepEqual(await town.request(request.id), request);
});
