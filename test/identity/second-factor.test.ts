import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Secret, TOTP } from "otpauth";
import { FormSignInError, signInByForm } from "../../src/client/form-sign-in.ts";
import { recoveryCodesPage } from "../../src/identity/pages/security-page.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { entriesOf, untilEntries } from "./audit-of.ts";
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
  makeTenant,
  openWorld,
  type Person,
  type Running,
  serve,
  type World,
} from "./world.ts";

const STEP_MS = 30_000;
const MFA = "urn:curfew:mfa";

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

interface Guarded extends Person {
  readonly base32: string;
  readonly code: () => string;
}

const codeFrom = (base32: string) =>
  new TOTP({ secret: Secret.fromBase32(base32) }).generate({ timestamp: world.clock.now() });

async function newPerson(name: string): Promise<Person> {
  return makePerson(world, running, await makeTenant(world, `tenant-of-${name}`), name);
}

async function newGuarded(name: string): Promise<Guarded> {
  // Begins with a step of codes, so that none ends in the middle of what is looked at.
  world.clock.move(STEP_MS - (world.clock.now() % STEP_MS));
  const person = await newPerson(name);
  const made = running.identity.accounts.newTotp(person.ref, person.email);
  assert.ok(made.ok);
  const { base32, sealed } = made.value;
  await world.opened.store.inTenant(person.ref.tenantId, (tx) => tx.accounts.setTotp(person.ref, sealed));
  return { ...person, base32, code: () => codeFrom(base32) };
}

const signIn = (person: Person & { code?: () => string }, parameters: Record<string, string> = {}) =>
  signInByForm({ baseUrl: running.baseUrl, ...person, parameters });

const sessionOf = async (accessToken: string) => {
  const caller = await running.identity.authenticate(`Bearer ${accessToken}`, { ip: null });
  assert.ok(caller.ok);
  return caller.value.session;
};

const refused = (error: unknown) => error instanceof FormSignInError && error.status === 403;

test("an account with an authenticator is asked for a code, and its token says so", async () => {
  const colin = await newGuarded("colin");
  const { accessToken, pages } = await signIn(colin);
  assert.deepEqual(pages, ["Sign in", "Enter your code", "Allow the Curfew command line?"]);
  const session = await sessionOf(accessToken);
  assert.deepEqual(session.amr, ["pwd", "otp", "mfa"]);
  assert.equal(session.acr, MFA);
  assert.deepEqual(session.acrs, [MFA]);
  assert.ok(Math.abs((session.authTime ?? 0) - Date.now()) < 10_000);
});

test("a code works once: used again in its own time it is refused, and the next one works", async () => {
  const dora = await newGuarded("dora");
  await signIn(dora);
  await assert.rejects(signIn(dora), refused);
  const [entry] = await untilEntries(world, dora.ref.tenantId, "sign_in.refused", 1);
  assert.match(entry?.entry ?? "", /"step":"code"/);
  world.clock.move(STEP_MS);
  assert.ok((await signIn(dora)).accessToken);
});

test("the code of the step before still works, an older one does not", async () => {
  const slow = await newGuarded("slow");
  const early = slow.code();
  world.clock.move(STEP_MS);
  assert.ok((await signIn({ ...slow, code: () => early })).accessToken);
  world.clock.move(STEP_MS * 2);
  const old = slow.code();
  world.clock.move(STEP_MS * 2);
  await assert.rejects(signIn({ ...slow, code: () => old }), refused);
});

test("two sign-ins that race with one code: one of them gets in", async () => {
  const racer = await newGuarded("racer");
  const outcomes = await Promise.allSettled([signIn(racer), signIn(racer), signIn(racer)]);
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
});

test("a recovery code stands in for the authenticator, once, however it is typed", async () => {
  const lost = await newGuarded("lost");
  const browser = await enrol(lost, "Use another authenticator");
  const [first = "", second = ""] = browser.codes;
  const { accessToken } = await signIn({ ...lost, code: () => first.toLowerCase().replaceAll("-", " ") });
  assert.deepEqual((await sessionOf(accessToken)).amr, ["pwd", "otp", "mfa"]);
  await assert.rejects(signIn({ ...lost, code: () => first }), refused);
  assert.ok((await signIn({ ...lost, code: () => second })).accessToken);
  const entries = await entriesOf(world, lost.ref.tenantId, "sign_in.succeeded");
  assert.match(entries.at(-1)?.entry ?? "", /"recoveryCode":true/);
});

