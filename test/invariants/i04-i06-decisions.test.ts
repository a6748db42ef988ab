import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { Grant } from "../../src/domain/grant.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { VersionConflict } from "../../src/store/version-conflict.ts";
import { revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { Deps, Tx } from "../../src/use-cases/ports.ts";
import { cancelRequest } from "../../src/use-cases/requests/cancel-request.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import type { Ask, Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const approving = (request: AccessRequest) => ({
  requestId: request.id,
  decision: "approve" as const,
  justification: null,
  terms: null,
  surfaceAsks: false,
  expectedVersion: null,
});

async function oneGrant(town: Town, request: AccessRequest): Promise<Grant> {
  const [grant] = await town.grantsOf(request);
  assert.ok(grant);
  return grant;
}

test("I4: without a start, the clock starts at the last approval, not at the request", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin", { durationMs: HOUR_MS }));
  world.clock.advance(3 * HOUR_MS);
  const grant = await oneGrant(town, value(await town.approve("carol", request)));
  assert.deepEqual([grant.startsAt, grant.endsAt], [world.clock.now(), addMs(world.clock.now(), HOUR_MS)]);
});

test("I4: with a start still ahead, the clock starts there", async () => {
  const town = await world.newTown();
  const startAt = addMs(world.clock.now(), DAY_MS);
  const request = value(await town.approve("carol", value(await town.ask("colin", { startAt }))));
  const grant = await oneGrant(town, request);
  assert.deepEqual(
    [grant.startsAt, grant.endsAt, grant.state.name],
    [startAt, addMs(startAt, HOUR_MS), "scheduled"],
  );
});

test("I4: with a start that has passed, the clock starts at the approval, for the whole duration", async () => {
  const town = await world.newTown();
  const startAt = addMs(world.clock.now(), HOUR_MS);
  const request = value(await town.ask("colin", { startAt }));
  world.clock.advance(90 * MINUTE_MS);
  const grant = await oneGrant(town, value(await town.approve("carol", request)));
  assert.deepEqual([grant.startsAt, grant.endsAt], [world.clock.now(), addMs(world.clock.now(), HOUR_MS)]);
});

test("I4: the duration is what was approved, not what was asked", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  const grant = await oneGrant(
    town,
    value(await town.approve("carol", request, { durationMs: 20 * MINUTE_MS })),
  );
  assert.equal((grant.endsAt ?? 0) - grant.startsAt, 20 * MINUTE_MS);
});

test("I5: a terminal state absorbs: whoever comes after is refused, and told twice is told so", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  value(await town.approve("carol", request));
  assert.equal(codeOf(await town.approve("carol", request)), "already_decided");
  assert.equal(codeOf(await town.decide("casey", request, { decision: "deny" })), "request_not_pending");
  assert.equal(codeOf(await cancelRequest(world.deps, town.as("colin"), request.id)), "request_not_pending");
  assert.equal((await town.grantsOf(request)).length, 1);
});

test("I5: naming a stage decides that one or none: a finished one is decided, a later one not reached", async () => {
  const town = await world.newTown();
  const stages = [town.stage(["carol"]), town.stage(["casey"])];
  const approval = { mode: "manual", stages } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  const request = value(await town.ask("colin"));
  assert.equal(codeOf(await town.decide("carol", request, { stage: 1 })), "stage_not_reached");
  value(await town.decide("carol", request, { stage: 0 }));
  for (const decision of ["approve", "deny"] as const)
    assert.equal(codeOf(await town.decide("casey", request, { decision, stage: 0 })), "already_decided");
  assert.equal((await town.grantsOf(request)).length, 0);
  assert.equal(value(await town.decide("casey", request, { stage: 1 })).state.name, "approved");
});

test("I5: on a version conflict the use case loads again and decides again", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  let conflicts = 0;
  const conflicting = within((tx) => ({
    ...tx,
    async updateRequest(changed) {
      if (conflicts++ < 4) throw new VersionConflict("the request");
      return tx.updateRequest(changed);
    },
  }));
  const decided = value(await decideRequest(conflicting, town.as("carol"), approving(request)));
  assert.deepEqual([conflicts, decided.state.name], [5, "approved"]);
  assert.equal((await town.grantsOf(request)).length, 1);
});

test("I5: a world that never stands still is given up on after five tries, with nothing stored", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  let tries = 0;
  const restless = within((tx) => ({
    ...tx,
    async updateRequest() {
      tries++;
      throw new VersionConflict("the request");
    },
  }));
  await assert.rejects(decideRequest(restless, town.as("carol"), approving(request)), VersionConflict);
  assert.equal(tries, 5);
  assert.equal((await town.request(request.id)).state.name, "pending");
});

