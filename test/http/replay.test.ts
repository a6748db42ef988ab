/** "What would this have changed?": requests that were made, under today's settings and under proposed ones. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { replaySettings } from "../../src/use-cases/views/replay-settings.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const onWeb = (town: Town, spec: Record<string, unknown>, who: Name = "carol") =>
  replaySettings(world.deps, town.as(who), {
    roleDefinitionId: town.role("Contributor"),
    scope: town.scopes.web,
    spec,
  });

/** Asks, lets `casey` approve after a while, and ends it, so that the next may ask. */
async function decided(town: Town, durationMs: number, afterMs: number): Promise<void> {
  const request = value(await town.ask("colin", { durationMs, justification: "fix order 4711" }));
  world.clock.advance(afterMs);
  value(await town.approve("casey", request));
  world.clock.advance(durationMs + MINUTE_MS);
  await world.pass();
}

const approval = (decideBy: string) => ({
  mode: "manual",
  stages: [{ approvers: [] as string[], required: 1, decideBy }],
});

/** As today's, with the group that the town calls its approvers. */
function same(town: Town, more: Record<string, unknown> = {}) {
  const { stages, mode } = approval("P1D");
  const approvers = [town.ref("approvers").objectId];
  return { justificationRequired: false, approval: { mode, stages: [{ ...stages[0], approvers }] }, ...more };
}

test("a shorter maximum would refuse the longer ones, and says which, with a sentence for each", async () => {
  const town = await world.newTown();
  await decided(town, HOUR_MS, MINUTE_MS);
  await decided(town, 2 * HOUR_MS, MINUTE_MS);
  await decided(town, 30 * MINUTE_MS, MINUTE_MS);
  const found = value(await onWeb(town, same(town, { maximumDuration: "PT1H" })));
  assert.equal(
    found.summary,
    "3 requests in the last 30 days: 2 as before, 1 would be refused (longer than 1 h)",
  );
  const [only, ...rest] = found.changed;
  assert.equal(rest.length, 0);
  assert.match(only?.was ?? "", /^decided by .*pprovers/);
  assert.equal(only?.would, "refused (longer than 1 h)");
  assert.match(
    only?.sentence ?? "",
    /asked for Contributor on web for 2 h; it would be refused .*: 2 h is more than the maximum of 1 h$/,
  );
  assert.equal(found.cut, false);
  assert.ok(found.unknown.length > 0);
});

test("the same settings change nothing, and nothing is written by asking", async () => {
  const town = await world.newTown();
  await decided(town, HOUR_MS, MINUTE_MS);
  const count = () =>
    town.rows("contoso", async (trx) => [
      (await trx.selectFrom("audit_entry").select("id").execute()).length,
      await trx.selectFrom("role_settings").selectAll().execute(),
      (await trx.selectFrom("tenant").select("policy_version").executeTakeFirstOrThrow()).policy_version,
    ]);
  const before = await count();
  const found = value(await onWeb(town, same(town)));
  assert.deepEqual([found.considered, found.changed], [1, []]);
  assert.equal(found.summary, "1 request in the last 30 days: 1 as before");
  assert.deepEqual(await count(), before);
});

test("without approval they would be approved at once; with other people, decided by others", async () => {
  const town = await world.newTown();
  await decided(town, HOUR_MS, MINUTE_MS);
  const automatic = value(
    await onWeb(town, { justificationRequired: false, approval: { mode: "automatic" } }),
  );
  assert.equal(automatic.changed[0]?.would, "approved at once");
  const chris = [town.ref("chris").objectId];
  const others = { mode: "manual", stages: [{ approvers: chris, required: 1, decideBy: "P1D" }] };
  const found = value(await onWeb(town, same(town, { approval: others })));
  assert.match(found.summary, /1 would be decided by others$/);
});

test("less time to decide would have timed out what was approved later than that", async () => {
  const town = await world.newTown();
  await decided(town, HOUR_MS, 3 * HOUR_MS);
  await decided(town, HOUR_MS, 10 * MINUTE_MS);
  const { stages, mode } = approval("PT1H");
  const approvers = [town.ref("approvers").objectId];
  const found = value(
    await onWeb(town, same(town, { approval: { mode, stages: [{ ...stages[0], approvers }] } })),
  );
  assert.equal(
    found.summary,
    "2 requests in the last 30 days: 1 as before, 1 would time out (approved later than 1 h)",
  );
});

test("what the session proved then is what a second factor is looked for in, and a denial is remembered", async () => {
  const town = await world.newTown();
  const denied = value(await town.ask("colin"));
  value(await town.decide("casey", denied, { decision: "deny", justification: "no" }));
  world.clock.advance(10 * MINUTE_MS);
  await decided(town, HOUR_MS, MINUTE_MS);
  const mfa = value(await onWeb(town, same(town, { mfaRequired: true })));
  assert.match(mfa.summary, /2 would be refused \(no second factor\)$/);
  const cooled = value(await onWeb(town, same(town, { cooldownAfterDenial: "PT1H" })));
  assert.match(cooled.summary, /1 as before, 1 would be refused \(within 1 h of a denial\)$/);
});

