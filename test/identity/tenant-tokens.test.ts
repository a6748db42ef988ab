/** The tokens of `/{tenant}/oauth2/v2.0/token`, asked for as an Entra client asks. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { TenantId } from "../../src/domain/ids.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { entriesOf, untilEntries } from "./audit-of.ts";
import { makeTenant, makeWorkload, openWorld, type Running, serve, type World } from "./world.ts";

let world: World;
let running: Running;
let fabrikam: TenantId;
let contoso: TenantId;
let agent: Awaited<ReturnType<typeof makeWorkload>>;

before(async () => {
  world = await openWorld();
  running = await serve(world);
  fabrikam = await makeTenant(world, "fabrikam");
  contoso = await makeTenant(world, "contoso");
  agent = await makeWorkload(world, running, fabrikam, "maintenance-agent");
});

after(async () => {
  await running.close();
  await world.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function ask(
  tenant: string,
  changes: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${running.baseUrl}/${tenant}/oauth2/v2.0/token`, {
    method: "POST",
    headers,
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: agent.clientId,
      client_secret: agent.secret,
      scope: `${running.baseUrl}/.default`,
      ...changes,
    }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer["body"],
  };
}

/** What a refusal tells, beside the call's own time and id. */
function said({ status, body }: Answer) {
  const { error, error_description, error_codes } = body;
  return { status, error, error_description, error_codes };
}

async function refused(answer: Promise<Answer>, status: number, error: string, description: RegExp) {
  const { body, status: given } = await answer;
  assert.deepEqual([given, body.error], [status, error], JSON.stringify(body));
  assert.match(String(body.error_description), description);
  assert.equal(body.access_token, undefined);
}

const whoIs = (token: unknown) => running.identity.authenticate(`Bearer ${String(token)}`, { ip: null });

test("a client gets a token by its tenant's id or name, and the token is that workload's", async () => {
  for (const tenant of [fabrikam, "fabrikam"]) {
    const before = (await entriesOf(world, fabrikam, "token.issued")).length;
    const { status, body, headers } = await ask(tenant);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.token_type, "Bearer");
    assert.ok(Number(body.expires_in) > 0 && Number(body.expires_in) <= 3600, String(body.expires_in));
    assert.equal(headers.get("cache-control"), "no-store");
    const caller = await whoIs(body.access_token);
    assert.ok(caller.ok);
    assert.deepEqual(caller.value.ref, agent.ref);
    assert.equal((await entriesOf(world, fabrikam, "token.issued")).length, before + 1);
  }
});

test("a token says when it ends, and a new secret ends it at once", async () => {
  const { body } = await ask(fabrikam);
  const [, claims = ""] = String(body.access_token).split(".");
  const { iat, exp, tid } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
  assert.deepEqual([exp - iat, tid], [body.expires_in, fabrikam]);
  const { secret, hash } = running.identity.accounts.newClientSecret();
  await world.opened.store.inTenant(fabrikam, (tx) =>
    tx.accounts.setClientSecret(agent.ref, agent.clientId, hash),
  );
  assert.equal((await whoIs(body.access_token)).ok, false);
  agent = { ...agent, secret };
  assert.equal((await ask(fabrikam)).status, 200);
});

test("the secret may come in an Authorization header", async () => {
  const basic = (secret: string) => Buffer.from(`${agent.clientId}:${secret}`).toString("base64");
  const form = { client_id: "", client_secret: "" };
  const good = await ask(fabrikam, form, { authorization: `Basic ${basic(agent.secret)}` });
  assert.equal(good.status, 200);
  await refused(
    ask(fabrikam, form, { authorization: `Basic ${basic("guess")}` }),
    401,
    "invalid_client",
    /AADSTS7000215/,
  );
});

test("another tenant's address, a wrong secret and an unknown client are one answer", async () => {
  const before = (await entriesOf(world, fabrikam, "sign_in.refused")).length;
  const answers = [
    await ask(contoso),
    await ask("nobody"),
    await ask(fabrikam, { client_secret: "guess" }),
    await ask(fabrikam, { client_id: "nobody" }),
    await ask(fabrikam, { client_secret: "" }),
  ];
  const [first, ...others] = answers.map(said);
  assert.deepEqual([first?.status, first?.error, first?.error_codes], [401, "invalid_client", [7000215]]);
  for (const other of others) assert.deepEqual(other, first);
  const entries = await untilEntries(world, fabrikam, "sign_in.refused", before + 4);
  assert.equal(entries.length, before + 4, "every refusal of a client that exists is on record");
  assert.ok(!JSON.stringify(entries).includes(agent.secret));
});