test("I5: a decision on a version that is not the one looked at is refused; on the one looked at it stands", async () => {
  const town = await world.newTown();
  const approval = { mode: "manual", stages: [town.stage(["approvers"], { required: 2 })] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  const seen = value(await town.ask("colin"));
  const next = value(await town.approve("carol", seen));
  assert.equal(
    codeOf(await town.decide("casey", seen, { expectedVersion: seen.version })),
    "version_conflict",
  );
  assert.equal(codeOf(await town.decide("casey", seen, { expectedVersion: next.version })), "ok");
});

test("I5: two of three approvers both count, and the first alone decides nothing", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("frank", { scope: town.scopes.orders }));
  assert.equal(value(await town.approve("carol", request)).state.name, "pending");
  assert.equal(codeOf(await town.approve("carol", request)), "already_decided");
  assert.equal(value(await town.approve("chris", request)).state.name, "approved");
});

/** Everything that may change, as text: to see that nothing did. */
async function everything(town: Town): Promise<string> {
  const seen = [];
  for (const tenant of ["contoso", "fabrikam"] as const) {
    seen.push(
      await town.rows(tenant, async (trx) => [
        await trx.selectFrom("access_request").select(["id", "version", "body"]).orderBy("id").execute(),
        await trx.selectFrom("access_grant").select(["id", "version", "body"]).orderBy("id").execute(),
        await trx.selectFrom("audit_entry").select("id").orderBy("id").execute(),
        await trx.selectFrom("outbox").select("id").orderBy("id").execute(),
      ]),
    );
  }
  return JSON.stringify(seen);
}

class PowerCut extends Error {}

/** Fails after the use case has written what it writes, at the point where it would go on. */
const CUTS: readonly [string, (tx: Tx) => Partial<Tx>][] = [
  [
    "after the grant",
    (tx) => ({
      async insertGrant(...given) {
        await tx.insertGrant(...given);
        throw new PowerCut();
      },
      async updateGrant(...given) {
        await tx.updateGrant(...given);
        throw new PowerCut();
      },
    }),
  ],
  [
    "after entries and outbox",
    (tx) => ({
      async record(...given) {
        await tx.record(...given);
        throw new PowerCut();
      },
    }),
  ],
];

const CHANGES: readonly [string, (deps: Deps, town: Town) => Promise<() => Promise<unknown>>][] = [
  [
    "an ask approved at once",
    async (deps, town) => () => submitAs(deps, town, "colin", { roles: ["Reader"] }),
  ],
  [
    "the last approval",
    async (deps, town) => {
      const request = value(await town.ask("colin"));
      return () => decideRequest(deps, town.as("carol"), approving(request));
    },
  ],
  [
    "a revocation",
    async (deps, town) => {
      const grant = await oneGrant(town, value(await town.ask("colin", { roles: ["Reader"] })));
      return () => revokeGrant(deps, town.as("carol"), grant.id, null);
    },
  ],
];

for (const [change, prepare] of CHANGES) {
  for (const [moment, cut] of CUTS) {
    test(`I6: ${change} that breaks off ${moment} leaves nothing behind`, async () => {
      const town = await world.newTown();
      const act = await prepare(
        within((tx) => ({ ...tx, ...cut(tx) })),
        town,
      );
      const earlier = await everything(town);
      await assert.rejects(act(), PowerCut);
      assert.equal(await everything(town), earlier);
    });
  }
}

test("I6: state, an entry for each party, and the outbox are there together", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("frank", { scope: town.scopes.billing }));
  const count = (tenant: "contoso" | "fabrikam") =>
    town.rows(tenant, async (trx) => {
      const entries = await trx
        .selectFrom("audit_entry")
        .select("type")
        .where("correlation_id", "=", request.id)
        .execute();
      return entries.map(({ type }) => type).sort();
    });
  const told = ["grant.live", "request.approved", "request.submitted"];
  assert.deepEqual([await count("contoso"), await count("fabrikam")], [told, told]);
  const facts = await town.rows("contoso", (trx) => trx.selectFrom("outbox").selectAll().execute());
  assert.equal(facts.length, 3);
});

function submitAs(deps: Deps, town: Town, who: Name, ask: Ask) {
  return submitRequest(deps, town.as(who), town.input(ask));
}

/** The same store, with something between the use case and its transaction. */
function within(change: (tx: Tx) => Tx): Deps {
  const { store, clock, ids } = world.deps;
  const inTenant: Deps["store"]["inTenant"] = (tenantId, work) =>
    store.inTenant(tenantId, (tx) => work(change(tx)));
  return { clock, ids, store: { ...store, inTenant } };
}
