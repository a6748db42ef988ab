import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import { authorizationRequest, Browser, formAction, headingOn, hiddenField, type Seen } from "./browser.ts";
import {
  credentials,
  makePerson,
  makeTenant,
  openWorld,
  type Person,
  type Running,
  serve,
  type World,
} from "./world.ts";

let world: World;
let running: Running;
let frank: Person;

before(async () => {
  world = await openWorld();
  running = await serve(world);
  frank = await makePerson(world, running, await makeTenant(world, "fabrikam"), "frank");
});

after(async () => {
  await running.close();
  await world.close();
});

const portal = () =>
  authorizationRequest({ client_id: "curfew-portal", redirect_uri: `${running.baseUrl}/auth/callback` }).path;

function isPlainAndSafe(page: Seen): void {
  const name = headingOn(page) ?? page.url.pathname;
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'/, name);
  assert.match(policy, /script-src 'none'/, name);
  assert.match(policy, /frame-ancestors 'none'/, name);
  assert.doesNotMatch(policy, /unsafe/, name);
  assert.equal(page.headers.get("cache-control"), "no-store", name);
  assert.equal(page.headers.get("x-content-type-options"), "nosniff", name);
  assert.match(page.text, /^<!doctype html>\n<html lang="en">/, name);
  assert.match(page.text, /<title>[^<]+ · Curfew<\/title>/, name);
  assert.doesNotMatch(page.text, /<script|\son\w+=|\sstyle=|javascript:/i, name);
  for (const [input] of page.text.matchAll(/<input\b(?![^>]*type="hidden")[^>]*>/g)) {
    const id = / id="([^"]+)"/.exec(input)?.[1];
    assert.ok(page.text.includes(`<label for="${id}">`), `${name}: ${input}`);
    assert.match(input, / autocomplete="/, input);
  }
}

test("every page is plain HTML under a strict policy, labelled, and says nothing to a cache", async () => {
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get(authorizationRequest().path));
  const wrong = await browser.post(formAction(form), { email: frank.email, password: "wrong password" });
  const consent = await browser.follow(await browser.post(formAction(form), credentials(frank)));
  const security = await browser.get("/security");
  const authenticator = await browser.post("/security/authenticator", {});
  const password = await browser.get("/security/password");
  const failed = await browser.get("/oauth/authorize?client_id=nobody");
  const signOut = await browser.get("/oauth/logout");
  const setUp = await browser.get("/setup");
  const pages = [form, wrong, consent, security, authenticator, password, failed, signOut, setUp];
  assert.deepEqual(pages.map(headingOn), [
    "Sign in",
    "Sign in",
    "Allow the Curfew command line?",
    "Sign-in settings",
    "Set up an authenticator",
    "Change your password",
    "That did not work",
    "Sign out of Curfew?",
    "Set up Curfew",
  ]);
  for (const page of pages) isPlainAndSafe(page);
});

test("the sign-in form has `email` and `password` and one button, the first; the answer may lead to the client", async () => {
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(
    await browser.get(authorizationRequest({ login_hint: frank.email }).path),
  );
  const names = [...form.text.matchAll(/<input[^>]* name="(\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(names, ["email", "password"]);
  assert.equal([...form.text.matchAll(/<button/g)].length, 1);
  assert.ok(form.text.includes(`value="${frank.email}"`));
  assert.match(
    form.headers.get("content-security-policy") ?? "",
    /form-action 'self' http:\/\/127\.0\.0\.1:49152;/,
  );
});

test("what a request carries is never markup on a page", async () => {
  const browser = new Browser(running.baseUrl);
  const hostile = `"><img src=x>`;
  const form = await browser.follow(await browser.get(authorizationRequest({ login_hint: hostile }).path));
  const wrong = await browser.post(formAction(form), { email: hostile, password: hostile });
  const failed = await browser.get(`/oauth/authorize?client_id=${encodeURIComponent(hostile)}`);
  for (const page of [form, wrong, failed]) assert.doesNotMatch(page.text, /<img/);
});

test("cookies are out of reach of scripts and of other sites' requests", async () => {
  const browser = new Browser(running.baseUrl);
  const answer = await browser.get(authorizationRequest().path);
  const cookies = answer.headers.getSetCookie();
  assert.ok(cookies.length > 0);
  for (const cookie of cookies) assert.match(cookie, /; samesite=lax; httponly/i);
});

test("behind a proxy that ended TLS cookies are Secure and bound to the host, and links stay on that origin", async () => {
  const origin = "https://curfew.example";
  const proxied = await serve(world, { origins: [origin], trustProxy: true });
  try {
    const headers = {
      "x-forwarded-proto": "https",
      "x-forwarded-host": "curfew.example",
      host: "curfew.example",
    };
    const found = await proxied.app.inject({ url: "/.well-known/openid-configuration", headers });
    assert.equal(found.json().token_endpoint, `${origin}/oauth/token`);
    const { path } = authorizationRequest();
    const started = await proxied.app.inject({ url: path, headers });
    assert.match(String(started.headers.location), /^\/sign-in\//);
    const cookies = [started.headers["set-cookie"]].flat().map(String);
    for (const cookie of cookies) assert.match(cookie, /^__(Host|Secure)-curfew_.*; secure/i);
    const foreign = await proxied.app.inject({
      url: "/.well-known/openid-configuration",
      headers: { ...headers, host: "evil.example", "x-forwarded-host": "evil.example" },
    });
    assert.equal(foreign.json().token_endpoint, `${proxied.baseUrl}/oauth/token`);
  } finally {
    await proxied.close();
  }
});

test("signing out ends the browser's session; the command line's refresh token lives on", async () => {
  const browser = new Browser(running.baseUrl);
  const tokens = await signInByForm({ baseUrl: running.baseUrl, ...frank, jar: browser.jar });
  const page = await browser.get("/oauth/logout");
  const done = await browser.follow(
    await browser.post(formAction(page), { xsrf: hiddenField(page, "xsrf"), logout: "yes" }),
  );
  assert.equal(headingOn(done), "Signed out");
  isPlainAndSafe(done);
  assert.equal(headingOn(await browser.follow(await browser.get(portal()))), "Sign in");
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: "curfew-cli",
    refresh_token: tokens.refreshToken ?? "",
  });
  assert.equal((await fetch(`${running.baseUrl}/oauth/token`, { method: "POST", body })).status, 200);
});

test("a sign-out that another site sent ends nothing", async () => {
  const browser = new Browser(running.baseUrl);
  await signInByForm({ baseUrl: running.baseUrl, ...frank, jar: browser.jar });
  await browser.post("/oauth/logout/confirm", { logout: "yes", xsrf: "guessed" });
  assert.equal((await browser.follow(await browser.get(portal()))).url.pathname, "/auth/callback");
});

test("bodies and addresses are bounded", async () => {
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get(authorizationRequest().path));
  const large = await browser.post(formAction(form), { email: "a".repeat(20_000), password: "b" });
  assert.equal(large.status, 413);
  const token = await fetch(`${running.baseUrl}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "x".repeat(70_000) }),
  });
  assert.equal(token.status, 413);
  assert.equal((await browser.get(`/oauth/authorize?state=${"x".repeat(9_000)}`)).status, 414);
});
