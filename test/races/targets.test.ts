/** Races around a real target: a revocation at every single step of opening, and one secret for whoever asks first. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Grant, isLive } from "../../src/domain/grant.ts";
import { HOUR_MS, SECOND_MS } from "../../src/domain/time.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { deactivateGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { openTargetWorld, type TargetWorld } from "../fixtures/target-world.ts";
import type { Town } from "../fixtures/town.ts";
import { codeOf, value } from "../fixtures/world.ts";

let world: TargetWorld;
let town: Town;
before(async () => {
  world = await openTargetWorld();
  town = await world.newTown();
  await town.setRules("Contributor", town.scopes.web, {
    justificationRequired: false,
    minimumDurationMs: SECOND_MS,
    approval: { mode: "automatic", notified: [] },
  });
  await world.bind(town, "Contributor", town.scopes.web, "orders_rw");
});
after(() => world.close());

const MANY = 50;
const MOST_STEPS = 40;

async function asked(durationMs = HOUR_MS): Promise<Grant> {
  const [grant] = await town.grantsOf(value(await town.ask("colin", { durationMs })));
  assert.ok(grant);
  return grant;
}

const stateOf = async (grant: Grant) => (await town.grant(grant.id)).state.name;

/** Acts at the n-th effect on the target, once. Says whether there was one. */
function atStep(count: number, act: () => Promise<unknown>): () => boolean {
  let step = 0;
  world.interfere = async () => {
    if (step++ === count) await act();
  };
  return () => {
    world.interfere = null;
    return step > count;
  };
}

test("race: a revocation at every step of opening: nothing is live, nothing is left", async () => {
  let reached = true;
  let steps = 0;
  for (; reached && steps < MOST_STEPS; steps++) {
    const grant = await asked();
    const done = atStep(steps, () => revokeGrant(world.deps, town.as("carol"), grant.id, "enough"));
    await world.pass();
    reached = done();
    if (!reached) value(await revokeGrant(world.deps, town.as("carol"), grant.id, "enough"));
    assert.equal(isLive(await town.grant(grant.id), world.clock.now()), false);
    await world.until("it has ended", async () => (await stateOf(grant)) === "ended");
    assert.deepEqual(await world.temporaryRoles(), []);
  }
  assert.ok(steps > 2 && !reached, `every step was met, of ${steps}`);
});

test("race: a second revocation at every step of taking away ends it once", async () => {
  let reached = true;
  let steps = 0;
  for (; reached && steps < MOST_STEPS; steps++) {
    const grant = await asked();
    await world.until("it is live", async () => isLive(await town.grant(grant.id), world.clock.now()));
    value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
    const second: string[] = [];
    const done = atStep(steps, async () => {
      second.push(codeOf(await revokeGrant(world.deps, town.as("carol"), grant.id, null)));
    });
    await world.until("it has ended", async () => (await stateOf(grant)) === "ended");
    reached = done();
    assert.deepEqual(second, reached ? ["grant_not_active"] : []);
    const { state } = await town.grant(grant.id);
    assert.equal(state.name === "ended" && state.cause, "deactivated");
    assert.deepEqual(await world.temporaryRoles(), []);
  }
  assert.ok(steps > 2 && !reached, `every step was met, of ${steps}`);
});

test("race: an extension while its target is being opened moves the deadline that is armed", async () => {
  const grant = await asked(30 * SECOND_MS);
  const input = { grantId: grant.id, durationMs: HOUR_MS, justification: null, ticket: null };
  const answers: string[] = [];
  const done = atStep(1, async () => {
    answers.push(codeOf(await extendGrant(world.deps, town.as("colin"), input)));
  });
  await world.until("it is live", async () => isLive(await town.grant(grant.id), world.clock.now()));
  assert.ok(done());
  assert.deepEqual(answers, ["grant_not_active"], "what is not live is not extended");
  value(await extendGrant(world.deps, town.as("colin"), input));
  await world.until("the deadline has moved", async () => {
    const [held] = (await town.grant(grant.id)).entitlements;
    return held?.generation === 2 && (held.enforcedUntil ?? 0) > (grant.endsAt ?? 0);
  });
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  await world.until("it has ended", async () => (await stateOf(grant)) === "ended");
});

function claim(deps: EffectDeps, grant: Grant) {
  return claimSecret(deps, town.as("colin"), { grantId: grant.id, bindingId: null, reissue: false });
}

test(`race: of ${MANY} that ask for the secret at once, in two processes, one gets it`, async () => {
  const grant = await asked();
  assert.equal(codeOf(await claim(world.deps, grant)), "provisioning");
  await world.until("it is live", async () => isLive(await town.grant(grant.id), world.clock.now()));
  const replicas = [world.deps, world.restarted()];
  const outcomes = await Promise.all(
    Array.from({ length: MANY }, (_, index) => claim(replicas[index % 2] ?? world.deps, grant)),
  );
  const given = outcomes.filter((outcome) => outcome.ok);
  assert.equal(given.length, 1);
  const refused = new Set(outcomes.filter((outcome) => !outcome.ok).map(codeOf));
  assert.ok([...refused].every((code) => code === "secret_already_issued" || code === "provisioning"));
  const [secret] = given;
  assert.ok(secret?.ok);
  assert.equal(await world.attempt(secret.value), "in");
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  await world.until("it has ended", async () => (await stateOf(grant)) === "ended");
  assert.equal(await world.attempt(secret.value), "refused");
});

test("race: a revocation at every step of handing the secret over: no log-in is left open", async () => {
  let reached = true;
  let steps = 0;
  for (; reached && steps < MOST_STEPS; steps++) {
    const grant = await asked();
    await world.until("it is live", async () => isLive(await town.grant(grant.id), world.clock.now()));
    const done = atStep(steps, () => revokeGrant(world.deps, town.as("carol"), grant.id, null));
    const outcome = await claim(world.deps, grant).catch(() => null);
    reached = done();
    if (!reached) value(await revokeGrant(world.deps, town.as("carol"), grant.id, null));
    await world.until("it has ended", async () => (await stateOf(grant)) === "ended");
    if (outcome?.ok) assert.equal(await world.attempt(outcome.value), "refused");
    assert.deepEqual(await world.temporaryRoles(), []);
  }
  assert.ok(steps > 1 && !reached, `every step was met, of ${steps}`);
});
