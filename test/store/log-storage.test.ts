/** How the log is linked, found and kept, and what is taken away when its time is over. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { linkHash } from "../../src/audit/chain.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import type { Position, StoredEntry } from "../../src/use-cases/ports.ts";
import { askForAccess } from "../../src/use-cases/requests/submit-request.ts";
import { onwards } from "../../src/use-cases/views/pages.ts";
import { positionIn } from "../../src/use-cases/views/read-audit.ts";
import { forgetter } from "../../src/worker/retention.ts";
import type { Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

/** Entries that nobody could tell from one another but by their hash. */
async function writeEntries(town: Town, count: number): Promise<void> {
  await town.rows("contoso", (trx) =>
    sql`INSERT INTO audit_entry (tenant_id, id, at, subject_id, correlation_id, actor_kind, via, type, subject_kind, leaf_hash, facts)
      SELECT ${town.tenants.contoso}, gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(), 'system', 'test', 'grant.ended', 'grant', sha256(n::text::bytea), '{}'
      FROM generate_series(1, ${count}::int) n`.execute(trx),
  );
}

test("thousands of entries that wait are linked in the order they arrived in, without a gap", async () => {
  const town = await world.newTown();
  await writeEntries(town, 9_000);
  assert.equal(await world.due.sequence(), 9_000);
  assert.equal(await world.due.sequence(), 0);
  const rows = await town.rows("contoso", (trx) =>
    trx
      .selectFrom("audit_link")
      .innerJoin("audit_entry", "id", "entry_id")
      .select(["sequence", "link_hash", "leaf_hash", "arrival"])
      .orderBy("sequence")
      .execute(),
  );
  let previous: Buffer | null = null;
  let arrival = 0;
  for (const [index, row] of rows.entries()) {
    assert.equal(row.sequence, index + 1);
    assert.ok(row.arrival > arrival);
    previous = linkHash(previous, row.sequence, row.leaf_hash);
    assert.ok(previous.equals(row.link_hash));
    arrival = row.arrival;
  }
  assert.equal(rows.length, 9_000);
});

test("a log goes on where it ends: no gap, no number twice, and nothing that does not wait", async () => {
  const town = await world.newTown();
  await writeEntries(town, 3);
  const link = (arrivals: readonly number[], sequences: readonly number[]) =>
    sql`SELECT log_link(${sequences.map(() => town.tenants.contoso)}::uuid[], ${[...arrivals]}::bigint[], ${[...sequences]}::bigint[],
      ${sequences.map(() => Buffer.alloc(32))}::bytea[], now())`.execute(world.opened.db);
  const waiting = await town.rows("contoso", (trx) =>
    trx.selectFrom("audit_waiting").select("arrival").orderBy("arrival").execute(),
  );
  const [one, two, three] = waiting.map(({ arrival }) => arrival);
  assert.ok(one !== undefined && two !== undefined && three !== undefined);
  await assert.rejects(link([one], [2]), /without a gap/);
  await assert.rejects(link([one, two], [1, 3]), /without a gap/);
  await assert.rejects(link([one, two], [1, 1]), /without a gap/);
  await assert.rejects(link([one, one], [1, 2]), /waits|duplicate/);
  await assert.rejects(link([three + 1_000], [1]), /only an entry that waits/);
  await world.due.sequence();
  await assert.rejects(link([one], [4]), /only an entry that waits/);
});

test("the log in sequence, page by page: what is linked, then the tail, each entry once", async () => {
  const town = await world.newTown();
  await writeEntries(town, 7);
  await world.due.sequence();
  await writeEntries(town, 5);
  const seen: string[] = [];
  let after: Position | null = null;
  do {
    const page: readonly StoredEntry[] = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
      tx.log.entries({ inSequence: true, limit: 3, ...(after === null ? {} : { after }) }),
    );
    seen.push(...page.map(({ sequence }) => String(sequence ?? "tail")));
    after = onwards(page, 1, positionIn({ inSequence: true }));
  } while (after !== null);
  assert.deepEqual(seen, ["1", "2", "3", "4", "5", "6", "7", ...Array(5).fill("tail")]);
});

