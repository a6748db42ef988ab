/** One call that comes twice, and a connection that is lost while it commits: one request, and everybody is told the same. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { Outcome } from "../../src/domain/rejection.ts";
import type { Answered, AskMoment, StoredAnswer } from "../../src/use-cases/decisions.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { askForAccess } from "../../src/use-cases/requests/submit-request.ts";
import type { Town } from "../fixtures/town.ts";
import { codeOf, value } from "../fixtures/world.ts";
import { between, countOf, stopping, tally } from "./between.ts";
import { type ClusterWorld, openClusterWorld, waiting } from "./cluster-world.ts";

let world: ClusterWorld;
before(async () => {
  world = await openClusterWorld();
  // Where a test holds this lock, commits of requests and grants wait for it: after they were written, before they are.
  await world.admin(`
    CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${AT_COMMIT}); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT OR UPDATE ON access_request DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit();
    CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT OR UPDATE ON access_grant DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit();`);
});
after(() => world.close());

const AT_COMMIT = 4_711;

type Asked = Outcome<Answered<AccessRequest, AskMoment>>;

const answer = ({ value: made }: { readonly value: AccessRequest }): StoredAnswer => ({
  status: 201,
  body: JSON.stringify({ id: made.id }),
});

function ask(town: Town, deps: EffectDeps, key: string | null, fingerprint = "one body"): Promise<Asked> {
  const options = key === null ? {} : { repeat: { key, fingerprint }, answer };
  return askForAccess(deps, town.as("colin"), town.input(), options);
}

/** What the caller is told, made just now or kept. */
function toldBy(outcome: Asked): StoredAnswer {
  const answered = value(outcome);
  return "kept" in answered ? answered.kept : answer(answered);
}

async function assertOne(town: Town, ...outcomes: readonly Asked[]): Promise<void> {
  const rows = await town.rows("contoso", (trx) => trx.selectFrom("access_request").select("id").execute());
  assert.equal(rows.length, 1);
  for (const outcome of outcomes)
    assert.deepEqual(toldBy(outcome), { status: 201, body: JSON.stringify({ id: rows[0]?.id }) });
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ type: "request.submitted", limit: 10 }),
  );
  assert.equal(entries.length, 1);
}

test("twins: many equal calls at once under one key are answered alike, and there is one request", async () => {
  for (let round = 0; round < 5; round++) {
    const town = await world.newTown();
    const key = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => ask(town, world.deps, key)));
    await assertOne(town, ...outcomes);
  }
});

test("a twin that is answered while the first call stands still: the first is answered as the twin was", async () => {
  const town = await world.newTown();
  const key = randomUUID();
  const twins: Asked[] = [];
  const first = await between(
    world,
    (deps) => ask(town, deps, key),
    async () => twins.push(await ask(town, world.deps, key)),
  );
  await assertOne(town, first, ...twins);
});

test("one key for two bodies at once: one is answered, the other is refused, and later ones too", async () => {
  const town = await world.newTown();
  const key = randomUUID();
  const outcomes = await Promise.all([
    ask(town, world.deps, key, "one body"),
    ask(town, world.deps, key, "another body"),
  ]);
  assert.deepEqual(tally(outcomes), { ok: 1, idempotency_mismatch: 1 });
  assert.equal(codeOf(await ask(town, world.deps, key, "a third body")), "idempotency_mismatch");
  assert.equal((await countOf(town)).requests, 1);
});

/** Before it is committed: the transaction is undone with its session. */
async function cutBefore<T>(work: () => Promise<T>): Promise<T> {
  const client = await world.cluster.connect("records", "of the records", "records");
  await client.query("SELECT pg_advisory_lock($1)", [AT_COMMIT]);
  const working = work();
  working.catch(() => {});
  const pids = await waiting(world, "wait_event_type = 'Lock' AND wait_event = 'advisory'");
  await world.admin(`SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[${pids}]) pid`);
  await client.end();
  return working;
}

/** After it is committed: the session ends while it waits for a replica that never answers. */
async function cutAfter<T>(work: () => Promise<T>): Promise<T> {
  const replicate = async (to: string) => {
    await world.admin(`ALTER SYSTEM SET synchronous_standby_names = '${to}'`);
    await world.admin("SELECT pg_reload_conf()");
  };
  await replicate("nobody");
  const working = work();
  working.catch(() => {});
  const pids = await waiting(
    world,
    "wait_event = 'SyncRep' AND (query LIKE '%commit_change%' OR query ILIKE 'commit')",
  );
  await world.admin(`SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[${pids}]) pid`);
  await replicate("");
  return working;
}

for (const [when, cut] of [
  ["before", cutBefore],
  ["after", cutAfter],
] as const) {
  test(`the connection is lost right ${when} the commit: there is one request, and the caller is told of it`, async () => {
    const town = await world.newTown();
    await assertOne(town, await cut(() => ask(town, world.deps, null)));
  });

  test(`the connection is lost right ${when} the commit, under a key: the call and the call again are answered alike`, async () => {
    const town = await world.newTown();
    const key = randomUUID();
    const first = await cut(() => ask(town, world.deps, key));
    await assertOne(town, first, await ask(town, world.deps, key));
  });

  test(`the connection is lost right ${when} the commit at the second try, in which everything is held`, async () => {
    const town = await world.newTown();
    const { deps } = stopping(world, [() => town.join("approvers", "cora")]);
    await assertOne(town, await cut(() => ask(town, deps, null)));
  });

  test(`the connection is lost right ${when} the commit of an approval: it counts once, and there is one grant`, async () => {
    const town = await world.newTown();
    const request = value(await town.ask("colin"));
    const decided = value(await cut(() => town.approve("carol", request)));
    assert.equal(decided.state.name, "approved");
    assert.deepEqual(await town.request(request.id), decided);
    assert.equal((await countOf(town)).grants, 1);
  });

  test(`the connection is lost right ${when} the commit of an end: it has ended once, and the caller is told so`, async () => {
    const town = await world.newTown();
    const request = value(await town.ask("colin"));
    value(await town.approve("carol", request));
    const [grant] = await town.grantsOf(request);
    assert.ok(grant);
    const ended = value(await cut(() => deactivateGrant(world.deps, town.as("colin"), grant.id)));
    assert.deepEqual(await town.grant(grant.id), ended);
    assert.equal(ended.state.name, "ended");
  });
}
