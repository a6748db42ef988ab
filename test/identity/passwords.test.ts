import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { FormSignInError, signInByForm } from "../../src/client/form-sign-in.ts";
import type { PrincipalRef } from "../../src/domain/principal.ts";
import { passwordPage } from "../../src/identity/pages/security-page.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { entriesOf, until, untilEntries } from "./audit-of.ts";
import {
  alertOn,
  answerIn,
  authorizationRequest,
  Browser,
  formAction,
  headingOn,
  hiddenField,
} from "./browser.ts";
import {
  credentials,
  makePerson,
  makePrincipal,
  makeTenant,
  makeWorkload,
  openWorld,
  PASSWORD,
  type Running,
  serve,
  type World,
} from "./world.ts";

let world: World;
let running: Running;

before(async () => {
  world = await openWorld();
  running = await serve(world);
});

after(async () => {
  await running.close();
  await world.close();
});

const newPerson = async (name: string) =>
  makePerson(world, running, await makeTenant(world, `tenant-of-${name}`), name);

const refused = (status: number) => (error: unknown) =>
  error instanceof FormSignInError && error.status === status;

test("a wrong password and an unknown address read the same, and only the known one has an entry", async () => {
  const ada = await newPerson("ada");
  const attempt = (email: string) =>
    signInByForm({ baseUrl: running.baseUrl, email, password: "not it, not it" }).then(
      () => "in",
      (error: Error) => error.message,
    );
  assert.equal(await attempt(ada.email), "E-mail or password is wrong.");
  assert.equal(await attempt("nobody@nowhere.example"), "E-mail or password is wrong.");
  const entries = await untilEntries(world, ada.ref.tenantId, "sign_in.refused", 1);
  assert.equal(entries.length, 1);
  assert.match(entries[0]?.entry ?? "", /"step":"password"/);
  assert.doesNotMatch(entries[0]?.entry ?? "", /not it/);
  await until(async () => world.lines.some((line) => line.includes("unknown account")));
  assert.ok(world.lines.every((line) => !line.includes("nobody@nowhere.example")));
});

test("a sign-in is an entry that names the person, the client and the methods, and no secret", async () => {
  const grace = await newPerson("grace");
  await signInByForm({ baseUrl: running.baseUrl, ...grace, email: grace.email.toUpperCase() });
  const [entry, ...more] = await entriesOf(world, grace.ref.tenantId, "sign_in.succeeded");
  assert.equal(more.length, 0);
  const { actor, facts } = JSON.parse(entry?.entry ?? "{}");
  assert.deepEqual(actor, { kind: "user", ...grace.ref, via: "curfew-cli" });
  assert.deepEqual(facts, { ip: "127.0.0.1", methods: ["pwd"], recoveryCode: false });
});

test("somebody whose principal was deleted, or whose tenant was closed, does not get in", async () => {
  const gone = await newPerson("gone");
  await withTenant(world.opened.db, gone.ref.tenantId, ({ trx }) =>
    trx
      .updateTable("principal")
      .set({ deleted_at: new Date() })
      .where("object_id", "=", gone.ref.objectId)
      .execute(),
  );
  await assert.rejects(signInByForm({ baseUrl: running.baseUrl, ...gone }), refused(403));
  const closed = await newPerson("closed");
  await withTenant(world.opened.db, closed.ref.tenantId, ({ trx }) =>
    trx
      .updateTable("tenant")
      .set({ closed_at: new Date() })
      .where("tenant_id", "=", closed.ref.tenantId)
      .execute(),
  );
  await assert.rejects(signInByForm({ baseUrl: running.baseUrl, ...closed }), refused(403));
});

test("a password is at least 12 characters and at most 256 bytes", async () => {
  const { hashPassword } = running.identity.accounts;
  const codes = await Promise.all(
    ["elevenchars", "twelve chars", "ü".repeat(128), "ü".repeat(129)].map(async (password) => {
      const hashed = await hashPassword(password);
      return hashed.ok ? "ok" : hashed.rejection.code;
    }),
  );
  assert.deepEqual(codes, ["invalid_input", "ok", "ok", "invalid_input"]);
});

