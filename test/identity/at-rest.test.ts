import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { authorizationRequest, Browser, formAction } from "./browser.ts";
import {
  makePerson,
  makeTenant,
  makeWorkload,
  openWorld,
  PASSWORD,
  type Person,
  type Running,
  serve,
  type World,
} from "./world.ts";

let world: World;
let running: Running;
let frank: Person;
const secrets: string[] = [];

before(async () => {
  world = await openWorld();
  running = await serve(world, { trustProxy: true });
  const tenantId = await makeTenant(world, "fabrikam");
  frank = await makePerson(world, running, tenantId, "frank");
  const workload = await makeWorkload(world, running, tenantId, "deploy");
  const made = running.identity.accounts.newTotp(frank.ref, frank.email);
  assert.ok(made.ok);
  const tokens = await signInByForm({ baseUrl: running.baseUrl, ...frank });
  await world.opened.store.inTenant(tenantId, (tx) => tx.accounts.setTotp(frank.ref, made.value.sealed));
  const setup = await running.identity.setup.prepare();
  // Setting the factor ended Frank's session; Fiona's is what lies in the database.
  const fiona = await makePerson(world, running, tenantId, "fiona");
  const hers = await signInByForm({ baseUrl: running.baseUrl, ...fiona });
  secrets.push(hers.accessToken, hers.refreshToken ?? "");
  // Strangers, of whom the third waits: what they typed is not kept.
  const waited = { email: "waited-for@fabrikam.example", password: "typed while waiting" };
  const tries = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(async (address) => {
    const browser = Browser.at(running.baseUrl, address);
    const form = formAction(await browser.follow(await browser.get(authorizationRequest().path)));
    return (await browser.post(form, waited)).status;
  });
  assert.ok((await Promise.all(tries)).includes(429));
  secrets.push(waited.email, waited.password);
  secrets.push(
    PASSWORD,
    workload.secret,
    made.value.base32,
    tokens.accessToken,
    tokens.refreshToken ?? "",
    setup ?? "",
  );
});

after(async () => {
  await running.close();
  await world.close();
});

const TENANT_TABLES = [
  "local_account",
  "recovery_code",
  "client_secret",
  "client_consent",
  "account_network",
];
const HIDDEN_TABLES = [
  "oidc_record",
  "signing_key",
  "setup_token",
  "rate_bucket",
  "sign_in_line",
  "sign_in_place",
  "lasting_secret",
  "installation_key",
];

async function asApplication(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ ...world.opened.app });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

test("without a tenant set, or with another one, no account and no secret shows", async () => {
  await asApplication(async (client) => {
    for (const table of TENANT_TABLES) {
      assert.equal((await client.query(`SELECT * FROM ${table}`)).rowCount, 0, table);
    }
    await client.query("SELECT set_config('curfew.tenant', gen_random_uuid()::text, false)");
    for (const table of TENANT_TABLES) {
      assert.equal((await client.query(`SELECT * FROM ${table}`)).rowCount, 0, table);
    }
  });
  const mine = await withTenant(world.opened.db, frank.ref.tenantId, ({ trx }) =>
    trx.selectFrom("local_account").select("email").where("object_id", "=", frank.ref.objectId).execute(),
  );
  assert.deepEqual(mine, [{ email: frank.email }]);
});

test("protocol state and keys cannot be read by the application's role at all", async () => {
  await asApplication(async (client) => {
    for (const table of HIDDEN_TABLES) {
      await assert.rejects(client.query(`SELECT * FROM ${table}`), { code: "42501" }, table);
      await assert.rejects(client.query(`DELETE FROM ${table}`), { code: "42501" }, table);
    }
  });
});

test("nobody but the application may ask the questions that cross tenants", async () => {
  await asApplication(async (client) => {
    const { rows } = await client.query(`
      SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = 'public' AND p.prosecdef
        AND EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee = 0)`);
    assert.deepEqual(rows, []);
  });
});

test("no password, secret, code or token stands anywhere in the database in clear", async () => {
  const owner = new pg.Client({ ...world.opened.owner });
  await owner.connect();
  try {
    for (const table of [...TENANT_TABLES, ...HIDDEN_TABLES, "audit_entry", "outbox"]) {
      const { rows } = await owner.query(`SELECT t::text AS row FROM ${table} t`);
      if (HIDDEN_TABLES.includes(table) || table === "local_account") assert.ok(rows.length > 0, table);
      for (const { row } of rows) {
        for (const secret of secrets) {
          const shapes = [secret, Buffer.from(secret).toString("hex")];
          assert.ok(secret !== "" && !shapes.some((shape) => row.includes(shape)), `${table} holds a secret`);
        }
        assert.doesNotMatch(row, /BEGIN|"d":"/, table);
      }
    }
  } finally {
    await owner.end();
  }
});
