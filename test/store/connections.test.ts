/** Clients of the database: none ends the process by its loss, each is bounded in time, and texts that come again are prepared. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type pg from "pg";
import { asId, type GrantId } from "../../src/domain/ids.ts";
import {
  type ConnectionSettings,
  call,
  connectionPool,
  database,
  onClient,
  singleConnection,
} from "../../src/store/database.ts";
import { createLeases } from "../../src/store/leases.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";

let cluster: TargetCluster;
let settings: ConnectionSettings;
before(async () => {
  cluster = await startTargetCluster();
  await cluster.admin(
    "CREATE ROLE caller LOGIN PASSWORD 'calls'; CREATE TABLE kept (id integer PRIMARY KEY)",
  );
  await cluster.admin("GRANT ALL ON kept TO caller");
  const { host, port } = cluster;
  settings = { host, port, user: "caller", password: "calls", database: "postgres" };
});
after(() => cluster.stop());

const terminateAll = () =>
  cluster.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'caller'");

const backend = async (client: pg.Client): Promise<number> =>
  (await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]?.pid ?? 0;

async function withPool<T>(work: (pool: pg.Pool) => Promise<T>, limits = {}, max = 1): Promise<T> {
  const pool = connectionPool(settings, max, limits);
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

test("a pooled session that is lost while somebody holds it, idle or asking, ends no process and is replaced", () =>
  withPool(
    async (pool) => {
      const idle = pool.connect().then((client) => client.release());
      await idle;
      const lost = onClient(pool, async (client) => {
        await backend(client);
        await terminateAll();
        await delay(100);
        return backend(client);
      });
      await assert.rejects(lost, { name: "DatabaseAway" });
      const asking = onClient(pool, async (client) => client.query("SELECT pg_sleep(10)"));
      const refused = assert.rejects(asking, { name: "DatabaseAway" });
      await delay(200);
      await terminateAll();
      await refused;
      assert.equal(
        (await call<{ one: number }>(pool, { name: "one", text: "SELECT 1 AS one", values: [] })).rows[0]
          ?.one,
        1,
      );
    },
    {},
    2,
  ));

test("a single session that is lost ends no process, and says so to whoever asks it next", async () => {
  const client = singleConnection(settings);
  await client.connect();
  await terminateAll();
  await client.ended;
  await assert.rejects(client.query("SELECT 1"), { name: "DatabaseAway" });
  await client.end();
});

test("a session whose answer is late is given up and not used again, and the next one works", () =>
  withPool(
    async (pool) => {
      const startMs = performance.now();
      await assert.rejects(
        onClient(pool, (client) => client.query("SELECT pg_sleep(5)")),
        { name: "DatabaseAway", message: /no answer within 300 ms/ },
      );
      assert.ok(performance.now() - startMs < 1_500);
      assert.ok((await onClient(pool, backend)) > 0);
    },
    { statementMs: 0, answerMs: 300 },
  ));

test("a pipeline takes one round trip, keeps its session after an error, and loses it with a transaction left open", () =>
  withPool(async (pool) => {
    const first = await onClient(pool, backend);
    const tags = await onClient(pool, async (client) => {
      const answers = await Promise.allSettled([
        client.query("BEGIN"),
        client.query({ name: "keep", text: "INSERT INTO kept VALUES ($1)", values: [1] }),
        client.query({ name: "keep", text: "INSERT INTO kept VALUES ($1)", values: [1] }),
        client.query("COMMIT"),
      ]);
      return answers.map((one) => (one.status === "fulfilled" ? one.value.command : one.reason.code));
    });
    assert.deepEqual(tags, ["BEGIN", "INSERT", "23505", "ROLLBACK"]);
    const early = onClient(pool, (client) =>
      Promise.all([client.query("SELECT 1/0"), client.query("SELECT 1")]),
    );
    await assert.rejects(early, { code: "22012" });
    assert.equal(await onClient(pool, backend), first);
    await onClient(pool, (client) => client.query("BEGIN"));
    assert.notEqual(await onClient(pool, backend), first);
  }));

test("numbers and instants come back as they do everywhere else", () =>
  withPool(async (pool) => {
    const { rows } = await call(pool, {
      name: "types",
      text: "SELECT $1::bigint AS big, $2::timestamptz AS at",
      values: [7, new Date(86_400_000)],
    });
    assert.deepEqual(rows, [{ big: 7, at: 86_400_000 }]);
  }));

test("a text that comes again is prepared once, with a generic plan; texts that never do are not", () =>
  withPool(async (pool) => {
    const db = database(pool);
    const ask = (word: string) => sql`SELECT ${word}::text AS word`.execute(db);
    for (const word of ["a", "b", "c", "d"]) await ask(word);
    for (let length = 1; length <= 50; length++) {
      const list = Array.from({ length }, (_, index) => index);
      await sql`SELECT 1 WHERE 1 IN (${sql.join(list)})`.execute(db);
    }
    const { rows } = await sql<{ statement: string; generic_plans: number; custom_plans: number }>`
      SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements`.execute(db);
    assert.deepEqual(rows, [{ statement: "SELECT $1::text AS word", generic_plans: 3, custom_plans: 0 }]);
  }));

test("a session full of prepared statements is replaced, so that lists of every length do not fill the server", () =>
  withPool(async (pool) => {
    const db = database(pool);
    let most = 0;
    for (let length = 1; length <= 400; length++) {
      const list = Array.from({ length }, (_, index) => index);
      for (let time = 0; time < 2; time++) await sql`SELECT 2 WHERE 2 IN (${sql.join(list)})`.execute(db);
      if (length % 50 !== 0) continue;
      const { rows } = await sql<{ count: number }>`SELECT count(*) FROM pg_prepared_statements`.execute(db);
      most = Math.max(most, rows[0]?.count ?? 0);
    }
    assert.ok(most > 100 && most <= 300, `${most} at the most`);
  }));

test("a plan for a table as it was is a conflict, and after it the table is read as it is", () =>
  withPool(async (pool) => {
    const db = database(pool);
    const read = () => sql`SELECT * FROM kept`.execute(db);
    for (let time = 0; time < 3; time++) await read();
    await cluster.admin("ALTER TABLE kept ADD COLUMN note text");
    await assert.rejects(read(), { name: "StalePlan", code: "40001" });
    assert.ok(await read());
  }));

test("what a transaction wrote is not reported as committed when a statement of it had failed", () =>
  withPool(async (pool) => {
    const db = database(pool);
    const swallowed = db.transaction().execute(async (trx) => {
      await sql`INSERT INTO kept VALUES (50)`.execute(trx);
      await sql`SELECT 1/0`.execute(trx).catch(() => {});
    });
    await assert.rejects(swallowed, /nothing was committed/);
    const { rows } = await sql`SELECT id FROM kept WHERE id = 50`.execute(db);
    assert.deepEqual(rows, []);
  }));

test("a lease is lost with its session, and taken again on the next one", async () => {
  const leases = createLeases(settings);
  const id = asId<GrantId>("00000000-0000-0000-0000-000000000001");
  const held = await leases.withLease(id, 1_000, async (lease) => {
    const before = lease.isHeld();
    await terminateAll();
    await delay(200);
    return [before, lease.isHeld()];
  });
  assert.deepEqual(held, [true, false]);
  await delay(500);
  assert.equal(await leases.withLease(id, 1_000, async (lease) => lease.isHeld()), true);
  await leases.close();
});

test("however many ask for leases, a database that is away is tried twice a second", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-door-"));
  let tries = 0;
  const door = createServer((socket) => {
    tries++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => door.listen(join(folder, ".s.PGSQL.5432"), resolve));
  const leases = createLeases({ ...settings, host: folder, port: 5432 });
  const endMs = performance.now() + 2_000;
  let asked = 0;
  while (performance.now() < endMs) {
    const ids = Array.from({ length: 10 }, (_, index) => asId<GrantId>(`grant-${index}`));
    const all = await Promise.allSettled(ids.map((id) => leases.withLease(id, 0, async () => {})));
    assert.ok(all.every(({ status }) => status === "rejected"));
    asked += all.length;
    await delay(10);
  }
  assert.ok(asked > 100 && tries >= 2 && tries <= 5, `${tries} tries for ${asked} leases`);
  await leases.close();
  door.close();
  rmSync(folder, { recursive: true, force: true });
});
