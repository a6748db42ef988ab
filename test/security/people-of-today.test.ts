/** What becomes known between two approvals counts at the last one: who is whom, and how long it may last. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test("I2: an approver who turns out to be the requester's other identity does not count any more", async () => {
  const town = await twoMustApprove();
  const request = value(await town.ask("colin"));
  value(await town.approve("casey", request));
  await tie(town, "casey", "colin");
  const after = value(await town.approve("chris", request));
  assert.notEqual(after.state.name, "approved");
  assert.deepEqual(await town.grantsOf(after), []);
});

test("I2: two approvers who turn out to be one person count once", async () => {
  const town = await twoMustApprove();
  const request = value(await town.ask("colin"));
  value(await town.approve("casey", request));
  await tie(town, "casey", "chris");
  assert.equal(codeOf(await town.approve("chris", request)), "already_decided");
  assert.equal(value(await town.approve("carol", request)).state.name, "approved");
});

test("I2: an approval of a stage that is over lapses when its two people turn out to be one", async () => {
  const town = await world.newTown();
  const stages = [town.stage(["approvers"], { required: 2 }), town.stage(["approvers"])];
  await town.join("approvers", "cora");
  await town.setRules("Contributor", town.scopes.web, rules(stages));
  const request = value(await town.ask("colin"));
  value(await town.approve("casey", request));
  value(await town.approve("chris", request));
  await tie(town, "casey", "chris");
  const after = value(await town.approve("carol", request));
  assert.equal(after.state.name, "pending");
});

test("I8: an extension keeps within the total of the day it is approved, where that is less", async () => {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "automatic", notified: [] },
  });
  const [grant] = await town.grantsOf(value(await town.ask("colin")));
  assert.ok(grant);
  const stages = [town.stage(["approvers"])];
  await town.setRules("Contributor", town.scopes.web, { ...rules(stages), maximumTotalMs: 8 * HOUR_MS });
  world.clock.advance(50 * MINUTE_MS);
  const ask = { grantId: grant.id, durationMs: HOUR_MS, justification: null, ticket: null };
  const extension = value(await extendGrant(world.deps, town.as("colin"), ask));
  await town.setRules("Contributor", town.scopes.web, { ...rules(stages), maximumTotalMs: 90 * MINUTE_MS });
  value(await town.approve("casey", extension));
  assert.equal((await town.grant(grant.id)).endsAt, grant.startsAt + 90 * MINUTE_MS);
});

function rules(stages: ReturnType<Town["stage"]>[]) {
  return { justificationRequired: false, approval: { mode: "manual" as const, stages } };
}

async function twoMustApprove(): Promise<Town> {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, rules([town.stage(["approvers"], { required: 2 })]));
  return town;
}

async function tie(town: Town, who: Name, to: Name): Promise<void> {
  const { tenantId, objectId } = town.ref(to);
  await town.change("contoso", (trx) =>
    trx
      .updateTable("principal")
      .set({ linked_tenant_id: tenantId, linked_object_id: objectId })
      .where("object_id", "=", town.ref(who).objectId)
      .execute(),
  );
}
