/** What passes by itself is 503 with Retry-After, on every surface in its own form; what does not is none of it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import Fastify from "fastify";
import pg from "pg";
import { outageOf } from "../../src/domain/outage.ts";
import { TargetFault } from "../../src/domain/target-fault.ts";
import { handleFaults } from "../../src/http/faults.ts";
import { refuseUnderPressure } from "../../src/http/pressure.ts";
import { failurePage } from "../../src/identity/pages/failure-page.ts";
import { DatabaseAway } from "../../src/store/guarded-client.ts";
import { Browser } from "../identity/browser.ts";
import { makePerson, makeTenant, openWorld, serve, type World } from "../identity/world.ts";

const HTML = { accept: "text/html,application/xhtml+xml" };

function coded(code: string, message = "no"): Error {
  return Object.assign(new Error(message), { code });
}

test("every way in which the database or the machine is away is an outage, also behind other errors", () => {
  const sqlstates =
    "08006 08P01 28P01 3D000 53100 53200 53300 57014 57P01 57P02 57P03 58030 25006 25P03 40001 40003 40P01 55P03 CU001";
  const ofTheMachine = "ENOSPC EDQUOT EMFILE ENFILE ECONNRESET ECONNREFUSED EPIPE ETIMEDOUT EAI_AGAIN";
  for (const code of `${sqlstates} ${ofTheMachine} FST_UNDER_PRESSURE`.split(" ")) {
    assert.ok(outageOf(coded(code)), code);
    assert.ok(outageOf(new Error("it failed", { cause: coded(code) })), `${code} behind another`);
    assert.ok(outageOf(new AggregateError([new Error("one"), coded(code)])), `${code} beside another`);
  }
  const full = outageOf(
    new DatabaseAway("the session was given up", coded("53100", "could not extend file")),
  );
  assert.match(full?.message ?? "", /no room left/);
  assert.match(full?.reason ?? "", /could not extend file/);
  assert.doesNotMatch(full?.message ?? "", /extend/);
  for (const fault of [
    coded("23505"),
    coded("42501"),
    coded("42P01"),
    coded("22P02"),
    coded("ENOENT"),
    coded("40002"),
    new TypeError("x is undefined"),
    new TargetFault("retryable", "it is away", { cause: coded("ECONNREFUSED") }),
    "ENOSPC",
  ])
    assert.equal(outageOf(fault), null, String(fault));
});

test("programs get a problem, browsers a page that looks again where that does no harm", async () => {
  const app = Fastify();
  handleFaults(app, failurePage);
  const failing = async () => {
    throw coded("53100", "could not write /var/lib/somewhere");
  };
  for (const url of ["/", "/api/v1/me"]) app.get(url, failing);
  app.post("/", failing);
  app.get("/limited", async (_, reply) => {
    reply.header("retry-after", "7");
    throw Object.assign(new Error("too many calls; wait"), { statusCode: 429 });
  });
  app.get("/broken", async () => {
    throw new TypeError("secret is undefined");
  });
  try {
    for (const [method, url, headers] of [
      ["GET", "/", {}],
      ["GET", "/api/v1/me", HTML],
    ] as const) {
      const problem = await app.inject({ method, url, headers });
      assert.deepEqual([problem.statusCode, problem.json().code], [503, "unavailable"]);
      assert.ok(Number(problem.headers["retry-after"]) > 0);
      assert.doesNotMatch(problem.body, /var\/lib/);
    }
    const page = await app.inject({ url: "/?to=%22%3E%3Cimg%20src=x%3E", headers: HTML });
    assert.equal(page.statusCode, 503);
    assert.ok(Number(page.headers["retry-after"]) > 0);
    assert.match(page.body, /<meta http-equiv="refresh" content="\d+; url=\//);
    // Whoever was sent to such an address stays here.
    for (const url of ["//evil.example/", "/\\evil.example/", "///evil.example"]) {
      const { body } = failurePage(503, "away", { seconds: 2, at: url });
      assert.match(body, /content="2; url=\/evil\.example/, url);
    }
    assert.doesNotMatch(page.body, /<img|var\/lib/);
    assert.match(String(page.headers["content-security-policy"]), /script-src 'none'/);
    const posted = await app.inject({ method: "POST", url: "/", headers: HTML });
    assert.equal(posted.statusCode, 503);
    assert.doesNotMatch(posted.body, /http-equiv="refresh"/);
    const limited = await app.inject({ url: "/limited", headers: HTML });
    assert.deepEqual([limited.statusCode, /<h1>Too many calls/.test(limited.body)], [429, true]);
    assert.match(limited.body, /<meta http-equiv="refresh" content="7; url=\/limited"/);
    const broken = await app.inject({ url: "/broken", headers: HTML });
    assert.deepEqual([broken.statusCode, /undefined/.test(broken.body)], [500, false]);
    assert.match(broken.body, /fault of Curfew/);
  } finally {
    await app.close();
  }
});

test("a call that comes while the server is being stopped gets 503 as every other", async () => {
  const app = Fastify({ return503OnClosing: false });
  handleFaults(app);
  refuseUnderPressure(app);
  const { promise: slow, resolve: finish } = Promise.withResolvers<string>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  app.get("/slow", () => {
    begin();
    return slow;
  });
  const address = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
  const socket = connect(Number(address.port), address.hostname);
  const gone = once(socket, "close");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  socket.write("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
  await begun;
  const closed = app.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.write("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 50));
  finish("done");
  await gone;
  await closed;
  assert.match(text, /200 OK[\s\S]*503 Service Unavailable[\s\S]*retry-after: \d/i);
  assert.match(text, /"code":"unavailable"/);
});

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test("signing in: the provider's own addresses, tokens and our pages, each in its form", async () => {
  let away: Error | null = null;
  const failing = <T extends object>(real: T): T =>
    new Proxy(real, {
      get(of, name) {
        const found = Reflect.get(of, name);
        if (typeof found !== "function")
          return typeof found === "object" && found !== null ? failing(found) : found;
        return (...given: unknown[]) => {
          if (away !== null) throw away;
          return found.apply(of, given);
        };
      },
    });
  const running = await serve(world, { between: failing });
  try {
    const tenant = await makeTenant(world, "fabrikam");
    await makePerson(world, running, tenant, "finn");
    const browser = new Browser(running.baseUrl);
    const begun = await browser.follow(await browser.get("/sign-in?tenant=fabrikam"));
    assert.equal(begun.status, 200);
    assert.match(begun.text, /name="password"/);
    const linesBefore = world.lines.length;
    for (const what of [
      coded("53100"),
      new DatabaseAway("lost"),
      coded("EMFILE"),
      new pg.DatabaseError("no", 2, "error"),
    ]) {
      if (what instanceof pg.DatabaseError) what.code = "25006";
      away = what;
      const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
        fetch(`${running.baseUrl}${path}`, { method: "POST", body: new URLSearchParams(fields), headers });
      const client = { grant_type: "client_credentials", client_id: "nobody", client_secret: "x".repeat(40) };
      for (const path of ["/oauth/token", "/fabrikam/oauth2/v2.0/token"]) {
        const token = await form(path, { ...client, scope: "api" });
        assert.equal(token.status, 503, `${path} ${String(what)}`);
        assert.ok(Number(token.headers.get("retry-after")) > 0);
        const body = (await token.json()) as { error: string; error_codes?: number[] };
        assert.equal(body.error, "temporarily_unavailable");
        if (body.error_codes !== undefined) assert.deepEqual(body.error_codes, [90033]);
      }
      // Where the client and its address are known, the provider would send the browser back there with an error.
      const asking = await browser.get(
        `/oauth/authorize?client_id=curfew-portal&response_type=none&scope=openid&redirect_uri=${encodeURIComponent(`${running.baseUrl}/auth/callback`)}`,
      );
      const page = await browser.get(begun.url.pathname);
      for (const seen of [asking, page]) {
        assert.equal(seen.status, 503, seen.text);
        assert.equal(seen.location, null);
        assert.ok(Number(seen.headers.get("retry-after")) > 0);
        assert.match(seen.text, /<h1>Curfew cannot answer just now<\/h1>[\s\S]*looks again by itself/);
        assert.match(seen.headers.get("content-security-policy") ?? "", /default-src 'none'/);
      }
      const posted = await browser.post(begun.url.pathname, {
        email: "finn",
        password: "a long enough password",
      });
      assert.equal(posted.status, 503);
      assert.doesNotMatch(posted.text, /http-equiv="refresh"/);
    }
    away = new TypeError("a fault of ours");
    const faulty = await browser.get(begun.url.pathname);
    assert.equal(faulty.status, 500);
    assert.equal(world.lines.length, linesBefore, "an outage fills no log");
    away = null;
    assert.equal((await browser.get(begun.url.pathname)).status, 200, "and goes on where it was");
  } finally {
    await running.close();
  }
});
