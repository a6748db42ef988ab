/** What became of a request, as each party may tell it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type AccessRequestId, asId } from "../../src/domain/ids.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import { acceptTerms, cancelRequest } from "../../src/use-cases/requests/decide-request.ts";
import { readRequestTimeline } from "../../src/use-cases/views/read-request-timeline.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const timelineOf = async (town: Town, who: Name, id: AccessRequestId) =>
  value(await readRequestTimeline(world.deps, town.as(who), id));
const told = async (town: Town, who: Name, id: AccessRequestId) =>
  (await timelineOf(town, who, id)).map(({ tone, sentence }) => `${tone}: ${sentence}`);

test("from the ask to the end, before the log is numbered and after, and by each party in its own words", async () => {
  const town = await world.newTown();
  const asked = value(await town.ask("frank", { scope: town.scopes.orders, durationMs: HOUR_MS }));
  world.clock.advance(MINUTE_MS);
  value(await town.approve("casey", asked));
  world.clock.advance(MINUTE_MS);
  value(await town.approve("chris", asked));
  const what = "Contributor on orders";
  const ours = [
    `waiting: Frank (Fabrikam) asked for ${what} for 1 h`,
    `good: Casey approved Frank (Fabrikam)'s request for ${what} for 1 h`,
    `good: Chris approved Frank (Fabrikam)'s request for ${what} for 1 h`,
    `good: Frank (Fabrikam)'s request for ${what} for 1 h was approved`,
    `good: Frank (Fabrikam)'s access as ${what} is live`,
  ];
  assert.deepEqual(await told(town, "carol", asked.id), ours);
  await world.pass();
  assert.deepEqual(await told(town, "carol", asked.id), ours);
  const [grant] = await town.grantsOf(asked);
  assert.ok(grant !== undefined);
  value(await revokeGrant(world.deps, town.as("carol"), grant.id, "a secret reason"));
  assert.equal(
    (await told(town, "carol", asked.id)).at(-1),
    `bad: Carol revoked Frank (Fabrikam)'s access as ${what}`,
  );
  const theirs = await timelineOf(town, "frank", asked.id);
  assert.deepEqual(
    theirs.map(({ actorName }) => actorName),
    ["Frank", "Contoso, an approver", "Contoso, an approver", null, null, "Somebody at Contoso"],
  );
  for (const name of ["Casey", "Chris", "Carol"]) assert.ok(!JSON.stringify(theirs).includes(name), name);
  assert.equal(theirs.at(-1)?.sentence, `Somebody at Contoso revoked Frank's access as ${what}`);
});

test("a counter-offer, an extension and the end by the clock", async () => {
  const town = await world.newTown();
  const asked = value(await town.ask("colin"));
  const startAt = (world.clock.now() + HOUR_MS) as typeof asked.createdAt;
  value(await town.approve("casey", asked, { startAt }));
  value(await acceptTerms(world.deps, town.as("colin"), asked.id));
  world.clock.advance(HOUR_MS);
  await world.pass();
  const [grant] = await town.grantsOf(asked);
  assert.ok(grant !== undefined);
  const more = { grantId: grant.id, durationMs: 2 * HOUR_MS, justification: null, ticket: null };
  const extension = value(await extendGrant(world.deps, town.as("colin"), more));
  value(await town.approve("chris", extension));
  world.clock.advance(3 * HOUR_MS);
  await world.pass();
  const types = async (id: AccessRequestId) =>
    (await timelineOf(town, "colin", id)).map(({ type, tone }) => `${type} ${tone}`);
  assert.deepEqual(await types(asked.id), [
    "request.submitted waiting",
    "request.terms_proposed waiting",
    "request.terms_accepted good",
    "request.approved good",
    "grant.scheduled waiting",
    "grant.live good",
    "grant.extended good",
    "grant.ended neutral",
  ]);
  assert.deepEqual(await types(extension.id), [
    "request.submitted waiting",
    "request.approval_given good",
    "request.approved good",
    "grant.extended good",
    "grant.ended neutral",
  ]);
  assert.equal(
    (await timelineOf(town, "colin", extension.id)).at(-1)?.sentence,
    "Colin's access as Contributor on web reached its end",
  );
});

test("whoever may not read a request reads nothing of it, and refused attempts crowd nothing out", async () => {
  const town = await world.newTown();
  const asked = value(await town.ask("frank", { scope: town.scopes.orders }));
  for (let attempt = 0; attempt < 3; attempt++)
    assert.equal(codeOf(await town.decide("colin", asked)), "forbidden");
  value(await cancelRequest(world.deps, town.as("frank"), asked.id));
  assert.deepEqual(
    (await timelineOf(town, "carol", asked.id)).map(({ type }) => type),
    ["request.submitted", "request.canceled"],
  );
  for (const who of ["nina", "colin", "fred"] as const)
    assert.equal(codeOf(await readRequestTimeline(world.deps, town.as(who), asked.id)), "not_found");
  const unknown = asId<AccessRequestId>("00000000-0000-4000-8000-000000000000");
  assert.equal(codeOf(await readRequestTimeline(world.deps, town.as("carol"), unknown)), "not_found");
});