test("a given password is changed after the code too, and the sign-in that it goes on with has both factors", async () => {
  const given = await newGuarded("given");
  const hashed = await running.identity.accounts.hashPassword("given by somebody");
  assert.ok(hashed.ok);
  await world.opened.store.inTenant(given.ref.tenantId, (tx) =>
    tx.accounts.setPassword(given.ref, given.email, hashed.value, true),
  );
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get(authorizationRequest({ acr_values: MFA }).path));
  const code = await browser.follow(
    await browser.post(formAction(form), { email: given.email, password: "given by somebody" }),
  );
  assert.equal(headingOn(code), "Enter your code");
  const step = hiddenField(code, "step");
  const own = await browser.post(formAction(code), { step, code: given.code() });
  assert.equal(headingOn(own), "Choose your own password");
  const fields = { step: hiddenField(own, "step"), newPassword: "long enough, and mine" };
  const allowed = await browser.follow(await browser.post(formAction(own), fields));
  assert.equal(headingOn(allowed), "Allow the Curfew command line?");
  const entries = await entriesOf(world, given.ref.tenantId, "sign_in.succeeded");
  assert.equal(entries.length, 1, "one sign-in, one entry");
  assert.match(entries[0]?.entry ?? "", /"methods":\["pwd","otp","mfa"\]/);
  world.clock.move(STEP_MS);
  const { accessToken } = await signIn({ ...given, password: "long enough, and mine" });
  assert.equal((await sessionOf(accessToken)).acr, MFA);
});

test("recovery codes are selected by one click and kept as a file, without any script", () => {
  const { body, headers } = recoveryCodesPage(["ABCD-EFGH", "JKLM-NPQR"]);
  assert.match(body, /user-select: all/);
  const file = /href="data:text\/plain;charset=utf-8,([^"]+)" download="[\w.-]+"/.exec(body)?.[1] ?? "";
  assert.equal(decodeURIComponent(file), "ABCD-EFGH\nJKLM-NPQR\n");
  assert.match(headers["content-security-policy"] ?? "", /script-src 'none'/);
  assert.equal(headers["cache-control"], "no-store");
});

test("asked for a second factor, an account without one is told how to get it and gets no token", async () => {
  const plain = await newPerson("plain");
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get(authorizationRequest({ acr_values: MFA }).path));
  const told = await browser.follow(await browser.post(formAction(form), credentials(plain)));
  assert.equal(headingOn(told), "A second factor is needed");
  assert.match(told.text, /href="\/security"/);
  const back = await browser.follow(await browser.post(formAction(told), {}));
  assert.equal(answerIn(back).get("error"), "access_denied");
});

test("step-up: a session by password alone is signed in again, with a code, and one with a code is not", async () => {
  const stepper = await newPerson("stepper");
  const browser = new Browser(running.baseUrl);
  const portal = (changes: Record<string, string> = {}) =>
    authorizationRequest({
      client_id: "curfew-portal",
      redirect_uri: `${running.baseUrl}/auth/callback`,
      ...changes,
    }).path;
  const form = await browser.follow(await browser.get(portal()));
  await browser.follow(await browser.post(formAction(form), credentials(stepper)));
  const made = running.identity.accounts.newTotp(stepper.ref, stepper.email);
  assert.ok(made.ok);
  const { base32, sealed } = made.value;
  // Written past `setTotp`, which ends sessions: one from before the factor is what is looked at here.
  await withTenant(world.opened.db, stepper.ref.tenantId, ({ trx }) =>
    trx
      .updateTable("local_account")
      .set({ totp_sealed: sealed })
      .where("object_id", "=", stepper.ref.objectId)
      .execute(),
  );
  const unasked = await browser.follow(await browser.get(portal()));
  assert.equal(unasked.url.pathname, "/auth/callback");
  const again = await browser.follow(await browser.get(portal({ acr_values: MFA })));
  assert.equal(headingOn(again), "Sign in");
  const asked = await browser.follow(await browser.post(formAction(again), credentials(stepper)));
  const done = await browser.follow(
    await browser.post(formAction(asked), {
      step: hiddenField(asked, "step"),
      code: codeFrom(base32),
    }),
  );
  assert.equal(done.url.pathname, "/auth/callback");
  const satisfied = await browser.follow(await browser.get(portal({ acr_values: MFA })));
  assert.equal(satisfied.url.pathname, "/auth/callback");
  for (const fresh of [{ prompt: "login" }, { max_age: "0" }]) {
    const prompted = await browser.follow(await browser.get(portal(fresh)));
    assert.equal(headingOn(prompted), "Sign in", JSON.stringify(fresh));
  }
});

