/** One's own history and one's own preferences are one's own; a network is new once. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import {
  changePreferences,
  changeTenantPreferences,
  readPreferences,
  readTenantPreferences,
} from "../../src/use-cases/notifications/preferences.ts";
import { listOwnHistory } from "../../src/use-cases/views/read-audit.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test("everybody reads what they did and what became of their requests, and nobody else's", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  value(await town.approve("carol", request));
  await world.pass();
  const told = async (who: "colin" | "carol" | "cora") =>
    (await listOwnHistory(world.deps, town.as(who), { limit: 50 })).map(({ entry }) => entry.type);
  assert.deepEqual((await told("colin")).toSorted(), [
    "grant.live",
    "request.approval_given",
    "request.approved",
    "request.submitted",
  ]);
  assert.ok((await told("carol")).includes("request.approval_given"));
  assert.deepEqual(await told("cora"), []);
  const [newest] = await listOwnHistory(world.deps, town.as("colin"), { limit: 1 });
  assert.equal(newest?.requestId, request.id);
});

test("why somebody was locked out is not in their own history", async () => {
  const town = await world.newTown();
  const subject = { kind: "principal", id: town.ref("cora").objectId };
  const event = {
    ...{ type: "principal.locked_out" as const, subject, parties: [town.tenants.contoso] },
    actor: { kind: "user" as const, ref: town.ref("carol"), via: "test" },
    ...{ facts: { name: "Cora", justification: "suspected" }, correlationId: subject.id },
  };
  await world.deps.store.inTenant(town.tenants.contoso, (tx) => tx.record([event], world.clock.now()));
  assert.deepEqual(await listOwnHistory(world.deps, town.as("cora"), { limit: 50 }), []);
});

test("preferences: a person's over the tenant's over what is built in; the tenant's are an administrator's, with an entry", async () => {
  const town = await world.newTown();
  assert.equal((await readPreferences(world.deps, town.as("cora"))).inForce.automatic, "daily");
  assert.equal(codeOf(await changeTenantPreferences(world.deps, town.as("casey"), {})), "forbidden");
  assert.equal(codeOf(await readTenantPreferences(world.deps, town.as("casey"))), "forbidden");
  value(
    await changeTenantPreferences(world.deps, town.as("carol"), { automatic: "weekly", reminders: false }),
  );
  await changePreferences(world.deps, town.as("cora"), { reminders: true });
  const { said, inForce } = await readPreferences(world.deps, town.as("cora"));
  assert.deepEqual(said, { reminders: true });
  assert.deepEqual([inForce.automatic, inForce.reminders], ["weekly", true]);
  assert.equal((await readPreferences(world.deps, town.as("frank"))).inForce.automatic, "daily");
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ limit: 9, type: "configuration.changed" }),
  );
  assert.deepEqual(
    entries.map(({ entry }) => (entry.facts as { fields: string[] }).fields),
    [["automatic", "reminders"]],
  );
});

test("a network is new where the account was signed in to from another one before, and once", async () => {
  const town = await world.newTown();
  const { tenantId, objectId } = town.ref("casey");
  const account = { tenant_id: tenantId, object_id: objectId, email: `${objectId}@contoso.example` };
  await town.rows("contoso", (trx) =>
    sql`INSERT INTO local_account (tenant_id, object_id, email, password_hash)
      SELECT ${account.tenant_id}, ${account.object_id}, ${account.email}, 'none'`.execute(trx),
  );
  const seen = (network: string) =>
    world.deps.store.inTenant(town.tenants.contoso, (tx) =>
      tx.accounts.rememberNetwork(town.ref("casey"), network, world.clock.now()),
    );
  assert.equal(await seen("192.0.2.1"), false, "the first of all is nothing to be afraid of");
  assert.equal(await seen("192.0.2.1"), false);
  assert.equal(await seen("198.51.100.7"), true);
  assert.equal(await seen("198.51.100.7"), false);
});