test("somebody who left since is still counted as they were, and what was automatic would need approval", async () => {
  const town = await world.newTown();
  await town.setRules("Reader", town.scopes.web, { justificationRequired: false });
  value(await town.ask("cora", { roles: ["Reader"], durationMs: HOUR_MS }));
  await town.dropEligibility("engineers");
  await town.bury("cora");
  const proposal = {
    roleDefinitionId: town.role("Reader"),
    scope: town.scopes.web,
    spec: same(town),
  };
  const found = value(await replaySettings(world.deps, town.as("carol"), proposal));
  assert.equal(found.summary, "1 request in the last 30 days: 0 as before, 1 would need approval");
});

test("settings nearer than the proposed ones keep their requests, and below them others are governed", async () => {
  const town = await world.newTown();
  await decided(town, 2 * HOUR_MS, MINUTE_MS);
  value(await town.ask("colin", { scope: town.scopes.db, durationMs: 2 * HOUR_MS, justification: "why" }));
  const proposal = {
    roleDefinitionId: town.role("Contributor"),
    scope: town.scopes.subscription,
    spec: { maximumDuration: "PT1H" },
  };
  const found = value(await replaySettings(world.deps, town.as("carol"), proposal));
  assert.deepEqual([found.considered, found.changed.map(({ scopeName }) => scopeName)], [1, ["db"]]);
});

test("a changed tier is replayed on everything it fills", async () => {
  const town = await world.newTown();
  await decided(town, 2 * HOUR_MS, MINUTE_MS);
  value(await town.ask("colin", { scope: town.scopes.db, durationMs: 2 * HOUR_MS, justification: "why" }));
  const found = value(
    await replaySettings(world.deps, town.as("ada"), { tier: "standard", spec: { maximumDuration: "PT1H" } }),
  );
  assert.deepEqual([found.considered, found.changed.length], [2, 2]);
  const other = value(
    await replaySettings(world.deps, town.as("ada"), { tier: "low", spec: { maximumDuration: "PT1H" } }),
  );
  assert.deepEqual(
    [other.considered, other.summary],
    [0, "0 requests in the last 30 days: nothing to compare"],
  );
});

test("an application's publisher is held by its policy alone: settings above do not govern its requests", async () => {
  const town = await world.newTown();
  value(await town.ask("frank", { scope: town.scopes.billing, durationMs: HOUR_MS, justification: "why" }));
  const found = value(
    await replaySettings(world.deps, town.as("carol"), {
      tier: "standard",
      spec: { maximumDuration: "PT5M" },
    }),
  );
  assert.equal(found.considered, 0);
});

test("another JIT policy is replayed on what the publisher asked for there, for whoever may change it", async () => {
  const town = await world.newTown();
  value(await town.ask("frank", { scope: town.scopes.orders, durationMs: HOUR_MS, justification: "why" }));
  const ask = (who: Name, spec: Record<string, unknown>) =>
    replaySettings(world.deps, town.as(who), { applicationId: town.orders.id, spec });
  const shorter = value(await ask("carol", { maximumDuration: "PT30M" }));
  assert.equal(
    shorter.summary,
    "1 request in the last 30 days: 0 as before, 1 would be refused (longer than 30 min)",
  );
  assert.match(shorter.changed[0]?.sentence ?? "", /^.* asked for .* on .* for 1 h; it would be refused/);
  const seats = { mode: "manual", approvers: ["group:approvers"], maximumDuration: "PT4H" };
  assert.deepEqual(value(await ask("carol", { ...seats, required: 2 })).changed, []);
  assert.match(value(await ask("carol", seats)).summary, /1 would be decided by others$/);
  assert.match(value(await ask("carol", { mode: "automatic" })).summary, /1 would be approved at once$/);
  const wrong = await ask("carol", { maximumDuration: "soon" });
  assert.deepEqual(
    [codeOf(wrong), wrong.ok ? null : wrong.rejection.path],
    ["invalid_input", "/spec/maximumDuration"],
  );
  assert.equal(codeOf(await ask("cora", { mode: "automatic" })), "forbidden");
  assert.equal(codeOf(await ask("frank", { mode: "automatic" })), "not_found");
});

/** The one request that was made, so many times more. */
async function copyRequest(town: Town, times: number): Promise<void> {
  const kept = await town.rows("contoso", (trx) =>
    trx.selectFrom("access_request").select("body").executeTakeFirstOrThrow(),
  );
  const copies = Array.from({ length: times }, () => ({
    tenant_id: town.tenants.contoso,
    id: crypto.randomUUID(),
    version: 1,
    body: "",
    due_at: null,
  })).map((row) => ({ ...row, body: JSON.stringify({ ...(kept.body as object), id: row.id }) }));
  await withTenant(world.opened.db, town.tenants.contoso, ({ trx }) =>
    trx.insertInto("access_request").values(copies).execute(),
  );
}

