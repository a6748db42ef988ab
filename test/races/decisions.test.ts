/** Races on real PostgreSQL: whoever comes at once, there is one transition, and the loser is told. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { Grant } from "../../src/domain/grant.ts";
import { asId, type ObjectId } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/rejection.ts";
import { addMs, type BoundedClock, DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../../src/domain/time.ts";
import { advanceGrant } from "../../src/use-cases/grants/advance-grant.ts";
import { advancePlainGrants } from "../../src/use-cases/grants/advance-plain-grants.ts";
import { deactivateGrant, revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import type { Caller, EffectDeps } from "../../src/use-cases/ports.ts";
import { acceptTerms, cancelRequest, decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { expireRequest } from "../../src/use-cases/requests/expire-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const MANY = 50;
const ROUNDS = 12;

const approving = (request: AccessRequest) => ({
  requestId: request.id,
  decision: "approve" as const,
  justification: null,
  terms: null,
  surfaceAsks: false,
  expectedVersion: null,
});

function manual(town: Town, required: number, approvers: readonly Name[] = ["approvers"]) {
  const approval = { mode: "manual", stages: [town.stage(approvers, { required })] } as const;
  return town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
}

/** How often each answer was given. */
function tally(outcomes: readonly Outcome<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[codeOf(outcome)] = (counts[codeOf(outcome)] ?? 0) + 1;
  return counts;
}

/** The same store under a clock of one's own: two processes never read the same instant. */
function at(now: Instant): EffectDeps {
  const clock: BoundedClock = { now: () => now, bounds: () => ({ earliest: now, latest: now }) };
  return { ...world.deps, clock };
}

async function eventsOf(town: Town, id: string): Promise<string[]> {
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ subjectId: id, limit: 200 }),
  );
  return entries.map(({ entry }) => String(entry.type)).filter((type) => type !== "decision.refused");
}

async function manyApprovers(town: Town): Promise<Caller[]> {
  const ids = Array.from({ length: MANY }, () => asId<ObjectId>(randomUUID()));
  const { tenantId, objectId } = town.ref("approvers");
  await town.change("contoso", async (trx) => {
    const people = ids.map((id) => ({
      tenant_id: tenantId,
      object_id: id,
      kind: "user" as const,
      name: id,
      display_name: id,
    }));
    await trx.insertInto("principal").values(people).execute();
    const members = ids.map((id) => ({ tenant_id: tenantId, group_id: objectId, member_id: id }));
    await trx.insertInto("group_member").values(members).execute();
  });
  return ids.map((id) => ({ ...town.as("casey"), ref: { tenantId, objectId: id } }));
}

for (const required of [1, 2]) {
  test(`race: of ${MANY} approvers at once exactly ${required} count, and there is one grant`, async () => {
    const town = await world.newTown();
    await manual(town, required);
    const approvers = await manyApprovers(town);
    const request = value(await town.ask("colin"));
    const outcomes = await Promise.all(
      approvers.map((approver) => decideRequest(world.deps, approver, approving(request))),
    );
    assert.deepEqual(tally(outcomes), { ok: required, request_not_pending: MANY - required });
    assert.equal((await town.grantsOf(request)).length, 1);
    assert.equal((await town.request(request.id)).approvals.length, required);
    const events = await eventsOf(town, request.id);
    assert.equal(events.filter((type) => type === "request.approved").length, 1);
  });
}

test(`race: one approver ${MANY} times at once counts once`, async () => {
  const town = await world.newTown();
  await manual(town, 2);
  const request = value(await town.ask("colin"));
  const outcomes = await Promise.all(Array.from({ length: MANY }, () => town.approve("carol", request)));
  assert.deepEqual(tally(outcomes), { ok: 1, already_decided: MANY - 1 });
  assert.equal((await town.request(request.id)).state.name, "pending");
});

test("race: two honest approvers of three both count, whoever comes first", async () => {
  const town = await world.newTown();
  await manual(town, 2);
  for (let round = 0; round < ROUNDS; round++) {
    const request = value(await town.ask("colin"));
    const outcomes = await Promise.all([town.approve("carol", request), town.approve("casey", request)]);
    assert.deepEqual(tally(outcomes), { ok: 2 });
    const [grant] = await town.grantsOf(request);
    assert.ok(grant);
    value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  }
});

