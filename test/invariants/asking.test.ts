/** What the domain promises of asking beside the numbered invariants: counter-offers, several roles, limits, time. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { RoleSettings } from "../../src/domain/role-settings.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import type { Position } from "../../src/use-cases/ports.ts";
import { acceptTerms, cancelRequest } from "../../src/use-cases/requests/decide-request.ts";
import { previewRequest } from "../../src/use-cases/requests/preview-request.ts";
import { positionOfRequest } from "../../src/use-cases/views/pages.ts";
import { listRequests } from "../../src/use-cases/views/read-requests.ts";
import type { Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

function rules(town: Town, more: Partial<RoleSettings> = {}) {
  const approval = { mode: "manual", stages: [town.stage(["approvers"])] } as const;
  return town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval, ...more });
}

const twoOf = (town: Town) => ({
  approval: { mode: "manual", stages: [town.stage(["approvers"], { required: 2 })] } as const,
});

const stateOf = async (town: Town, request: AccessRequest) => (await town.request(request.id)).state.name;

test("counter-offer: less time becomes the terms at once, and needs nobody's word", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const approved = value(await town.approve("carol", request, { durationMs: 20 * MINUTE_MS }));
  assert.deepEqual(
    [approved.state.name, approved.terms.durationMs, approved.asked.durationMs],
    ["approved", 20 * MINUTE_MS, HOUR_MS],
  );
});

test("counter-offer: more time, less than the minimum, an earlier start or another role is refused", async () => {
  const town = await world.newTown();
  const startAt = addMs(world.clock.now(), HOUR_MS);
  const request = value(await town.ask("colin", { startAt }));
  const offers = [
    { durationMs: HOUR_MS + 1 },
    { durationMs: 4 * MINUTE_MS },
    { startAt: addMs(startAt, -1) },
    { roleDefinitionIds: [town.role("Owner")] },
  ];
  for (const offer of offers)
    assert.equal(codeOf(await town.approve("carol", request, offer)), "terms_not_narrower");
  assert.equal(await stateOf(town, request), "pending");
});

test("counter-offer: approvals on other terms lapse, and may be given again", async () => {
  const town = await world.newTown();
  await rules(town, twoOf(town));
  const request = value(await town.ask("colin"));
  value(await town.approve("carol", request));
  const narrowed = value(await town.approve("casey", request, { durationMs: 30 * MINUTE_MS }));
  assert.equal(narrowed.state.name, "pending");
  assert.equal(value(await town.approve("carol", request)).state.name, "approved");
});

test("counter-offer: a later start waits for the requester, and counts from their word on", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const startAt = addMs(world.clock.now(), 2 * HOUR_MS);
  const proposed = value(await town.approve("carol", request, { startAt }));
  assert.equal(proposed.state.name, "pending");
  assert.equal(codeOf(await acceptTerms(world.deps, town.as("carol"), request.id)), "forbidden");
  const accepted = value(await acceptTerms(world.deps, town.as("colin"), request.id));
  assert.equal(accepted.state.name, "approved");
  assert.equal((await town.grantsOf(accepted))[0]?.startsAt, startAt);
});

test("counter-offer: what nobody proposed cannot be accepted, nor what another approval has overtaken", async () => {
  const town = await world.newTown();
  await rules(town, twoOf(town));
  const request = value(await town.ask("colin"));
  assert.equal(codeOf(await acceptTerms(world.deps, town.as("colin"), request.id)), "not_proposed");
  value(await town.approve("carol", request, { startAt: addMs(world.clock.now(), HOUR_MS) }));
  value(await town.approve("casey", request));
  assert.equal(codeOf(await acceptTerms(world.deps, town.as("colin"), request.id)), "not_proposed");
});

test("counter-offer: every rule is run on the new terms, and on who proposed them", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const tooFar = { startAt: addMs(world.clock.now(), 91 * DAY_MS) };
  assert.equal(codeOf(await town.approve("carol", request, tooFar)), "rules_not_satisfied");
  value(await town.approve("casey", request, { startAt: addMs(world.clock.now(), HOUR_MS) }));
  await town.leave("approvers", "casey");
  assert.equal(value(await acceptTerms(world.deps, town.as("colin"), request.id)).state.name, "denied");
});

test("counter-offer: the stage after an accepted one has all of its time from the acceptance", async () => {
  const town = await world.newTown();
  const stages = [town.stage(["casey"]), town.stage(["carol"])];
  await rules(town, { approval: { mode: "manual", stages } });
  const request = value(await town.ask("colin"));
  value(await town.approve("casey", request, { startAt: addMs(world.clock.now(), 2 * DAY_MS) }));
  world.clock.advance(23 * HOUR_MS);
  const accepted = value(await acceptTerms(world.deps, town.as("colin"), request.id));
  assert.equal(
    accepted.state.name === "pending" && accepted.state.decideBy,
    addMs(world.clock.now(), DAY_MS),
  );
});

test("counter-offer: who takes a role away does not take away the seat of whoever approved it", async () => {
  const town = await world.newTown();
  const stageOf = (name: "carol" | "casey") => ({
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage([name])] } as const,
  });
  await town.setRules("Contributor", town.scopes.web, stageOf("carol"));
  await town.setRules("Reader", town.scopes.web, stageOf("casey"));
  const request = value(await town.ask("colin", { roles: ["Contributor", "Reader"] }));
  const roleDefinitionIds = [town.role("Reader")];
  value(await town.approve("carol", request, { roleDefinitionIds }));
  const approved = value(await town.approve("casey", request));
  assert.equal(approved.state.name, "approved");
  assert.deepEqual(
    (await town.grantsOf(approved)).map((grant) => grant.roleDefinitionId),
    roleDefinitionIds,
  );
});

test("several roles: all or nothing at submit, with the strictest limits and the union of stages", async () => {
  const town = await world.newTown();
  const both = { roles: ["Contributor", "Reader"] as const };
  assert.equal(codeOf(await town.ask("colin", { roles: ["Contributor", "Owner"] })), "rules_not_satisfied");
  await town.setRules("Reader", town.scopes.web, {
    justificationRequired: false,
    maximumDurationMs: 30 * MINUTE_MS,
  });
  assert.equal(codeOf(await town.ask("colin", both)), "rules_not_satisfied");
  const request = value(await town.ask("colin", { ...both, durationMs: 30 * MINUTE_MS }));
  assert.equal(request.stages.length, 1);
  const grants = await town.grantsOf(value(await town.approve("carol", request)));
  assert.deepEqual(
    grants.map((grant) => grant.roleDefinitionId),
    both.roles.map(town.role),
  );
});

test("several roles: each is named once, at least one", async () => {
  const town = await world.newTown();
  assert.equal(codeOf(await town.ask("colin", { roles: ["Reader", "Reader"] })), "invalid_input");
  assert.equal(codeOf(await town.ask("colin", { roles: [] })), "invalid_input");
});

test("what overlaps is refused, pending or held; what follows is not", async () => {
  const town = await world.newTown();
  value(await town.ask("colin"));
  assert.equal(codeOf(await town.ask("colin")), "rules_not_satisfied");
  const held = value(await town.ask("colin", { roles: ["Reader"] }));
  assert.equal(codeOf(await town.ask("colin", { roles: ["Reader"] })), "rules_not_satisfied");
  const [grant] = await town.grantsOf(held);
  assert.equal(codeOf(await town.ask("colin", { roles: ["Reader"], startAt: grant?.endsAt ?? null })), "ok");
});

test("cool-down: after a denial one waits, is told how long, and may ask for something else meanwhile", async () => {
  const town = await world.newTown();
  await rules(town, { cooldownAfterDenialMs: HOUR_MS });
  value(await town.decide("carol", value(await town.ask("colin")), { decision: "deny" }));
  world.clock.advance(15 * MINUTE_MS);
  const refused = await town.ask("colin");
  assert.equal(codeOf(refused), "rules_not_satisfied");
  assert.match(refused.ok ? "" : refused.rejection.message, /45 min/);
  assert.equal(codeOf(await town.ask("colin", { roles: ["Reader"] })), "ok");
  world.clock.advance(45 * MINUTE_MS);
  assert.equal(codeOf(await town.ask("colin")), "ok");
});

test("twenty requests are the most that one person leaves pending", async () => {
  const town = await world.newTown();
  await town.makeEligible("colin", "Contributor", town.scopes.subscription);
  await town.setRules("Contributor", town.scopes.subscription, {
    justificationRequired: false,
    approval: { mode: "manual", stages: [town.stage(["approvers"])] },
  });
  const ask = (index: number) =>
    town.ask("colin", { scope: `${town.scopes.web}-${index}` as Town["scopes"]["web"] });
  for (let index = 0; index < 20; index++) assert.equal(codeOf(await ask(index)), "ok");
  assert.equal(codeOf(await ask(20)), "rules_not_satisfied");
  world.clock.advance(DAY_MS);
  assert.equal(
    codeOf(await ask(20)),
    "ok",
    "those that timed out count no more, though no worker has marked them",
  );
});

test("a request that nobody decided in time is refused by comparison, and stands in nobody's way", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  world.clock.advance(DAY_MS);
  for (const late of [
    town.approve("carol", request),
    cancelRequest(world.deps, town.as("colin"), request.id),
  ]) {
    assert.equal(codeOf(await late), "request_not_pending");
  }
  assert.equal(await stateOf(town, request), "pending");
  assert.equal(codeOf(await town.ask("colin")), "ok");
  await world.pass();
  assert.equal(await stateOf(town, request), "timedOut");
});

test("neededUntil: an undecided request times out then, by default at the end of what was scheduled", async () => {
  const town = await world.newTown();
  const soon = value(await town.ask("colin", { neededUntil: addMs(world.clock.now(), HOUR_MS) }));
  const scheduled = value(await town.ask("pipeline", { startAt: addMs(world.clock.now(), HOUR_MS) }));
  assert.equal(scheduled.neededUntil, addMs(world.clock.now(), 2 * HOUR_MS));
  world.clock.advance(HOUR_MS);
  assert.equal(codeOf(await town.approve("carol", soon)), "request_not_pending");
  await world.pass();
  const { state } = await town.request(soon.id);
  assert.deepEqual([state.name, "because" in state && state.because], ["timedOut", "neededUntil"]);
  // Not in the very last millisecond: what could only be stored after the limit is not stored.
  world.clock.advance(HOUR_MS - MINUTE_MS);
  assert.equal(codeOf(await town.approve("carol", scheduled)), "ok");
});

test("neededUntil: an instant that has passed is refused, rather than a request that is dead at once", async () => {
  const town = await world.newTown();
  assert.equal(codeOf(await town.ask("colin", { neededUntil: world.clock.now() })), "invalid_input");
});

test("escalation: others may decide once its time has passed", async () => {
  const town = await world.newTown();
  const escalation = { afterMs: HOUR_MS, to: [town.ref("ada")] };
  await rules(town, { approval: { mode: "manual", stages: [town.stage(["casey"], { escalation })] } });
  const request = value(await town.ask("colin"));
  assert.equal(codeOf(await town.approve("ada", request)), "forbidden");
  world.clock.advance(HOUR_MS);
  assert.equal(codeOf(await town.approve("ada", request)), "ok");
});

test("preview answers what submit would, rule by rule, and stores nothing", async () => {
  const town = await world.newTown();
  const ask = { durationMs: 9 * HOUR_MS };
  const previewed = value(await previewRequest(world.deps, town.as("colin"), town.input(ask)));
  const submitted = await town.ask("colin", ask);
  assert.deepEqual(submitted.ok ? [] : submitted.rejection.rules, previewed.prepared.decision.rules);
  const stored = await town.rows("contoso", (trx) => trx.selectFrom("access_request").selectAll().execute());
  assert.deepEqual(stored, []);
});

test("pages of requests hold every request once, and nothing that the filter leaves out", async () => {
  const town = await world.newTown();
  for (const scope of ["a", "b", "c"]) {
    value(
      await town.ask("colin", {
        roles: ["Reader"],
        scope: `${town.scopes.web}-${scope}` as Town["scopes"]["web"],
      }),
    );
    value(
      await town.ask("cora", {
        roles: ["Reader"],
        scope: `${town.scopes.web}-${scope}` as Town["scopes"]["web"],
      }),
    );
  }
  const seen: AccessRequest[] = [];
  for (let after: Position | undefined; seen.length < 10; ) {
    const page = { limit: 1, ...(after === undefined ? {} : { after }) };
    const [view] = value(await listRequests(world.deps, town.as("colin"), "mine", page));
    if (view === undefined) break;
    seen.push(view.request);
    after = positionOfRequest(view.request);
  }
  assert.equal(seen.length, 3);
  assert.equal(new Set(seen.map(({ id }) => id)).size, 3);
  assert.ok(seen.every(({ requester }) => requester.objectId === town.ref("colin").objectId));
});