test("conditions that take long to ask are asked of the newest requests only, and that is said", async () => {
  const town = await world.newTown();
  await decided(town, HOUR_MS, MINUTE_MS);
  await copyRequest(town, 99);
  const condition = "permit (principal, action, resource) when { context.utcHour >= 0 };\n".repeat(200);
  const conditions = Array.from({ length: 20 }, () => condition);
  const found = value(await onWeb(town, same(town, { conditions })));
  assert.deepEqual([found.cut, found.considered, found.changed], [true, 4, []]);
  assert.equal(found.summary, "the newest 4 requests in the last 30 days: 4 as before");
});

test("it looks back thirty days, and at the newest thousand", async () => {
  const town = await world.newTown();
  await decided(town, HOUR_MS, MINUTE_MS);
  await copyRequest(town, 1_000);
  const many = value(await onWeb(town, same(town, { maximumDuration: "PT30M" })));
  assert.deepEqual([many.cut, many.considered, many.changed.length], [true, 1_000, 1_000]);
  assert.match(many.summary, /^the newest 1000 requests/);
  world.clock.advance(31 * DAY_MS);
  assert.equal(value(await onWeb(town, same(town))).considered, 0);
});

test("faults of the document are reported with their place in it", async () => {
  const town = await world.newTown();
  const faultOf = async (spec: Record<string, unknown>) => {
    const outcome = await onWeb(town, spec);
    return outcome.ok ? null : [outcome.rejection.code, outcome.rejection.path];
  };
  assert.deepEqual(await faultOf({ maximumDuration: "P1M" }), ["invalid_input", "/spec/maximumDuration"]);
  assert.deepEqual(await faultOf({ maxDuration: "PT1H" }), ["invalid_input", "/spec/maxDuration"]);
  assert.deepEqual(await faultOf({ minimumDuration: "PT9H" }), ["invalid_input", "/spec/minimumDuration"]);
  assert.deepEqual(await faultOf({ role: "Reader" }), ["invalid_input", "/spec/role"]);
  assert.deepEqual(await faultOf({ scope: town.scopes.db }), ["invalid_input", "/spec/scope"]);
  assert.deepEqual(await faultOf({ approval: approval("P1D") }), [
    "no_eligible_approver",
    "/spec/approval/stages/0/approvers",
  ]);
  assert.deepEqual(await faultOf({ conditions: ["permit"] }), ["invalid_input", "/spec/conditions/0"]);
  assert.deepEqual(await faultOf({ timeZone: "+01:00" }), ["invalid_input", "/spec/timeZone"]);
  const elsewhere = { text: "permit(principal, action, resource);", timeZone: "Europe/Atlantis" };
  assert.deepEqual(await faultOf({ conditions: [elsewhere] }), [
    "invalid_input",
    "/spec/conditions/0/timeZone",
  ]);
  const said = await onWeb(town, { conditions: ["permit(principal,\n  action resource);"] });
  assert.match(said.ok ? "" : said.rejection.message, /^not a condition: line 2, column/);
});

test("what was asked then is looked at by the clocks of the proposed time zone", async () => {
  const town = await world.newTown();
  await decided(town, HOUR_MS, MINUTE_MS);
  const onUtcsHour =
    "permit(principal, action, resource) when { context.localTime - context.utcHour * 60 >= 0 && context.localTime - context.utcHour * 60 < 60 };";
  const changedIn = async (more: Record<string, unknown>) =>
    value(await onWeb(town, same(town, more))).changed.map(({ would }) => would);
  assert.deepEqual(await changedIn({ conditions: [onUtcsHour] }), []);
  assert.deepEqual(await changedIn({ conditions: [onUtcsHour], timeZone: "Asia/Kolkata" }), [
    "refused (a condition)",
  ]);
  const own = { text: onUtcsHour, timeZone: "UTC" };
  assert.deepEqual(await changedIn({ conditions: [own], timeZone: "Asia/Kolkata" }), []);
});

test("members may not, a token of the device flow may not, and another tenant's scope is not found", async () => {
  const town = await world.newTown();
  assert.equal(codeOf(await onWeb(town, same(town), "colin")), "forbidden");
  for (const name of ["nina", "fiona"] as const)
    assert.equal(codeOf(await onWeb(town, {}, name)), "not_found");
  const limited = town.as("carol", { limited: true });
  const proposal = { tier: "standard", spec: {} };
  assert.equal(codeOf(await replaySettings(world.deps, limited, proposal)), "forbidden");
  const operator = town.as("carol", { rights: ["operator"] });
  assert.equal(codeOf(await replaySettings(world.deps, operator, proposal)), "forbidden");
});
