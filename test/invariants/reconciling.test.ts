/** The worker looks into targets from time to time: what it may conclude, and what it must not. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Grant, isLive } from "../../src/domain/grant.ts";
import { type FaultKind, TargetFault } from "../../src/domain/target-fault.ts";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import { checkTargetAgain } from "../../src/use-cases/grants/check-target.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { reconcileTarget } from "../../src/use-cases/grants/reconcile-target.ts";
import { listNotifications } from "../../src/use-cases/notifications/read-notifications.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { openTargetWorld, type TargetWorld } from "../fixtures/target-world.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, value } from "../fixtures/world.ts";

let world: TargetWorld;
before(async () => {
  world = await openTargetWorld();
});
after(() => world.close());

async function boundTown(): Promise<Town> {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    minimumDurationMs: SECOND_MS,
    approval: { mode: "automatic", notified: [] },
  });
  await world.bind(town, "Contributor", town.scopes.web, "orders_rw");
  return town;
}

async function asked(town: Town): Promise<Grant> {
  const [grant] = await town.grantsOf(value(await town.ask("colin", { durationMs: HOUR_MS })));
  assert.ok(grant);
  return grant;
}

function opened(town: Town, grant: Grant): Promise<void> {
  return world.until("it is live", async () => isLive(await town.grant(grant.id), world.clock.now()));
}

function reconcile(town: Town, grant: Grant, deps: EffectDeps = world.deps) {
  const [held] = grant.entitlements;
  assert.ok(held);
  return reconcileTarget(deps, town.tenants.contoso, held.targetId);
}

const claim = (town: Town, grant: Grant) =>
  claimSecret(world.deps, town.as("colin"), { grantId: grant.id, bindingId: null, reissue: false });

test("a target as it should be is left as it is", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  assert.deepEqual(await reconcile(town, grant), { removed: 0, lost: 0, drift: [] });
});

test("a log-in that somebody dropped by hand is made again, and its secret has to be asked for again", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  value(await claim(town, grant));
  const [held] = (await town.grant(grant.id)).entitlements;
  const roleName = String(held?.handle?.roleName);
  await world.harness.cluster.admin(`DROP ROLE ${roleName}`, "orders");
  assert.equal((await reconcile(town, grant)).lost, 1);
  await opened(town, grant);
  await world.until("it is there again", async () => (await world.temporaryRoles()).includes(roleName));
  assert.equal(await world.attempt(value(await claim(town, grant))), "in");
});

test("what is opened while the target is being looked at is not taken for lost", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  const { gateway } = world.deps;
  const slow: EffectDeps = {
    ...world.deps,
    gateway: {
      ...gateway,
      async observe(target) {
        const seen = await gateway.observe(target);
        await opened(town, grant);
        value(await claim(town, grant));
        return seen;
      },
    },
  };
  assert.equal((await reconcile(town, grant, slow)).lost, 0);
  assert.equal(codeOf(await claim(town, grant)), "secret_already_issued");
});

test("several targets may stand in one system: none takes out what another one holds", async () => {
  const [town, other] = [await boundTown(), await boundTown()];
  await town.setRules("Reader", town.scopes.web, { justificationRequired: false });
  await world.bind(town, "Reader", town.scopes.web, "orders_ro");
  const [reader] = await town.grantsOf(value(await town.ask("colin", { roles: ["Reader"] })));
  assert.ok(reader);
  const [mine, theirs] = [await asked(town), await asked(other)];
  for (const grant of [mine, reader]) await opened(town, grant);
  await opened(other, theirs);
  const roles = await world.temporaryRoles();
  for (const [of, grant] of [
    [town, mine],
    [town, reader],
    [other, theirs],
  ] as const) {
    assert.equal((await reconcile(of, grant)).removed, 0);
  }
  assert.deepEqual(await world.temporaryRoles(), roles);
});

test("an incomplete listing proves no absence", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  const { gateway } = world.deps;
  const blind: EffectDeps = {
    ...world.deps,
    gateway: { ...gateway, observe: async () => ({ items: [], drift: [], complete: false }) },
  };
  assert.equal((await reconcile(town, grant, blind)).lost, 0);
});

/** As after a restore from a backup that was made before the grant was. */
async function forgotten(town: Town): Promise<Grant> {
  const grant = await asked(town);
  await opened(town, grant);
  await world.deps.store.inTenant(town.tenants.contoso, async (tx) => {
    const stored = await tx.grants.find(grant.id, "lock");
    assert.ok(stored);
    const entitlements = stored.entitlements.map((held) => ({ ...held, state: "absent" as const }));
    const state = { name: "ended", cause: "expired", at: world.clock.now(), by: null } as const;
    await tx.grants.update({ ...stored, entitlements, state }, null);
  });
  return grant;
}

test("what an end left behind is taken out", async () => {
  const town = await boundTown();
  const grant = await forgotten(town);
  assert.equal((await reconcile(town, grant)).removed, 1);
  const hidden = grant.id.replaceAll("-", "");
  assert.ok(!(await world.temporaryRoles()).some((name) => name.includes(hidden)));
});

