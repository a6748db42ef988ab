/** An external PostgreSQL: the same code and migrations, by an owner who is no superuser, safe when two replicas start at once. */
import assert from "node:assert/strict";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { type OpenStore, openStore } from "../../src/store/open-store.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";

let cluster: TargetCluster;
let dataDir: string;
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "curfew-external-"));
  cluster = await startTargetCluster();
  await cluster.admin("CREATE ROLE records LOGIN CREATEROLE PASSWORD 'of the records'");
  await cluster.admin("CREATE DATABASE records OWNER records");
});
after(async () => {
  await cluster.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const open = (): Promise<OpenStore> =>
  openStore({
    dataDir,
    databaseUrl: `postgresql://records:of%20the%20records@localhost/records?host=${cluster.host}&port=${cluster.port}`,
    keyFile: null,
    log: () => {},
  });

test("two replicas that start at once on an empty database both come up, and migrations run once", async () => {
  const replicas = await Promise.all([open(), open()]);
  const seen = replicas.map(({ installationId }) => installationId);
  assert.equal(seen[0], seen[1]);
  const rows = await cluster.admin<{ count: number }>(
    "SELECT count(*)::int AS count FROM curfew_migrations.kysely_migration",
    "records",
  );
  assert.equal(rows[0]?.count, globSync("src/store/migrations/m[0-9]*.ts").length);
  await Promise.all(replicas.map((replica) => replica.close()));
});

test("a later start works with the same rights", async () => {
  const store = await open();
  assert.ok(store.clock.now() > 0);
  await store.close();
});

test("the application's role owns nothing, is nobody special, and sees no row without a tenant", async () => {
  const store = await open();
  const client = new pg.Client({ ...store.app });
  await client.connect();
  const { rows } = await client.query(
    "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user",
  );
  assert.deepEqual(rows, [{ rolsuper: false, rolbypassrls: false, rolcreaterole: false }]);
  const tables = await client.query(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT')",
  );
  assert.ok(tables.rows.length > 15);
  for (const { relname } of tables.rows) {
    const found = await client.query(`SELECT count(*)::int AS count FROM ${pg.escapeIdentifier(relname)}`);
    assert.equal(found.rows[0]?.count, 0, relname);
  }
  await client.end();
  await store.close();
});

test("a role that could step around row-level security is refused at start", async () => {
  await cluster.admin("ALTER ROLE curfew_app BYPASSRLS");
  await assert.rejects(open(), /curfew_app must own nothing/);
  await cluster.admin("ALTER ROLE curfew_app NOBYPASSRLS");
});
