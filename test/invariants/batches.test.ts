/** The worker's work by time and not by life: however many are due, statements follow the batches. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { sql, type Transaction } from "kysely";
import type { AccessRequestId } from "../../src/domain/ids.ts";
import { addMs, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import type { Tables } from "../../src/store/tables.ts";
import { expireRequests } from "../../src/use-cases/requests/expire-request.ts";
import { lookAgain } from "../../src/worker/look-again.ts";
import { startWorker } from "../../src/worker/worker.ts";
import { statementsIn } from "../fixtures/statements.ts";
import type { Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

const MANY = 1_000;
const PATIENCE_MS = 60_000;

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

type Table = "access_request" | "access_grant";

/** The same row again and again, under ids of its own. */
async function multiply(town: Town, table: Table, id: string, times: number): Promise<void> {
  await town.rows("contoso", (trx) =>
    sql`INSERT INTO ${sql.table(table)} (tenant_id, id, version, body, due_at)
      SELECT t.tenant_id, n.id, t.version, t.body || jsonb_build_object('id', n.id), t.due_at
      FROM ${sql.table(table)} t, (SELECT gen_random_uuid() AS id FROM generate_series(1, ${times}::int)) n
      WHERE t.id = ${id}`.execute(trx),
  );
}

async function untilTrue(what: string, so: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await so())) {
    assert.ok(performance.now() < deadline, `never came to be: ${what}`);
    await delay(50);
  }
}

/** Runs the worker until the outbox is empty and the log linked, and counts what it sends. */
async function worked(town: Town): Promise<ReadonlyMap<string, number>> {
  const errors: string[] = [];
  const isQuiet = (trx: Transaction<Tables>) =>
    sql<{ quiet: boolean }>`SELECT NOT EXISTS (SELECT FROM outbox) AND NOT EXISTS (SELECT FROM audit_waiting)
      AND NOT EXISTS (SELECT FROM access_grant WHERE due_at <= ${new Date(world.clock.now())})
      AND NOT EXISTS (SELECT FROM access_request WHERE due_at <= ${new Date(world.clock.now())}) AS quiet`.execute(
      trx,
    );
  const sent = await statementsIn(async () => {
    const worker = await startWorker({
      deps: world.deps,
      due: world.due,
      onWake: world.opened.onWake,
      onError: (what, error) => errors.push(`${what}: ${error}`),
    });
    try {
      await untilTrue("all is done", async () => {
        const { rows } = await town.rows("contoso", isQuiet);
        return rows[0]?.quiet === true;
      });
    } finally {
      await worker.stop();
    }
  });
  assert.deepEqual(errors, []);
  return sent;
}

async function count(
  town: Town,
  tenant: "contoso" | "fabrikam",
  from: "audit_entry" | "notification",
  type: string,
) {
  const { rows } = await town.rows(tenant, (trx) =>
    sql<{
      all: number;
      different: number;
    }>`SELECT count(*) AS all, count(DISTINCT ${sql.ref(from === "audit_entry" ? "subject_id" : "grant_id")}) AS different
      FROM ${sql.table(from)} WHERE type = ${type}`.execute(trx),
  );
  const [row] = rows;
  return [row?.all, row?.different];
}

function atMost(sent: ReadonlyMap<string, number>, name: string, most: number): void {
  const times = sent.get(name) ?? 0;
  assert.ok(times > 0 && times <= most, `${name}: ${times} times, of ${JSON.stringify([...sent])}`);
}

test("a thousand requests whose time has passed are marked in a few statements, each once", async () => {
  const town = await world.newTown();
  const request = value(await town.ask("colin", { neededUntil: addMs(world.clock.now(), HOUR_MS) }));
  await multiply(town, "access_request", request.id, MANY - 1);
  await world.pass();
  world.clock.advance(HOUR_MS);
  const sent = await worked(town);
  assert.deepEqual(await count(town, "contoso", "audit_entry", "request.timed_out"), [MANY, MANY]);
  const { rows } = await town.rows("contoso", (trx) =>
    sql`SELECT FROM access_request WHERE state <> 'timedOut'`.execute(trx),
  );
  assert.equal(rows.length, 0);
  atMost(sent, "moment_of_requests", 4);
  atMost(sent, "commit_change", 4);
  atMost(sent, "facts_to_tell", 16);
  atMost(sent, "tell", 8);
});