/** Two at once, of whom one must win; rounds of it, in both orders. */
async function duel(
  town: Town,
  one: (request: AccessRequest) => Promise<Outcome<unknown>>,
  other: (request: AccessRequest) => Promise<Outcome<unknown>>,
): Promise<Set<string>> {
  const winners = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const request = value(await town.ask("colin"));
    const order = round % 2 === 0 ? [one, other] : [other, one];
    const outcomes = await Promise.all(order.map((act) => act(request)));
    assert.deepEqual(tally(outcomes), { ok: 1, request_not_pending: 1 });
    const { state } = await town.request(request.id);
    winners.add(state.name);
    const grants = await town.grantsOf(request);
    assert.equal(grants.length, state.name === "approved" ? 1 : 0);
    const events = await eventsOf(town, request.id);
    const ends = ["request.approved", "request.denied", "request.canceled", "request.timed_out"];
    assert.equal(events.filter((type) => ends.includes(type)).length, 1);
    for (const grant of grants) value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
  }
  return winners;
}

test("race: cancel against approve", async () => {
  const town = await world.newTown();
  const cancel = (request: AccessRequest) => cancelRequest(world.deps, town.as("colin"), request.id);
  await duel(town, cancel, (request) => town.approve("carol", request));
});

test("race: deny against approve", async () => {
  const town = await world.newTown();
  const deny = (request: AccessRequest) => town.decide("casey", request, { decision: "deny" });
  await duel(town, deny, (request) => town.approve("carol", request));
});

test("race: time-out against approve, at the very millisecond", async () => {
  const town = await world.newTown();
  for (let round = 0; round < ROUNDS; round++) {
    const request = value(await town.ask("colin"));
    assert.ok(request.state.name === "pending");
    const { decideBy } = request.state;
    const acts = [
      () => expireRequest(at(decideBy), town.tenants.contoso, request.id),
      () => decideRequest(at(addMs(decideBy, -MINUTE_MS)), town.as("carol"), approving(request)),
    ];
    await Promise.all((round % 2 === 0 ? acts : acts.reverse()).map((act) => act()));
    const { state } = await town.request(request.id);
    const grants = await town.grantsOf(request);
    assert.ok(state.name === "timedOut" || state.name === "approved");
    assert.equal(grants.length, state.name === "approved" ? 1 : 0);
    for (const grant of grants) value(await revokeGrant(world.deps, town.as("carol"), grant.id, null));
  }
});

async function holding(town: Town): Promise<Grant> {
  const [grant] = await town.grantsOf(value(await town.approve("carol", value(await town.ask("colin")))));
  assert.ok(grant?.endsAt);
  return grant;
}

test("race: an extension against the end: either it came in time and the end moved, or the grant has ended and nothing did", async () => {
  const town = await world.newTown();
  for (let round = 0; round < ROUNDS; round++) {
    const grant = await holding(town);
    const end = grant.endsAt ?? world.clock.now();
    const input = { grantId: grant.id, durationMs: HOUR_MS, justification: null, ticket: null };
    const extension = value(await extendGrant(world.deps, town.as("colin"), input));
    const { contoso } = town.tenants;
    const late = at(end);
    const acts = [
      () => decideRequest(at(addMs(end, -MINUTE_MS)), town.as("carol"), approving(extension)),
      async () => {
        await advancePlainGrants(late, contoso, [grant.id]);
        await advanceGrant(late, contoso, grant.id);
      },
    ];
    await Promise.all((round % 2 === 0 ? acts : acts.reverse()).map((act) => act()));
    const [after, decided] = [await town.grant(grant.id), await town.request(extension.id)];
    const seen = [after.state.name, decided.state.name, after.endsAt];
    const moved = addMs(end, HOUR_MS - MINUTE_MS);
    const expected =
      after.state.name === "ended" ? ["ended", "timedOut", end] : ["active", "approved", moved];
    assert.deepEqual(seen, expected);
    if (after.state.name === "active") value(await revokeGrant(world.deps, town.as("carol"), grant.id, null));
    world.clock.set(end);
  }
});

test("race: two asks for the same at once: one is there, the other is told so", async () => {
  const town = await world.newTown();
  for (let round = 0; round < 3; round++) {
    const outcomes = await Promise.all(Array.from({ length: MANY / 2 }, () => town.ask("colin")));
    assert.deepEqual(tally(outcomes), { ok: 1, rules_not_satisfied: MANY / 2 - 1 });
    const winner = outcomes.find((outcome) => outcome.ok);
    assert.ok(winner?.ok);
    value(await cancelRequest(world.deps, town.as("colin"), winner.value.id));
  }
});

test("race: asks for one workload by two owners at once: one is there", async () => {
  const town = await world.newTown();
  await town.join("backend", "cora");
  const outcomes = await Promise.all(
    (["colin", "cora", "colin", "cora"] as const).map((who) =>
      submitRequest(world.deps, town.as(who), town.input({ for: "bot" })),
    ),
  );
  assert.deepEqual(tally(outcomes), { ok: 1, rules_not_satisfied: 3 });
});

