/** Policy that changes between a decision and its commit: it is decided again, on the policy of the commit. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import type { Ask, Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";
import { between, countOf, rulesOf, stopping } from "./between.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const ask = (town: Town, who: Name, input?: Ask) => (deps: EffectDeps) =>
  submitRequest(deps, town.as(who), town.input(input));

const approve = (town: Town, who: Name, request: AccessRequest) => (deps: EffectDeps) =>
  decideRequest(deps, town.as(who), {
    requestId: request.id,
    decision: "approve",
    justification: "fine",
    terms: null,
    surfaceAsks: false,
    expectedVersion: null,
  });

const stage = (town: Town, required: number) =>
  town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["approvers"], { required })] },
  });

const bury = (town: Town) =>
  town.change("contoso", (trx) =>
    trx
      .updateTable("application")
      .set({ body: JSON.stringify({ ...town.orders, deletedAt: world.clock.now(), version: 2 }) })
      .where("id", "=", town.orders.id)
      .execute(),
  );

async function isPending(town: Town, request: AccessRequest): Promise<void> {
  assert.equal((await town.request(request.id)).state.name, "pending");
  assert.equal((await countOf(town)).grants, 0);
}

test("an approver who is removed between has not approved", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const outcome = await between(world, approve(town, "casey", request), () =>
    town.leave("approvers", "casey"),
  );
  assert.equal(codeOf(outcome), "forbidden");
  assert.deepEqual((await town.request(request.id)).approvals, []);
  await isPending(town, request);
});

test("an approver who reached the group through another one that lost it has not approved", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const outcome = await between(world, approve(town, "chris", request), () =>
    town.leave("approvers", "onCall"),
  );
  assert.equal(codeOf(outcome), "forbidden");
  await isPending(town, request);
});

test("the last of two approvals gives nothing where the first approver is removed between", async () => {
  const town = await world.newTown();
  await stage(town, 2);
  const request = value(await town.ask("colin"));
  value(await town.approve("carol", request));
  await between(world, approve(town, "casey", request), () => town.leave("approvers", "carol"));
  assert.notEqual((await town.request(request.id)).state.name, "approved");
  assert.equal((await countOf(town)).grants, 0);
});

test("an approver who is removed and back between has approved, on the policy of the commit", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const stopped = stopping(world, [
    async () => {
      await town.leave("approvers", "casey");
      await town.join("approvers", "casey");
    },
  ]);
  value(await approve(town, "casey", request)(stopped.deps));
  assert.equal(stopped.tries(), 2);
  assert.equal((await countOf(town)).grants, 1);
});

test("whoever loses eligibility between has asked for nothing", async () => {
  const town = await world.newTown();
  const outcome = await between(world, ask(town, "colin"), () => town.dropEligibility("colin"));
  assert.deepEqual(rulesOf(outcome), ["EligibilityRule"]);
  assert.deepEqual(await countOf(town), { requests: 0, grants: 0 });
});

test("an approval gives nothing to whoever loses eligibility between", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  await between(world, approve(town, "casey", request), () => town.dropEligibility("colin"));
  assert.notEqual((await town.request(request.id)).state.name, "approved");
  assert.equal((await countOf(town)).grants, 0);
});

test("a maximum that is lowered between refuses what is asked for", async () => {
  const town = await world.newTown();
  const lower = () =>
    town.setRules("Reader", town.scopes.subscription, {
      justificationRequired: false,
      maximumDurationMs: 30 * MINUTE_MS,
    });
  const outcome = await between(world, ask(town, "colin", { roles: ["Reader"], durationMs: HOUR_MS }), lower);
  assert.deepEqual(rulesOf(outcome), ["ExpirationRule"]);
  assert.deepEqual(await countOf(town), { requests: 0, grants: 0 });
});

test("an approval that becomes necessary between is waited for", async () => {
  const town = await world.newTown();
  const tighten = () =>
    town.setRules("Reader", town.scopes.subscription, {
      justificationRequired: false,
      approval: { mode: "manual", stages: [town.stage(["approvers"])] },
    });
  const request = value(await between(world, ask(town, "colin", { roles: ["Reader"] }), tighten));
  assert.equal(request.state.name, "pending");
  await isPending(town, request);
});

test("more approvals that become necessary between are for requests to come: this one keeps what it was made under", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const outcome = await between(world, approve(town, "casey", request), () => stage(town, 2));
  const [{ grants }, { state }] = [await countOf(town), await town.request(request.id)];
  assert.deepEqual([codeOf(outcome), state.name, grants], ["ok", "approved", 1]);
});

test("an application that is deleted between is not there to ask for", async () => {
  const town = await world.newTown();
  const frank = ask(town, "frank", { scope: town.scopes.orders, justification: "fix order 4711" });
  assert.equal(codeOf(await between(world, frank, () => bury(town))), "not_found");
  assert.deepEqual(await countOf(town), { requests: 0, grants: 0 });
});

async function atOrders(town: Town): Promise<AccessRequest> {
  await town.setPolicy({ required: 1 });
  return value(await town.ask("frank", { scope: town.scopes.orders, justification: "fix order 4711" }));
}

test("an approval gives nothing at an application that is deleted between", async () => {
  const town = await world.newTown();
  const request = await atOrders(town);
  await between(world, approve(town, "casey", request), () => bury(town));
  assert.equal((await countOf(town)).grants, 0);
});

test("a group of the other tenant: whoever leaves it between can ask for nothing", async () => {
  const town = await world.newTown();
  const frank = ask(town, "frank", { scope: town.scopes.orders, justification: "fix order 4711" });
  const outcome = await between(world, frank, () => town.leave("firstLine", "frank"));
  assert.deepEqual(rulesOf(outcome), ["EligibilityRule"]);
  assert.deepEqual(await countOf(town), { requests: 0, grants: 0 });
});

test("a group of the other tenant: an approval gives nothing to whoever left it between", async () => {
  const town = await world.newTown();
  const request = await atOrders(town);
  await between(world, approve(town, "casey", request), () => town.leave("support", "firstLine"));
  assert.notEqual((await town.request(request.id)).state.name, "approved");
  assert.equal((await countOf(town)).grants, 0);
});

test("a change that is rolled back between moves nothing: it is decided once", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const takenBack = new Error("taken back");
  const stopped = stopping(world, [
    () =>
      assert.rejects(
        town.change("contoso", async (trx) => {
          await trx.deleteFrom("group_member").where("member_id", "=", town.ref("casey").objectId).execute();
          throw takenBack;
        }),
        takenBack,
      ),
  ]);
  value(await approve(town, "casey", request)(stopped.deps));
  assert.equal(stopped.tries(), 1);
});

test("at the second try nothing comes between: a change waits until the decision is committed", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const order: string[] = [];
  let change: Promise<unknown> = Promise.resolve();
  const stopped = stopping(world, [
    () => town.join("approvers", "cora"),
    async () => {
      change = town.leave("approvers", "casey").then(() => order.push("changed"));
      await isHeldUp();
    },
  ]);
  value(await approve(town, "casey", request)(stopped.deps));
  order.push("decided");
  await change;
  assert.equal(stopped.tries(), 2);
  assert.equal((await countOf(town)).grants, 1);
  assert.ok(order.includes("changed"));
});

/** Somebody waits for an advisory lock. */
async function isHeldUp(): Promise<void> {
  for (let looks = 0; looks < 500; looks++) {
    const { rows } = await world.opened.pools.checks.query(
      "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
    );
    if (rows.length > 0) return;
    await delay(10);
  }
  assert.fail("the change went past the decision");
}