test("two accounts of one tenant never share an e-mail address, whatever the case it is written in", async () => {
  const first = await newPerson("first");
  const second = { ref: await makePrincipal(world, first.ref.tenantId, "user", "second") };
  const hashed = await running.identity.accounts.hashPassword(PASSWORD);
  assert.ok(hashed.ok);
  const answer = await world.opened.store.inTenant(second.ref.tenantId, (tx) =>
    tx.accounts.setPassword(second.ref, first.email.toUpperCase(), hashed.value),
  );
  assert.equal(answer, "email_taken");
});

test("a deleted person's e-mail address and a deleted workload's client id can be given again", async () => {
  const tenantId = await makeTenant(world, "leavers");
  const left = await makePerson(world, running, tenantId, "left");
  const robot = await makeWorkload(world, running, tenantId, "left-robot");
  // The network they came from is kept with the account, and goes with it.
  await signInByForm({ baseUrl: running.baseUrl, ...left });
  await withTenant(world.opened.db, tenantId, ({ trx }) =>
    trx.updateTable("principal").set({ deleted_at: new Date() }).execute(),
  );
  const heir = await makePerson(world, running, tenantId, "left");
  const spare = await makeWorkload(world, running, tenantId, robot.clientId);
  assert.equal(heir.email, left.email);
  const { accessToken } = await signInByForm({ baseUrl: running.baseUrl, ...heir });
  const caller = await running.identity.authenticate(`Bearer ${accessToken}`, { ip: null });
  assert.ok(caller.ok);
  assert.deepEqual(caller.value.ref, heir.ref);
  assert.notEqual(spare.ref.objectId, robot.ref.objectId);
});

test("a form that another site posted changes nothing", async () => {
  const victim = await newPerson("victim");
  const lured = new Browser(running.baseUrl, "https://evil.example");
  const page = await lured.follow(await lured.get(authorizationRequest().path));
  assert.equal((await lured.post(formAction(page), { email: victim.email, password: PASSWORD })).status, 403);
  const opaque = new Browser(running.baseUrl, "null");
  const other = await opaque.follow(await opaque.get(authorizationRequest().path));
  assert.equal(
    (await opaque.post(formAction(other), { email: victim.email, password: PASSWORD })).status,
    403,
  );
  assert.equal((await entriesOf(world, victim.ref.tenantId, "sign_in.succeeded")).length, 0);
});

test("consent is asked once for a client and account, and can be refused", async () => {
  const careful = await newPerson("careful");
  const signIn = async () => {
    const browser = new Browser(running.baseUrl);
    const form = await browser.follow(await browser.get(authorizationRequest().path));
    const next = await browser.follow(await browser.post(formAction(form), credentials(careful)));
    return { browser, next };
  };
  const first = await signIn();
  assert.equal(headingOn(first.next), "Allow the Curfew command line?");
  assert.match(first.next.text, /127\.0\.0\.1:49152/);
  const denied = await first.browser.follow(
    await first.browser.post(formAction(first.next), { decision: "deny" }),
  );
  assert.equal(answerIn(denied).get("error"), "access_denied");
  const second = await signIn();
  assert.equal(headingOn(second.next), "Allow the Curfew command line?");
  const allowed = await second.browser.follow(
    await second.browser.post(formAction(second.next), { decision: "allow" }),
  );
  assert.ok(answerIn(allowed).get("code"));
  assert.ok(answerIn((await signIn()).next).get("code"));
});

test("a command line's sign-in is typed even where the browser has a session; the portal's is not", async () => {
  const twice = await newPerson("twice");
  const browser = new Browser(running.baseUrl);
  await signInByForm({ baseUrl: running.baseUrl, ...twice, jar: browser.jar });
  const native = await browser.follow(await browser.get(authorizationRequest().path));
  assert.equal(headingOn(native), "Sign in");
  const portal = await browser.follow(
    await browser.get(
      authorizationRequest({
        client_id: "curfew-portal",
        redirect_uri: `${running.baseUrl}/auth/callback`,
      }).path,
    ),
  );
  assert.equal(portal.url.pathname, "/auth/callback");
  assert.ok(portal.url.searchParams.get("code"));
});

