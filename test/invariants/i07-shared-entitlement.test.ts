import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { type Grant, isLive } from "../../src/domain/grant.ts";
import { HOUR_MS, SECOND_MS } from "../../src/domain/time.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { deactivateGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import type { IssuedSecret } from "../../src/use-cases/ports.ts";
import { openTargetWorld, type TargetWorld } from "../fixtures/target-world.ts";
import type { Ask, Name, Town } from "../fixtures/town.ts";
import { value } from "../fixtures/world.ts";

let world: TargetWorld;
before(async () => {
  world = await openTargetWorld();
});
after(() => world.close());

const AUTOMATIC = {
  justificationRequired: false,
  minimumDurationMs: SECOND_MS,
  approval: { mode: "automatic", notified: [] },
} as const;

/** Contributor on `web` and Reader on the subscription both become the same role of the cluster. */
async function boundTown(): Promise<Town> {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, AUTOMATIC);
  await town.setRules("Contributor", town.scopes.db, AUTOMATIC);
  await town.setRules("Reader", town.scopes.subscription, AUTOMATIC);
  await world.bind(town, "Contributor", town.scopes.web, "orders_rw");
  await world.bind(town, "Contributor", town.scopes.db, "orders_rw");
  await world.bind(town, "Reader", town.scopes.subscription, "orders_rw");
  return town;
}

async function live(town: Town, who: Name, ask: Ask): Promise<Grant> {
  const request: AccessRequest = value(await town.ask(who, ask));
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  assert.equal(isLive(grant, world.clock.now()), false, "before it was read back the answer is no");
  await world.until("the grant is live", async () => isLive(await town.grant(grant.id), world.clock.now()));
  return town.grant(grant.id);
}

async function secretOf(town: Town, who: Name, grant: Grant): Promise<IssuedSecret> {
  return value(
    await claimSecret(world.deps, town.as(who), { grantId: grant.id, bindingId: null, reissue: false }),
  );
}

const ended = (town: Town, grant: Grant) => async () => (await town.grant(grant.id)).state.name === "ended";

test("I7: of two grants that become the same entitlement, the end of one leaves the other as it was", async () => {
  const town = await boundTown();
  const first = await live(town, "colin", { durationMs: HOUR_MS });
  const second = await live(town, "colin", {
    roles: ["Reader"],
    scope: town.scopes.subscription,
    durationMs: HOUR_MS,
  });
  const [firstSecret, secondSecret] = [
    await secretOf(town, "colin", first),
    await secretOf(town, "colin", second),
  ];
  const session = await world.session(secondSecret);
  assert.deepEqual([await world.attempt(firstSecret), await world.attempt(secondSecret)], ["in", "in"]);
  value(await deactivateGrant(world.deps, town.as("colin"), first.id));
  await world.until("the first has ended", ended(town, first));
  assert.deepEqual([await world.attempt(firstSecret), await world.attempt(secondSecret)], ["refused", "in"]);
  await session.query("UPDATE public.orders SET state = 'still here' WHERE id = 4711");
  await session.end();
  value(await deactivateGrant(world.deps, town.as("colin"), second.id));
  await world.until("the second has ended", ended(town, second));
  assert.equal(await world.attempt(secondSecret), "refused");
  assert.deepEqual(await world.temporaryRoles(), []);
});

test("I7: an expiry that comes by itself cuts its own sessions and nobody else's", async () => {
  const town = await boundTown();
  const long = await live(town, "colin", {
    roles: ["Reader"],
    scope: town.scopes.subscription,
    durationMs: HOUR_MS,
  });
  const short = await live(town, "colin", { durationMs: 4 * SECOND_MS });
  const [kept, cut] = [
    await world.session(await secretOf(town, "colin", long)),
    await world.session(await secretOf(town, "colin", short)),
  ];
  await world.until("the short one has ended", ended(town, short));
  await kept.query("SELECT 1");
  await assert.rejects(cut.query("SELECT 1"));
  await kept.end();
  await cut.end().catch(() => {});
  value(await revokeGrant(world.deps, town.as("carol"), long.id, null));
  await world.until("the long one has ended", ended(town, long));
  assert.deepEqual(await world.temporaryRoles(), []);
});

test("I7: an extension moves the deadline in the target, and the first one does not cut it short", async () => {
  const town = await boundTown();
  const grant = await live(town, "colin", { durationMs: 4 * SECOND_MS });
  const secret = await secretOf(town, "colin", grant);
  const extension = { grantId: grant.id, durationMs: HOUR_MS, justification: null, ticket: null };
  value(await extendGrant(world.deps, town.as("colin"), extension));
  await world.until("the deadline has moved", async () => {
    const [held] = (await town.grant(grant.id)).entitlements;
    return held?.generation === 2 && held.enforcedUntil !== null && held.enforcedUntil > (grant.endsAt ?? 0);
  });
  await world.until("the first end is past", async () => world.clock.now() > (grant.endsAt ?? 0));
  assert.equal(await world.attempt(secret), "in");
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  await world.until("it has ended", ended(town, grant));
  assert.deepEqual(await world.temporaryRoles(), []);
});

test("I7: of a group's grant, who leaves loses their log-in, who stays keeps it, who joins gets one", async () => {
  const town = await boundTown();
  await town.join("backend", "casey");
  const grant = await live(town, "cora", { for: "backend", scope: town.scopes.db, durationMs: HOUR_MS });
  const [stays, leaves] = [await secretOf(town, "casey", grant), await secretOf(town, "colin", grant)];
  assert.deepEqual([await world.attempt(stays), await world.attempt(leaves)], ["in", "in"]);
  await town.leave("backend", "colin");
  await town.join("backend", "chris");
  await world.until("who left is out and who joined is in", async () => {
    const { entitlements } = await town.grant(grant.id);
    const stateOf = (name: Name) =>
      entitlements.find(({ member }) => member.objectId === town.ref(name).objectId)?.state;
    return stateOf("colin") === "absent" && stateOf("chris") === "present";
  });
  assert.deepEqual([await world.attempt(stays), await world.attempt(leaves)], ["in", "refused"]);
  assert.equal(await world.attempt(await secretOf(town, "chris", grant)), "in");
  const extension = { grantId: grant.id, durationMs: 2 * HOUR_MS, justification: null, ticket: null };
  value(await extendGrant(world.deps, town.as("cora"), extension));
  await world.until(
    "those who hold it hold it for longer",
    async () =>
      (await town.grant(grant.id)).entitlements.filter(({ generation }) => generation === 2).length === 2,
  );
  assert.equal(await world.attempt(leaves), "refused", "an extension brings nobody back");
  value(await revokeGrant(world.deps, town.as("carol"), grant.id, null));
  await world.until("it has ended", ended(town, grant));
  assert.deepEqual(await world.temporaryRoles(), []);
});

test("I7: a binding that is made while a grant is live is met, and the grant stays live meanwhile", async () => {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, AUTOMATIC);
  const [grant] = await town.grantsOf(value(await town.ask("colin", { durationMs: HOUR_MS })));
  assert.ok(grant && isLive(grant, world.clock.now()));
  await world.bind(town, "Contributor", town.scopes.web, "orders_rw");
  await world.until(
    "the target holds it",
    async () => (await town.grant(grant.id)).entitlements[0]?.state === "present",
  );
  assert.equal(isLive(await town.grant(grant.id), world.clock.now()), true);
  assert.equal(await world.attempt(await secretOf(town, "colin", grant)), "in");
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  await world.until("it has ended", ended(town, grant));
  assert.deepEqual(await world.temporaryRoles(), []);
});