test("a storm of a thousand ends: each once, one entry for each party, told once, the log linked, by batches", async () => {
  const town = await world.newTown();
  const [grant] = await town.grantsOf(value(await town.ask("frank", { scope: town.scopes.billing })));
  assert.ok(grant?.endsAt);
  await multiply(town, "access_grant", grant.id, MANY - 1);
  await world.pass();
  world.clock.set(grant.endsAt);
  const sent = await worked(town);
  const { rows } = await town.rows("contoso", (trx) =>
    sql<{
      versions: number[];
      states: string[];
    }>`SELECT array_agg(DISTINCT version) AS versions, array_agg(DISTINCT state) AS states FROM access_grant`.execute(
      trx,
    ),
  );
  assert.deepEqual(rows, [{ versions: [grant.version + 1], states: ["ended"] }]);
  for (const tenant of ["contoso", "fabrikam"] as const)
    assert.deepEqual(await count(town, tenant, "audit_entry", "grant.ended"), [MANY, MANY]);
  assert.deepEqual(await count(town, "fabrikam", "notification", "grant_ended"), [MANY, MANY]);
  atMost(sent, "moment_of_grants", 10);
  atMost(sent, "commit_change", 10);
  atMost(sent, "tell", 12);
});

test("what hangs on grants of one batch ends with them, once", async () => {
  const town = await world.newTown();
  const [grant] = await town.grantsOf(value(await town.ask("frank", { scope: town.scopes.billing })));
  assert.ok(grant?.endsAt);
  // One under the other, and both past their end; the child comes first by its id in one of the two.
  for (const id of ["00000000-0000-4000-8000", "ffffffff-ffff-4fff-8fff"].map(
    (half) => `${half}-${town.tenants.contoso.slice(-12)}`,
  )) {
    await town.rows("contoso", (trx) =>
      sql`INSERT INTO access_grant (tenant_id, id, version, body, due_at) SELECT tenant_id, ${id}::uuid, 1,
        body || jsonb_build_object('id', ${id}::text, 'underGrantId', ${grant.id}::text), due_at FROM access_grant WHERE id = ${grant.id}`.execute(
        trx,
      ),
    );
  }
  world.clock.set(grant.endsAt);
  await worked(town);
  assert.deepEqual(await count(town, "contoso", "audit_entry", "grant.ended"), [3, 3]);
});

test("after a change of policy thousands are looked at in memory, and only the three that lost their ground are written", async () => {
  const town = await world.newTown();
  const [kept] = await town.grantsOf(value(await town.ask("colin", { roles: ["Reader"] })));
  const [lost] = await town.grantsOf(value(await town.ask("cora", { roles: ["Reader"] })));
  assert.ok(kept && lost);
  await multiply(town, "access_grant", kept.id, 3_000);
  await multiply(town, "access_grant", lost.id, 2);
  await world.pass();
  await town.leave("engineers", "cora");
  const { contoso } = town.tenants;
  const onError = (what: string, error: unknown) => assert.fail(`${what}: ${error}`);
  const due = await world.due.tenantsToLookAtAgain();
  const version = due.find(({ tenantId }) => tenantId === contoso)?.version ?? 0;
  const sent = await statementsIn(async () => {
    assert.equal(await lookAgain({ deps: world.deps, due: world.due, onError }, contoso, version), true);
  });
  const { rows } = await town.rows("contoso", (trx) =>
    sql<{
      version: number;
      state: string;
      many: number;
    }>`SELECT version - ${kept.version}::int AS version, state, count(*) AS many FROM access_grant
      GROUP BY 1, 2 ORDER BY 3`.execute(trx),
  );
  assert.deepEqual(rows, [
    { version: 1, state: "ended", many: 3 },
    { version: 0, state: "active", many: 3_001 },
  ]);
  assert.deepEqual(await count(town, "contoso", "audit_entry", "grant.ended"), [3, 3]);
  atMost(sent, "moment_of_open_grants", 7);
  // The three may stand in as many pages.
  atMost(sent, "commit_change", 3);
  assert.ok((await world.due.tenantsToLookAtAgain()).every(({ tenantId }) => tenantId !== contoso));
});

test("a decision that comes between keeps what it decided: the rest of the batch is marked all the same", async () => {
  const town = await world.newTown();
  const taken = value(await town.ask("colin", { neededUntil: addMs(world.clock.now(), HOUR_MS) }));
  await multiply(town, "access_request", taken.id, 1);
  const { rows } = await town.rows("contoso", (trx) =>
    sql<{ id: AccessRequestId }>`SELECT id FROM access_request ORDER BY id = ${taken.id}`.execute(trx),
  );
  const ids = rows.map(({ id }) => id);
  const late = addMs(world.clock.now(), HOUR_MS + MINUTE_MS);
  let between = 0;
  const clock = { ...world.clock, now: () => late };
  const decisions = () =>
    world.opened.decisions(clock, async () => {
      if (between++ === 0) value(await town.decide("carol", taken, { decision: "deny" }));
    });
  assert.equal(await expireRequests({ ...world.deps, clock, decisions }, town.tenants.contoso, ids), true);
  assert.equal((await town.request(taken.id)).state.name, "denied");
  const [left] = ids;
  assert.ok(left && left !== taken.id);
  assert.equal((await town.request(left)).state.name, "timedOut");
});
