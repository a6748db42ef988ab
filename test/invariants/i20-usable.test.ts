import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { type Grant, isLive } from "../../src/domain/grant.ts";
import { addMs, HOUR_MS, SECOND_MS } from "../../src/domain/time.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { listNotifications } from "../../src/use-cases/notifications/read-notifications.ts";
import { readRequestTimeline } from "../../src/use-cases/views/read-request-timeline.ts";
import { openTargetWorld, type TargetWorld } from "../fixtures/target-world.ts";
import type { Ask, Name, Town } from "../fixtures/town.ts";
import { codeOf, value } from "../fixtures/world.ts";

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

async function boundTown(): Promise<Town> {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, AUTOMATIC);
  await world.bind(town, "Contributor", town.scopes.web, "orders_rw");
  return town;
}

async function granted(
  town: Town,
  who: Name,
  ask: Ask = {},
): Promise<{ request: AccessRequest; grant: Grant }> {
  const request = value(await town.ask(who, { durationMs: HOUR_MS, ...ask }));
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  return { request, grant };
}

async function live(town: Town, who: Name): Promise<{ request: AccessRequest; grant: Grant }> {
  const made = await granted(town, who);
  const isNow = async () => isLive(await town.grant(made.grant.id), world.clock.now());
  await world.until("the grant is live", isNow);
  return { ...made, grant: await town.grant(made.grant.id) };
}

const unbind = (town: Town) =>
  town.change("contoso", (trx) =>
    trx.deleteFrom("binding").where("tenant_id", "=", town.tenants.contoso).execute(),
  );

test("I20: a binding taken away under live access ends it: cut, written down, told, and said alike everywhere", async () => {
  const town = await boundTown();
  const { request, grant } = await live(town, "colin");
  const secret = value(
    await claimSecret(world.deps, town.as("colin"), { grantId: grant.id, bindingId: null, reissue: false }),
  );
  assert.equal(await world.attempt(secret), "in");
  await unbind(town);
  await world.until("it has ended", async () => (await town.grant(grant.id)).state.name === "ended");
  const { state } = await town.grant(grant.id);
  assert.equal(state.name === "ended" && state.cause, "entitlement_lost");
  assert.equal(await world.attempt(secret), "refused");
  assert.deepEqual(await world.temporaryRoles(), []);
  const again = { grantId: grant.id, bindingId: null, reissue: true };
  assert.equal(codeOf(await claimSecret(world.deps, town.as("colin"), again)), "grant_not_active");
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ type: "grant.closing", limit: 10 }),
  );
  assert.deepEqual(
    entries.map(({ entry }) => (entry.facts as { cause?: string }).cause),
    ["entitlement_lost"],
  );
  const timeline = value(await readRequestTimeline(world.deps, town.as("colin"), request.id));
  assert.match(JSON.stringify(timeline), /what opened it in its target was taken away/);
  const told = await listNotifications(world.deps, town.ref("colin"), { limit: 10 });
  assert.ok(
    told.some(({ text }) => /^Ended: .*because what opened it in its target was taken away/.test(text)),
    told.map(({ text }) => text).join("\n"),
  );
});

test("I20: a binding that takes the place of another keeps the access, through the new one", async () => {
  const town = await boundTown();
  const { grant } = await live(town, "colin");
  const [before] = grant.entitlements;
  await town.change("contoso", async (trx) => {
    const [old] = await trx.selectFrom("binding").selectAll().execute();
    assert.ok(old);
    const id = crypto.randomUUID();
    const body = JSON.stringify({ ...(old.body as object), id, entitlement: { role: "orders_ro" } });
    await trx.deleteFrom("binding").where("id", "=", old.id).execute();
    await trx.insertInto("binding").values({ tenant_id: old.tenant_id, id, name: old.name, body }).execute();
  });
  await world.until("the new one is there, and the old one gone", async () => {
    const { entitlements, state } = await town.grant(grant.id);
    assert.equal(state.name, "active");
    const there = entitlements.filter((one) => one.state === "present");
    return there.length === 1 && there[0]?.bindingId !== before?.bindingId;
  });
});

test("I20: what has not begun is not lost: it begins without the binding that is gone", async () => {
  const town = await boundTown();
  const startAt = addMs(world.clock.now(), 2 * SECOND_MS);
  const { grant } = await granted(town, "colin", { startAt });
  await unbind(town);
  await world.until("it is live", async () => isLive(await town.grant(grant.id), world.clock.now()));
});
