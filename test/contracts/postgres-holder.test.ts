/** What a holder of a temporary role can try, and what they leave behind. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type pg from "pg";
import { addMs } from "../../src/domain/time.ts";
import type { Handle } from "../../src/targets/target.ts";
import { clientOf, keptAs, type PostgresHarness, postgresHarness } from "./postgres-harness.ts";
import { Crash, driftCodes, grant, issue, remove, revoke, specOf, systemClock } from "./target-harness.ts";

describe("postgres target: the holder", { concurrency: false }, () => {
  let harness: PostgresHarness;
  before(async () => {
    harness = await postgresHarness();
    await harness.cluster.admin("CREATE DATABASE archive");
    await harness.cluster.admin(
      "CREATE SCHEMA work; GRANT USAGE, CREATE ON SCHEMA work TO orders_rw",
      "archive",
    );
    const shut = "CREATE SCHEMA shut; GRANT USAGE, CREATE ON SCHEMA shut TO orders_rw";
    await harness.cluster.admin(shut, "orders");
  });
  after(() => harness.close());

  async function hold(more: { database?: string } = {}): Promise<{ handle: Handle; client: pg.Client }> {
    const spec = specOf(harness, { entitlement: { role: "orders_rw", ...more } });
    const { handle } = await grant(harness, spec);
    const client = clientOf(await issue(harness, handle));
    await client.connect();
    return { handle, client };
  }

  test("leaves: what they made survives under an owner of its own, which is nobody, disarmed", async () => {
    const { handle, client } = await hold();
    await client.query(`
      CREATE TABLE work.fix (id int); INSERT INTO work.fix VALUES (1); CREATE INDEX ON work.fix (id);
      CREATE VIEW work.peek AS SELECT * FROM public.orders;
      CREATE FUNCTION work.run() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
      CREATE TYPE work.mood AS ENUM ('calm');
      ALTER DEFAULT PRIVILEGES IN SCHEMA work GRANT SELECT ON TABLES TO PUBLIC;
      SELECT lo_create(0);`);
    const steps: string[] = [];
    const ctx = harness.context({ onStep: (step) => void steps.push(step) });
    const revoked = await harness.target.revoke(handle, harness.config, ctx, { cutSessions: true });
    assert.deepEqual(revoked.residual, []);
    assert.deepEqual(steps, [
      ...["login.close", "membership.revoke", "sessions.cut"],
      ...["objects.leave", "objects.disarm", "role.keep"],
    ]);
    const owners = await harness.cluster.admin<{ what: string; owner: string }>(
      `SELECT 'table' AS what, relowner::regrole::text AS owner FROM pg_class WHERE relname = 'fix'
       UNION SELECT 'function', proowner::regrole::text FROM pg_proc WHERE proname = 'run' AND NOT prosecdef
       UNION SELECT 'view', relowner::regrole::text FROM pg_class
              WHERE relname = 'peek' AND 'security_invoker=true' = ANY (reloptions)
       UNION SELECT 'type', typowner::regrole::text FROM pg_type WHERE typname = 'mood'
       UNION SELECT 'large object', lomowner::regrole::text FROM pg_largeobject_metadata ORDER BY 1`,
      "orders",
    );
    assert.deepEqual(
      owners.map(({ what }) => what),
      ["function", "large object", "table", "type", "view"],
    );
    for (const { owner } of owners) assert.match(owner, keptAs(handle));
    const [row] = await harness.cluster.admin("SELECT count(*)::int AS rows FROM work.fix", "orders");
    assert.deepEqual(row, { rows: 1 });
  });

  test("leaves: a crash before any step loses nothing and leaves nothing", async () => {
    for (const crashAt of ["objects.leave", "role.keep"]) {
      const { handle, client } = await hold();
      await client.query("CREATE TABLE work.precious (id int)");
      const onStep = (step: string) => {
        if (step === crashAt) throw new Crash(step);
      };
      const ctx = harness.context({ onStep });
      await assert.rejects(harness.target.revoke(handle, harness.config, ctx, { cutSessions: true }), Crash);
      const sight = await harness.look(handle);
      assert.deepEqual([sight.exists, sight.open, sight.entitled], [true, false, false]);
      await remove(harness, handle);
      await harness.cluster.admin("DROP TABLE work.precious", "orders");
    }
  });

  test("leaves: in a database other than the target's own too", async () => {
    const { handle, client } = await hold({ database: "archive" });
    await client.query("CREATE TABLE work.kept (id int)");
    await remove(harness, handle);
    const [found] = await harness.cluster.admin<{ owner: string }>(
      "SELECT relowner::regrole::text AS owner FROM pg_class WHERE relname = 'kept'",
      "archive",
    );
    assert.match(found?.owner ?? "", keptAs(handle));
  });

  test("leaves: what cannot be reached is residual and named with what to do, and the holder is out all the same", async () => {
    const { handle, client } = await hold();
    await client.query("CREATE FUNCTION shut.stuck() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    await harness.cluster.admin("REVOKE USAGE ON SCHEMA shut FROM orders_rw", "orders");
    const revoked = await revoke(harness, handle);
    assert.equal(revoked.outcome, "residual");
    assert.equal(revoked.sessionsCut, 1);
    assert.deepEqual(
      revoked.residual.map((left) => left.kind),
      ["role"],
    );
    const [role] = revoked.residual;
    const todo = /`(REVOKE ALL ON FUNCTION shut\.stuck\(\) FROM .*)`: .*run the statement as a superuser/;
    assert.match(role?.detail ?? "", todo);
    const sight = await harness.look(handle);
    assert.deepEqual([sight.open, sight.entitled], [false, false]);
    await harness.cluster.admin(role?.detail.match(todo)?.[1] ?? "", "orders");
    await remove(harness, handle);
    await harness.cluster.admin("GRANT USAGE ON SCHEMA shut TO orders_rw", "orders");
  });

  test("leaves: in a database that lets nobody in it is named, and done once it does", async () => {
    const { handle, client } = await hold({ database: "archive" });
    await client.query("CREATE TABLE work.far (id int)");
    await client.end();
    await harness.cluster.admin("ALTER DATABASE archive ALLOW_CONNECTIONS false");
    const { outcome, residual } = await revoke(harness, handle);
    assert.equal(outcome, "residual");
    assert.match(residual.at(-1)?.detail ?? "", /in `archive`: .*let the management role connect to it/);
    await harness.cluster.admin("ALTER DATABASE archive ALLOW_CONNECTIONS true");
    await remove(harness, handle);
  });

  test("hostile: an open transaction that holds their own role's row does not keep the end from coming", async () => {
    const { handle, client } = await hold();
    await client.query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'mine now'");
    const started = performance.now();
    assert.deepEqual(await revoke(harness, handle), { outcome: "removed", sessionsCut: 1, residual: [] });
    assert.ok(performance.now() - started < 4_000);
    await assert.rejects(client.query("COMMIT"));
  });

  for (const held of ["open", "prepared"] as const) {
    test(`hostile: nor does one that is ${held} keep the end from being moved nearer`, async () => {
      const spec = specOf(harness);
      const { handle } = await grant(harness, spec);
      const client = clientOf(await issue(harness, handle));
      await client.connect();
      await client.query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'mine now'");
      if (held === "prepared") await client.query("PREPARE TRANSACTION 'for ever'");
      const sooner = { ...spec, generation: 2, expiresAt: addMs(systemClock.now(), 60_000) };
      const { enforcedUntil } = await grant(harness, sooner);
      assert.ok(enforcedUntil !== null && enforcedUntil <= sooner.expiresAt);
      await remove(harness, handle);
    });
  }

  test("hostile: a prepared transaction, which outlives its session, does not either", async () => {
    const { handle, client } = await hold();
    await client.query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'mine now'; PREPARE TRANSACTION 'for later'");
    await remove(harness, handle);
    assert.deepEqual(await harness.cluster.admin("SELECT gid FROM pg_prepared_xacts"), []);
    const [held] = await harness.cluster.admin(
      "SELECT count(*)::int AS n FROM pg_auth_members WHERE member = 'curfew_management'::regrole AND roleid > 16384 AND roleid::regrole::text NOT LIKE 'curfew_left_%'",
    );
    // orders_rw and orders_ro: nothing of the temporary role's stays with us.
    assert.deepEqual(held, { n: 2 });
  });

  test("hostile: coming back again and again while being cut", async () => {
    const { handle, client } = await hold();
    const password = "chosen by the holder";
    await client.query(`ALTER ROLE CURRENT_USER PASSWORD '${password}'`);
    let goOn = true;
    let refused = 0;
    const knocking = Array.from({ length: 4 }, async () => {
      while (goOn) {
        const { host, port } = harness.cluster;
        const url = `postgresql://${handle.roleName}:${encodeURIComponent(password)}@localhost/orders`;
        const knock = clientOf({
          connectionString: `${url}?host=${host}&port=${port}`,
          expiresAt: systemClock.now(),
        });
        await knock.connect().catch(() => {
          refused += 1;
        });
        // Left open on purpose: being cut is the point.
        if (!goOn) await knock.end().catch(() => {});
      }
    });
    await remove(harness, handle);
    goOn = false;
    await Promise.all(knocking);
    assert.notEqual(refused, 0);
    const { drift } = await harness.target.observe(harness.config, harness.context());
    assert.deepEqual(
      drift.filter((each) => each.code === "orphan_session"),
      [],
    );
  });

  test("cannot: give their role on, become the group role, move their own end or have more sessions", async () => {
    const { handle, client } = await hold();
    const refusals = [
      "GRANT orders_rw TO orders_ro",
      `GRANT ${handle.roleName} TO orders_ro`,
      "SET ROLE orders_rw",
      "ALTER ROLE CURRENT_USER VALID UNTIL 'infinity'",
      "ALTER ROLE CURRENT_USER CONNECTION LIMIT 100",
      `COMMENT ON ROLE ${handle.roleName} IS 'mine'`,
      `ALTER ROLE ${handle.roleName} RENAME TO mine`,
      "CREATE ROLE another LOGIN",
    ];
    for (const sql of refusals)
      await assert.rejects(client.query(sql), /permission denied|must|cannot be renamed/, sql);
    assert.deepEqual(await driftCodes(harness), []);
    await remove(harness, handle);
  });

  test("secret: a login whose end passed long ago does not come back to life with a new end", async () => {
    const spec = specOf(harness);
    const { handle } = await grant(harness, spec);
    const secret = await issue(harness, handle);
    await harness.byHand.moveEnd(handle, addMs(systemClock.now(), -120_000));
    await grant(harness, { ...spec, generation: 2 });
    assert.equal(await harness.attempt(secret), "refused");
    assert.equal(await harness.attempt(await issue(harness, handle, { generation: 2 })), "in");
    await remove(harness, handle);
  });
});
