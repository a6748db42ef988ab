/** Who is told what, from the outbox, once what happened has been committed. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addMs, HOUR_MS } from "../../src/domain/time.ts";
import { CRITICAL_TYPES } from "../../src/use-cases/notifications/matrix.ts";
import { cancelRequest } from "../../src/use-cases/requests/decide-request.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

/** What somebody has been told, oldest first. */
async function told(
  town: Town,
  tenant: "contoso" | "fabrikam",
  who: Name,
): Promise<readonly (readonly [string, string])[]> {
  await world.pass();
  const rows = await town.rows(tenant, (trx) =>
    trx
      .selectFrom("notification")
      .select(["type", "body"])
      .where("recipient_id", "=", town.ref(who).objectId)
      .orderBy("at")
      .orderBy("type")
      .execute(),
  );
  return rows.map(({ type, body }) => [type, body]);
}

const types = async (town: Town, tenant: "contoso" | "fabrikam", who: Name) =>
  (await told(town, tenant, who)).map(([type]) => type);

test("a request tells its requester that it was sent, and its approvers that they are wanted", async () => {
  const town = await world.newTown();
  value(await town.ask("colin"));
  assert.deepEqual(await types(town, "contoso", "colin"), ["request_sent"]);
  for (const who of ["carol", "casey", "chris"] as const) {
    assert.deepEqual(await told(town, "contoso", who), [
      ["approval_wanted", "Colin asks for Contributor on Contoso/web for 1 h"],
    ]);
  }
  assert.deepEqual(await types(town, "contoso", "cora"), []);
});

test("in automatic mode approvers are told as well, and decide nothing", async () => {
  const town = await world.newTown();
  value(await town.ask("frank", { scope: town.scopes.billing }));
  assert.deepEqual(await types(town, "contoso", "carol"), ["request_notice"]);
  assert.deepEqual(await types(town, "fabrikam", "frank"), [
    "grant_live",
    "request_approved",
    "request_sent",
  ]);
});

test("nobody is told to decide for themselves", async () => {
  const town = await world.newTown();
  await town.join("approvers", "colin");
  value(await town.ask("colin"));
  assert.deepEqual(await types(town, "contoso", "colin"), ["request_sent"]);
});

test("once one has decided, what the others were told says who; the publisher is told without a name", async () => {
  const town = await world.newTown();
  await town.setPolicy({ required: 1 });
  const request = value(await town.ask("frank", { scope: town.scopes.orders }));
  await world.pass();
  value(await town.decide("carol", request, { decision: "deny", justification: "not today" }));
  assert.deepEqual(await told(town, "contoso", "casey"), [
    ["approval_wanted", "Denied by Carol: Frank's request for Contributor on Contoso/orders for 1 h"],
  ]);
  const [denied] = (await told(town, "fabrikam", "frank")).filter(([type]) => type === "request_denied");
  assert.match(denied?.[1] ?? "", /^Denied: Contributor on Contoso\/orders for 1 h: "not today"$/);
});

test("what asks something of somebody does so until it is done, whoever does it and on whichever side", async () => {
  const town = await world.newTown();
  await town.setPolicy({ required: 1 });
  const request = value(await town.ask("frank", { scope: town.scopes.orders }));
  await world.pass();
  const asked = async (who: Name) => {
    const ref = town.ref(who);
    const filter = { limit: 10, types: CRITICAL_TYPES, open: true };
    const found = await world.deps.store.inTenant(ref.tenantId, (tx) => tx.notifications.list(ref, filter));
    assert.ok(found.every(({ requestId }) => requestId === request.id));
    return found.map(({ type }) => type);
  };
  assert.deepEqual(await asked("carol"), ["approval_wanted"]);
  value(await town.approve("casey", request, { startAt: addMs(world.clock.now(), HOUR_MS) }));
  await world.pass();
  assert.deepEqual(await asked("frank"), ["terms_proposed"]);
  value(await cancelRequest(world.deps, town.as("frank"), request.id));
  assert.deepEqual(await asked("carol"), []);
  assert.deepEqual(await asked("casey"), [], "whoever acted is asked no more than the others");
  assert.deepEqual(await asked("frank"), []);
});

test("a request that an administrator cancels tells its requester, one that they cancel themselves does not", async () => {
  const town = await world.newTown();
  const first = value(await town.ask("colin"));
  value(await cancelRequest(world.deps, town.as("colin"), first.id));
  assert.deepEqual(await types(town, "contoso", "colin"), ["request_sent"]);
  assert.deepEqual(await told(town, "contoso", "casey"), [
    ["approval_wanted", "Canceled by Colin: Colin's request for Contributor on Contoso/web for 1 h"],
  ]);
  const second = value(await town.ask("pipeline"));
  value(await cancelRequest(world.deps, town.as("carol"), second.id));
  assert.deepEqual(await types(town, "contoso", "pipeline"), ["request_canceled", "request_sent"]);
});

test("start, end and time-out are told, to every member where a group holds the access", async () => {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.db, { justificationRequired: false });
  value(await town.ask("cora", { for: "backend", scope: town.scopes.db }));
  value(await town.ask("pipeline"));
  assert.deepEqual(await types(town, "contoso", "colin"), ["grant_live"]);
  world.clock.advance(HOUR_MS);
  assert.deepEqual(await types(town, "contoso", "colin"), ["grant_live", "grant_ended"]);
  const [live, ended] = await told(town, "contoso", "colin");
  assert.equal(ended?.[1], live?.[1].replace("Live:", "Ended:").replace(" until ", " at "));
  world.clock.advance(24 * HOUR_MS);
  assert.ok((await types(town, "contoso", "pipeline")).includes("request_timed_out"));
  assert.ok(
    (await told(town, "contoso", "casey")).some(([, text]) => text.startsWith("Nobody decided in time: ")),
  );
});

test("what was told is told once, though the worker looks again and again", async () => {
  const town = await world.newTown();
  value(await town.ask("colin"));
  for (let again = 0; again < 3; again++) await world.pass();
  assert.equal((await told(town, "contoso", "carol")).length, 1);
});

test("of two approvals the first leaves the others wanted, and says so", async () => {
  const town = await world.newTown();
  await town.setPolicy({ required: 2 });
  const request = value(await town.ask("frank", { scope: town.scopes.orders }));
  await world.pass();
  value(await town.decide("carol", request));
  const [first] = await told(town, "contoso", "casey");
  assert.equal(
    first?.[1],
    "Approved by Carol, more approvals are needed: Frank's request for Contributor on Contoso/orders for 1 h",
  );
});
