/** Many ends at once in a cluster: what holders do against it, and what it takes in statements. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { addMs } from "../../src/domain/time.ts";
import type { Handle } from "../../src/targets/target.ts";
import { both, ending, endsOf, holders } from "./ending-contract.ts";
import { clientOf, keptAs, type PostgresHarness, postgresHarness } from "./postgres-harness.ts";
import { grant, issue, remove, revoke, specOf, systemClock } from "./target-harness.ts";

const MANY = 12;
const CUT = /SELECT pid, usesysid::text AS oid, pg_terminate_backend/g;

describe("postgres target: ending together", { concurrency: false }, () => {
  let harness: PostgresHarness;
  let admin: PostgresHarness["cluster"]["admin"];
  before(async () => {
    harness = await postgresHarness();
    admin = harness.cluster.admin;
  });
  after(() => harness.close());

  const alive = (client: pg.Client) =>
    client.query("SELECT 1").then(
      () => true,
      () => false,
    );

  async function hold(): Promise<{ handle: Handle; client: pg.Client }> {
    const { handle } = await grant(harness, specOf(harness));
    const client = clientOf(await issue(harness, handle));
    await client.connect();
    return { handle, client };
  }

  /** Cuts and removes them together with somebody plain, who is not held up. */
  async function endWithAnother(handle: Handle): Promise<readonly [string | undefined, string | undefined]> {
    const others = await holders(harness, 2);
    const ends = [{ handle, generation: 1 }, ...endsOf(others)];
    const [cut, removed] = await ending(harness, (each) => both(each, ends));
    assert.deepEqual(cut?.slice(1), ["cut", "cut"]);
    assert.deepEqual(removed?.slice(1), ["removed", "removed"]);
    return [cut?.[0], removed?.[0]];
  }

  test(`${MANY} sessions past their end are cut by one statement, which closes nothing`, async () => {
    const held = await holders(harness, MANY);
    const endsAt = addMs(systemClock.now(), 4_000);
    for (const { spec } of held) await grant(harness, { ...spec, generation: 2, expiresAt: endsAt });
    await delay(endsAt - systemClock.now() + 1);
    const before = harness.log().length;
    await ending(harness, (each) => each.cut(endsOf(held, 2)));
    for (const { session } of held) assert.equal(await session.isAlive(), false);
    const asked = harness.log().slice(before);
    assert.equal(asked.match(CUT)?.length, 1);
    assert.doesNotMatch(asked, /DO \$do\$/, "VALID UNTIL has closed them");
    const removed = await ending(harness, (each) => each.remove(endsOf(held, 2)));
    assert.ok(removed.every((outcome) => outcome === "removed"));
    const all = harness.log().slice(before);
    assert.equal(all.match(/DO \$do\$/g)?.length, 2, "one statement closes all, one drops all");
  });

  test("an end that another hand moved away is closed by the cut", async () => {
    const [held] = await holders(harness, 1);
    assert.ok(held);
    await admin(`ALTER ROLE ${held.handle.roleName} VALID UNTIL 'infinity'`);
    await ending(harness, (each) => each.cut(endsOf([held])));
    assert.deepEqual([await held.session.isAlive(), await harness.attempt(held.secret)], [false, "refused"]);
    await remove(harness, held.handle);
  });

  test("hostile: a session that became somebody else is cut with the others", async () => {
    const { handle, client } = await hold();
    await admin(`CREATE ROLE other NOLOGIN; GRANT other TO ${handle.roleName} WITH SET TRUE`);
    await client.query("SET ROLE other; SET SESSION application_name = 'curfew'");
    assert.deepEqual(await endWithAnother(handle), ["cut", "removed"]);
    assert.equal(await alive(client), false);
    await admin("DROP ROLE other");
  });

  test("hostile: an open transaction that holds their own role's row is cut away", async () => {
    const { handle, client } = await hold();
    await client.query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'mine now'");
    assert.deepEqual(await endWithAnother(handle), ["cut", "removed"]);
    await assert.rejects(client.query("COMMIT"));
  });

  test("hostile: a prepared transaction that holds it is left to be taken alone, and they are out", async () => {
    const { handle, client } = await hold();
    await client.query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'mine now'; PREPARE TRANSACTION 'for ever'");
    assert.deepEqual(await endWithAnother(handle), ["left", "left"]);
    assert.equal(await alive(client), false);
    await remove(harness, handle);
    assert.deepEqual(await admin("SELECT gid FROM pg_prepared_xacts"), []);
  });

  test("what they own is left to be taken alone, which saves it", async () => {
    const { handle, client } = await hold();
    await client.query("CREATE TABLE work.precious (id int)");
    assert.deepEqual(await endWithAnother(handle), ["cut", "left"]);
    assert.equal(await alive(client), false);
    await remove(harness, handle);
    const found = await admin<{ owner: string }>(
      "SELECT tableowner AS owner FROM pg_tables WHERE tablename = 'precious'",
      "orders",
    );
    assert.match(found[0]?.owner ?? "", keptAs(handle));
  });

  test("by hand: one that was made a superuser, which we may not cut, holds up no other", async () => {
    const { handle, client } = await hold();
    await admin(`ALTER ROLE ${handle.roleName} SUPERUSER`);
    assert.deepEqual(await endWithAnother(handle), ["left", "left"]);
    assert.equal((await revoke(harness, handle)).outcome, "residual", "which tells of it");
    await client.end();
    await admin(`ALTER ROLE ${handle.roleName} NOSUPERUSER`);
    await remove(harness, handle);
  });

  test("by hand: a role that was renamed goes with the others, one without a label is taken alone", async () => {
    const { handle, client } = await hold();
    await admin(`ALTER ROLE ${handle.roleName} RENAME TO harmless`);
    assert.deepEqual(await endWithAnother(handle), ["cut", "removed"]);
    assert.equal(await alive(client), false);
    const bare = await hold();
    await admin(`COMMENT ON ROLE ${bare.handle.roleName} IS NULL`);
    assert.deepEqual(await endWithAnother(bare.handle), ["left", "left"]);
    await remove(harness, bare.handle);
    assert.equal(await alive(bare.client), false);
  });

  test("where the cluster's owner forbids PL/pgSQL, sessions are cut and the rest is done one by one", async () => {
    const held = await holders(harness, 2);
    await admin("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC", "orders");
    const [cut, removed] = await ending(harness, (each) => both(each, endsOf(held)));
    await admin("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC", "orders");
    assert.deepEqual(
      [cut, removed],
      [
        ["left", "left"],
        ["left", "left"],
      ],
    );
    for (const { session, handle } of held) {
      assert.equal(await session.isAlive(), false);
      await remove(harness, handle);
    }
  });

  test("names and comments that another hand chose are quoted", async () => {
    const { handle, client } = await hold();
    const name = `x"; DROP ROLE orders_ro; --'`;
    await admin(`ALTER ROLE ${handle.roleName} RENAME TO "${name.replaceAll('"', '""')}"`);
    assert.deepEqual(await endWithAnother(handle), ["cut", "removed"]);
    assert.equal(await alive(client), false);
    assert.equal((await admin("SELECT 1 FROM pg_roles WHERE rolname = 'orders_ro'")).length, 1);
  });
});