test("a deleted workload gets no token, and its refusals are on record", async () => {
  const gone = await makeWorkload(world, running, fabrikam, "gone");
  await withTenant(world.opened.db, fabrikam, ({ trx }) =>
    trx
      .updateTable("principal")
      .set({ deleted_at: new Date(world.clock.now()) })
      .where("object_id", "=", gone.ref.objectId)
      .execute(),
  );
  const before = (await entriesOf(world, fabrikam, "sign_in.refused")).length;
  for (const client_secret of [gone.secret, "guess"]) {
    await refused(
      ask(fabrikam, { client_id: gone.clientId, client_secret }),
      401,
      "invalid_client",
      /no active client/,
    );
  }
  assert.equal((await untilEntries(world, fabrikam, "sign_in.refused", before + 2)).length, before + 2);
});

test("a name that no database can keep is nobody's: one answer, whoever else is named", async () => {
  const basic = { authorization: `Basic ${Buffer.from("%00:x").toString("base64")}` };
  const unknown = await ask(fabrikam, { client_id: "nobody" });
  const answers = [
    await ask("a%00b"),
    await ask("a%00b", { client_id: "nobody" }),
    await ask("%00"),
    await ask("a%01b"),
    await ask(fabrikam, { client_id: "a\0b" }),
    await ask(fabrikam, { client_id: "\u0001" }),
    await ask(fabrikam, { client_id: "" }, basic),
  ];
  assert.equal(unknown.status, 401);
  for (const answer of answers) assert.deepEqual(said(answer), said(unknown));
  for (const tenant of ["a%00b", "%00", "a%01b"]) {
    const found = await fetch(`${running.baseUrl}/${tenant}/v2.0/.well-known/openid-configuration`);
    assert.equal(found.status, 400);
    assert.match(await found.text(), /AADSTS90002/);
  }
});

test("the native token endpoint takes such a client id for an unknown one", async () => {
  const native = async (client_id: string) => {
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret: "x" });
    const response = await fetch(`${running.baseUrl}/oauth/token`, { method: "POST", body });
    return [response.status, ((await response.json()) as Answer["body"]).error];
  };
  assert.deepEqual(await native("a\0b"), await native("nobody"));
});

test("only this server's own scope is served, under the names that Azure's scripts use for it", async () => {
  for (const scope of [
    `${running.baseUrl}//.default`,
    "api",
    `openid profile ${running.baseUrl}/.default`,
    "https://management.azure.com/.default",
    "https://graph.microsoft.com/.default",
  ]) {
    assert.equal((await ask(fabrikam, { scope })).status, 200, scope);
  }
  for (const scope of [
    "",
    "https://elsewhere.example/.default",
    "https://graph.microsoft.com",
    "a b",
    "scim",
  ]) {
    await refused(ask(fabrikam, { scope }), 400, "invalid_scope", /\/\.default/);
  }
});

test("only client credentials are served here", async () => {
  for (const grant_type of ["password", "authorization_code", ""]) {
    await refused(ask(fabrikam, { grant_type }), 400, "unsupported_grant_type", /client_credentials/);
  }
});

test("discovery names the tenant's own endpoint, and an unknown tenant has none", async () => {
  for (const tenant of [fabrikam, "fabrikam"]) {
    const found = await fetch(`${running.baseUrl}/${tenant}/v2.0/.well-known/openid-configuration`);
    const document = (await found.json()) as Record<string, unknown>;
    assert.equal(document.issuer, `${running.baseUrl}/${fabrikam}/v2.0`);
    assert.equal(document.token_endpoint, `${running.baseUrl}/${fabrikam}/oauth2/v2.0/token`);
    assert.equal((await fetch(String(document.jwks_uri))).status, 200);
  }
  for (const tenant of ["nobody", "00000000-0000-4000-8000-000000000000"]) {
    const found = await fetch(`${running.baseUrl}/${tenant}/v2.0/.well-known/openid-configuration`);
    assert.equal(found.status, 400);
    assert.match(await found.text(), /AADSTS90002/);
  }
});
