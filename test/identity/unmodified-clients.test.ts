import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as oauth from "oauth4webapi";
import * as oidc from "openid-client";
import { followForms } from "../../src/client/form-sign-in.ts";
import {
  makePerson,
  makeTenant,
  makeWorkload,
  openWorld,
  type Person,
  type Running,
  serve,
  type World,
} from "./world.ts";

let world: World;
let running: Running;
let frank: Person;
let workload: Awaited<ReturnType<typeof makeWorkload>>;
const from = { ip: "127.0.0.1" };
const REDIRECT = "http://127.0.0.1:49152/callback";

before(async () => {
  world = await openWorld();
  running = await serve(world);
  const tenantId = await makeTenant(world, "fabrikam");
  frank = await makePerson(world, running, tenantId, "frank");
  workload = await makeWorkload(world, running, tenantId, "fabrikam-deploy");
});

after(async () => {
  await running.close();
  await world.close();
});

test("openid-client runs code with PKCE and nonce, and refreshes", async () => {
  const config = await oidc.discovery(new URL(running.baseUrl), "curfew-cli", undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
  const verifier = oidc.randomPKCECodeVerifier();
  const nonce = oidc.randomNonce();
  const state = oidc.randomState();
  const start = oidc.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: "openid api",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    nonce,
    state,
  });
  const { callback } = await followForms(start, REDIRECT, frank);
  const tokens = await oidc.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier: verifier,
    expectedNonce: nonce,
    expectedState: state,
    idTokenExpected: true,
  });
  assert.equal(tokens.claims()?.sub, frank.ref.objectId);
  assert.equal(tokens.claims()?.tid, frank.ref.tenantId);
  assert.equal(tokens.expires_in, 600);
  const caller = await running.identity.authenticate(`Bearer ${tokens.access_token}`, from);
  assert.ok(caller.ok);
  assert.deepEqual(caller.value.ref, frank.ref);
  assert.equal(caller.value.kind, "user");
  assert.deepEqual(caller.value.session.amr, ["pwd"]);
  assert.equal(caller.value.session.via, "curfew-cli");
  assert.equal(caller.value.session.ip, "127.0.0.1");
  assert.equal(caller.value.limited, false);

  const again = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? "");
  assert.notEqual(again.refresh_token, tokens.refresh_token);
  const refreshed = await running.identity.authenticate(`Bearer ${again.access_token}`, from);
  assert.ok(refreshed.ok);
  assert.equal(refreshed.value.session.authTime, caller.value.session.authTime);
});

test("oauth4webapi runs code with PKCE and verifies the id token and the access token", async () => {
  const options = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(running.baseUrl);
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
  const client = { client_id: "curfew-cli" };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const start = new URL(as.authorization_endpoint ?? "");
  start.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    response_type: "code",
    scope: "openid api",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  }).toString();
  const { callback } = await followForms(start, REDIRECT, frank);
  const checked = oauth.validateAuthResponse(as, client, callback, state);
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    oauth.None(),
    checked,
    REDIRECT,
    verifier,
    options,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  // RFC 9068, verified by a library that knows nothing of us: `typ`, issuer, audience, signature, required claims.
  const request = new Request(`${running.baseUrl}/api/v1/me`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  const claims = await oauth.validateJwtAccessToken(as, request, "urn:curfew:api", options);
  assert.equal(claims.sub, frank.ref.objectId);
  assert.equal(claims.client_id, "curfew-cli");
  assert.equal(claims.acr, "urn:curfew:pwd");
});

const WAYS = { client_secret_basic: oauth.ClientSecretBasic, client_secret_post: oauth.ClientSecretPost };

for (const [method, authenticateBy] of Object.entries(WAYS)) {
  test(`oauth4webapi gets a workload's token with ${method}`, async () => {
    const options = { [oauth.allowInsecureRequests]: true };
    const issuer = new URL(running.baseUrl);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
    const client = { client_id: workload.clientId };
    const auth = authenticateBy(workload.secret);
    const response = await oauth.clientCredentialsGrantRequest(as, client, auth, { scope: "api" }, options);
    const tokens = await oauth.processClientCredentialsResponse(as, client, response);
    const caller = await running.identity.authenticate(`Bearer ${tokens.access_token}`, from);
    assert.ok(caller.ok);
    assert.deepEqual(caller.value.ref, workload.ref);
    assert.equal(caller.value.kind, "servicePrincipal");
    assert.equal(caller.value.session.authTime, null);
    assert.deepEqual(caller.value.session.amr, []);
    assert.equal(caller.value.session.via, workload.clientId);
  });
}

test("openid-client gets a workload's token, and none with another secret", async () => {
  const discover = (secret: string) =>
    oidc.discovery(new URL(running.baseUrl), workload.clientId, secret, undefined, {
      execute: [oidc.allowInsecureRequests],
    });
  const tokens = await oidc.clientCredentialsGrant(await discover(workload.secret), { scope: "api" });
  assert.ok((await running.identity.authenticate(`Bearer ${tokens.access_token}`, from)).ok);
  await assert.rejects(oidc.clientCredentialsGrant(await discover(`${workload.secret}x`), { scope: "api" }), {
    error: "invalid_client",
  });
});
