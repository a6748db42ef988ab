/** Every table that a book is made of says when it changes: row by row, whatever is done to it, and by a trigger alone. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { sql, type Transaction } from "kysely";
import { call, singleConnection } from "../../src/store/database.ts";
import type { Tables } from "../../src/store/tables.ts";
import type { Town } from "../fixtures/town.ts";
import { openWorld, type World } from "../fixtures/world.ts";
import { assertRefreshed, keptBook } from "./kept-book.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

/** `id`: of the row, where it has one. */
type Work = (trx: Transaction<Tables>, town: Town, id: string) => Promise<unknown>;

const json = (body: unknown) => JSON.stringify(body);
const tenantOf = (town: Town) => town.tenants.contoso;

/** Of each table a row that comes, one that changes, and one that goes; null where rows of it never do that. */
const TABLES: Readonly<
  Record<string, readonly [insert: Work | null, update: Work | null, remove: Work | null]>
> = {
  tenant: [
    null,
    (trx, town) => sql`UPDATE tenant SET closed_at = now() WHERE tenant_id = ${tenantOf(town)}`.execute(trx),
    null,
  ],
  subscription: [
    (trx, town, id) => sql`INSERT INTO subscription VALUES (${tenantOf(town)}, ${id}, 'more')`.execute(trx),
    (trx, _town, id) => sql`UPDATE subscription SET name = 'other' WHERE id = ${id}`.execute(trx),
    (trx, _town, id) => sql`DELETE FROM subscription WHERE id = ${id}`.execute(trx),
  ],
  principal: [
    (trx, town, id) =>
      sql`INSERT INTO principal (tenant_id, object_id, kind, name, display_name) VALUES (${tenantOf(town)}, ${id}, 'group', 'more', 'More')`.execute(
        trx,
      ),
    (trx, _town, id) => sql`UPDATE principal SET display_name = 'Other' WHERE object_id = ${id}`.execute(trx),
    // Deleted ones stay.
    null,
  ],
  principal_owner: [
    (trx, town) =>
      sql`INSERT INTO principal_owner VALUES (${tenantOf(town)}, ${town.ref("bot").objectId}, ${town.ref("cora").objectId})`.execute(
        trx,
      ),
    (trx, town) =>
      sql`UPDATE principal_owner SET owner_id = ${town.ref("casey").objectId} WHERE owner_id = ${town.ref("cora").objectId} AND principal_id = ${town.ref("bot").objectId}`.execute(
        trx,
      ),
    (trx, town) =>
      sql`DELETE FROM principal_owner WHERE owner_id = ${town.ref("casey").objectId}`.execute(trx),
  ],
  group_member: [
    (trx, town) =>
      sql`INSERT INTO group_member VALUES (${tenantOf(town)}, ${town.ref("backend").objectId}, ${town.ref("cora").objectId})`.execute(
        trx,
      ),
    (trx, town) =>
      sql`UPDATE group_member SET member_id = ${town.ref("casey").objectId} WHERE group_id = ${town.ref("backend").objectId} AND member_id = ${town.ref("cora").objectId}`.execute(
        trx,
      ),
    (trx, town) =>
      sql`DELETE FROM group_member WHERE group_id = ${town.ref("backend").objectId}`.execute(trx),
  ],
  role_definition: [
    (trx, town, id) =>
      sql`INSERT INTO role_definition VALUES (${tenantOf(town)}, ${id}, 'more', ${json({ id, name: "more" })})`.execute(
        trx,
      ),
    (trx, _town, id) =>
      sql`UPDATE role_definition SET body = ${json({ id, name: "other" })} WHERE id = ${id}`.execute(trx),
    (trx, _town, id) => sql`DELETE FROM role_definition WHERE id = ${id}`.execute(trx),
  ],
  tier: [
    (trx, town) => sql`INSERT INTO tier VALUES (${tenantOf(town)}, 'more', '{}', '[]', 1)`.execute(trx),
    (trx) => sql`UPDATE tier SET version = 2 WHERE name = 'more'`.execute(trx),
    (trx) => sql`DELETE FROM tier WHERE name = 'more'`.execute(trx),
  ],
  role_settings: [
    (trx, town, id) =>
      sql`INSERT INTO role_settings (tenant_id, id, name, role_definition_id, scope, scope_key, override, version) VALUES (${tenantOf(town)}, ${id}, 'more', ${id}, '/', '/', '{}', 1)`.execute(
        trx,
      ),
    (trx, _town, id) => sql`UPDATE role_settings SET version = 2 WHERE id = ${id}`.execute(trx),
    (trx, _town, id) => sql`DELETE FROM role_settings WHERE id = ${id}`.execute(trx),
  ],
  eligibility: [
    (trx, town, id) =>
      sql`INSERT INTO eligibility (tenant_id, id, name, principal_tenant_id, principal_id, role_definition_id, scope, scope_key, starts_at)
        VALUES (${tenantOf(town)}, ${id}, 'more', ${tenantOf(town)}, ${id}, ${id}, '/', '/', now())`.execute(
        trx,
      ),
    (trx, _town, id) => sql`UPDATE eligibility SET ends_at = now() WHERE id = ${id}`.execute(trx),
    (trx, _town, id) => sql`DELETE FROM eligibility WHERE id = ${id}`.execute(trx),
  ],
  application: [
    (trx, town, id) =>
      sql`INSERT INTO application (tenant_id, id, body) VALUES (${tenantOf(town)}, ${id}, ${json({ ...town.orders, id, deletedAt: 1 })})`.execute(
        trx,
      ),
    (trx, town, id) =>
      sql`UPDATE application SET body = ${json({ ...town.orders, id, deletedAt: 2 })} WHERE id = ${id}`.execute(
        trx,
      ),
    // Deleted ones stay.
    null,
  ],
  target: [
    (trx, town, id) =>
      sql`INSERT INTO target (tenant_id, id, name, body) VALUES (${tenantOf(town)}, ${id}, 'more', ${json({ id, name: "more" })})`.execute(
        trx,
      ),
    (trx, _town, id) =>
      sql`UPDATE target SET body = ${json({ id, name: "other" })} WHERE id = ${id}`.execute(trx),
    (trx, _town, id) => sql`DELETE FROM target WHERE id = ${id}`.execute(trx),
  ],
  binding: [
    (trx, town, id) =>
      sql`INSERT INTO binding (tenant_id, id, name, body) VALUES (${tenantOf(town)}, ${id}, 'more', ${json({ id, name: "more" })})`.execute(
        trx,
      ),
    (trx, _town, id) =>
      sql`UPDATE binding SET body = ${json({ id, name: "other" })} WHERE id = ${id}`.execute(trx),
    (trx, _town, id) => sql`DELETE FROM binding WHERE id = ${id}`.execute(trx),
  ],
};

