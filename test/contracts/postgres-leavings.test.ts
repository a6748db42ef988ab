/**
 * What holders leave behind, more of it than one transaction of the server can hold, and code among it: every end comes,
 * and nothing of it runs or opens any more. `CURFEW_LEAVINGS=large` makes it as much as was once tried by hand, and tells
 * how long it took.
 */
import assert from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import type pg from "pg";
import { makePostgresTarget } from "../../src/targets/postgres/postgres-target.ts";
import type { Handle, Revoked } from "../../src/targets/target.ts";
import { clientOf, type PostgresHarness, postgresHarness } from "./postgres-harness.ts";
import { Crash, grant, issue, refuses, remove, specOf } from "./target-harness.ts";

const IS_LARGE = process.env.CURFEW_LEAVINGS === "large";
const MANY = IS_LARGE
  ? { tables: 20_000, objects: 450_000, routines: 10_050 }
  : { tables: 600, objects: 300, routines: 65 };
const MOST_TURNS = 100;
/** Made in transactions that the server can hold. */
const AT_ONCE = 50;
const SMALL = makePostgresTarget({ batch: 20, turnMs: 60_000 });

describe("postgres target: leavings", { concurrency: false }, () => {
  let harness: PostgresHarness;
  let admin: <Row = Record<string, unknown>>(sql: string) => Promise<Row[]>;

  before(async () => {
    harness = await postgresHarness({
      ...{ max_locks_per_transaction: "10", max_connections: "12" },
      ...{ max_wal_senders: "0", max_worker_processes: "2" },
    });
    admin = (sql) => harness.cluster.admin(sql, "orders");
    await admin(`
      CREATE FOREIGN DATA WRAPPER nowhere; GRANT USAGE ON FOREIGN DATA WRAPPER nowhere TO orders_rw;
      GRANT CREATE ON DATABASE orders TO orders_rw; GRANT pg_create_subscription TO orders_rw;
      CREATE ROLE passer_by LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA work TO passer_by`);
  });
  after(() => harness.close());

  async function hold(): Promise<{ handle: Handle; client: pg.Client }> {
    const { handle } = await grant(harness, specOf(harness));
    const client = clientOf(await issue(harness, handle));
    await client.connect();
    return { handle, client };
  }

  const end = (handle: Handle, target = SMALL): Promise<Revoked> =>
    target.revoke(handle, harness.config, harness.context(), { cutSessions: true });

  async function ends(handle: Handle): Promise<void> {
    assert.deepEqual((await end(handle)).residual, []);
    assert.equal((await harness.look(handle)).exists, false);
  }

  /** Who owns what was made under it: one role, which nobody can be, and which is nothing but that. */
  async function keeperOf({ grantId }: Handle): Promise<string> {
    const kept = await admin<{ name: string; bare: boolean }>(
      `SELECT rolname AS name, NOT rolcanlogin AND rolpassword IS NULL AND NOT rolsuper
              AND NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.member = a.oid)
              AND NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = a.oid AND (m.inherit_option OR m.set_option))
              AND NOT EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = a.oid
                                 AND deptype <> 'o' AND classid <> 'pg_auth_members'::regclass) AS bare
         FROM pg_authid a WHERE rolname LIKE 'curfew\\_left\\_${String(grantId).replaceAll("-", "")}\\_%'`,
    );
    assert.deepEqual(
      kept.map(({ bare }) => bare),
      [true],
    );
    return kept[0]?.name ?? "";
  }

  /** In several transactions, as somebody patient would. */
  async function makeMany(client: pg.Client, many: number, statement: string): Promise<void> {
    await client.query(`DO $do$ BEGIN
      FOR n IN 1..${many} LOOP
        ${statement}
        IF n % ${AT_ONCE} = 0 THEN COMMIT; END IF;
      END LOOP; END $do$`);
  }

  /** Turn by turn, as the worker asks. */
  async function endInTurns(t: TestContext, handle: Handle, target = harness.target): Promise<number> {
    const started = performance.now();
    for (let turns = 1; turns <= MOST_TURNS; turns++) {
      const turn = performance.now();
      const { outcome, residual } = await end(handle, target);
      const sight = await harness.look(handle);
      assert.deepEqual([sight.open, sight.entitled], [false, false], "they are out from the first turn on");
      if (IS_LARGE) t.diagnostic(`turn ${turns}: ${Math.round(performance.now() - turn)} ms, ${outcome}`);
      if (outcome === "removed") {
        if (IS_LARGE) t.diagnostic(`${Math.round(performance.now() - started)} ms in all`);
        return turns;
      }
      assert.match(residual.at(-1)?.detail ?? "", /goes on in a moment: \d+ or more/);
    }
    return assert.fail(`not in ${MOST_TURNS} turns`);
  }

  const asPasser = async (sql: string): Promise<unknown[]> => {
    const client = await harness.cluster.connect("passer_by", "x", "orders");
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  test(`${MANY.tables} tables, each with a rule: more locks than the server has, in batches that fit`, async (t) => {
    const { handle, client } = await hold();
    await makeMany(
      client,
      MANY.tables,
      `EXECUTE format('CREATE TABLE work.many_%s (id int)', n);
       EXECUTE format('CREATE RULE r AS ON INSERT TO work.many_%s DO ALSO SELECT 1', n);`,
    );
    const all = `REASSIGN OWNED BY ${handle.roleName} TO passer_by`;
    await assert.rejects(admin(all), /out of shared memory/, "one transaction cannot hold them");
    const before = harness.log().length;
    await endInTurns(t, handle, makePostgresTarget({ batch: 5_000, turnMs: 5_000 }));
    assert.match(harness.log().slice(before), /out of shared memory/, "nor could the first batch");
    const keeper = await keeperOf(handle);
    const found = await admin(
      `SELECT count(*)::int AS tables, count(*) FILTER (WHERE r.ev_enabled = 'D')::int AS off,
              array_agg(DISTINCT relowner::regrole::text) AS owners
         FROM pg_class c JOIN pg_rewrite r ON r.ev_class = c.oid WHERE relname LIKE 'many\\_%'`,
    );
    assert.deepEqual(found, [{ tables: MANY.tables, off: MANY.tables, owners: [keeper] }]);
  });

  test(`${MANY.objects} large objects: none is touched`, async (t) => {
    const { handle, client } = await hold();
    await makeMany(client, MANY.objects, "PERFORM lo_create(0);");
    assert.equal(await endInTurns(t, handle), 1);
    const owners = await admin(
      "SELECT lomowner::regrole::text AS owner, count(*)::int FROM pg_largeobject_metadata GROUP BY 1",
    );
    assert.deepEqual(owners, [{ owner: await keeperOf(handle), count: MANY.objects }]);
  });

  test(`${MANY.routines} functions with their owner's rights: the last one is disarmed too`, async (t) => {
    const { handle, client } = await hold();
    await makeMany(
      client,
      MANY.routines,
      `EXECUTE format('CREATE FUNCTION work.armed_%s() RETURNS bigint LANGUAGE sql SECURITY DEFINER '
                      'AS ''SELECT count(*) FROM public.orders''', n);`,
    );
    const turns = await endInTurns(
      t,
      handle,
      makePostgresTarget({ batch: 20, turnMs: IS_LARGE ? 2_000 : 0 }),
    );
    assert.ok(turns > 2, "others had their turn between");
    const armed = `SELECT count(*)::int AS armed FROM pg_proc WHERE proname LIKE 'armed\\_%'
                      AND (prosecdef OR has_function_privilege('passer_by', oid, 'EXECUTE'))`;
    assert.deepEqual(await admin(armed), [{ armed: 0 }]);
    await assert.rejects(asPasser(`SELECT work.armed_${MANY.routines}()`), /permission denied for function/);
  });

  test("a rule, a view and a function of one holder open nothing of another's, and no trigger runs", async () => {
    const first = await hold();
    await first.client.query("CREATE TABLE work.secret AS SELECT 'of the first' AS what");
    const second = await hold();
    await first.client.query(`GRANT SELECT ON work.secret TO ${second.handle.roleName}`);
    await second.client.query(`
      CREATE TABLE work.door (id int); CREATE TABLE work.loot (what text);
      GRANT SELECT, INSERT ON work.door, work.loot TO PUBLIC;
      CREATE RULE steal AS ON INSERT TO work.door DO ALSO INSERT INTO work.loot SELECT what FROM work.secret;
      CREATE VIEW work.peek AS SELECT what FROM work.secret; GRANT SELECT, INSERT ON work.peek TO PUBLIC;
      CREATE RULE there AS ON UPDATE TO work.peek DO INSTEAD NOTHING;
      CREATE FUNCTION work.caught() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO work.loot VALUES (current_user); RETURN NEW; END $$;
      CREATE TRIGGER catch BEFORE INSERT ON work.door FOR EACH ROW EXECUTE FUNCTION work.caught();
      CREATE TRIGGER instead INSTEAD OF INSERT ON work.peek FOR EACH ROW EXECUTE FUNCTION work.caught();
      CREATE FUNCTION work.lure() RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO work.loot VALUES (current_user); RETURN 1; END $$;
      CREATE TABLE work.trap (id int DEFAULT work.lure()); GRANT INSERT ON work.trap TO PUBLIC;`);
    await asPasser("INSERT INTO work.door VALUES (1)");
    const taken = await admin("DELETE FROM work.loot RETURNING what");
    assert.equal(taken.length, 2, "while it is held, the rule and the trigger run");
    await ends(second.handle);
    await ends(first.handle);
    assert.notEqual(await keeperOf(first.handle), await keeperOf(second.handle));
    await asPasser("INSERT INTO work.door VALUES (2)");
    await assert.rejects(asPasser("SELECT * FROM work.peek"), /permission denied for table secret/);
    await assert.rejects(asPasser("INSERT INTO work.peek VALUES ('x')"), /cannot insert|permission denied/);
    await assert.rejects(asPasser("INSERT INTO work.trap VALUES (DEFAULT)"), /denied for function lure/);
    assert.deepEqual(await admin("SELECT what FROM work.loot"), []);
    // Armed again by somebody's hand, it has the rights of an owner who has none.
    await admin("ALTER TABLE work.door ENABLE RULE steal; ALTER VIEW work.peek RESET (security_invoker)");
    await assert.rejects(asPasser("INSERT INTO work.door VALUES (3)"), /permission denied for table secret/);
    await assert.rejects(asPasser("SELECT * FROM work.peek"), /permission denied for table secret/);
  });

  test("servers, schemas, types, sequences, subscriptions and default privileges: kept, and nothing open", async () => {
    const { handle, client } = await hold();
    await client.query(`
      CREATE SCHEMA theirs; CREATE TYPE theirs.mood AS ENUM ('calm'); CREATE SEQUENCE theirs.numbers;
      CREATE DOMAIN theirs.small AS int CHECK (VALUE < 10); CREATE TABLE theirs."Odd ""name" (id serial, d theirs.small);
      CREATE RULE "r ""x" AS ON INSERT TO theirs."Odd ""name" DO ALSO NOTHING;
      CREATE AGGREGATE theirs.total (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
      CREATE PROCEDURE theirs.go(INOUT a int, b theirs.mood DEFAULT 'calm') LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
      CREATE SERVER far FOREIGN DATA WRAPPER nowhere; CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'theirs');
      CREATE USER MAPPING FOR CURRENT_USER SERVER far; CREATE FOREIGN TABLE theirs.away (id int) SERVER far;
      ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
      ALTER DEFAULT PRIVILEGES IN SCHEMA theirs GRANT EXECUTE ON ROUTINES TO passer_by WITH GRANT OPTION;
      ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO passer_by;`);
    await client.query(
      "CREATE SUBSCRIPTION goes_on CONNECTION 'dbname=none password=x' PUBLICATION p WITH (connect = false, slot_name = 's')",
    );
    await client.query("ALTER SUBSCRIPTION goes_on ENABLE");
    await ends(handle);
    const keeper = await keeperOf(handle);
    const [left] = await admin(
      `SELECT (SELECT count(*)::int FROM pg_user_mappings) AS mappings,
              (SELECT subenabled FROM pg_subscription WHERE subname = 'goes_on') AS replicates,
              (SELECT count(*)::int FROM pg_default_acl d, aclexplode(defaclacl) a WHERE a.grantee <> d.defaclrole) AS defaults,
              (SELECT bool_or(prosecdef OR has_function_privilege('passer_by', oid, 'EXECUTE')) FROM pg_proc
                WHERE pronamespace = 'theirs'::regnamespace) AS runs,
              (SELECT count(*)::int FROM pg_class WHERE relnamespace = 'theirs'::regnamespace AND relowner = '${keeper}'::regrole) AS kept`,
    );
    assert.deepEqual(left, { mappings: 0, replicates: false, defaults: 0, runs: false, kept: 4 });
    await admin(
      "ALTER SUBSCRIPTION goes_on SET (slot_name = NONE); DROP SUBSCRIPTION goes_on; DROP SCHEMA theirs CASCADE",
    );
    await admin(`DROP OWNED BY ${keeper}; DROP ROLE ${keeper}`);
  });

  test("what somebody else's lock keeps from being disarmed is named, with what to do, and holds up no other", async () => {
    const { handle, client } = await hold();
    await client.query(`CREATE TABLE work.read (id int); CREATE RULE held AS ON INSERT TO work.read DO ALSO NOTHING;
      CREATE FUNCTION work.free() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
      CREATE TABLE work.unread (id int); CREATE RULE free AS ON INSERT TO work.unread DO ALSO NOTHING`);
    await admin("GRANT SELECT ON work.read TO passer_by");
    const reader = await harness.cluster.connect("passer_by", "x", "orders");
    await reader.query("BEGIN; SELECT * FROM work.read");
    const { outcome, residual } = await end(handle);
    assert.equal(outcome, "residual");
    const told = residual.map(({ detail }) => detail).join("; ");
    assert.match(
      told,
      /`ALTER TABLE work\.read DISABLE RULE held`: .*end the session that holds a lock on it/,
    );
    assert.doesNotMatch(told, /unread|free/);
    const sight = await harness.look(handle);
    assert.deepEqual([sight.exists, sight.open, sight.entitled], [true, false, false]);
    const others = await admin(
      `SELECT (SELECT prosecdef FROM pg_proc WHERE proname = 'free') AS armed,
              (SELECT ev_enabled <> 'D' FROM pg_rewrite WHERE rulename = 'free') AS runs`,
    );
    assert.deepEqual(others, [{ armed: false, runs: false }]);
    await reader.end();
    await ends(handle);
  });

  test("what another holder gives them does not keep their end from being whole", async () => {
    const giver = await hold();
    const { handle, client } = await hold();
    await client.query("CREATE TABLE work.own (id int)");
    await giver.client.query(`
      CREATE TABLE work.gift (id int, name text); CREATE FUNCTION work.gift() RETURNS int LANGUAGE sql AS 'SELECT 1';
      GRANT ALL ON work.gift TO ${handle.roleName} WITH GRANT OPTION; GRANT SELECT (name) ON work.gift TO ${handle.roleName};
      GRANT EXECUTE ON FUNCTION work.gift() TO ${handle.roleName};
      ALTER DEFAULT PRIVILEGES IN SCHEMA work GRANT SELECT ON TABLES TO ${handle.roleName}`);
    await client.query("GRANT SELECT ON work.gift TO passer_by");
    await ends(handle);
    const sight = await harness.look(giver.handle);
    assert.deepEqual([sight.open, sight.entitled], [true, true], "who gave it still holds theirs");
    const [ours] = await admin(
      "SELECT count(*)::int AS n FROM pg_auth_members WHERE member = 'curfew_management'::regrole AND (inherit_option OR set_option)",
    );
    assert.deepEqual(ours, { n: 1 }, "pg_signal_backend: what was taken for a moment was given back");
    await giver.client.end();
    await remove(harness, giver.handle);
  });

  test("a policy that names somebody, by whomever, keeps nobody's end from coming", async () => {
    const [first, second] = [await hold(), await hold()];
    await first.client.query(`CREATE TABLE work.rows (id int); ALTER TABLE work.rows ENABLE ROW LEVEL SECURITY;
      CREATE POLICY mine ON work.rows TO CURRENT_USER; CREATE POLICY theirs ON work.rows TO ${second.handle.roleName};
      CREATE POLICY shared ON work.rows TO passer_by, ${second.handle.roleName}`);
    await ends(second.handle);
    await ends(first.handle);
    const left = await admin(
      "SELECT polname AS name, polroles::regrole[]::text AS roles FROM pg_policy WHERE polrelid = 'work.rows'::regclass",
    );
    assert.deepEqual(left, [{ name: "shared", roles: "{passer_by}" }]);
  });

  test("the type of a table's rows, and what was given on, keep nobody's end from being whole", async () => {
    const [giver, between, last] = [await hold(), await hold(), await hold()];
    await giver.client.query(`CREATE TABLE work.typed (a int, b int); CREATE SEQUENCE work.counted; SELECT lo_create(777);
      CREATE PROCEDURE work.passed(IN a int, OUT b text) LANGUAGE sql AS 'SELECT 1::text';
      CREATE FUNCTION work.passed(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
      GRANT USAGE ON TYPE work.typed TO ${last.handle.roleName};
      GRANT SELECT (a) ON work.typed TO orders_rw WITH GRANT OPTION; GRANT ALL ON work.counted TO orders_rw WITH GRANT OPTION;
      GRANT SELECT ON LARGE OBJECT 777 TO orders_rw WITH GRANT OPTION`);
    await giver.client.query(
      `GRANT ALL ON PROCEDURE work.passed(IN int, OUT text) TO ${between.handle.roleName} WITH GRANT OPTION`,
    );
    const { roleName } = last.handle;
    await between.client.query(`GRANT SELECT (a) ON work.typed TO ${roleName}; GRANT ALL ON work.counted TO ${roleName};
      GRANT SELECT ON LARGE OBJECT 777 TO ${roleName}; GRANT ALL ON PROCEDURE work.passed(IN int, OUT text) TO ${roleName}`);
    for (const { handle } of [last, between, giver]) await ends(handle);
  });

  test("no name, and no right that they gave away or took from themselves, keeps their code armed", async () => {
    const { handle, client } = await hold();
    await client.query(`CREATE TABLE work.ruled (id int); CREATE TABLE work.told (id int);
      CREATE RULE r AS ON INSERT TO work.ruled DO ALSO INSERT INTO work.told VALUES (1); ALTER RULE r ON work.ruled RENAME TO "_RETURN";
      CREATE PROCEDURE work.twin(IN a int, OUT b text) LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::text';
      CREATE FUNCTION work.twin(a int, b text) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
      CREATE FUNCTION work.lent() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
      GRANT ALL ON FUNCTION work.lent() TO orders_rw WITH GRANT OPTION;
      CREATE SCHEMA shut; CREATE FUNCTION shut.in() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
      REVOKE ALL ON SCHEMA shut FROM CURRENT_USER`);
    assert.equal((await end(handle)).outcome, "removed");
    await admin("INSERT INTO work.ruled VALUES (1)");
    assert.deepEqual(await admin("SELECT id FROM work.told"), []);
    const armed = await admin(
      `SELECT proname AS name FROM pg_proc WHERE proowner = '${await keeperOf(handle)}'::regrole
          AND (prosecdef OR has_function_privilege('passer_by', oid, 'EXECUTE') OR has_function_privilege('orders_rw', oid, 'EXECUTE'))`,
    );
    assert.deepEqual(armed, []);
  });

  test("what stands in a schema that another holder made is disarmed by that holder's right to it", async () => {
    const [host, guest] = [await hold(), await hold()];
    await host.client.query(
      `CREATE SCHEMA shared; GRANT USAGE, CREATE ON SCHEMA shared TO ${guest.handle.roleName}`,
    );
    await guest.client.query(
      "CREATE FUNCTION shared.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    );
    await host.client.query(`REVOKE ALL ON SCHEMA shared FROM ${guest.handle.roleName}`);
    await ends(guest.handle);
    const sight = await harness.look(host.handle);
    assert.deepEqual([sight.open, sight.entitled], [true, true], "the host still holds theirs");
    await ends(host.handle);
  });

  test("an ANALYZE of the server's own, which runs as the owner, arms nothing again", async () => {
    const { handle, client } = await hold();
    await client.query(`CREATE SCHEMA again; GRANT USAGE ON SCHEMA again TO PUBLIC; CREATE TABLE again.loot (who text);
      CREATE TABLE again.used (id int); GRANT INSERT ON again.used, again.loot TO PUBLIC;
      CREATE FUNCTION again.caught() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO again.loot VALUES (current_user); RETURN NEW; END $$;
      CREATE TRIGGER catch BEFORE INSERT ON again.used FOR EACH ROW EXECUTE FUNCTION again.caught();
      CREATE FUNCTION again.arm() RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN EXECUTE 'ALTER TABLE again.used ENABLE TRIGGER catch'; RETURN 1; END $$;
      CREATE FUNCTION again.indexed(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM again.arm(); RETURN a; END $$;
      CREATE TABLE again.counted (id int); CREATE INDEX ON again.counted (again.indexed(id)); INSERT INTO again.counted VALUES (1), (2);
      CREATE FUNCTION again.apart(a float8, b float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS
        $$ BEGIN EXECUTE 'ALTER TABLE again.used ENABLE TRIGGER catch'; RETURN a - b; END $$;
      CREATE TYPE again.span AS RANGE (subtype = float8, subtype_diff = again.apart); ALTER FUNCTION again.apart VOLATILE;
      CREATE TABLE again.spans (s again.span); INSERT INTO again.spans SELECT again.span(n, n + 1) FROM generate_series(1, 10) n`);
    await ends(handle);
    await assert.rejects(admin("ANALYZE again.counted"), /permission denied for function indexed/);
    await assert.rejects(admin("ANALYZE again.spans"), /not allowed in a non-volatile function/);
    await asPasser("INSERT INTO again.used VALUES (1)");
    assert.deepEqual(await admin("SELECT who FROM again.loot"), []);
  });

  test("what another hand gives an owner of leavings is left, told, and ends it once it is taken", async () => {
    const { handle, client } = await hold();
    await client.query("CREATE TABLE work.some (id int)");
    await admin(
      `GRANT pg_monitor TO ${handle.roleName}; GRANT SELECT ON public.payroll TO ${handle.roleName}`,
    );
    const { residual } = await end(handle);
    assert.deepEqual(
      residual.map(({ kind }) => kind),
      ["membership", "privilege", "role"],
    );
    await admin(
      `REVOKE pg_monitor FROM ${handle.roleName}; REVOKE SELECT ON public.payroll FROM ${handle.roleName}`,
    );
    await ends(handle);
  });

  test("what they left is told by a check, above all code on a table of somebody else", async () => {
    const { handle, client } = await hold();
    await admin("GRANT TRIGGER ON public.orders TO orders_rw; CREATE ROLE curfew_quarantine NOLOGIN");
    await client.query(`
      CREATE FUNCTION work.watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
      CREATE TRIGGER watch BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION work.watch()`);
    await ends(handle);
    const told = async () => {
      const { ok, findings } = await harness.target.check(harness.config, harness.context());
      assert.equal(ok, true);
      return findings.map(({ detail }) => detail).join("; ");
    };
    assert.match(await told(), /\d+ roles `curfew_left_….*: watch on public\.orders runs work\.watch\(\);/);
    await admin("DROP TRIGGER watch ON public.orders; CREATE TABLE work.old (id int)");
    assert.doesNotMatch(await told(), /watch|0\.1\.0/);
    await admin("ALTER TABLE work.old OWNER TO curfew_quarantine");
    assert.match(await told(), /`curfew_quarantine` owns what holders left under version 0\.1\.0/);
    await admin("DROP OWNED BY curfew_quarantine; DROP ROLE curfew_quarantine");
  });

  test("after a crash before any step of it the same again ends it", async () => {
    const make = async () => {
      const held = await hold();
      await held.client.query(
        `CREATE TABLE work.mine (id int); CREATE FUNCTION work.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      );
      return held;
    };
    const steps: string[] = [];
    const tidy = async (handle: Handle, onStep: (step: string) => void) =>
      SMALL.revoke(handle, harness.config, harness.context({ onStep }), { cutSessions: true });
    const first = await make();
    await tidy(first.handle, (step) => void steps.push(step));
    assert.deepEqual(steps.slice(-3), ["objects.leave", "objects.disarm", "role.keep"]);
    await admin("DROP TABLE work.mine; DROP FUNCTION work.mine()");
    for (const crashAt of steps.slice(-3)) {
      const { handle } = await make();
      const crash = (step: string) => {
        if (step === crashAt) throw new Crash(step);
      };
      await assert.rejects(tidy(handle, crash), Crash);
      await ends(handle);
      assert.equal((await end(handle)).outcome, "absent", "twice is once");
      await admin("DROP TABLE work.mine; DROP FUNCTION work.mine()");
    }
  });

  test("an owner of leavings is not to be had: neither as an entitlement nor through one", async () => {
    const { handle, client } = await hold();
    await client.query("CREATE TABLE work.last (id int)");
    await ends(handle);
    const keeper = await keeperOf(handle);
    await refuses(grant(harness, specOf(harness, { entitlement: { role: keeper } })), "permanent");
    await admin(`CREATE ROLE heir NOLOGIN; GRANT ${keeper} TO heir;
      GRANT heir TO curfew_management WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
    await refuses(
      grant(harness, specOf(harness, { entitlement: { role: "heir" } })),
      "permanent",
      /power of/,
    );
    const { drift } = await harness.target.observe(harness.config, harness.context());
    assert.match(drift.map(({ detail }) => detail).join(), new RegExp(`heir\` is a member of \`${keeper}`));
    await admin("DROP ROLE heir");
  });
});
