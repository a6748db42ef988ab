/** What a cluster and the people who run it can be like: other hands, other rules, other ways in. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { after, before, describe, type TestContext, test } from "node:test";
import type { Endpoint } from "../../src/targets/target.ts";
import { outboundTo, type PostgresHarness, postgresHarness } from "./postgres-harness.ts";
import { driftCodes, grant, issue, refuses, remove, revoke, specOf } from "./target-harness.ts";

const psql = spawnSync("psql", ["--version"]).status === 0;

describe("postgres target: the cluster", { concurrency: false }, () => {
  let harness: PostgresHarness;
  let admin: PostgresHarness["cluster"]["admin"];
  before(async () => {
    harness = await postgresHarness();
    admin = harness.cluster.admin;
    await admin("CREATE ROLE alice LOGIN");
  });
  after(() => harness.close());

  const driftBeside = async () => {
    const { drift } = await harness.target.observe(harness.config, harness.context());
    return drift.map((each) => each.code);
  };

  test("secret: its connection string works in psql as it is", {
    skip: !psql && "no psql here",
  }, async () => {
    const { handle } = await grant(harness, specOf(harness));
    const { connectionString } = await issue(harness, handle);
    const sql = "SELECT state FROM public.orders";
    const done = spawnSync("psql", ["-XAt", "-c", sql, String(connectionString)], { encoding: "utf8" });
    assert.equal(done.stderr, "");
    assert.equal(done.stdout.trim().length > 0, true);
    await remove(harness, handle);
  });

  test("by hand: a group role given to somebody is told and left alone", async () => {
    await admin("GRANT orders_rw TO alice");
    assert.deepEqual(await driftBeside(), ["given_by_hand"]);
    const { handle } = await grant(harness, specOf(harness));
    await remove(harness, handle);
    assert.deepEqual(await driftBeside(), ["given_by_hand"]);
    await admin("REVOKE orders_rw FROM alice");
    assert.deepEqual(await driftBeside(), []);
  });

  test("by hand: more memberships, members and attributes are told, and end with the role", async () => {
    const spec = specOf(harness);
    const { handle } = await grant(harness, spec);
    const role = String(handle.roleName);
    await admin(`GRANT pg_read_all_data TO ${role}; GRANT ${role} TO alice; ALTER ROLE ${role} CREATEDB`);
    await admin(`GRANT orders_rw TO ${role} WITH SET TRUE GRANTED BY curfew_management`);
    const codes = await driftCodes(harness);
    assert.deepEqual(codes.toSorted(), [
      "attributes_raised",
      "held_by_others",
      "membership_added",
      "membership_changed",
    ]);
    await refuses(issue(harness, handle), "conflict");
    await refuses(grant(harness, spec), "conflict", /attributes/);
    await remove(harness, handle);
  });

  test("by hand: a role that was renamed is still found, and goes", async () => {
    const { handle } = await grant(harness, specOf(harness));
    const secret = await issue(harness, handle);
    await admin(`ALTER ROLE ${handle.roleName} RENAME TO harmless`);
    assert.deepEqual(await driftCodes(harness), ["renamed"]);
    const renamed = String(secret.connectionString).replace(String(handle.roleName), "harmless");
    assert.equal(await harness.attempt({ ...secret, connectionString: renamed }), "in");
    assert.equal((await revoke(harness, handle)).outcome, "removed");
    assert.equal(await harness.attempt({ ...secret, connectionString: renamed }), "refused");
    assert.deepEqual(await admin("SELECT 1 FROM pg_roles WHERE rolname = 'harmless'"), []);
  });

  test("by hand: a role that lost its label is told, given nothing more, and goes", async () => {
    const spec = specOf(harness);
    const { handle } = await grant(harness, spec);
    await admin(`COMMENT ON ROLE ${handle.roleName} IS NULL`);
    assert.deepEqual(await driftBeside(), ["unlabelled"]);
    await refuses(grant(harness, spec), "conflict", /label/);
    await refuses(issue(harness, handle), "conflict", /label/);
    await remove(harness, handle);
  });

  test("by hand: a role under our name that is not ours is not touched", async () => {
    const spec = specOf(harness);
    const handle = harness.target.plan(spec);
    await admin(`CREATE ROLE ${handle.roleName} NOLOGIN`);
    await refuses(grant(harness, spec), "conflict");
    await refuses(issue(harness, handle), "conflict");
    await refuses(revoke(harness, handle), "conflict");
    assert.equal((await harness.look(handle)).exists, true);
    await admin(`DROP ROLE ${handle.roleName}`);
  });

  test("entitlement: a role that could undo its own end is refused, by check and by grant", async () => {
    await admin(`
      CREATE ROLE shell NOLOGIN; GRANT pg_execute_server_program TO shell;
      CREATE ROLE maker NOLOGIN CREATEROLE; CREATE ROLE under_maker NOLOGIN; GRANT maker TO under_maker;
      CREATE ROLE curfew_quarantine NOLOGIN;
      GRANT shell, under_maker, curfew_quarantine TO curfew_management WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
      CREATE ROLE unmanaged NOLOGIN`);
    const refused = ["shell", "under_maker", "curfew_quarantine", "unmanaged", "nowhere"];
    const entitlements = refused.map((role) => ({ role }));
    const health = await harness.target.check(harness.config, harness.context(), entitlements);
    assert.equal(health.ok, false);
    for (const entitlement of entitlements) {
      assert.ok(
        health.findings.some((each) => each.refuses && each.detail.includes(`\`${entitlement.role}\``)),
      );
      const spec = specOf(harness, { entitlement });
      await refuses(grant(harness, spec), "permanent", new RegExp(entitlement.role));
      assert.equal((await harness.look(harness.target.plan(spec))).exists, false);
    }
    await admin("DROP ROLE shell, under_maker, maker, unmanaged, curfew_quarantine");
  });

  test("entitlement: a role that owns what it gives on is told", async () => {
    await admin("CREATE TABLE public.owned (id int); ALTER TABLE public.owned OWNER TO orders_ro", "orders");
    const health = await harness.target.check(harness.config, harness.context(), [{ role: "orders_ro" }]);
    assert.equal(health.ok, true);
    assert.match(health.findings[0]?.detail ?? "", /outlives/);
    await admin("DROP TABLE public.owned", "orders");
  });

  test("entitlement: a database its holders cannot connect to is told", async () => {
    const entitlement = { role: "orders_rw", database: "nowhere" };
    const health = await harness.target.check(harness.config, harness.context(), [entitlement]);
    assert.match(health.findings[0]?.detail ?? "", /no database `nowhere`/);
  });

  test("management role: a superuser is refused, and check calls it an excess", async () => {
    await admin("ALTER ROLE curfew_management SUPERUSER");
    await refuses(grant(harness, specOf(harness)), "permanent", /superuser/);
    const health = await harness.target.check(harness.config, harness.context());
    assert.equal(health.ok, false);
    assert.ok(health.excess.includes("SUPERUSER"));
    await admin("ALTER ROLE curfew_management NOSUPERUSER");
  });

  test("management role: a wrong password is forbidden, not retried", async () => {
    const wrong = { ...harness.config, password: "not it" };
    await refuses(harness.target.grant(specOf(harness), wrong, harness.context()), "forbidden");
    await refuses(
      harness.target.grant(specOf(harness), { ...harness.config, database: "none" }, harness.context()),
      "permanent",
    );
  });

  test("pg_hba: a trust line makes the end bypassable; unreadable, it is unverified", async () => {
    const [{ path } = { path: "" }] = await admin<{ path: string }>(
      "SELECT current_setting('hba_file') AS path",
    );
    const rules = readFileSync(path, "utf8");
    writeFileSync(path, `local all all trust\n${rules}`);
    const open = await harness.target.check(harness.config, harness.context());
    writeFileSync(path, rules);
    assert.equal(open.expiry, "bypassable");
    assert.match(open.findings[0]?.detail ?? "", /trust/);
    await admin("REVOKE EXECUTE ON FUNCTION pg_hba_file_rules() FROM curfew_management", "orders");
    const blind = await harness.target.check(harness.config, harness.context());
    assert.deepEqual([blind.expiry, blind.ok], ["unverified", true]);
    await admin("GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO curfew_management", "orders");
  });

  test("tcp: a server without TLS is used only where TLS was switched off, and never in public", async (t) => {
    const port = await relayTo(harness, t);
    const ctx = harness.context({ outbound: outboundTo("127.0.0.1") });
    const tcp = { ...harness.config, host: "127.0.0.1", port };
    await refuses(harness.target.observe(tcp, ctx), "permanent", /SSL|TLS/);
    assert.equal((await harness.target.observe({ ...tcp, tls: "off" }, ctx)).complete, true);
    const endpoint: Endpoint = {
      via: "tcp",
      address: "127.0.0.1",
      port,
      name: "db.example",
      reach: "public",
      byPermit: false,
    };
    const inPublic = harness.context({ outbound: { resolve: async () => [endpoint] } });
    await refuses(harness.target.observe({ ...tcp, tls: "off" }, inPublic), "permanent", /public/);
  });

  test("secret: over TCP the connection string asks for a verified server, unless TLS is off", async () => {
    const publicHost = { ...harness.config, publicHost: "db.example", publicPort: 6543 };
    const { handle } = await grant(harness, specOf(harness));
    for (const [tls, end] of [
      ["verify-full", "@db.example:6543/orders?sslmode=verify-full"],
      ["off", "@db.example:6543/orders"],
    ] as const) {
      const claim = { id: `claim for ${tls}`, generation: 1 };
      const config = { ...publicHost, tls };
      const { connectionString } = await harness.target.issueSecret(handle, config, harness.context(), claim);
      assert.ok(String(connectionString).endsWith(end), String(connectionString));
    }
    await remove(harness, handle);
  });

  test("outbound: the socket's folder has to be permitted by the operator", async () => {
    const closed = harness.context({ outbound: outboundTo("private") });
    await refuses(harness.target.grant(specOf(harness), harness.config, closed), "forbidden", /Unix socket/);
  });
});

/** A TCP port on loopback that leads to the cluster's socket. */
async function relayTo(harness: PostgresHarness, t: TestContext): Promise<number> {
  const { host, port } = harness.cluster;
  const server = createServer((inbound) => {
    const outbound = connect(`${host}/.s.PGSQL.${port}`);
    for (const socket of [inbound, outbound]) socket.on("error", () => {});
    inbound.pipe(outbound).pipe(inbound);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}
