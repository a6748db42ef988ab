/** Pages of people and places: each reader is told what they may see anyway, and who decides is what a decision would say. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import type { ApplyDeps } from "../../src/use-cases/apply/apply-deps.ts";
import { lockOut } from "../../src/use-cases/lock-out.ts";
import { MOST_LOOKED_AT, readOverview } from "../../src/use-cases/views/read-overview.ts";
import { readPerson } from "../../src/use-cases/views/read-person.ts";
import { readPlace } from "../../src/use-cases/views/read-place.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const seen = (town: Town, by: Name, who: Name) =>
  readPerson(world.deps, town.as(by), {
    objectId: town.ref(who).objectId,
    of: town.ref(who).tenantId === town.ref(by).tenantId ? null : town.ref(who).tenantId,
  });
const place = (town: Town, by: Name, scope = town.scopes.orders) => readPlace(world.deps, town.as(by), scope);
const overview = (town: Town, by: Name) =>
  readOverview({ ...world.deps, targetKinds: { traitsOf: () => null } } as unknown as ApplyDeps, town.as(by));

test("a person sees themselves, administrators and auditors everybody of theirs, an approver whoever asked them", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  for (const by of ["colin", "carol", "ada"] as const) {
    const view = value(await seen(town, by, "colin"));
    assert.deepEqual([view.whole, view.pending.length], [true, 1]);
    assert.equal(view.mayLock, by === "carol");
    assert.ok(view.eligibilities.some(({ roleName }) => roleName === "Contributor"));
  }
  const asked = value(await seen(town, "casey", "colin"));
  assert.deepEqual([asked.whole, asked.pending.length, asked.eligibilities], [false, 1, []]);
  assert.deepEqual([asked.mayLock, asked.mayEndEverything], [false, false]);
  assert.equal(codeOf(await seen(town, "cora", "colin")), "forbidden");
  assert.equal(codeOf(await seen(town, "fiona", "colin")), "not_found");
  value(await town.approve("casey", request));
  await world.pass();
  assert.equal(
    value(await seen(town, "casey", "colin")).held.some(({ grant }) => grant.requestId === request.id),
    true,
  );
});

test("I12: another organisation's people are there as far as they act at one's own places, and no further", async () => {
  const town = await world.newTown();
  assert.equal(codeOf(await seen(town, "carol", "frank")), "not_found");
  const request = value(await town.ask("frank", { scope: town.scopes.billing, durationMs: HOUR_MS }));
  await world.pass();
  const view = value(await seen(town, "carol", "frank"));
  assert.deepEqual(
    view.held.map(({ grant }) => grant.requestId),
    [request.id],
  );
  assert.deepEqual([view.whole, view.email, view.rights, view.mayLock], [false, null, [], false]);
  assert.equal(view.mayEndEverything, true);
  assert.equal(codeOf(await seen(town, "carol", "fred")), "not_found");
  assert.equal(codeOf(await seen(town, "nina", "frank")), "not_found");
  // Why their own organisation locked them out is not told.
  value(await lockOut(world.deps, town.as("fiona"), town.ref("frank").objectId, "a secret reason"));
  assert.equal(JSON.stringify(value(await seen(town, "carol", "frank"))).includes("secret reason"), false);
});

test("a place tells who holds, who may ask and who decides: all to whoever answers for it, one's own to others", async () => {
  const town = await world.newTown();
  const all = value(await place(town, "carol"));
  const [role] = all.roles;
  assert.deepEqual([all.whole, all.application?.name, role?.roleName], [true, "orders", "Contributor"]);
  assert.deepEqual(role?.askers.map(({ principal }) => principal.displayName).sort(), [
    "Deployer",
    "Support",
  ]);
  assert.deepEqual(
    role?.deciders.map(({ names, required }) => [names.toSorted(), required]),
    [[["Carol", "Casey", "Chris"], 2]],
  );
  const theirs = value(await place(town, "fiona"));
  assert.deepEqual([theirs.whole, theirs.application?.side], [false, "publisher"]);
  assert.deepEqual(
    theirs.roles[0]?.deciders.map(({ names, count }) => [names, count]),
    [[[], 3]],
  );
  assert.equal(codeOf(await place(town, "nina")), "not_found");
  const guest = value(await place(town, "guest"));
  assert.deepEqual([guest.whole, guest.roles, guest.holds], [false, [], []]);
  const web = value(await place(town, "colin", town.scopes.web));
  assert.ok(web.roles.every(({ askers }) => askers.length > 0));
  assert.equal(
    web.roles.some(({ roleName }) => roleName === "Contributor"),
    true,
  );
});

test("who is locked out decides nowhere on a page either", async () => {
  const town = await world.newTown();
  value(await lockOut(world.deps, town.as("carol"), town.ref("casey").objectId, "a laptop was lost"));
  const [role] = value(await place(town, "carol")).roles;
  assert.deepEqual(
    role?.deciders.map(({ names }) => names.toSorted()),
    [["Carol", "Chris"]],
  );
  const view = value(await seen(town, "carol", "casey"));
  assert.deepEqual(
    [view.lockedOut?.justification, view.lockedOut?.by.displayName],
    ["a laptop was lost", "Carol"],
  );
});

test("the overview is for whoever answers for a tenant: live, waiting for long, ending soon, and a publisher's customers", async () => {
  const town = await world.newTown();
  assert.equal(codeOf(await overview(town, "casey")), "forbidden");
  value(await town.ask("frank", { scope: town.scopes.billing, durationMs: HOUR_MS }));
  value(await town.ask("colin"));
  await town.makeEligible("guest", "Reader", town.scopes.web, (world.clock.now() + DAY_MS) as never);
  await world.pass();
  const view = value(await overview(town, "ada"));
  assert.deepEqual(
    view.live.items.map(({ beneficiary }) => beneficiary.displayName),
    ["Frank"],
  );
  assert.deepEqual([view.pendingCount, view.overdue.count, view.customers.length], [1, 0, 0]);
  assert.deepEqual(
    view.ending.items.map(({ principal }) => principal.displayName),
    ["Guest"],
  );
  world.clock.advance(13 * HOUR_MS);
  await world.pass();
  const later = value(await overview(town, "carol"));
  assert.deepEqual([later.live.count, later.overdue.count], [0, 1]);
  const publisher = value(await overview(town, "fiona"));
  assert.deepEqual(publisher.customers.map(({ name, consumerName }) => [name, consumerName]).sort(), [
    ["billing", "Contoso"],
    ["orders", "Contoso"],
  ]);
  assert.equal(publisher.pendingCount, 0, "what Contoso's own people ask for is Contoso's");
  world.clock.advance(MINUTE_MS);
});

test("of a publisher's customers so many are looked at, however many there are", async () => {
  const town = await world.newTown();
  const more = Array.from({ length: MOST_LOOKED_AT }, (_, at) => {
    const id = randomUUID();
    const scope = `${town.scopes.orders}-${at}`;
    const one = {
      ...town.orders,
      id,
      name: `orders-${at}`,
      scope,
      managedScope: `${town.scopes.managed}-${at}`,
    };
    return { tenant_id: town.tenants.contoso, id, body: JSON.stringify(one) };
  });
  await town.change("contoso", (trx) => trx.insertInto("application").values(more).execute());
  assert.equal(value(await overview(town, "fiona")).customers.length, MOST_LOOKED_AT);
});