test("the note between password and code is good for its own interaction and account version only", async () => {
  const noted = await newGuarded("noted");
  const other = new Browser(running.baseUrl);
  const form = await other.follow(await other.get(authorizationRequest().path));
  const asked = await other.post(formAction(form), credentials(noted));
  const fresh = new Browser(running.baseUrl);
  const second = await fresh.follow(await fresh.get(authorizationRequest().path));
  const stolen = await fresh.post(`${formAction(second)}/code`, {
    step: hiddenField(asked, "step"),
    code: noted.code(),
  });
  assert.equal(alertOn(stolen), "That took too long. Sign in again.");
  world.clock.move(11 * 60_000);
  const late = await other.post(formAction(asked), {
    step: hiddenField(asked, "step"),
    code: noted.code(),
  });
  assert.equal(alertOn(late), "That took too long. Sign in again.");
});

test("a person sets up an authenticator at /security, confirms it, and is signed out everywhere", async () => {
  const novice = await newPerson("novice");
  const before = await signIn(novice);
  const { codes, base32 } = await enrol(novice, "Set up an authenticator");
  assert.equal(codes.length, 10);
  assert.equal(new Set(codes).size, 10);
  const old = await running.identity.authenticate(`Bearer ${before.accessToken}`, { ip: null });
  assert.equal(old.ok, false);
  await assert.rejects(signIn(novice), /asks for a code/);
  world.clock.move(STEP_MS);
  assert.ok((await signIn({ ...novice, code: () => codeFrom(base32) })).accessToken);
  const entries = await entriesOf(world, novice.ref.tenantId, "configuration.changed");
  assert.match(entries[0]?.entry ?? "", /authenticator/);
});

test("an authenticator that was not confirmed changes nothing", async () => {
  const hasty = await newPerson("hasty");
  const browser = new Browser(running.baseUrl);
  const page = await openSecurity(browser, hasty);
  const shown = await browser.post(formAction(page), {});
  const wrong = await browser.post(formAction(shown), {
    pending: hiddenField(shown, "pending"),
    code: "000000",
  });
  assert.equal(wrong.status, 403);
  assert.deepEqual((await signIn(hasty)).pages, ["Sign in", "Allow the Curfew command line?"]);
});

/** Signs in at /security and follows its first form or, for an account that has one, the second. */
async function openSecurity(browser: Browser, person: Person & { code?: () => string }) {
  const form = await browser.follow(await browser.get("/security"));
  let page = await browser.follow(await browser.post(formAction(form), credentials(person)));
  if (headingOn(page) === "Enter your code") {
    const fields = { step: hiddenField(page, "step"), code: person.code?.() ?? "" };
    page = await browser.follow(await browser.post(formAction(page), fields));
  }
  assert.equal(headingOn(page), "Sign-in settings");
  return page;
}

async function enrol(person: Person & { code?: () => string }, button: string) {
  const browser = new Browser(running.baseUrl);
  const page = await openSecurity(browser, person);
  assert.ok(page.text.includes(button), button);
  const shown = await browser.post("/security/authenticator", {});
  const base32 = /class="secret">([A-Z2-7 ]+)</.exec(shown.text)?.[1]?.replaceAll(" ", "") ?? "";
  assert.ok(shown.text.includes("otpauth://totp/"));
  const done = await browser.post(formAction(shown), {
    pending: hiddenField(shown, "pending"),
    code: codeFrom(base32),
  });
  assert.equal(headingOn(done), "Keep these recovery codes", alertOn(done));
  return { base32, codes: [...done.text.matchAll(/<li>([A-Z2-7-]+)<\/li>/g)].map(([, code]) => code ?? "") };
}
