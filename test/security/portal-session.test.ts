/** What the portal's sign-in lets a browser do, and what no other page can do with it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Demo, startDemo } from "../fixtures/program.ts";
import { Browser, formAction, headingOn } from "../identity/browser.ts";

let demo: Demo;

before(async () => {
  demo = await startDemo();
});
after(() => demo.close());

const ask = { scope: "/subscriptions/x", roleDefinitionIds: [crypto.randomUUID()] };

async function signedIn(name: string, to = "/"): Promise<{ cookie: string; landed: string }> {
  const persona = demo.ready.personas[name];
  assert.ok(persona);
  const browser = new Browser(demo.ready.http);
  const form = await browser.follow(await browser.get(`/auth/sign-in?${new URLSearchParams({ to })}`));
  const { email, password } = persona;
  const answered = await browser.follow(await browser.post(formAction(form), { email, password }));
  assert.equal(answered.url.pathname, "/auth/callback");
  assert.equal(answered.url.searchParams.get("code"), null, "the portal is given no token");
  return { cookie: browser.jar.headerFor(new URL(demo.ready.http)), landed: answered.location ?? "" };
}

function call(
  path: string,
  headers: Record<string, string>,
  init: { method?: string; body?: unknown } = {},
): Promise<Response> {
  const { method = "GET", body } = init;
  return fetch(`${demo.ready.http}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "manual",
  });
}

test("whoever is not signed in is told so with 200, and by the API with 401", async () => {
  const probe = await call("/auth/session", {});
  assert.equal(probe.status, 200);
  assert.deepEqual(await probe.json(), { signedIn: false });
  assert.equal((await call("/api/v1/me", {})).status, 401);
  assert.equal((await call("/api/v1/me", { cookie: "curfew_session=made-up" })).status, 401);
});

test("sign-in leads back to where somebody was, on this server only", async () => {
  assert.equal((await signedIn("casey", "/approvals?about=groups")).landed, "/approvals?about=groups");
  for (const to of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "/..//evil.example",
    "/auth/sign-in",
    "javascript:alert(1)",
    "/\t/evil.example",
  ]) {
    const { headers } = await call(`/auth/callback?${new URLSearchParams({ state: to })}`, {});
    const location = headers.get("location") ?? "";
    assert.equal(new URL(location, demo.ready.http).origin, demo.ready.http, to);
    assert.ok(!location.startsWith("/auth"), to);
  }
});

test("the sign-in's cookie works for our own pages and no others", async () => {
  const { cookie } = await signedIn("casey");
  const origin = demo.ready.http;
  const me = await call("/api/v1/me", { cookie, "sec-fetch-site": "same-origin" });
  assert.equal(me.status, 200);
  const { email, session } = (await me.json()) as { email: string; session: { via: string } };
  assert.equal(email, "casey@contoso.example");
  assert.equal(session.via, "curfew-portal");

  for (const site of ["cross-site", "same-site"])
    assert.equal((await call("/api/v1/me", { cookie, "sec-fetch-site": site })).status, 403, site);

  const post = (headers: Record<string, string>) =>
    call("/api/v1/access-requests/preview", { cookie, ...headers }, { method: "POST", body: ask });
  assert.equal((await post({})).status, 403, "neither header: no browser of ours");
  assert.equal((await post({ origin: "https://evil.example" })).status, 403);
  assert.equal((await post({ origin: "null" })).status, 403);
  assert.equal((await post({ origin, "sec-fetch-site": "cross-site" })).status, 403);
  assert.equal((await post({ "sec-fetch-site": "none" })).status, 403);
  assert.notEqual((await post({ origin, "sec-fetch-site": "same-origin" })).status, 403);
  assert.notEqual((await post({ origin })).status, 403, "an older browser");
});

test("the compatible surfaces take no cookie", async () => {
  const { cookie } = await signedIn("casey");
  for (const path of ["/subscriptions?api-version=2022-12-01", "/v1.0/me"])
    assert.equal((await call(path, { cookie, "sec-fetch-site": "same-origin" })).status, 401, path);
});

test("signing out ends the session itself, for whoever kept the cookie, and other pages cannot do it", async () => {
  const { cookie } = await signedIn("casey");
  const out = (headers: Record<string, string>) =>
    call("/auth/sign-out", { cookie, ...headers }, { method: "POST" });
  const status = async () => (await call("/api/v1/me", { cookie })).status;
  await out({ origin: "https://evil.example", "sec-fetch-site": "cross-site" });
  assert.equal(await status(), 200);
  await out({ origin: demo.ready.http, "sec-fetch-site": "same-origin" });
  assert.equal(await status(), 401);
});

test("a new password ends what was signed in on the old one", async () => {
  const { cookie } = await signedIn("frank");
  assert.equal((await call("/api/v1/me", { cookie })).status, 200);
  const fiona = await demo.person("fiona");
  const { body } = await fiona.get("/configuration/User/frank");
  const spec = { ...body.spec, password: { value: "a new password for Frank" } };
  const changed = await fiona.put("/configuration/User/frank", { spec });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.equal((await call("/api/v1/me", { cookie })).status, 401);
});

test("the portal's page stands under a policy without inline script, and no other host", async () => {
  const page = await call("/approvals", { accept: "text/html" });
  assert.equal(page.status, 200);
  const policy = page.headers.get("content-security-policy") ?? "";
  const nonce = /'nonce-([\w-]{22})'/.exec(policy)?.[1] ?? "";
  assert.match(policy, /(^|; )script-src 'self'(;|$)/);
  assert.match(policy, /(^|; )frame-ancestors 'none'(;|$)/);
  assert.match(policy, /(^|; )require-trusted-types-for 'script'; trusted-types default$/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  const text = await page.text();
  assert.ok(text.includes(`nonce="${nonce}"`));
  const again = await call("/approvals", { accept: "text/html" });
  assert.ok(!(await again.text()).includes(nonce), "a nonce is for one answer");
  assert.equal(page.headers.get("cache-control"), "no-store");
});

test("only browsers that go somewhere get the page; programs keep their problem", async () => {
  assert.equal((await call("/nowhere", { accept: "application/json" })).status, 404);
  assert.equal((await call("/api/v1/nowhere", { accept: "text/html" })).status, 404);
  assert.equal((await call("/assets/nothing.js", { accept: "text/html" })).status, 404);
  assert.equal((await call("/assets/..%2f..%2fpackage.json", {})).status, 404);
  const nobody = new Browser(demo.ready.http);
  const form = await nobody.follow(await nobody.get("/auth/sign-in?to=/"));
  assert.equal(headingOn(form), "Sign in");
});
