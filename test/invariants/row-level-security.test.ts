/** Tenant isolation below the code: what the database itself says to the role that requests run as. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { parseScope, type Scope, scopeKey } from "../../src/domain/scope.ts";
import type { Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
let town: Town;
let request: AccessRequest;
before(async () => {
  world = await openWorld();
  town = await world.newTown();
  await town.setPolicy({ required: 1 });
  request = value(await town.ask("frank", { scope: town.scopes.orders }));
  value(await town.approve("carol", request));
  value(await town.ask("colin"));
  await world.pass();
});
after(() => world.close());

/** As the application's database role, with or without a tenant set. */
async function asApp<T>(tenantId: string | null, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...world.opened.app });
  await client.connect();
  try {
    await client.query("BEGIN");
    if (tenantId !== null) await client.query("SELECT set_config('curfew.tenant', $1, true)", [tenantId]);
    return await work(client);
  } finally {
    await client.query("ROLLBACK").catch(() => {});
    await client.end();
  }
}

/** Every table that carries a tenant, by the owner's eyes, and whether it holds anything at all. */
async function tables(): Promise<{ name: string; rows: number }[]> {
  const owner = new pg.Client({ ...world.opened.owner });
  await owner.connect();
  try {
    const { rows } = await owner.query(`
      SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1`);
    const found = [];
    for (const { name } of rows) {
      const counted = await owner.query(`SELECT count(*)::int AS rows FROM ${pg.escapeIdentifier(name)}`);
      found.push({ name: String(name), rows: Number(counted.rows[0]?.rows) });
    }
    return found;
  } finally {
    await owner.end();
  }
}

/** Rows that a role sees; `refused` where it may not even look. */
async function seen(
  client: pg.Client,
  table: string,
  column = "tenant_id",
): Promise<readonly string[] | "refused"> {
  await client.query("SAVEPOINT look");
  try {
    const { rows } = await client.query(`SELECT ${column} AS value FROM ${pg.escapeIdentifier(table)}`);
    return rows.map(({ value: found }) => String(found));
  } catch (error) {
    await client.query("ROLLBACK TO SAVEPOINT look");
    assert.ok(error instanceof pg.DatabaseError && error.code === "42501", `${table}: ${String(error)}`);
    return "refused";
  }
}

test("the tables that a test could look into hold something to be seen", async () => {
  const filled = (await tables()).filter(({ rows }) => rows > 0).map(({ name }) => name);
  for (const name of [
    "tenant",
    "principal",
    "application",
    "access_request",
    "access_grant",
    "audit_entry",
    "notification",
  ]) {
    assert.ok(filled.includes(name), name);
  }
});

test("row-level security is on and forced on every table", async () => {
  const { rows } = await sql<{ name: string }>`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`.execute(
    world.opened.db,
  );
  assert.deepEqual(rows, []);
});

test("without a tenant no table shows a row", async () => {
  await asApp(null, async (client) => {
    for (const { name } of await tables()) {
      const rows = await seen(client, name, "1");
      assert.ok(rows === "refused" || rows.length === 0, `${name} shows ${rows.length} rows`);
    }
  });
});

