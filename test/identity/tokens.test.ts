import assert from "node:assert/strict";
import { createHmac, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { after, before, test } from "node:test";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import type { TenantId } from "../../src/domain/ids.ts";
import { identityStore } from "../../src/store/identity/identity-store.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { untilEntries } from "./audit-of.ts";
import {
  answerIn,
  authorizationRequest,
  Browser,
  formAction,
  headingOn,
  REDIRECT_URI,
  redeem,
} from "./browser.ts";
import {
  credentials,
  makePerson,
  makePrincipal,
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
let tenantId: TenantId;
let frank: Person;
let token: string;

before(async () => {
  world = await openWorld();
  running = await serve(world);
  tenantId = await makeTenant(world, "fabrikam");
  frank = await makePerson(world, running, tenantId, "frank");
  token = (await signInByForm({ baseUrl: running.baseUrl, ...frank })).accessToken;
});

after(async () => {
  await running.close();
  await world.close();
});

const codeOf = async (authorization: string | undefined) => {
  const caller = await running.identity.authenticate(authorization, { ip: null });
  return caller.ok ? "in" : caller.rejection.code;
};

async function newCode(changes: Record<string, string> = {}) {
  const started = authorizationRequest(changes);
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get(started.path));
  const back = await browser.follow(await browser.post(formAction(form), credentials(frank)));
  return { code: answerIn(back).get("code") ?? "", verifier: started.verifier };
}

const exchange = (code: string, verifier: string, changes: Record<string, string> = {}) =>
  redeem(running.baseUrl, {
    grant_type: "authorization_code",
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT_URI,
    ...changes,
  });

const refresh = (refreshToken: unknown) =>
  redeem(running.baseUrl, { grant_type: "refresh_token", refresh_token: String(refreshToken) });

test("nothing but a bearer token of ours gets in", async () => {
  assert.equal(await codeOf(`Bearer ${token}`), "in");
  assert.equal(await codeOf(`bearer ${token}`), "in");
  for (const wrong of [undefined, "", "Bearer", `Basic ${token}`, `Bearer ${token} x`, `Bearer x${token}`]) {
    assert.equal(await codeOf(wrong), "unauthenticated", String(wrong).slice(0, 20));
  }
  assert.equal(await codeOf(`Bearer ${"a".repeat(10_000)}`), "unauthenticated");
});

test("another issuer, audience, type, algorithm, key or time is refused, each by itself", async () => {
  const [header = "", body = ""] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
  const claims = JSON.parse(body);
  const key = await ourKey();
  const mint = (head: object, payload: object, with_ = key) => {
    const text = [head, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    return `Bearer ${text}.${sign("sha256", Buffer.from(text), with_).toString("base64url")}`;
  };
  const head = JSON.parse(header);
  assert.equal(await codeOf(mint(head, claims)), "in");
  const now = Math.floor(Date.now() / 1_000);
  for (const [name, payload] of Object.entries({
    issuer: { ...claims, iss: "https://elsewhere.example" },
    audience: { ...claims, aud: "urn:other:api" },
    "client as audience": { ...claims, aud: "curfew-cli" },
    "no audience": { ...claims, aud: undefined },
    expired: { ...claims, exp: now - 1 },
    "no expiry": { ...claims, exp: undefined },
    "not yet": { ...claims, nbf: now + 60 },
    scope: { ...claims, scope: "openid" },
    tenant: { ...claims, tid: "9f1c1d2e-0000-4000-8000-000000000000" },
    subject: { ...claims, sub: "' OR 1=1" },
    "older password": { ...claims, cred: claims.cred - 1 },
  })) {
    assert.equal(await codeOf(mint(head, payload)), "unauthenticated", name);
  }
  assert.equal(await codeOf(mint({ ...head, typ: "JWT" }, claims)), "unauthenticated");
  assert.equal(await codeOf(mint({ ...head, typ: undefined }, claims)), "unauthenticated");
  assert.equal(await codeOf(mint({ ...head, alg: "RS512" }, claims)), "unauthenticated");
  const foreign = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
  assert.equal(await codeOf(mint(head, claims, foreign)), "unauthenticated");
  assert.equal(await codeOf(unsigned(claims)), "unauthenticated");
  assert.equal(await codeOf(await signedWithOurPublicKey(claims)), "unauthenticated");
});

test("an id token is not an access token", async () => {
  const { idToken } = await signInByForm({ baseUrl: running.baseUrl, ...frank });
  assert.equal(await codeOf(`Bearer ${idToken}`), "unauthenticated");
});

test("a token without the scope `api` is none for the API", async () => {
  const narrow = await signInByForm({ baseUrl: running.baseUrl, ...frank, scope: "openid" });
  assert.equal(await codeOf(`Bearer ${narrow.accessToken}`), "unauthenticated");
});

test("the rights are those of this moment, not of the token", async () => {
  const rights = async () => {
    const caller = await running.identity.authenticate(`Bearer ${token}`, { ip: null });
    return caller.ok ? caller.value.rights : null;
  };
  assert.deepEqual(await rights(), []);
  const key = { tenant_id: tenantId, object_id: frank.ref.objectId };
  await withTenant(world.opened.db, tenantId, ({ trx }) =>
    trx
      .insertInto("tenant_right")
      .values({ ...key, held: "auditor" })
      .execute(),
  );
  assert.deepEqual(await rights(), ["auditor"]);
  await withTenant(world.opened.db, tenantId, ({ trx }) =>
    trx.deleteFrom("tenant_right").where("object_id", "=", frank.ref.objectId).execute(),
  );
  assert.deepEqual(await rights(), []);
});

test("a deleted principal and a closed tenant are out at once, tokens and refresh tokens alike", async () => {
  const elsewhere = await makeTenant(world, "short-lived");
  const leaver = await makePerson(world, running, elsewhere, "leaver");
  const stayer = await makePerson(world, running, elsewhere, "stayer");
  const left = await signInByForm({ baseUrl: running.baseUrl, ...leaver });
  const stayed = await signInByForm({ baseUrl: running.baseUrl, ...stayer });
  await withTenant(world.opened.db, elsewhere, ({ trx }) =>
    trx
      .updateTable("principal")
      .set({ deleted_at: new Date() })
      .where("object_id", "=", leaver.ref.objectId)
      .execute(),
  );
  assert.equal(await codeOf(`Bearer ${left.accessToken}`), "unauthenticated");
  assert.equal((await refresh(left.refreshToken)).status, 400);
  assert.equal(await codeOf(`Bearer ${stayed.accessToken}`), "in");
  await withTenant(world.opened.db, elsewhere, ({ trx }) =>
    trx.updateTable("tenant").set({ closed_at: new Date() }).where("tenant_id", "=", elsewhere).execute(),
  );
  assert.equal(await codeOf(`Bearer ${stayed.accessToken}`), "unauthenticated");
  assert.equal((await refresh(stayed.refreshToken)).status, 400);
});

test("a new password ends tokens, refresh tokens and sessions of the old one", async () => {
  const changed = await makePerson(world, running, tenantId, "changed");
  const browser = new Browser(running.baseUrl);
  const before = await signInByForm({ baseUrl: running.baseUrl, ...changed, jar: browser.jar });
  const hashed = await running.identity.accounts.hashPassword(`${PASSWORD} again`);
  assert.ok(hashed.ok);
  await world.opened.store.inTenant(tenantId, (tx) =>
    tx.accounts.setPassword(changed.ref, changed.email, hashed.value),
  );
  assert.equal(await codeOf(`Bearer ${before.accessToken}`), "unauthenticated");
  assert.equal((await refresh(before.refreshToken)).status, 400);
  const { path } = authorizationRequest({
    client_id: "curfew-portal",
    redirect_uri: `${running.baseUrl}/auth/callback`,
  });
  assert.equal(headingOn(await browser.follow(await browser.get(path))), "Sign in");
});

test("a new client secret ends the old one and its tokens; a refused secret is on record", async () => {
  const workload = await makeWorkload(world, running, tenantId, "robot");
  const ask = async (secret: string) => {
    const answer = await redeem(running.baseUrl, {
      grant_type: "client_credentials",
      scope: "api",
      client_id: workload.clientId,
      client_secret: secret,
    });
    return { status: answer.status, token: `Bearer ${answer.body.access_token}` };
  };
  const first = await ask(workload.secret);
  assert.equal(await codeOf(first.token), "in");
  const { secret, hash } = running.identity.accounts.newClientSecret();
  await world.opened.store.inTenant(tenantId, (tx) =>
    tx.accounts.setClientSecret(workload.ref, workload.clientId, hash),
  );
  assert.equal(await codeOf(first.token), "unauthenticated");
  assert.equal((await ask(workload.secret)).status, 401);
  assert.equal(await codeOf((await ask(secret)).token), "in");
  const [refusal] = await untilEntries(world, tenantId, "sign_in.refused", 1);
  assert.match(refusal?.entry ?? "", /"step":"client_secret"/);
  assert.equal((await untilEntries(world, tenantId, "token.issued", 2)).length, 2);
});

test("a workload's client id is nobody else's", async () => {
  const first = await makeWorkload(world, running, tenantId, "taken");
  const other = await makePrincipal(world, tenantId, "servicePrincipal", "other");
  const { hash } = running.identity.accounts.newClientSecret();
  const answer = await world.opened.store.inTenant(tenantId, (tx) =>
    tx.accounts.setClientSecret(other, first.clientId, hash),
  );
  assert.equal(answer, "client_id_taken");
});

test("a code works once; used again it takes the refresh token with it", async () => {
  const { code, verifier } = await newCode();
  const first = await exchange(code, verifier);
  assert.equal(first.status, 200);
  const again = await exchange(code, verifier);
  assert.deepEqual([again.status, again.body.error], [400, "invalid_grant"]);
  assert.equal((await refresh(first.body.refresh_token)).status, 400);
});

test("ten exchanges of one code at once give tokens once", async () => {
  const { code, verifier } = await newCode();
  const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(code, verifier)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
});

test("a code needs its own verifier, redirect address and client", async () => {
  const wrong: [string, Record<string, string>][] = [
    ["verifier", { code_verifier: "x".repeat(43) }],
    ["redirect", { redirect_uri: "http://127.0.0.1:1/callback" }],
    ["client", { client_id: "curfew-portal" }],
  ];
  for (const [name, changes] of wrong) {
    const { code, verifier } = await newCode();
    assert.equal((await exchange(code, verifier, changes)).status, 400, name);
  }
  const { code, verifier } = await newCode();
  assert.equal((await exchange(code, verifier, { code_verifier: "" })).status, 400);
});

test("a refresh token works once; used again, the whole family is gone", async () => {
  const tokens = await signInByForm({ baseUrl: running.baseUrl, ...frank });
  const second = await refresh(tokens.refreshToken);
  assert.equal(second.status, 200);
  assert.equal((await refresh(tokens.refreshToken)).status, 400);
  assert.equal((await refresh(second.body.refresh_token)).status, 400);
});

test("an address that was not registered is never redirected to", async () => {
  const browser = new Browser(running.baseUrl);
  for (const redirect_uri of [
    "https://evil.example/callback",
    "http://127.0.0.1.evil.example/callback",
    "http://localhost:49152/callback",
    "http://127.0.0.1:49152/other",
    "http://127.0.0.1:49152/callback/../x",
    "http://127.0.0.1:49152/callback?a=b",
    "http://user@127.0.0.1:49152/callback",
    "https://127.0.0.1:49152/callback",
  ]) {
    const answer = await browser.get(authorizationRequest({ redirect_uri }).path);
    assert.equal(answer.location, null, redirect_uri);
    assert.equal(answer.status, 400, redirect_uri);
    assert.equal(headingOn(answer), "That did not work");
  }
  for (const redirect_uri of ["http://127.0.0.1:1/callback", "http://[::1]:65535/callback"]) {
    const answer = await browser.get(authorizationRequest({ redirect_uri }).path);
    assert.match(answer.location ?? "", /^\/sign-in\//, redirect_uri);
  }
});

test("a code without PKCE, with `plain`, or asked for as a token is refused", async () => {
  const browser = new Browser(running.baseUrl);
  const changes: Record<string, string | null>[] = [
    { code_challenge: null, code_challenge_method: null },
    { code_challenge_method: "plain" },
    { response_type: "token" },
    { response_type: "id_token" },
    { response_mode: "form_post" },
  ];
  for (const change of changes) {
    const answer = await browser.get(authorizationRequest(change).path);
    assert.match(
      answer.location ?? answer.text,
      /[?#&]error=|name="error"|That did not work/,
      JSON.stringify(change),
    );
    assert.doesNotMatch(answer.location ?? "", /sign-in/);
  }
});

test("two servers on one database sign with one key, and each goes by its own issuer", async () => {
  const keys = await identityStore(world.opened.db).signingKeys.all();
  const other = await serve(world);
  try {
    assert.deepEqual(await identityStore(world.opened.db).signingKeys.all(), keys);
    const caller = await other.identity.authenticate(`Bearer ${token}`, { ip: null });
    // The other server has another address: a signature with the right key alone is not enough.
    assert.equal(caller.ok, false);
  } finally {
    await other.close();
  }
});

async function ourKey() {
  const [stored] = await identityStore(world.opened.db).signingKeys.all();
  assert.ok(stored);
  const jwk = JSON.parse(world.opened.key.open(`signing key ${stored.kid}`, stored.sealed));
  return createPrivateKey({ key: jwk, format: "jwk" });
}

function unsigned(claims: object): string {
  const parts = [{ alg: "none", typ: "at+jwt" }, claims];
  return `Bearer ${parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;
}

async function signedWithOurPublicKey(claims: object): Promise<string> {
  const { keys } = (await (await fetch(`${running.baseUrl}/oauth/jwks`)).json()) as {
    keys: { n: string; d?: string }[];
  };
  assert.equal(keys[0]?.d, undefined);
  const text = [{ alg: "HS256", typ: "at+jwt" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `Bearer ${text}.${createHmac("sha256", keys[0]?.n ?? "")
    .update(text)
    .digest("base64url")}`;
}