test("another person who signs in with the same browser gets a session of their own", async () => {
  const one = await newPerson("one");
  const other = await newPerson("other");
  const browser = new Browser(running.baseUrl);
  const first = await signInByForm({ baseUrl: running.baseUrl, ...one, jar: browser.jar });
  const second = await signInByForm({ baseUrl: running.baseUrl, ...other, jar: browser.jar });
  const subjects = await Promise.all(
    [first, second].map(async ({ accessToken }) => {
      const caller = await running.identity.authenticate(`Bearer ${accessToken}`, { ip: null });
      return caller.ok ? caller.value.ref.objectId : "nobody";
    }),
  );
  assert.deepEqual(subjects, [one.ref.objectId, other.ref.objectId]);
});

test("an interaction belongs to the browser it began in", async () => {
  const alice = await newPerson("alice");
  const hers = new Browser(running.baseUrl);
  const page = await hers.follow(await hers.get(authorizationRequest().path));
  const theirs = await new Browser(running.baseUrl).post(formAction(page), credentials(alice));
  assert.equal(theirs.status, 400);
  assert.equal(headingOn(theirs), "This sign-in has expired");
  assert.equal(alertOn(theirs), undefined);
});

/** Signs in at the settings and sends the form of a new password. */
async function sendNew(person: { email: string; password: string }, fields: Record<string, string>) {
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get("/security/password"));
  assert.equal(headingOn(form), "Sign in", "whoever changes how they sign in has just signed in");
  await browser.follow(await browser.post(formAction(form), person));
  const page = await browser.get("/security/password");
  assert.equal(headingOn(page), "Change your password");
  return { browser, answer: await browser.post(formAction(page), fields) };
}

test("a person changes their own password, is signed out everywhere, and it is on record", async () => {
  const edith = credentials(await newPerson("edith"));
  const { ref } = await newPerson("not-edith");
  const before = await signInByForm({ baseUrl: running.baseUrl, ...edith });
  const next = "another long password";
  const { browser, answer } = await sendNew(edith, { current: edith.password, password: next });
  assert.equal(headingOn(answer), "Your password was changed", alertOn(answer));
  const old = await running.identity.authenticate(`Bearer ${before.accessToken}`, { ip: null });
  assert.equal(old.ok, false, "a token of the old password is nothing");
  assert.equal(headingOn(await browser.follow(await browser.get("/security"))), "Sign in");
  await assert.rejects(signInByForm({ baseUrl: running.baseUrl, ...edith }), refused(403));
  const again = await signInByForm({ baseUrl: running.baseUrl, ...edith, password: next });
  const caller = await running.identity.authenticate(`Bearer ${again.accessToken}`, { ip: null });
  assert.ok(caller.ok);
  const entries = await entriesOf(world, caller.value.ref.tenantId, "configuration.changed");
  assert.match(entries[0]?.entry ?? "", /"changed":\["password"\]/);
  assert.doesNotMatch(entries[0]?.entry ?? "", /another long/);
  assert.equal((await entriesOf(world, ref.tenantId, "configuration.changed")).length, 0);
});

test("without the password that somebody has, or with one that will not do, nothing changes", async () => {
  const person = await newPerson("felix");
  const felix = credentials(person);
  for (const [current, password, status, says] of [
    ["not the one", "another long password", 403, /is another one/],
    ["", "another long password", 403, /is another one/],
    [felix.password, "short", 422, /at least 12 characters/],
    [felix.password, felix.password, 422, /choose another/],
  ] as const) {
    const { answer } = await sendNew(felix, { current, password });
    assert.equal(answer.status, status);
    assert.match(alertOn(answer) ?? "", says);
  }
  assert.ok((await signInByForm({ baseUrl: running.baseUrl, ...felix })).accessToken);
  await untilEntries(world, person.ref.tenantId, "sign_in.refused", 2);
  assert.equal((await entriesOf(world, person.ref.tenantId, "configuration.changed")).length, 0);
});

/** As an administrator sets it. */
async function give({ ref, email }: { ref: PrincipalRef; email: string }, password: string): Promise<void> {
  const hashed = await running.identity.accounts.hashPassword(password);
  assert.ok(hashed.ok);
  await world.opened.store.inTenant(ref.tenantId, (tx) =>
    tx.accounts.setPassword(ref, email, hashed.value, true),
  );
}

