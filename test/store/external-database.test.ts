/** An external PostgreSQL: the same code and migrations, by an owner who is no superuser, safe when two replicas start at once. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
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

const urlOf = (name = "records") =>
  `postgresql://records:of%20the%20records@localhost/${name}?host=${cluster.host}&port=${cluster.port}`;
const open = (keyFile: string | null = null, name?: string): Promise<OpenStore> =>
  openStore({ dataDir, databaseUrl: urlOf(name), keyFile, log: () => {} });

/** What the run of the tests itself is told is nothing that a server knows. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("CURFEW_")));
}

async function serve(env: Record<string, string>) {
  const child = spawn(process.execPath, ["bin/curfew.mjs", "serve"], {
    env: { ...withoutOurs(process.env), CURFEW_DATA_DIR: dataDir, CURFEW_DATABASE_URL: urlOf(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => (said += String(chunk)));
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  const exit = once(child, "exit").then(([code]) => code as number | null);
  return { child, exit, lines: () => said.split("\n").filter((line) => / (?:warn|error) /.test(line)) };
}

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

test("another key is refused before it changes anything, and the installation goes on", async () => {
  const store = await open();
  const other = join(dataDir, "other-key");
  writeFileSync(other, randomBytes(32).toString("base64"));
  const passwords = () =>
    cluster.admin("SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE 'curfew_%' ORDER BY 1");
  const before = await passwords();
  await assert.rejects(open(other), /the key in `.*other-key` is not the one .* nothing was changed/);
  assert.deepEqual(await passwords(), before);
  const client = new pg.Client({ ...store.app });
  await client.connect();
  await client.end();
  await store.close();
});

for (const [what, statement] of [
  ["a role", "ALTER ROLE curfew_app CONNECTION LIMIT 90"],
  ["the owner's role", "ALTER ROLE curfew_owner CONNECTION LIMIT 90"],
  ["the database", "GRANT TEMPORARY ON DATABASE records TO PUBLIC"],
  ["the schema", "GRANT USAGE ON SCHEMA public TO PUBLIC"],
] as const)
  test(`a start while somebody else changes ${what} waits for that, and comes up`, async () => {
    const { user, password } = cluster.superuser;
    const other = await cluster.connect(user, password, "records");
    await other.query("BEGIN");
    await other.query(statement);
    const starting = open();
    let waits = false;
    while (!waits) {
      const [row] = await cluster.admin<{ waits: boolean }>(
        "SELECT count(*) > 0 AS waits FROM pg_locks l JOIN pg_stat_activity USING (pid) WHERE NOT granted AND usename = 'records'",
      );
      waits = row?.waits === true;
    }
    await other.query("COMMIT");
    await other.end();
    await (await starting).close();
  });

test("a key that is missing is never replaced by a new one", async () => {
  const missing = join(dataDir, "moved", "key");
  await assert.rejects(open(missing), /there is no key file .* put it back from your backup/);
  assert.equal(existsSync(missing), false);
  writeFileSync(join(dataDir, "short"), "c2hvcnQ=");
  await assert.rejects(open(join(dataDir, "short")), /does not hold 32 bytes/);
});

test("a database of an earlier version takes the proof of the key that its passwords came from, and of no other", async () => {
  const other = join(dataDir, "other-key");
  const forget = () => cluster.admin("DELETE FROM installation_key", "records");
  await forget();
  await assert.rejects(open(other), /is not the one/);
  await (await open()).close();
  const kept = await cluster.admin<{ count: number }>(
    "SELECT count(*)::int AS count FROM installation_key",
    "records",
  );
  assert.equal(kept[0]?.count, 1);
  await assert.rejects(open(other), /is not the one/);
});

test("somebody else who starts it, where PostgreSQL asks for no password, is held to the proof as well", async () => {
  await cluster.admin("CREATE ROLE another LOGIN CREATEROLE PASSWORD 'of another'");
  await cluster.admin(
    "GRANT curfew_owner, curfew_app TO another WITH ADMIN TRUE, INHERIT FALSE, SET FALSE; GRANT CONNECT ON DATABASE records TO another",
  );
  const [{ path } = { path: "" }] = await cluster.admin<{ path: string }>(
    "SELECT current_setting('hba_file') AS path",
  );
  const rules = readFileSync(path, "utf8");
  const reload = (text: string) => {
    writeFileSync(path, text);
    return cluster.admin("SELECT pg_reload_conf()");
  };
  const databaseUrl = urlOf().replace("records:of%20the%20records", "another:of%20another");
  const open = (keyFile: string) => openStore({ dataDir, databaseUrl, keyFile, log: () => {} });
  const passwords = () =>
    cluster.admin("SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE 'curfew_%' ORDER BY 1");
  await reload(`local all all trust\n${rules}`);
  try {
    const before = await passwords();
    await assert.rejects(open(join(dataDir, "other-key")), /is not the one .* nothing was changed/);
    assert.deepEqual(await passwords(), before);
  } finally {
    await reload(rules);
  }
  await cluster.admin("DROP OWNED BY another; DROP ROLE another", "records");
});

test("a second installation in one cluster is refused with the first one's passwords as they were", async () => {
  await cluster.admin("CREATE DATABASE second OWNER records");
  const second = join(dataDir, "second-key");
  await assert.rejects(open(second, "second"), /belong to another installation/);
  assert.equal(existsSync(second), false);
  await assert.rejects(open(join(dataDir, "other-key"), "second"), /belong to another installation/);
  await (await open()).close();
});

test("a start that fails says why in one line, ends within 5 s with 1, and leaves nothing running", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  const port = String(typeof address === "object" ? address?.port : 0);
  const busy = await serve({ CURFEW_HTTP_PORT: port });
  // Until it tries to listen it only starts; from then on it has 5 s.
  while (busy.lines().length === 0) await once(busy.child.stderr, "data");
  const failedAt = performance.now();
  assert.equal(await busy.exit, 1);
  assert.ok(performance.now() - failedAt < 5_000);
  taken.close();
  assert.equal(busy.lines().length, 1, busy.lines().join("\n"));
  assert.match(busy.lines()[0] ?? "", /address already in use.*another program listens there/);

  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ CURFEW_DATABASE_URL: "postgresql://records@127.0.0.1:1/records" }, /ECONNREFUSED/],
    [{ CURFEW_DATABASE_URL: urlOf("absent") }, /database "absent" does not exist/],
    [{ CURFEW_KEY_FILE: join(dataDir, "other-key") }, /is not the one/],
  ];
  for (const [env, words] of cases) {
    const failed = await serve({ CURFEW_HTTP_PORT: "0", ...env });
    assert.equal(await failed.exit, 1);
    assert.equal(failed.lines().length, 1, failed.lines().join("\n"));
    assert.match(failed.lines()[0] ?? "", words);
  }
});

test("a migration that fails is named with its cause", async () => {
  await cluster.admin(
    "INSERT INTO curfew_migrations.kysely_migration (name, timestamp) VALUES ('9999-of-a-later-version', '')",
    "records",
  );
  const failed = await serve({ CURFEW_HTTP_PORT: "0", CURFEW_TRUSTED_PROXI: "10.0.0.1" });
  assert.equal(await failed.exit, 1);
  const [named, why] = failed.lines();
  assert.match(named ?? "", /no variable CURFEW_TRUSTED_PROXI.*is CURFEW_TRUSTED_PROXY meant\?/);
  assert.match(why ?? "", /the database could not be migrated: .*9999-of-a-later-version/);
});
