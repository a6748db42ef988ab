import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { Grant } from "../../src/domain/grant.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { singleConnection } from "../../src/store/database.ts";
import { revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { Deps } from "../../src/use-cases/ports.ts";
import { cancelRequest, decideRequest } from "../../src/use-cases/requests/decide-request.ts";
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

test("I5: what moved between a decision and its commit is looked at again, and decided again", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  let tries = 0;
  const moving = between(async () => {
    if (tries++ > 0) return;
    await town.rows("contoso", async (trx) => {
      await sql`UPDATE access_request SET version = version + 1, body = jsonb_set(body, '{version}', to_jsonb(version + 1)) WHERE id = ${request.id}`.execute(
        trx,
      );
    });
  });
  const decided = value(await decideRequest(moving, town.as("carol"), approving(request)));
  assert.deepEqual([tries, decided.state.name, decided.version], [2, "approved", request.version + 2]);
  assert.equal((await town.grantsOf(request)).length, 1);
});

test("I5: from the second try on everything is held first: who would move it has to wait", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin"));
  let tries = 0;
  const restless = between(async () => {
    tries++;
    const moved = town.rows("contoso", async (trx) => {
      await sql`SET LOCAL lock_timeout = '300ms'`.execute(trx);
      await sql`UPDATE access_request SET version = version + 1, body = jsonb_set(body, '{version}', to_jsonb(version + 1)) WHERE id = ${request.id}`.execute(
        trx,
      );
    });
    if (tries === 1) await moved;
    else await assert.rejects(moved, { code: "55P03" });
  });
  const decided = value(await decideRequest(restless, town.as("carol"), approving(request)));
  assert.deepEqual([tries, decided.state.name], [2, "approved"]);
});

test("I5: a decision on a version that is not the one looked at is refused; on the one looked at it stands", async () => {
  const town = await world.newTown();
  const approval = { mode: "manual", stages: [town.stage(["approvers"], { required: 2 })] } as const;
  await town.setRules("Contributor", town.scopes.web, { justificationRequired: false, approval });
  const seen = value(await town.ask("colin"));
  const next = value(await town.approve("carol", seen));
  assert.equal(
    codeOf(await town.decide("casey", seen, { expectedVersion: [seen.version] })),
    "version_conflict",
  );
  assert.equal(codeOf(await town.decide("casey", seen, { expectedVersion: [next.version] })), "ok");
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

/** Everything that a change writes to: as each of them fails, nothing of the others may be left. */
const CUTS = ["access_request", "access_grant", "audit_entry", "outbox", "person_turn"] as const;

async function withCut<T>(table: string, work: () => Promise<T>): Promise<T> {
  const owner = singleConnection(world.opened.owner);
  await owner.connect();
  try {
    await owner.query(`CREATE OR REPLACE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the power went'; END $$;
      CREATE TRIGGER power_cut AFTER INSERT OR UPDATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION power_cut()`);
    return await work();
  } finally {
    await owner.query(`DROP TRIGGER IF EXISTS power_cut ON ${table}`);
    await owner.end();
  }
}

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
  for (const table of CUTS) {
    test(`I6: ${change} that breaks off at ${table} leaves nothing behind`, async (t) => {
      const town = await world.newTown();
      const act = await prepare(world.deps, town);
      const earlier = await everything(town);
      const cut = await withCut(table, async () => act().then(() => "stored", String));
      if (cut === "stored") return t.skip(`it writes nothing to ${table}`);
      assert.match(cut, /the power went/);
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

/** The same world, with something between what was decided and its commit. */
function between(happens: () => Promise<void>): Deps {
  return { ...world.deps, decisions: (clock) => world.opened.decisions(clock, happens) };
}
