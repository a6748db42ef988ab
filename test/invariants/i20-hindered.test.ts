/** I20 on a real PostgreSQL: what its owner took away keeps nobody called live, and comes back once it is put right. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Grant, isLive } from "../../src/domain/grant.ts";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import { checkTargetAgain } from "../../src/use-cases/grants/check-target.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import { reconcileTarget } from "../../src/use-cases/grants/reconcile-target.ts";
import { listNotifications } from "../../src/use-cases/notifications/read-notifications.ts";
import { readGrant } from "../../src/use-cases/views/read-grants.ts";
import { openTargetWorld, type TargetWorld } from "../fixtures/target-world.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, value } from "../fixtures/world.ts";

let world: TargetWorld;
before(async () => {
  world = await openTargetWorld();
  await admin("GRANT CONNECT ON DATABASE orders TO curfew_management, orders_rw, orders_ro");
  await admin("REVOKE CONNECT ON DATABASE orders FROM PUBLIC");
});
after(() => world.close());

const admin = (sql: string, database = "orders") => world.harness.cluster.admin(sql, database);
const revokeConnect = () => admin("REVOKE CONNECT ON DATABASE orders FROM orders_rw");
const grantConnect = () => admin("GRANT CONNECT ON DATABASE orders TO orders_rw");

type Becomes = Parameters<TargetWorld["bind"]>[3];

async function boundTown(becomes: Becomes = "orders_rw"): Promise<Town> {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    minimumDurationMs: SECOND_MS,
    approval: { mode: "automatic", notified: [] },
  });
  await world.bind(town, "Contributor", town.scopes.web, becomes);
  return town;
}

async function asked(town: Town): Promise<Grant> {
  const [grant] = await town.grantsOf(value(await town.ask("colin", { durationMs: HOUR_MS })));
  assert.ok(grant);
  return grant;
}

const liveNow = async (town: Town, { id }: Grant) => isLive(await town.grant(id), world.clock.now());
const opened = (town: Town, grant: Grant) => world.until("it is live", () => liveNow(town, grant));
const heldOf = async (town: Town, { id }: Grant) => (await town.grant(id)).entitlements[0];
const claim = (town: Town, { id }: Grant, reissue = false) =>
  claimSecret(world.deps, town.as("colin"), { grantId: id, bindingId: null, reissue });

function reconcile(town: Town, grant: Grant) {
  const [held] = grant.entitlements;
  assert.ok(held);
  return reconcileTarget(world.deps, town.tenants.contoso, held.targetId);
}

async function checked(town: Town, grant: Grant): Promise<number> {
  const [held] = grant.entitlements;
  const admin = town.as("carol", { rights: ["administrator"] });
  return value(await checkTargetAgain(world.deps, admin, String(held?.targetId))).retried;
}

async function told(town: Town, who: Name): Promise<string[]> {
  await world.pass();
  return (await listNotifications(world.deps, town.ref(who), { limit: 20 })).map(({ text }) => text);
}

test("I20: without CONNECT nothing goes live, it is said what to do, and tried again once somebody looks", async () => {
  const town = await boundTown();
  await revokeConnect();
  const grant = await asked(town);
  await world.until("it failed", async () => (await heldOf(town, grant))?.fault != null);
  const held = await heldOf(town, grant);
  assert.equal(held?.fault?.kind, "permanent");
  assert.match(String(held?.lastError), /`orders_rw` may not connect to `orders`; grant it CONNECT there/);
  assert.deepEqual(await world.temporaryRoles(), [], "nothing was made in vain");
  await world.pass();
  assert.equal((await heldOf(town, grant))?.attempts, 1, "not tried again by itself");
  assert.ok((await told(town, "colin")).some((text) => /^Not opened: its target/.test(text)));
  const refused = await claim(town, grant);
  assert.equal(codeOf(refused), "secret_not_offered");
  assert.doesNotMatch(JSON.stringify(refused), /in a moment/);
  await grantConnect();
  assert.equal(await checked(town, grant), 1);
  await opened(town, grant);
  assert.equal(await world.attempt(value(await claim(town, grant))), "in");
});

test("I20: a changed configuration of the target is tried at once, without anybody asking", async () => {
  const town = await boundTown();
  await revokeConnect();
  const grant = await asked(town);
  await world.until("it failed", async () => (await heldOf(town, grant))?.fault != null);
  await grantConnect();
  await town.change("contoso", async (trx) => {
    const [target] = await trx.selectFrom("target").selectAll().execute();
    assert.ok(target);
    const body = JSON.stringify({ ...(target.body as object), version: 2 });
    await trx.updateTable("target").set({ body }).where("id", "=", target.id).execute();
  });
  await opened(town, grant);
});

test("I20: CONNECT revoked under live access: not live any more, both parties told, and back once it is granted", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  const secret = value(await claim(town, grant));
  assert.equal(await world.attempt(secret), "in");
  await revokeConnect();
  assert.equal((await reconcile(town, grant)).lost, 1);
  assert.equal(await liveNow(town, grant), false);
  assert.equal((await heldOf(town, grant))?.state, "planned");
  assert.ok(
    (await told(town, "colin")).some((text) =>
      /^No longer confirmed by its target.*grant it CONNECT/.test(text),
    ),
  );
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ type: "grant.unconfirmed", limit: 10 }),
  );
  assert.equal(entries.length, 1);
  const view = value(await readGrant(world.deps, town.as("colin"), grant.id));
  assert.equal(view.grant.state.name, "provisioning");
  assert.equal(codeOf(await claim(town, grant, true)), "secret_not_offered");
  await grantConnect();
  // Seen at the next look, with nobody asking.
  await reconcile(town, grant);
  await opened(town, grant);
  assert.equal(await world.attempt(secret), "in", "the log-in was never taken away");
});

test("I8, I20: more time approved while a target does not confirm the access holds once it does", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  const secret = value(await claim(town, grant));
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["casey"])] },
  });
  const more = { durationMs: 2 * HOUR_MS, justification: null, ticket: null };
  const asks = value(await extendGrant(world.deps, town.as("colin"), { grantId: grant.id, ...more }));
  await revokeConnect();
  assert.equal((await reconcile(town, grant)).lost, 1);
  value(await town.approve("casey", asks));
  const { endsAt, state } = await town.grant(grant.id);
  assert.ok(Number(endsAt) > Number(grant.endsAt));
  assert.equal(state.name, "provisioning", "an approval confirms nothing");
  await grantConnect();
  await reconcile(town, grant);
  await opened(town, grant);
  const { enforcedUntil } = (await heldOf(town, grant)) ?? {};
  assert.ok(Number(enforcedUntil) > Number(grant.endsAt) && Number(enforcedUntil) <= Number(endsAt));
  assert.equal(await world.attempt(secret), "in");
});

test("I20: the entitled role dropped under live access, and made again", async () => {
  await admin(
    "CREATE ROLE billing_rw NOLOGIN; GRANT billing_rw TO curfew_management WITH ADMIN TRUE, INHERIT FALSE, SET FALSE; GRANT CONNECT ON DATABASE orders TO billing_rw",
  );
  const town = await boundTown({ role: "billing_rw", database: "orders" });
  const grant = await asked(town);
  await opened(town, grant);
  await admin("DROP OWNED BY billing_rw; DROP ROLE billing_rw");
  assert.equal((await reconcile(town, grant)).lost, 1);
  assert.equal(await liveNow(town, grant), false);
  await world.until("it failed", async () => (await heldOf(town, grant))?.fault?.kind === "permanent");
  assert.match(String((await heldOf(town, grant))?.lastError), /`billing_rw` does not exist/);
  await admin(
    "CREATE ROLE billing_rw NOLOGIN; GRANT billing_rw TO curfew_management WITH ADMIN TRUE, INHERIT FALSE, SET FALSE; GRANT CONNECT ON DATABASE orders TO billing_rw",
  );
  await reconcile(town, grant);
  await opened(town, grant);
});

test("I20: a database that lets nobody in any more, in both ways that there are", async () => {
  await admin("CREATE DATABASE ledger", "postgres");
  const town = await boundTown({ role: "orders_rw", database: "ledger" });
  const grant = await asked(town);
  await opened(town, grant);
  for (const [shut, open, said] of [
    ["ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true", /accepts no connections/],
    ["CONNECTION LIMIT 0", "CONNECTION LIMIT -1", /connection limit of 0/],
  ] as const) {
    await admin(`ALTER DATABASE ledger ${shut}`);
    assert.equal((await reconcile(town, grant)).lost, 1, shut);
    await world.until("it failed", async () => (await heldOf(town, grant))?.fault?.kind === "permanent");
    assert.match(String((await heldOf(town, grant))?.lastError), said);
    assert.equal(await liveNow(town, grant), false);
    await admin(`ALTER DATABASE ledger ${open}`);
    await reconcile(town, grant);
    await opened(town, grant);
  }
});

test("I20: a membership that another hand took away is given again before it is called live", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  const roleName = String((await heldOf(town, grant))?.handle?.roleName);
  await admin(`REVOKE orders_rw FROM ${roleName} GRANTED BY curfew_management`);
  assert.equal((await reconcile(town, grant)).lost, 1);
  assert.equal(await liveNow(town, grant), false);
  await opened(town, grant);
  assert.equal(await world.attempt(value(await claim(town, grant))), "in");
});

test("I20: a log-in that another hand closed has to be fetched anew, and can be", async () => {
  for (const shut of ["NOLOGIN", "CONNECTION LIMIT 0"]) {
    const town = await boundTown();
    const grant = await asked(town);
    await opened(town, grant);
    value(await claim(town, grant));
    const roleName = String((await heldOf(town, grant))?.handle?.roleName);
    await admin(`ALTER ROLE ${roleName} ${shut}`);
    assert.equal((await reconcile(town, grant)).lost, 0, "it may have been opened just now");
    await world.deps.store.inTenant(town.tenants.contoso, async (tx) => {
      const stored = await tx.grants.find(grant.id, "lock");
      assert.ok(stored);
      const earlier = addMs(world.clock.now(), -2 * MINUTE_MS);
      const entitlements = stored.entitlements.map((one) => ({ ...one, secretClaimedAt: earlier }));
      await tx.grants.update({ ...stored, entitlements }, null);
    });
    assert.equal((await reconcile(town, grant)).lost, 1, shut);
    await opened(town, grant);
    assert.equal(await world.attempt(value(await claim(town, grant))), "in");
  }
});

test("I20: what is seen counts in a listing that is incomplete as well; what is not seen does not", async () => {
  const town = await boundTown();
  const [grant, { gateway }] = [await asked(town), world.deps];
  await opened(town, grant);
  const [held] = grant.entitlements;
  const half = (items: "all" | "none") =>
    reconcileTarget(
      {
        ...world.deps,
        gateway: {
          ...gateway,
          async observe(target, ids) {
            const seen = await gateway.observe(target, ids);
            return { ...seen, items: items === "all" ? seen.items : [], complete: false };
          },
        },
      },
      town.tenants.contoso,
      held?.targetId ?? assert.fail("nothing is held"),
    );
  await revokeConnect();
  assert.equal((await half("none")).lost, 0);
  assert.equal(await liveNow(town, grant), true);
  assert.equal((await half("all")).lost, 1);
  assert.equal(await liveNow(town, grant), false);
  await grantConnect();
});

test("I20: what was made again by hand as it should be is left alone", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  await revokeConnect();
  await grantConnect();
  assert.equal((await reconcile(town, grant)).lost, 0);
  assert.equal(await liveNow(town, grant), true);
});