const DONE = ["inserted", "updated", "deleted"] as const;

/** Each of the changes of a table moves the version by one, and the kept book follows. */
async function assertTold(table: string): Promise<void> {
  const town = await world.newTown();
  const id = randomUUID();
  const kept = keptBook(world.opened, town.tenants.contoso);
  await assertRefreshed(kept);
  for (const [number, work] of (TABLES[table] ?? []).entries()) {
    if (work === null) continue;
    const before = (await kept.refreshed()).book;
    await town.change("contoso", (trx) => work(trx, town, id));
    const { book, read } = await assertRefreshed(kept);
    const what = `a row of ${table} ${DONE[number]}`;
    assert.deepEqual([book.version, read], [before.version + 1, { rows: 1, whole: false }], what);
    assert.notDeepEqual(book.contents, before.contents, what);
  }
}

for (const table of Object.keys(TABLES)) {
  test(`${table}: what comes, changes or goes there is noted, and would be missed without the trigger`, async () => {
    await assertTold(table);
    await withOwner((owner) => owner(`ALTER TABLE ${table} DISABLE TRIGGER policy_change`));
    try {
      await assert.rejects(assertTold(table), assert.AssertionError);
    } finally {
      await withOwner((owner) => owner(`ALTER TABLE ${table} ENABLE TRIGGER policy_change`));
    }
  });
}

test("no other table is told of, and none that a book is read from is left out", async () => {
  const names = Object.keys(TABLES).sort();
  const { rows: told } = await ask(
    "SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgfoid = 'note_policy_change'::regproc ORDER BY 1",
  );
  assert.deepEqual(told.map(({ name }) => name).sort(), names);
  const { rows: sources } = await ask(
    "SELECT prosrc AS name FROM pg_proc WHERE proname IN ('book_rows', 'principal_json')",
  );
  const read = sources.flatMap(({ name }) =>
    [...String(name).matchAll(/\bFROM (\w+) (?:x|o|m|t)\b/g)].map(([, table]) => table),
  );
  assert.deepEqual([...new Set(read)].sort(), names);
});

test("a tenant that is made has its first version, and a book that can be loaded at it", async () => {
  const town = await world.newTown();
  const kept = keptBook(world.opened, town.tenants.northwind);
  const { book, read } = await assertRefreshed(kept);
  assert.deepEqual([book.version, read?.whole, book.tenant.displayName], [1, true, "Northwind"]);
});

test("a change that only moves the tenant's own bookkeeping is none", async () => {
  const town = await world.newTown();
  const kept = keptBook(world.opened, town.tenants.contoso);
  const { version } = (await assertRefreshed(kept)).book;
  await world.due.lookedAtAgain(town.tenants.contoso, version);
  assert.equal(await kept.version(), version);
});

function ask(text: string) {
  return call(world.opened.pools.calls, { name: text.slice(0, 60), text, values: [] });
}

async function withOwner(work: (run: (text: string) => Promise<unknown>) => Promise<unknown>): Promise<void> {
  const owner = singleConnection(world.opened.owner);
  await owner.connect();
  try {
    await work((text) => owner.query(text));
  } finally {
    await owner.end();
  }
}