test("who looks for what is no id finds nothing", async () => {
  const town = await world.newTown();
  await writeEntries(town, 1);
  for (const filter of [{ subjectId: "nobody" }, { correlationId: "x' OR true --" }]) {
    const found = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
      tx.log.entries({ ...filter, limit: 10 }),
    );
    assert.deepEqual(found, []);
  }
});

test("what is kept for a time goes in batches; the unread, the younger and the log stay", async () => {
  const town = await world.newTown();
  await writeEntries(town, 2);
  const now = world.clock.now();
  const recipient = town.ref("colin").objectId;
  const ago = (ms: number) => new Date(addMs(now, -ms));
  await town.rows("contoso", async (trx) => {
    const tenant = town.tenants.contoso;
    await sql`INSERT INTO idempotency_key (tenant_id, principal_id, key, fingerprint, at)
      SELECT ${tenant}, ${recipient}, n::text, '', ${ago(25 * HOUR_MS)}::timestamptz FROM generate_series(1, 700) n`.execute(
      trx,
    );
    await sql`INSERT INTO idempotency_key (tenant_id, principal_id, key, fingerprint, at) VALUES (${tenant}, ${recipient}, 'young', '', ${ago(23 * HOUR_MS)})`.execute(
      trx,
    );
    for (const [type, at, read] of [
      ["old and read", ago(91 * DAY_MS), ago(DAY_MS)],
      ["old", ago(91 * DAY_MS), null],
      ["read", ago(89 * DAY_MS), ago(DAY_MS)],
    ] as const) {
      await trx
        .insertInto("notification")
        .values({
          tenant_id: tenant,
          recipient_id: recipient,
          type,
          request_id: null,
          grant_id: null,
          body: "",
          at,
          read_at: read,
        })
        .execute();
    }
  });
  const keys = () =>
    town.rows(
      "contoso",
      async (trx) => (await trx.selectFrom("idempotency_key").select("key").execute()).length,
    );
  const forget = forgetter({
    deps: world.deps,
    due: world.due,
    onWake: () => assert.fail(),
    onError: assert.fail,
  });
  assert.ok((await forget()) < MINUTE_MS, "there is more");
  assert.equal(await keys(), 201);
  await forget();
  assert.equal(await keys(), 201, "woken before its time it rests");
  world.clock.advance(1_000);
  assert.equal(await forget(), MINUTE_MS);
  assert.equal(await keys(), 1);
  const left = await town.rows("contoso", async (trx) => ({
    told: (await trx.selectFrom("notification").select("type").execute()).map(({ type }) => type).sort(),
    entries: (await trx.selectFrom("audit_entry").select("id").execute()).length,
  }));
  assert.deepEqual(left, { told: ["old", "read"], entries: 2 });
});

test("a key is new again after its day, whether or not it has been taken away yet", async () => {
  const town = await world.newTown();
  const ask = (fingerprint: string) =>
    askForAccess(world.deps, town.as("colin"), town.input({ neededUntil: null }), {
      repeat: { key: "k", fingerprint },
      answer: ({ value: { id } }) => ({ status: 201, body: id }),
    });
  const first = value(await ask("one"));
  const again = value(await ask("one"));
  assert.ok("value" in first && "kept" in again);
  assert.deepEqual(again.kept, { status: 201, body: first.value.id });
  world.clock.advance(DAY_MS - 1);
  assert.ok("kept" in value(await ask("one")));
  assert.equal(codeOf(await ask("other")), "idempotency_mismatch");
  world.clock.advance(2);
  const second = value(await ask("other"));
  assert.ok("value" in second && second.value.id !== first.value.id);
  assert.equal(codeOf(await ask("one")), "idempotency_mismatch");
});
