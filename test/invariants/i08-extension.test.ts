import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Grant } from "../../src/domain/grant.ts";
import type { RoleSettings } from "../../src/domain/role-settings.ts";
import { addMs, HOUR_MS, type Instant, MINUTE_MS } from "../../src/domain/time.ts";
import { deactivateGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant, previewExtension } from "../../src/use-cases/grants/extend-grant.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const AUTOMATIC: Partial<RoleSettings> = {
  justificationRequired: false,
  approval: { mode: "automatic", notified: [] },
};

async function holding(
  town: Town,
  more: Partial<RoleSettings> = AUTOMATIC,
  startAt: Instant | null = null,
): Promise<Grant> {
  await town.setRules("Contributor", town.scopes.web, {
    ...AUTOMATIC,
    ...more,
    approval: { mode: "automatic", notified: [] },
  });
  const [grant] = await town.grantsOf(value(await town.ask("colin", { startAt })));
  await town.setRules("Contributor", town.scopes.web, { ...AUTOMATIC, ...more });
  assert.ok(grant);
  return grant;
}

function extend(town: Town, grant: Grant, durationMs: number, who: Name = "colin") {
  return extendGrant(world.deps, town.as(who), {
    grantId: grant.id,
    durationMs,
    justification: null,
    ticket: null,
  });
}

const preview = async (town: Town, grant: Grant, durationMs: number, who: Name = "colin") =>
  previewExtension(world.deps, town.as(who), {
    grantId: grant.id,
    durationMs,
    justification: null,
    ticket: null,
  });

const inMinutes = (from: Instant, minutes: number) => addMs(from, minutes * MINUTE_MS);
const endOf = async (town: Town, grant: Grant) => (await town.grant(grant.id)).endsAt;

test("I8: an approved extension moves the end to decision + duration", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  world.clock.advance(50 * MINUTE_MS);
  value(await extend(town, grant, HOUR_MS));
  assert.equal(await endOf(town, grant), inMinutes(grant.startsAt, 110));
});

test("I8: an extension never moves the end to an earlier instant", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  value(await extend(town, grant, 10 * MINUTE_MS));
  assert.equal(await endOf(town, grant), grant.endsAt);
});

test("I8: extensions end at the maximum total, counted from the grant's start", async () => {
  const town = await world.newTown();
  const grant = await holding(town, { maximumTotalMs: 90 * MINUTE_MS });
  world.clock.advance(50 * MINUTE_MS);
  value(await extend(town, grant, HOUR_MS));
  assert.equal(await endOf(town, grant), inMinutes(grant.startsAt, 90));
  world.clock.advance(20 * MINUTE_MS);
  assert.equal(codeOf(await extend(town, grant, HOUR_MS)), "rules_not_satisfied");
  assert.equal(await endOf(town, grant), inMinutes(grant.startsAt, 90));
});

test("I8: back-to-back windows count together, also once the first of them has run out", async () => {
  const town = await world.newTown();
  const rules = { maximumTotalMs: 150 * MINUTE_MS };
  const first = await holding(town, rules);
  const second = await holding(town, rules, first.endsAt);
  assert.equal(codeOf(await town.ask("colin", { startAt: second.endsAt })), "rules_not_satisfied");
  world.clock.advance(70 * MINUTE_MS);
  await world.pass();
  assert.equal((await town.grant(first.id)).state.name, "ended");
  assert.equal(codeOf(await town.ask("colin", { startAt: second.endsAt })), "rules_not_satisfied");
  world.clock.advance(40 * MINUTE_MS);
  value(await extend(town, second, HOUR_MS));
  assert.equal(await endOf(town, second), inMinutes(first.startsAt, 150));
});

test("I8: an extension is decided by the same rules: maximum, eligibility, approvers", async () => {
  const town = await world.newTown();
  const approval = { mode: "manual", stages: [town.stage(["approvers"])] } as const;
  const grant = await holding(town, { approval });
  assert.equal(codeOf(await extend(town, grant, 9 * HOUR_MS)), "rules_not_satisfied");
  const request = value(await extend(town, grant, HOUR_MS));
  assert.equal(request.state.name, "pending");
  assert.equal(await endOf(town, grant), grant.endsAt);
  assert.equal(codeOf(await extend(town, grant, HOUR_MS)), "rules_not_satisfied");
  world.clock.advance(30 * MINUTE_MS);
  value(await town.approve("carol", request, { durationMs: 45 * MINUTE_MS }));
  assert.equal(await endOf(town, grant), inMinutes(grant.startsAt, 75));
});