/** Signs in as far as the page asks for a password of one's own. */
async function asFarAsOwn({ email }: { email: string }, password: string) {
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get(authorizationRequest().path));
  const page = await browser.follow(await browser.post(formAction(form), { email, password }));
  assert.equal(headingOn(page), "Choose your own password");
  const choose = (newPassword: string, step = hiddenField(page, "step")) =>
    browser.post(formAction(page), { step, newPassword });
  return { browser, page, choose };
}

test("with a password that somebody else set, one gets in by choosing one's own, and by nothing less", async () => {
  const person = await newPerson("nelly");
  await give(person, "given by somebody");
  await assert.rejects(
    signInByForm({ baseUrl: running.baseUrl, email: person.email, password: "given by somebody" }),
    (error: unknown) => error instanceof FormSignInError && /choose your own there/.test(error.message),
    "a program is told",
  );
  const { browser, page, choose } = await asFarAsOwn(person, "given by somebody");
  for (const [next, says] of [
    ["short", /at least 12 characters/],
    ["given by somebody", /choose another/],
    ["", /at least 12 characters/],
  ] as const) {
    const answer = await choose(next);
    assert.equal(answer.status, 422);
    assert.match(alertOn(answer) ?? "", says);
  }
  assert.equal((await choose("long enough, and mine", "made up")).status, 403, "proof is sealed");
  const skipped = await browser.follow(await browser.get(authorizationRequest().path));
  assert.equal(headingOn(skipped), "Sign in", "half a sign-in is none");
  assert.equal((await entriesOf(world, person.ref.tenantId, "sign_in.succeeded")).length, 0);

  const allowed = await browser.follow(await choose("long enough, and mine"));
  assert.equal(headingOn(allowed), "Allow the Curfew command line?");
  const [{ entry } = { entry: "" }] = await entriesOf(world, person.ref.tenantId, "configuration.changed");
  assert.match(entry, /"changed":\["password"\]/);
  assert.doesNotMatch(entry, /long enough/);
  assert.equal((await entriesOf(world, person.ref.tenantId, "sign_in.succeeded")).length, 1);
  assert.equal((await choose("another one, as long")).status, 400, "once");
  assert.equal(page.headers.get("cache-control"), "no-store");

  const own = { ...person, password: "long enough, and mine" };
  const { pages } = await signInByForm({ baseUrl: running.baseUrl, ...own });
  assert.ok(!pages.includes("Choose your own password"), "asked once");
  await assert.rejects(signInByForm({ baseUrl: running.baseUrl, ...own, password: "given by somebody" }));
});

test("a password that is set anew while somebody chooses their own is the one that counts", async () => {
  const person = await newPerson("olaf");
  await give(person, "the first one given");
  const { choose } = await asFarAsOwn(person, "the first one given");
  await give(person, "the second one given");
  const answer = await choose("long enough, and mine");
  assert.equal(answer.status, 403);
  assert.equal(headingOn(answer), "Sign in");
  await asFarAsOwn(person, "the second one given");
});

test("another address for the same password leaves it as it was", async () => {
  const person = await newPerson("petra");
  await give(person, "given by somebody");
  const { passwordHash } = await world.opened.store.inTenant(person.ref.tenantId, (tx) =>
    tx.principals.credentialsOf(person.ref.objectId),
  );
  assert.ok(passwordHash);
  await world.opened.store.inTenant(person.ref.tenantId, (tx) =>
    tx.accounts.setPassword(person.ref, "petra.new@example.org", passwordHash),
  );
  await asFarAsOwn({ email: "petra.new@example.org" }, "given by somebody");
});

test("whoever has to wait with a new password is told for how long", () => {
  const { headers } = passwordPage({ problem: "Try again later.", status: 429, retryAfterSeconds: 7 });
  assert.equal(headers["retry-after"], "7");
  assert.equal(passwordPage({ problem: null, status: 200 }).headers["retry-after"], undefined);
});

test("half of a request for a token is no fault of ours, and leaves no line", async () => {
  const { hostname, port } = new URL(running.baseUrl);
  const lines = world.lines.length;
  for (const leave of ["destroySoon", "resetAndDestroy"] as const) {
    const socket = connect(Number(port), hostname);
    const gone = once(socket, "close");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write(
      "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 30\r\n\r\nhalf",
    );
    await delay(200);
    socket[leave]();
    await gone;
  }
  await delay(200);
  assert.deepEqual(world.lines.slice(lines), []);
});
