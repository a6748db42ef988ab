/** Where somebody may go follows from what they may do there. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { sql } from "kysely";
import { withTenant } from "../../src/store/within-tenant.ts";
import { listApplications } from "../../src/use-cases/views/read-applications.ts";
import { readPlaces } from "../../src/use-cases/views/read-places.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const placesOf = async (town: Town, who: Name, more = {}) =>
  (await readPlaces(world.deps, town.as(who, more))).places;

test("each right opens its places, and whoever has several sees the union", async () => {
  const town = await world.newTown();
  assert.deepEqual(await placesOf(town, "carol"), [
    "approvals",
    "applications",
    "catalogue",
    "offers",
    "manage",
    "audit",
  ]);
  assert.deepEqual(await placesOf(town, "ada"), ["applications", "audit"]);
  assert.deepEqual(await placesOf(town, "colin"), ["request"], "who may ask for something");
  assert.deepEqual(await placesOf(town, "colin", { rights: ["operator"] }), ["request", "manage"]);
  assert.deepEqual(await placesOf(town, "colin", { rights: ["auditor", "operator"] }), [
    "request",
    "applications",
    "manage",
    "audit",
  ]);
});

test("an approver reached through nested groups has approvals, named by an application or by role settings alone", async () => {
  const town = await world.newTown();
  assert.deepEqual(await placesOf(town, "chris"), ["approvals", "applications"]);
  await town.setPolicy({ approvers: [] });
  assert.deepEqual(await placesOf(town, "chris"), ["approvals"]);
  await town.leave("onCall", "chris");
  assert.deepEqual(await placesOf(town, "chris"), []);
  await town.setRules("Reader", town.scopes.db, {
    approval: {
      mode: "manual",
      stages: [town.stage(["casey"], { escalation: { afterMs: 1, to: [town.ref("chris")] } })],
    },
  });
  assert.deepEqual(await placesOf(town, "chris"), ["approvals"], "whoever comes in by escalation counts");
});

test("a publisher's people see customers where they operate something, and its administrator publishes", async () => {
  const town = await world.newTown();
  assert.deepEqual(await placesOf(town, "fiona"), [
    "request",
    "catalogue",
    "customers",
    "offers",
    "manage",
    "audit",
  ]);
  assert.deepEqual(await placesOf(town, "frank"), ["request", "customers"]);
  assert.deepEqual(await placesOf(town, "fred"), [], "nobody authorized");
  assert.deepEqual(await placesOf(town, "nina"), ["catalogue", "offers", "manage", "audit"]);
  assert.equal(value(await listApplications(world.deps, town.as("fred"))).length, 0);
});

test("a sign-in of the device flow and a workload neither decide nor administer", async () => {
  const town = await world.newTown();
  assert.deepEqual(await placesOf(town, "carol", { limited: true }), ["applications", "audit"]);
  await town.join("approvers", "pipeline");
  assert.ok(!(await placesOf(town, "pipeline")).includes("approvals"));
});

test("what waits is counted for whoever may decide it now, and unread messages for whoever got them", async () => {
  const town = await world.newTown();
  const counts = async (who: Name, more = {}) => (await readPlaces(world.deps, town.as(who, more))).counts;
  const request = value(await town.ask("colin"));
  await world.pass();
  assert.deepEqual(await counts("chris"), { toDecide: 1, unread: 1 });
  assert.deepEqual(await counts("chris", { limited: true }), { toDecide: 0, unread: 1 });
  assert.deepEqual(await counts("colin"), { toDecide: 0, unread: 1 });
  assert.deepEqual(await counts("nina"), { toDecide: 0, unread: 0 });
  value(await town.approve("casey", request));
  assert.equal((await counts("chris")).toDecide, 0);
});

test("what waits is counted also while a change of configuration holds the tenant's rules", async () => {
  const town = await world.newTown();
  value(await town.ask("colin"));
  const { contoso } = town.tenants;
  await withTenant(world.opened.db, contoso, async (scope) => {
    await sql`SELECT pg_advisory_xact_lock(turn_key(${contoso}::uuid))`.execute(scope.trx);
    const counted = readPlaces(world.deps, town.as("casey")).then(({ counts }) => counts.toDecide);
    const late = setTimeout(5_000, "waited for the change", { ref: false });
    assert.equal(await Promise.race([counted, late]), 1);
  });
});
