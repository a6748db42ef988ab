import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Grant } from "../../src/domain/grant.ts";
import type { RoleSettings } from "../../src/domain/role-settings.ts";
import { addMs, HOUR_MS } from "../../src/domain/time.ts";
import { reviewGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { listGrants } from "../../src/use-cases/views/read-grants.ts";
import type { Ask, Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const BREAK: Ask = { emergency: true };

async function openGlass(more: Partial<RoleSettings> = {}): Promise<Town> {
  const town = await world.newTown();
  const approval = { mode: "manual", stages: [town.stage(["approvers"])] } as const;
  const emergency = { allowed: true, maximumDurationMs: HOUR_MS };
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval,
    emergency,
    ...more,
  });
  return town;
}

async function broken(town: Town): Promise<Grant> {
  const [grant] = await town.grantsOf(value(await town.ask("colin", BREAK)));
  assert.ok(grant);
  return grant;
}

function review(town: Town, who: Name, grant: Grant) {
  const input = { grantId: grant.id, outcome: "justified" as const, justification: "the site was down" };
  return reviewGrant(world.deps, town.as(who), input);
}

test("break-glass is off by default, and for an application only its consumer switches it on", async () => {
  const town = await world.newTown();
  assert.equal(codeOf(await town.ask("colin", BREAK)), "rules_not_satisfied");
  const orders = { ...BREAK, scope: town.scopes.orders };
  assert.equal(codeOf(await town.ask("frank", orders)), "rules_not_satisfied");
  await town.setPolicy({ emergencyAllowed: true });
  assert.equal(value(await town.ask("frank", orders)).state.name, "approved");
});

test("break-glass skips the approval stages", async () => {
  const town = await openGlass();
  assert.equal((await broken(town)).state.name, "active");
});

const HELD: readonly [string, Partial<RoleSettings>, Ask][] = [
  ["the second factor", { mfaRequired: true }, BREAK],
  ["the conditions", { conditions: ["forbid(principal, action, resource);"] }, BREAK],
  ["the justification", { justificationRequired: true }, BREAK],
  ["its own maximum", {}, { ...BREAK, durationMs: HOUR_MS + 1 }],
  ["the minimum", {}, { ...BREAK, durationMs: 1 }],
];
for (const [what, settings, ask] of HELD) {
  test(`break-glass does not skip ${what}`, async () => {
    const town = await openGlass(settings);
    assert.notEqual(codeOf(await town.ask("colin", ask)), "ok");
  });
}

test("break-glass needs an eligibility like every other ask", async () => {
  const town = await openGlass();
  assert.equal(codeOf(await town.ask("cora", BREAK)), "rules_not_satisfied");
});

test("break-glass is refused to a sign-in by device", async () => {
  const town = await openGlass();
  const device = town.as("colin", { limited: true });
  assert.equal(codeOf(await submitRequest(world.deps, device, town.input(BREAK))), "forbidden");
});

test("break-glass tells every approver at once, and any of them may revoke", async () => {
  const town = await openGlass();
  const grant = await broken(town);
  await world.pass();
  const told = await town.rows("contoso", (trx) =>
    trx
      .selectFrom("notification")
      .select("recipient_id")
      .where("request_id", "=", grant.requestId)
      .where("type", "=", "request_notice")
      .execute(),
  );
  const approvers = (["carol", "casey", "chris"] as const).map((name) => town.ref(name).objectId);
  assert.deepEqual(told.map(({ recipient_id }) => recipient_id).sort(), [...approvers].sort());
  assert.equal(codeOf(await revokeGrant(world.deps, town.as("chris"), grant.id, "not that urgent")), "ok");
});

test("break-glass where no approver is named tells the application's owners", async () => {
  const town = await world.newTown();
  await town.setPolicy({ mode: "manual", approvers: [], emergencyAllowed: true });
  const request = value(await town.ask("frank", { ...BREAK, scope: town.scopes.orders }));
  await world.pass();
  const told = await town.rows("contoso", (trx) =>
    trx
      .selectFrom("notification")
      .select("recipient_id")
      .where("request_id", "=", request.id)
      .where("type", "=", "request_notice")
      .execute(),
  );
  assert.deepEqual(
    told.map(({ recipient_id }) => recipient_id),
    [town.ref("carol").objectId],
  );
});

test("break-glass is not extended", async () => {
  const town = await openGlass();
  const grant = await broken(town);
  const input = { grantId: grant.id, durationMs: HOUR_MS, justification: null, ticket: null };
  assert.equal(codeOf(await extendGrant(world.deps, town.as("colin"), input)), "not_extendable");
});

test("an approver other than the user reviews it, once", async () => {
  const town = await openGlass();
  const grant = await broken(town);
  assert.equal(codeOf(await review(town, "cora", grant)), "forbidden");
  await town.join("approvers", "colin");
  assert.equal(codeOf(await review(town, "colin", grant)), "own_request");
  assert.equal(value(await review(town, "casey", grant)).review?.outcome, "justified");
  assert.equal(codeOf(await review(town, "carol", grant)), "already_reviewed");
});

test("what waits for a review is listed for whoever can review it, until somebody has", async () => {
  const town = await openGlass();
  const grant = await broken(town);
  const waits = async (who: Name) =>
    value(await listGrants(world.deps, town.as(who), "toReview", { limit: 10 })).map((one) => one.grant.id);
  assert.deepEqual(await waits("casey"), [grant.id]);
  assert.deepEqual(await waits("cora"), [], "no approver");
  await town.join("approvers", "colin");
  assert.deepEqual(await waits("colin"), [], "one's own");
  value(await review(town, "casey", grant));
  assert.deepEqual(await waits("casey"), []);
});

test("what was no emergency is not reviewed", async () => {
  const town = await openGlass();
  const [grant] = await town.grantsOf(value(await town.approve("carol", value(await town.ask("colin")))));
  assert.ok(grant);
  assert.equal(codeOf(await review(town, "carol", grant)), "review_not_needed");
});

test("not reviewed in 72 hours, it blocks that person's next use, and only until it is reviewed", async () => {
  const town = await openGlass();
  const grant = await broken(town);
  world.clock.set(addMs(grant.startsAt, 72 * HOUR_MS - 1));
  await world.pass();
  assert.equal(codeOf(await town.ask("colin", BREAK)), "ok");
  world.clock.advance(HOUR_MS + 1);
  await world.pass();
  assert.equal(codeOf(await town.ask("colin", BREAK)), "rules_not_satisfied");
  assert.equal(codeOf(await town.ask("pipeline", BREAK)), "ok");
  assert.equal(codeOf(await town.ask("colin")), "ok", "an ordinary ask is not blocked");
  value(await review(town, "casey", grant));
  const open = await town.rows("contoso", (trx) => trx.selectFrom("access_grant").select("body").execute());
  for (const { body } of open) {
    const other = body as Grant;
    if (other.emergency && other.review === null) value(await review(town, "carol", other));
  }
  value(await town.decide("carol", await pendingOf(town), { decision: "deny" }));
  assert.equal(codeOf(await town.ask("colin", BREAK)), "ok");
});

async function pendingOf(town: Town) {
  const row = await town.rows("contoso", (trx) =>
    trx.selectFrom("access_request").select("id").where("state", "=", "pending").executeTakeFirstOrThrow(),
  );
  return town.request(row.id as Parameters<Town["request"]>[0]);
}
