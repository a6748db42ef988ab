import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql, type Transaction } from "kysely";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import type { Tables } from "../../src/store/tables.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import type { Town } from "../fixtures/town.ts";
import { codeOf, MONDAY, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const FORBID = "forbid(principal, action, resource);";

function refusedFor(request: AccessRequest): readonly string[] {
  assert.equal(request.state.name, "denied");
  return request.state.name === "denied" ? request.state.rules.map(({ rule }) => rule) : [];
}

async function webRules(town: Town, more: Parameters<Town["setRules"]>[2] = {}, required = 1): Promise<void> {
  const approval = { mode: "manual", stages: [town.stage(["approvers"], { required })] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval, ...more });
}

test("I3: an approver who was told but lost the right since decides nothing", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  await world.pass();
  await town.leave("approvers", "casey");
  assert.equal(codeOf(await town.approve("casey", request)), "forbidden");
});

test("I3: who joined the approvers' group since decides, who was only named in new settings does not", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const approval = { mode: "manual", stages: [town.stage(["approvers", "cora"])] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  assert.equal(codeOf(await town.approve("cora", request)), "forbidden");
  await town.join("approvers", "ada");
  assert.equal(codeOf(await town.approve("ada", request)), "ok");
});

test("I3: an approver whom new settings no longer name decides nothing", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const approval = { mode: "manual", stages: [town.stage(["carol"])] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  assert.equal(codeOf(await town.approve("casey", request)), "forbidden");
  assert.equal(codeOf(await town.approve("carol", request)), "ok");
});

test("I3: eligibility lost before the last approval denies, and says why", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  await town.dropEligibility("colin");
  assert.deepEqual(refusedFor(value(await town.approve("carol", request))), ["EligibilityRule"]);
  assert.deepEqual(await town.grantsOf(request), []);
});

test("I3: a condition that forbids by the last approval denies", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  await webRules(town, { conditions: [FORBID] });
  assert.deepEqual(refusedFor(value(await town.approve("carol", request))), ["ConditionRule"]);
});

test("I3: a request satisfies the settings it was made under and those of today, whichever is stricter", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin", { durationMs: 4 * HOUR_MS }));
  await webRules(town, { maximumDurationMs: 2 * HOUR_MS });
  assert.deepEqual(refusedFor(value(await town.approve("carol", request))), ["ExpirationRule"]);
  await webRules(town, { conditions: ["permit(principal, action, resource) when { false };"] });
  assert.equal(codeOf(await town.ask("colin")), "rules_not_satisfied");
});

test("I3: at the last approval every counted approver is checked again", async () => {
  const town = await world.newTown();
  await webRules(town, {}, 2);
  const request = value(await town.ask("colin"));
  value(await town.approve("carol", request));
  await town.leave("approvers", "carol");
  const decided = value(await town.approve("casey", request));
  assert.deepEqual(refusedFor(decided), []);
  assert.match(decided.state.name === "denied" ? (decided.state.justification ?? "") : "", /approver/);
});

test("I3: an approver who was let in by escalation still counts when the next stage decides", async () => {
  const town = await world.newTown();
  const escalation = { afterMs: HOUR_MS, to: [town.ref("cora")] };
  const approval = {
    mode: "manual",
    stages: [town.stage(["casey"], { escalation }), town.stage(["carol"])],
  } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  const request = value(await town.ask("colin"));
  assert.equal(codeOf(await town.approve("cora", request)), "forbidden");
  world.clock.advance(HOUR_MS);
  value(await town.approve("cora", request));
  assert.equal(value(await town.approve("carol", request)).state.name, "approved");
});

async function liveWeb(town: Town, startAt: Parameters<Town["ask"]>[1] = {}) {
  const request = value(await town.approve("carol", value(await town.ask("colin", startAt))));
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  await world.pass();
  return grant;
}

async function causeOf(town: Town, id: Awaited<ReturnType<typeof liveWeb>>["id"]): Promise<string> {
  await world.pass();
  const { state } = await town.grant(id);
  return state.name === "ended" ? state.cause : state.name;
}

test("I3: a live grant that has lost its eligibility is revoked", async () => {
  const town = await world.newTown();
  const grant = await liveWeb(town);
  assert.equal(await causeOf(town, grant.id), "active");
  await town.dropEligibility("colin");
  assert.equal(await causeOf(town, grant.id), "eligibility_lost");
});

test("I3: also when the group changed in the other tenant", async () => {
  const town = await world.newTown();
  await town.setPolicy({ required: 1 });
  const asked = value(await town.ask("frank", { scope: town.scopes.orders }));
  const [grant] = await town.grantsOf(value(await town.approve("casey", asked)));
  assert.ok(grant);
  assert.equal(await causeOf(town, grant.id), "active");
  await town.leave("firstLine", "frank");
  assert.equal(await causeOf(town, grant.id), "eligibility_lost");
});

