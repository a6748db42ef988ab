/** The worker looks into targets from time to time: what it may conclude, and what it must not. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Grant, isLive } from "../../src/domain/grant.ts";
import { HOUR_MS, SECOND_MS } from "../../src/domain/time.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { reconcileTarget } from "../../src/use-cases/grants/reconcile-target.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { openTargetWorld, type TargetWorld } from "../fixtures/target-world.ts";
import type { Town } from "../fixtures/town.ts";
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

test("what an end left behind is taken out", async () => {
  const town = await boundTown();
  const grant = await asked(town);
  await opened(town, grant);
  const { contoso } = town.tenants;
  // As after a restore from a backup that was made before the grant was.
  await world.deps.store.inTenant(contoso, async (tx) => {
    const stored = await tx.grants.find(grant.id, "lock");
    assert.ok(stored);
    const entitlements = stored.entitlements.map((held) => ({ ...held, state: "absent" as const }));
    const state = { name: "ended", cause: "expired", at: world.clock.now(), by: null } as const;
    await tx.grants.update({ ...stored, entitlements, state }, null);
  });
  assert.equal((await reconcile(town, grant)).removed, 1);
  const hidden = grant.id.replaceAll("-", "");
  assert.ok(!(await world.temporaryRoles()).some((name) => name.includes(hidden)));
});