test("with another tenant set, no table shows a row of ours", async () => {
  const tenantTables = await sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'tenant_id'`.execute(world.opened.db);
  const names = new Set(tenantTables.rows.map(({ name }) => name));
  assert.ok(names.size > 20);
  await asApp(town.tenants.northwind, async (client) => {
    for (const name of names) {
      const rows = await seen(client, name);
      if (rows === "refused") continue;
      assert.deepEqual(
        [...new Set(rows)].filter((tenant) => tenant !== town.tenants.northwind),
        [],
        name,
      );
    }
  });
});

test("the other party sees what it shares, and nothing else of the owner", async () => {
  await asApp(town.tenants.fabrikam, async (client) => {
    assert.deepEqual(await seen(client, "access_request", "id"), [request.id]);
    assert.equal((await seen(client, "access_grant", "id")).length, 1);
    for (const name of [
      "principal",
      "eligibility",
      "role_settings",
      "audit_entry",
      "notification",
      "tenant",
    ]) {
      const rows = await seen(client, name);
      assert.ok(rows !== "refused" && !rows.includes(town.tenants.contoso), name);
    }
  });
});

test("the other party changes nothing of the owner: not a row, not the owner of a row, no new one in its name", async () => {
  const refused = async (statement: string, values: readonly unknown[]): Promise<string> =>
    asApp(town.tenants.fabrikam, async (client) => {
      try {
        const { rowCount } = await client.query(statement, [...values]);
        return `${rowCount} rows`;
      } catch (error) {
        return error instanceof pg.DatabaseError ? (error.code ?? "?") : "?";
      }
    });
  const { contoso, fabrikam } = town.tenants;
  assert.equal(await refused("UPDATE access_request SET body = body", []), "0 rows");
  assert.equal(await refused("UPDATE access_grant SET due_at = NULL", []), "0 rows");
  assert.equal(await refused("UPDATE application SET tenant_id = $1", [fabrikam]), "0 rows");
  assert.equal(await refused("DELETE FROM access_request", []), "42501");
  assert.equal(
    await refused("INSERT INTO tenant_right VALUES ($1, $2, 'administrator')", [
      contoso,
      town.ref("carol").objectId,
    ]),
    "42501",
  );
  assert.equal(
    await refused(
      `INSERT INTO audit_entry (tenant_id, id, at, subject_id, correlation_id, actor_kind, via, type, subject_kind, leaf_hash, facts)
        VALUES ($1, gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(), 'system', '', '', '', '', '{}')`,
      [contoso],
    ),
    "42501",
  );
  assert.equal(await refused("UPDATE principal SET tenant_id = $1", [contoso]), "42501");
});

test("what was logged is not rewritten, nor taken away, by the role that writes it", async () => {
  for (const statement of [
    "UPDATE audit_entry SET facts = '{}'",
    "UPDATE audit_entry SET leaf_hash = ''",
    "DELETE FROM audit_entry",
    "INSERT INTO audit_link VALUES (curfew_tenant(), 1, gen_random_uuid(), '')",
    "UPDATE audit_link SET sequence = sequence + 1000",
    "DELETE FROM audit_link",
    "INSERT INTO audit_waiting VALUES (curfew_tenant(), 1, gen_random_uuid())",
    "DELETE FROM audit_waiting",
    "UPDATE audit_head SET sequence = 0",
    "TRUNCATE audit_entry",
    "DELETE FROM access_grant",
    "DELETE FROM access_request",
    "ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY",
    "SET ROLE curfew_owner",
  ]) {
    await assert.rejects(
      asApp(town.tenants.contoso, (client) => client.query(statement)),
      (error) => error instanceof pg.DatabaseError && error.code === "42501",
      statement,
    );
  }
});

test("the tenant of one transaction is not there in the next one on the same connection", async () => {
  const client = new pg.Client({ ...world.opened.app });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT set_config('curfew.tenant', $1, true)", [town.tenants.contoso]);
    assert.notEqual((await client.query("SELECT FROM principal")).rowCount, 0);
    await client.query("COMMIT");
    assert.equal((await client.query("SELECT FROM principal")).rowCount, 0);
  } finally {
    await client.end();
  }
});

test("the database compares scopes as we do, whatever letters they are written in", async () => {
  const letters = Array.from({ length: 0x3_00_00 }, (_, code) => code)
    .filter((code) => code < 0xd8_00 || code > 0xdf_ff)
    .map((code) => String.fromCodePoint(code));
  const scopes = letters
    .map((letter) => parseScope(`${town.scopes.subscription}/resourceGroups/${letter}`))
    .filter((scope) => scope !== null);
  assert.ok(scopes.length > 100_000);
  const { rows } = await sql<{ scope: string; key: string }>`
    SELECT scope, lower(scope) AS key FROM unnest(${scopes}::text[]) scope`.execute(world.opened.db);
  assert.deepEqual(
    rows.filter(({ scope, key }) => scopeKey(scope as Scope) !== key),
    [],
  );
});

test("functions that look across tenants are for nobody but the application", async () => {
  const { rows } = await sql<{ name: string }>`
    SELECT p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND has_function_privilege('public', p.oid, 'EXECUTE')`.execute(
    world.opened.db,
  );
  assert.deepEqual(rows, []);
});

test("functions that run with their owner's rights name the schema they look in", async () => {
  const { rows } = await sql<{ name: string }>`
    SELECT p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.prosecdef
      AND NOT EXISTS (SELECT 1 FROM unnest(p.proconfig) setting WHERE setting LIKE 'search_path=%')`.execute(
    world.opened.db,
  );
  assert.deepEqual(rows, []);
});