test("I3: a live grant whose condition forbids it now is revoked", async () => {
  const town = await world.newTown();
  const grant = await liveWeb(town);
  await webRules(town, { conditions: [FORBID] });
  assert.equal(await causeOf(town, grant.id), "condition_lost");
});

test("I3: a live grant of somebody who is gone is revoked", async () => {
  const town = await world.newTown();
  const grant = await liveWeb(town);
  await town.bury("colin");
  assert.equal(await causeOf(town, grant.id), "eligibility_lost");
});

test("I3: a shorter maximum, a new demand or other approvers never touch a live grant", async () => {
  const town = await world.newTown();
  const grant = await liveWeb(town);
  const approval = { mode: "manual", stages: [town.stage(["chris"])] } as const;
  await webRules(town, { maximumDurationMs: 5 * MINUTE_MS, mfaRequired: true, approval });
  assert.equal(await causeOf(town, grant.id), "active");
  assert.equal((await town.grant(grant.id)).endsAt, grant.endsAt);
});

test("I3: a grant that has run out is expired, not lost, though nobody looked in time", async () => {
  const town = await world.newTown();
  const grant = await liveWeb(town);
  world.clock.advance(HOUR_MS);
  await town.dropEligibility("colin");
  assert.equal(await causeOf(town, grant.id), "expired");
});

test("I3: at a scheduled start conditions are looked at once more", async () => {
  world.clock.set(addMs(MONDAY, 30 * DAY_MS));
  const town = await world.newTown();
  const hour = new Date(world.clock.now()).getUTCHours();
  const conditions = [`permit(principal, action, resource) when { context.utcHour < ${hour + 2} };`];
  await webRules(town, { conditions });
  const kept = await liveWeb(town, { startAt: addMs(world.clock.now(), HOUR_MS) });
  const lost = await liveWeb(town, { startAt: addMs(world.clock.now(), 3 * HOUR_MS) });
  world.clock.advance(HOUR_MS);
  assert.equal(await causeOf(town, kept.id), "active");
  world.clock.advance(2 * HOUR_MS);
  assert.equal(await causeOf(town, lost.id), "condition_lost");
});

test("I3: at a scheduled start settings are looked at once more", async () => {
  const town = await world.newTown();
  const grant = await liveWeb(town, { startAt: addMs(world.clock.now(), HOUR_MS) });
  await webRules(town, { maximumDurationMs: 30 * MINUTE_MS });
  assert.equal(await causeOf(town, grant.id), "scheduled");
  world.clock.advance(HOUR_MS);
  assert.notEqual(await causeOf(town, grant.id), "active");
});

test("I3: no live grant escapes a re-check, in whatever order two tenants change at once", async () => {
  const town = await world.newTown();
  await town.setPolicy({ required: 1 });
  const asked = value(await town.ask("frank", { scope: town.scopes.orders }));
  const [grant] = await town.grantsOf(value(await town.approve("casey", asked)));
  assert.ok(grant);
  await world.pass();
  const { contoso, fabrikam } = town.tenants;
  let contosoChange: Promise<void> = Promise.resolve();
  // A decision holds Contoso's policy; a change of it waits; Fabrikam's change overtakes; the decision reads on.
  await world.deps.store.inTenant(contoso, async (tx) => {
    await tx.holdPolicy([contoso]);
    contosoChange = town.change("contoso", touch);
    await someoneWaits();
    await town.change("fabrikam", touch);
    await tx.holdPolicy([contoso, fabrikam]);
    const locked = await tx.grants.find(grant.id, "lock");
    assert.ok(locked);
    await tx.grants.update(locked, null);
  });
  await contosoChange;
  const due = await world.due.tenantsToLookAtAgain();
  for (const tenantId of [contoso, fabrikam]) {
    assert.ok(due.some((one) => one.tenantId === tenantId));
    const { found } = await world.deps.decisions(world.clock).batches.openGrants(tenantId, null, 500);
    assert.ok(found.some((one) => one.grant.id === grant.id));
  }
  await world.pass();
});

/** Changes nothing that rules look at, and is a change of policy all the same. */
async function touch(trx: Transaction<Tables>): Promise<void> {
  await trx
    .updateTable("principal")
    .set({ display_name: "Renamed" })
    .where("kind", "=", "servicePrincipal")
    .execute();
}

async function someoneWaits(): Promise<void> {
  const waiting = await withTenant(world.opened.db, world.deps.ids.next() as never, async ({ trx }) => {
    for (let tries = 0; tries < 500; tries++) {
      const { rows } = await sql`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`.execute(trx);
      if (rows.length > 0) return true;
      await sql`SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)`.execute(trx);
    }
    return false;
  });
  assert.ok(waiting, "nobody waits");
}