test("race: two requests whose terms were moved onto one another: one becomes a grant, the other is denied", async () => {
  const town = await world.newTown();
  for (let round = 0; round < ROUNDS; round++) {
    const later = addMs(world.clock.now(), 3 * DAY_MS);
    const moved = value(await town.ask("colin", { neededUntil: addMs(world.clock.now(), 4 * DAY_MS) }));
    const planned = value(await town.ask("colin", { startAt: later }));
    value(await town.approve("carol", moved, { startAt: addMs(later, 30 * MINUTE_MS) }));
    const outcomes = await Promise.all([
      acceptTerms(world.deps, town.as("colin"), moved.id),
      town.approve("casey", planned),
    ]);
    const states = outcomes.map((outcome) => value(outcome).state.name);
    assert.deepEqual([...states].sort(), ["approved", "denied"]);
    for (const request of [moved, planned]) {
      for (const grant of await town.grantsOf(request)) {
        value(await deactivateGrant(world.deps, town.as("colin"), grant.id));
      }
    }
  }
});

test("race: the right to approve is taken away while it is used: what is live afterwards has its ground", async () => {
  const town = await world.newTown();
  for (let round = 0; round < ROUNDS / 2; round++) {
    const request = value(await town.ask("colin"));
    await Promise.all([town.dropEligibility("colin"), town.approve("carol", request)]);
    await world.pass();
    for (const grant of await town.grantsOf(request)) {
      assert.equal((await town.grant(grant.id)).state.name, "ended");
    }
    await cancelRequest(world.deps, town.as("colin"), request.id);
    await town.makeEligible("colin", "Contributor", town.scopes.web);
  }
});

test("race: deactivate, revoke and expiry at once end a grant once", async () => {
  const town = await world.newTown();
  const { contoso } = town.tenants;
  for (let round = 0; round < ROUNDS; round++) {
    const grant = await holding(town);
    const end = grant.endsAt ?? world.clock.now();
    const before = at(addMs(end, -1));
    await Promise.all([
      deactivateGrant(before, town.as("colin"), grant.id),
      revokeGrant(before, town.as("carol"), grant.id, null),
      advancePlainGrants(at(end), contoso, [grant.id]),
      advanceGrant(at(end), contoso, grant.id),
    ]);
    await advanceGrant(at(end), contoso, grant.id);
    const events = await eventsOf(town, grant.id);
    assert.equal(events.filter((type) => type === "grant.ended").length, 1);
    assert.equal((await town.grant(grant.id)).state.name, "ended");
    world.clock.set(end);
  }
});

test("race: two replicas that work through the same storm end every grant once", async () => {
  const town = await world.newTown();
  await town.setRules("Reader", town.scopes.subscription, {
    justificationRequired: false,
    minimumDurationMs: 1,
  });
  const grants: Grant[] = [];
  for (let index = 0; index < MANY; index++) {
    const scope = `${town.scopes.subscription}/resourceGroups/storm-${index}` as Town["scopes"]["web"];
    const request = value(await town.ask("colin", { roles: ["Reader"], scope, durationMs: MINUTE_MS }));
    grants.push(...(await town.grantsOf(request)));
  }
  world.clock.advance(MINUTE_MS);
  const ids = grants.map(({ id }) => id);
  const [one, other] = [world.restarted(), world.restarted()];
  const done = await Promise.all([
    advancePlainGrants(one, town.tenants.contoso, ids),
    advancePlainGrants(other, town.tenants.contoso, ids),
    ...ids.slice(0, 10).map((id) => advanceGrant(one, town.tenants.contoso, id)),
  ]);
  assert.equal(done.length, 12);
  await world.pass();
  for (const { id } of grants) {
    assert.equal((await town.grant(id)).state.name, "ended");
    const events = await eventsOf(town, id);
    assert.equal(events.filter((type) => type === "grant.ended").length, 1);
  }
});

test("race: everything that happened is in the log once, linked without a gap", async () => {
  await Promise.all(Array.from({ length: 8 }, () => world.due.sequence()));
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  await Promise.all([town.approve("carol", request), world.due.sequence(), world.due.sequence()]);
  await world.pass();
  const rows = await town.rows("contoso", (trx) =>
    trx
      .selectFrom("audit_entry")
      .leftJoin("audit_link", "entry_id", "id")
      .select("sequence")
      .orderBy("sequence")
      .execute(),
  );
  assert.deepEqual(
    rows.map(({ sequence }) => sequence),
    rows.map((_, index) => index + 1),
  );
});