test("what an end left behind and cannot be taken out is said, and not counted; nor is what somebody else is at", async () => {
  const town = await boundTown();
  const grant = await forgotten(town);
  const left = "the role still owns 3 tables";
  const stuck = { ...world.deps, gateway: { ...world.deps.gateway, removeStray: async () => left } };
  const { removed, drift } = await reconcile(town, grant, stuck);
  assert.deepEqual([removed, drift.filter((line) => line.includes(left)).length], [0, 1]);
  await world.restarted().leases.withLease(grant.id, 0, async () => {
    assert.deepEqual(await reconcile(town, grant), { removed: 0, lost: 0, drift: [] });
  });
  assert.equal((await reconcile(town, grant)).removed, 1);
});

/** A target that cannot be looked into, and how often somebody tried. */
function blinded(kind: FaultKind) {
  const looks = { tried: 0, fault: new TargetFault(kind, "no look into `orders`") as TargetFault | null };
  const observe: EffectDeps["gateway"]["observe"] = async (...of) => {
    looks.tried++;
    if (looks.fault !== null) throw looks.fault;
    return world.deps.gateway.observe(...of);
  };
  const deps: EffectDeps = { ...world.deps, gateway: { ...world.deps.gateway, observe } };
  return { looks, deps };
}

const toldTo = async (town: Town, who: Name) => {
  await world.pass();
  const all = await listNotifications(world.deps, town.ref(who), { limit: 20 });
  return all.map(({ text }) => text).filter((text) => /(could not|cannot) be checked/.test(text));
};

test("a look that fails for good is told once, stands on what it could not see, and is not tried before something changes", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  const { looks, deps } = blinded("permanent");
  await assert.rejects(reconcile(town, grant, deps), /no look into/);
  const seen = await town.grant(grant.id);
  const [held] = seen.entitlements;
  assert.deepEqual(
    [held?.state, held?.fault, held?.lastError],
    ["present", { kind: "permanent", ambiguous: false, targetVersion: 1 }, "no look into `orders`"],
  );
  assert.ok(isLive(seen, world.clock.now()), "what cannot be seen proves nothing");
  assert.equal((await toldTo(town, "colin")).length, 1);
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ type: "grant.look_failed", limit: 10 }),
  );
  assert.equal(entries.length, 1);
  assert.doesNotMatch(
    JSON.stringify(entries[0]?.entry.facts),
    /orders`/,
    "the owner's words are the owner's",
  );
  await reconcile(town, grant, deps);
  assert.equal(looks.tried, 1, "it waits");
  // Whoever answers for the target says that it was put right.
  const admin = town.as("carol", { rights: ["administrator"] });
  assert.equal(value(await checkTargetAgain(deps, admin, String(held?.targetId))).retried, 1);
  await assert.rejects(reconcile(town, grant, deps), /no look into/);
  assert.deepEqual([looks.tried, (await toldTo(town, "colin")).length], [2, 2]);
  // Its configuration changes.
  looks.fault = null;
  await town.change("contoso", async (trx) => {
    const target = await trx
      .selectFrom("target")
      .selectAll()
      .where("id", "=", String(held?.targetId))
      .executeTakeFirstOrThrow();
    const body = JSON.stringify({ ...(target.body as object), version: 2 });
    await trx.updateTable("target").set({ body }).where("id", "=", target.id).execute();
  });
  assert.deepEqual(await reconcile(town, grant, deps), { removed: 0, lost: 0, drift: [] });
  assert.equal((await town.grant(grant.id)).entitlements[0]?.fault, null);
  assert.equal(looks.tried, 3);
});

test("a look that its target refuses is tried again in its time; one that fails in passing stands nowhere", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  const passing = blinded("retryable");
  await assert.rejects(reconcile(town, grant, passing.deps));
  await assert.rejects(reconcile(town, grant, passing.deps));
  assert.equal((await town.grant(grant.id)).entitlements[0]?.fault, null);
  const { looks, deps } = blinded("forbidden");
  await assert.rejects(reconcile(town, grant, deps));
  await reconcile(town, grant, deps);
  assert.equal(looks.tried, 1);
  looks.fault = null;
  const later = { ...deps, clock: { ...deps.clock, now: () => addMs(world.clock.now(), MINUTE_MS) } };
  await reconcile(town, grant, later);
  assert.deepEqual([looks.tried, (await town.grant(grant.id)).entitlements[0]?.fault], [2, null]);
  assert.equal((await toldTo(town, "colin")).length, 1);
});

test("what is found lost after a look that failed for good is made again", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  const { looks, deps } = blinded("permanent");
  await assert.rejects(reconcile(town, grant, deps));
  const [held] = (await town.grant(grant.id)).entitlements;
  await world.harness.cluster.admin(`DROP ROLE ${String(held?.handle?.roleName)}`, "orders");
  const admin = town.as("carol", { rights: ["administrator"] });
  looks.fault = null;
  value(await checkTargetAgain(deps, admin, String(held?.targetId)));
  assert.equal((await reconcile(town, grant, deps)).lost, 1);
  await opened(town, grant);
});
