/** Lists by place: one application, a kind of place, everything under a scope; and what an application's owner sees. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { groupScope, type Scope, scopeKey } from "../../src/domain/scope.ts";
import type { GrantFilter, RequestFilter } from "../../src/use-cases/ports.ts";
import { listGrants } from "../../src/use-cases/views/read-grants.ts";
import { listRequests } from "../../src/use-cases/views/read-requests.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";
import { type Cast, openCast } from "../golden/cast.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

/** Requests about an application, a resource and a group; each led to a grant but the first. */
async function busyTown() {
  const town = await world.newTown();
  const ops = groupScope(town.ref("onCall").objectId);
  await town.makeEligible("colin", "Reader", ops);
  await town.setRules("Reader", ops, { justificationRequired: false });
  value(await town.ask("frank", { scope: town.scopes.orders }));
  value(await town.ask("frank", { scope: town.scopes.billing }));
  value(await town.ask("colin", { scope: town.scopes.db, roles: ["Reader"] }));
  value(await town.ask("colin", { scope: ops, roles: ["Reader"] }));
  return { town, ops };
}

const requestsOf = async (town: Town, who: Name, filter: Partial<RequestFilter>) =>
  scopesOf(
    value(await listRequests(world.deps, town.as(who), "all", { limit: 50, ...filter })).map(
      ({ request }) => request.scope,
    ),
  );
const grantsOf = async (town: Town, who: Name, filter: Partial<GrantFilter>) =>
  scopesOf(
    value(await listGrants(world.deps, town.as(who), "all", { limit: 50, ...filter })).map(
      ({ grant }) => grant.scope,
    ),
  );
const scopesOf = (scopes: readonly Scope[]) => scopes.map(scopeKey).sort();
const keys = (...scopes: Scope[]) => scopesOf(scopes);

test("requests and grants are told apart by what they are about", async () => {
  const { town, ops } = await busyTown();
  const { orders, billing, db } = town.scopes;
  assert.deepEqual(await requestsOf(town, "carol", {}), keys(orders, billing, db, ops));
  assert.deepEqual(await requestsOf(town, "carol", { about: "applications" }), keys(orders, billing));
  assert.deepEqual(await requestsOf(town, "carol", { about: "resources" }), keys(db));
  assert.deepEqual(await requestsOf(town, "carol", { about: "groups" }), keys(ops));
  assert.deepEqual(await requestsOf(town, "carol", { applicationIds: [town.orders.id] }), keys(orders));
  assert.deepEqual(await requestsOf(town, "carol", { under: scopeKey(db) }), keys(db));
  assert.deepEqual(
    await requestsOf(town, "carol", { under: scopeKey(town.scopes.subscription) }),
    keys(orders, billing, db),
  );
  assert.deepEqual(await grantsOf(town, "carol", { about: "applications" }), keys(billing));
  assert.deepEqual(await grantsOf(town, "carol", { about: "resources" }), keys(db));
  assert.deepEqual(await grantsOf(town, "carol", { about: "groups" }), keys(ops));
  assert.deepEqual(await grantsOf(town, "carol", { applicationIds: [town.orders.id] }), []);
});

test("I12: a filter by another organisation's application finds nothing that one could not see without it", async () => {
  const { town } = await busyTown();
  const { orders } = town.scopes;
  assert.deepEqual(await requestsOf(town, "fiona", { applicationIds: [town.orders.id] }), keys(orders));
  assert.deepEqual(await requestsOf(town, "nina", { applicationIds: [town.orders.id] }), []);
  assert.deepEqual(await grantsOf(town, "nina", { about: "applications" }), []);
});

test("an application's owner sees its requests and grants, and asking for another one's adds none", async () => {
  const { town } = await busyTown();
  const owner = town.as("cora");
  const limit = { limit: 50 };
  assert.equal(codeOf(await listGrants(world.deps, owner, "all", limit)), "forbidden");
  const billingId = await ownBilling(town, "cora");
  const { billing } = town.scopes;
  assert.deepEqual(await grantsOf(town, "cora", {}), keys(billing));
  assert.deepEqual(await grantsOf(town, "cora", { applicationIds: [billingId] }), keys(billing));
  assert.deepEqual(await grantsOf(town, "cora", { applicationIds: [town.orders.id] }), []);
  assert.deepEqual(await grantsOf(town, "cora", { about: "resources" }), []);
  assert.deepEqual(await requestsOf(town, "cora", { applicationIds: [town.orders.id] }), []);
});

test("the API takes the filters and refuses what is none", async () => {
  const cast: Cast = await openCast();
  try {
    const ask = async (url: string) => (await cast.call("administrator", "GET", url)).status;
    for (const list of ["/access-requests", "/grants"]) {
      assert.equal(await ask(`${list}?view=all&about=groups&under=/subscriptions`), 400);
      assert.equal(await ask(`${list}?view=all&about=people`), 400);
      assert.equal(await ask(`${list}?view=all&applicationId=x`), 400);
    }
    const { body } = await cast.call("administrator", "GET", "/grants?view=all&about=applications");
    const standing = body.items as { scope: string }[];
    assert.ok(standing.length > 0);
    const [one] = standing;
    const under = await cast.call("administrator", "GET", `/grants?view=all&under=${one?.scope}`);
    assert.ok(
      (under.body.items as { scope: string }[]).every(({ scope }) => scope.startsWith(one?.scope ?? "-")),
    );
    assert.deepEqual(
      (await cast.call("administrator", "GET", "/grants?view=all&about=groups")).body.items,
      [],
    );
  } finally {
    await cast.close();
  }
});

async function ownBilling(town: Town, who: Name) {
  const found = (await world.deps.store.inTenant(town.tenants.contoso, (tx) => tx.applications.list())).find(
    ({ name }) => name === "billing",
  );
  assert.ok(found !== undefined);
  const body = JSON.stringify({ ...found, owners: [town.ref(who)] });
  await town.change("contoso", (trx) =>
    trx.updateTable("application").set({ body }).where("id", "=", found.id).execute(),
  );
  return found.id;
}