test("I8: a denied extension leaves the end where it is", async () => {
  const town = await world.newTown();
  const grant = await holding(town, { approval: { mode: "manual", stages: [town.stage(["approvers"])] } });
  const request = value(await extend(town, grant, HOUR_MS));
  value(await town.decide("carol", request, { decision: "deny" }));
  assert.equal(await endOf(town, grant), grant.endsAt);
});

test("I8: an extension that is undecided at the end times out, and the grant ends regardless", async () => {
  const town = await world.newTown();
  const grant = await holding(town, { approval: { mode: "manual", stages: [town.stage(["approvers"])] } });
  const request = value(await extend(town, grant, HOUR_MS));
  world.clock.advance(HOUR_MS);
  assert.equal(codeOf(await town.approve("carol", request)), "request_not_pending");
  await world.pass();
  const { state } = await town.request(request.id);
  assert.deepEqual([state.name, "because" in state && state.because], ["timedOut", "grantEnded"]);
  assert.equal((await town.grant(grant.id)).state.name, "ended");
});

test("I8: a grant that is revoked takes its pending extension with it", async () => {
  const town = await world.newTown();
  const grant = await holding(town, { approval: { mode: "manual", stages: [town.stage(["approvers"])] } });
  const request = value(await extend(town, grant, HOUR_MS));
  value(await revokeGrant(world.deps, town.as("carol"), grant.id, "enough"));
  assert.equal((await town.request(request.id)).state.name, "timedOut");
  assert.equal(codeOf(await town.approve("casey", request)), "request_not_pending");
});

test("I8: only its holder asks to extend, and only what is live", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  assert.equal(codeOf(await extend(town, grant, HOUR_MS, "casey")), "forbidden");
  value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  assert.equal(codeOf(await extend(town, grant, HOUR_MS)), "grant_not_active");
  const later = await holding(town, {}, addMs(world.clock.now(), HOUR_MS));
  assert.equal(codeOf(await extend(town, later, HOUR_MS)), "grant_not_active");
});

test("I8: nothing else moves an end: not the clock, not a re-check, not a change of settings", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  await town.setRules("Contributor", town.scopes.web, { ...AUTOMATIC, maximumDurationMs: 24 * HOUR_MS });
  world.clock.advance(-30 * MINUTE_MS);
  await world.pass();
  world.clock.advance(60 * MINUTE_MS);
  await world.pass();
  assert.equal(await endOf(town, grant), grant.endsAt);
});

test("deactivating works at any age, below the minimum duration too, and a start ahead is canceled", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  const ended = value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  assert.equal(ended.state.name === "ended" && ended.state.cause, "deactivated");
  const ahead = await holding(town, {}, addMs(world.clock.now(), HOUR_MS));
  const canceled = value(await deactivateGrant(world.deps, town.as("colin"), ahead.id));
  assert.equal(canceled.state.name === "ended" && canceled.state.cause, "canceled");
});

test("I8: its preview tells the end that an extension sets, and stores nothing", async () => {
  const town = await world.newTown();
  const grant = await holding(town, { maximumTotalMs: 90 * MINUTE_MS });
  const sooner = value(await preview(town, grant, 10 * MINUTE_MS));
  assert.equal(sooner.newEnd, grant.endsAt);
  world.clock.advance(20 * MINUTE_MS);
  const longer = value(await preview(town, grant, HOUR_MS));
  assert.equal(longer.newEnd, inMinutes(grant.startsAt, 80));
  assert.deepEqual(longer.prepared.decision.window, { startsAt: grant.startsAt, endsAt: longer.newEnd });
  world.clock.advance(20 * MINUTE_MS);
  const { newEnd, allowed } = value(await preview(town, grant, HOUR_MS));
  assert.deepEqual([newEnd, allowed], [inMinutes(grant.startsAt, 90), true]);
  assert.deepEqual(await town.grant(grant.id), grant);
  value(await extend(town, grant, HOUR_MS));
  assert.equal(await endOf(town, grant), newEnd);
  const full = value(await preview(town, grant, HOUR_MS));
  assert.deepEqual([full.newEnd, full.allowed], [newEnd, false]);
});

test("I8: an extension is previewed as it would be asked: by its holder, of what is live; others find nothing", async () => {
  const town = await world.newTown();
  const grant = await holding(town);
  assert.equal(codeOf(await preview(town, grant, HOUR_MS, "casey")), "forbidden");
  for (const who of ["nina", "fiona"] as const)
    assert.equal(codeOf(await preview(town, grant, HOUR_MS, who)), "not_found");
  world.clock.advance(2 * HOUR_MS);
  assert.equal(codeOf(await preview(town, grant, HOUR_MS)), "grant_not_active");
});
