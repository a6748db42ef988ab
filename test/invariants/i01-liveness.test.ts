import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Grant } from "../../src/domain/grant.ts";
import { addMs, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { checkAccess } from "../../src/use-cases/grants/check-access.ts";
import { revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import type { Ask, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

async function readerOf(town: Town, ask: Ask = {}): Promise<Grant> {
  const request = value(await town.ask("colin", { roles: ["Reader"], ...ask }));
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  return grant;
}

async function may(town: Town): Promise<string> {
  const wanted = { action: "Microsoft.Web/sites/read" };
  const input = { principal: town.ref("colin"), scope: town.scopes.web, wanted };
  return value(await checkAccess(world.deps, town.as("colin"), input)).reason;
}

test("I1: live from its start to its end, by comparison, though no worker ever runs", async () => {
  const town = await world.newTown();
  const startAt = addMs(world.clock.now(), HOUR_MS);
  await readerOf(town, { startAt });
  const answers = [];
  for (const at of [-1, 0, HOUR_MS - 1, HOUR_MS, 10 * HOUR_MS]) {
    world.clock.set(addMs(startAt, at));
    answers.push(await may(town));
  }
  assert.deepEqual(answers, ["scheduled", "live", "live", "expired", "expired"]);
});

test("I1: what the clock cannot tell is no access: the late bound for a start, the early one for an end", async () => {
  const town = await world.newTown();
  const startAt = addMs(world.clock.now(), HOUR_MS);
  await readerOf(town, { startAt });
  world.clock.doubt(250);
  const answers = [];
  for (const at of [0, 249, 250, HOUR_MS - 251, HOUR_MS - 250]) {
    world.clock.set(addMs(startAt, at));
    answers.push(await may(town));
  }
  world.clock.doubt(0);
  assert.deepEqual(answers, ["scheduled", "scheduled", "live", "live", "expired"]);
});

test("I1: what has ended stays ended, though the clock goes back", async () => {
  const town = await world.newTown();
  const grant = await readerOf(town);
  world.clock.advance(HOUR_MS);
  await world.pass();
  world.clock.advance(-30 * MINUTE_MS);
  assert.equal(await may(town), "no_grant");
  await world.pass();
  assert.equal((await town.grant(grant.id)).state.name, "ended");
});

test("I1: after its end a grant cannot be extended, nor revoked as if it had still been there, worker or not", async () => {
  const town = await world.newTown();
  const grant = await readerOf(town);
  world.clock.advance(HOUR_MS);
  const input = { grantId: grant.id, durationMs: HOUR_MS, justification: null, ticket: null };
  assert.equal(codeOf(await extendGrant(world.deps, town.as("colin"), input)), "grant_not_active");
  assert.equal(codeOf(await revokeGrant(world.deps, town.as("carol"), grant.id, null)), "grant_not_active");
  await world.pass();
  const { state } = await town.grant(grant.id);
  assert.equal(state.name === "ended" && state.cause, "expired");
});
