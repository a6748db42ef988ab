/** What was proved counts for the credentials it was proved with (I19): at every step, whatever changes meanwhile. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Secret, TOTP } from "otpauth";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import type { TenantId } from "../../src/domain/ids.ts";
import { createOneTimeCodes } from "../../src/identity/credentials/one-time-codes.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import type { IdentityStore } from "../../src/use-cases/identity-ports.ts";
import type { Tx } from "../../src/use-cases/ports.ts";
import {
  answerIn,
  authorizationRequest,
  Browser,
  formAction,
  headingOn,
  hiddenField,
  REDIRECT_URI,
  redeem,
  type Seen,
} from "./browser.ts";
import {
  credentials,
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

const NEW_PASSWORD = `${PASSWORD} again`;
const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

let world: World;
let running: Running;
let tenantId: TenantId;

/** What happens between two steps of one call, once. */
let meanwhile: { readonly step: string; readonly happens: () => Promise<unknown> } | null = null;

async function reached(step: string): Promise<void> {
  if (meanwhile?.step !== step) return;
  const { happens } = meanwhile;
  meanwhile = null;
  await happens();
}

function between(real: IdentityStore): IdentityStore {
  return {
    ...real,
    async accountById(objectId) {
      const account = await real.accountById(objectId);
      await reached("account read");
      return account;
    },
    async clientById(clientId) {
      const client = await real.clientById(clientId);
      await reached("client read");
      return client;
    },
    records: {
      ...real.records,
      async put(record) {
        await reached(`before ${record.model} is stored`);
        await real.records.put(record);
      },
    },
  };
}

before(async () => {
  world = await openWorld();
  running = await serve(world, { deviceFlow: true, between });
  tenantId = await makeTenant(world, "fabrikam");
});

after(async () => {
  await running.close();
  await world.close();
});

const newPerson = (name: string) => makePerson(world, running, tenantId, name);
const inTenant = <T>(work: (tx: Tx) => Promise<T>) => world.opened.store.inTenant(tenantId, work);

async function changePassword(person: Person): Promise<void> {
  const hashed = await running.identity.accounts.hashPassword(NEW_PASSWORD);
  assert.ok(hashed.ok);
  await inTenant((tx) => tx.accounts.setPassword(person.ref, person.email, hashed.value));
}

async function addFactor(person: Person): Promise<void> {
  const made = running.identity.accounts.newTotp(person.ref, person.email);
  assert.ok(made.ok);
  await inTenant((tx) => tx.accounts.setTotp(person.ref, made.value.sealed));
}

const portal = (changes: Record<string, string> = {}) =>
  authorizationRequest({
    client_id: "curfew-portal",
    redirect_uri: `${running.baseUrl}/auth/callback`,
    response_type: "none",
    scope: "openid",
    ...changes,
  }).path;

async function signedInBrowser(person: Person): Promise<Browser> {
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get(portal()));
  const back = await browser.follow(await browser.post(formAction(form), credentials(person)));
  assert.equal(back.url.pathname, "/auth/callback");
  assert.equal(await isSignedIn(browser), true);
  return browser;
}

async function isSignedIn(browser: Browser): Promise<boolean> {
  return (JSON.parse((await browser.get("/auth/session")).text) as { signedIn: boolean }).signedIn;
}

const silently = async (browser: Browser, changes: Record<string, string> = {}) => {
  const { location } = await browser.get(portal({ prompt: "none", ...changes }));
  return new URL(location ?? "", running.baseUrl).searchParams.get("error");
};

const admitted = async (accessToken: unknown) =>
  (await running.identity.authenticate(`Bearer ${accessToken}`, { ip: null })).ok;

const refresh = (refreshToken: unknown) =>
  redeem(running.baseUrl, { grant_type: "refresh_token", refresh_token: String(refreshToken) });

async function newDevice(): Promise<Record<string, string>> {
  const body = new URLSearchParams({ client_id: "curfew-cli", scope: "openid api" });
  const response = await fetch(`${running.baseUrl}/oauth/device/code`, { method: "POST", body });
  return (await response.json()) as Record<string, string>;
}

const poll = (deviceCode = "") =>
  redeem(running.baseUrl, { grant_type: DEVICE_GRANT, device_code: deviceCode });

/** Types the device's code, says that it is one's own, and ends on the page for the password. */
async function connect(browser: Browser, userCode = ""): Promise<Seen> {
  const page = await browser.get("/oauth/device");
  const typed = { xsrf: hiddenField(page, "xsrf"), user_code: userCode };
  const confirm = await browser.post(formAction(page), typed);
  const yes = {
    xsrf: hiddenField(confirm, "xsrf"),
    user_code: hiddenField(confirm, "user_code"),
    confirm: "yes",
  };
  return browser.follow(await browser.post(formAction(confirm), yes));
}

test("a session in use does not outlive a new password: what was read before is not stored again", async () => {
  const used = await newPerson("used");
  const browser = await signedInBrowser(used);
  meanwhile = { step: "before Session is stored", happens: () => changePassword(used) };
  await silently(browser);
  assert.equal(meanwhile, null);
  assert.equal(await isSignedIn(browser), false);
  assert.equal(await silently(browser), "login_required");
});

test("nor does it outlive signing out in the middle of another call", async () => {
  const leaving = await newPerson("leaving");
  const browser = await signedInBrowser(leaving);
  const cookie = browser.jar.headerFor(new URL(running.baseUrl));
  const post = { method: "POST", headers: { cookie, origin: running.baseUrl } };
  meanwhile = {
    step: "before Session is stored",
    happens: () => fetch(`${running.baseUrl}/auth/sign-out`, post),
  };
  await silently(browser);
  assert.equal(meanwhile, null);
  const asked = await fetch(`${running.baseUrl}/auth/session`, { headers: { cookie } });
  assert.deepEqual(await asked.json(), { signedIn: false });
});

test("a session that a sign-in stored just after the change is nothing, and leads to signing in", async () => {
  const late = await newPerson("late");
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get(portal()));
  // The session gets a key of its own here: there is nothing that could have ended before.
  meanwhile = { step: "before Session is stored", happens: () => changePassword(late) };
  await browser.follow(await browser.post(formAction(form), credentials(late)));
  assert.equal(meanwhile, null);
  assert.equal(await isSignedIn(browser), false);
  assert.equal(await silently(browser), "login_required");
  assert.equal(headingOn(await browser.follow(await browser.get("/security"))), "Sign in");
});

const PARKED: Record<
  string,
  (browser: Browser) => Promise<{ form: Seen; finished: (seen: Seen) => unknown }>
> = {
  portal: async (browser) => ({
    form: await browser.follow(await browser.get(portal())),
    finished: async () => assert.equal(await isSignedIn(browser), true),
  }),
  "command line": async (browser) => ({
    form: await browser.follow(await browser.get(authorizationRequest().path)),
    finished: (seen) => assert.match(seen.text, /Allow the Curfew command line/),
  }),
  device: async (browser) => ({
    form: await connect(browser, (await newDevice()).user_code),
    finished: (seen) => assert.match(seen.text, /the device whose code you typed/),
  }),
};

for (const [through, begin] of Object.entries(PARKED)) {
  test(`a sign-in parked behind the old password asks for the new one: ${through}`, async () => {
    const parked = await newPerson(`parked-${through.replace(" ", "-")}`);
    const browser = new Browser(running.baseUrl);
    const { form, finished } = await begin(browser);
    const proved = await browser.post(formAction(form), credentials(parked));
    assert.equal(proved.status, 303);
    await changePassword(parked);
    const again = await browser.follow(proved);
    assert.equal(headingOn(again), "Sign in");
    assert.equal(await isSignedIn(browser), false);
    const now = { email: parked.email, password: NEW_PASSWORD };
    await finished(await browser.follow(await browser.post(formAction(again), now)));
  });
}

test("a consent that waits, a code that was not redeemed and a device that was connected end with the password", async () => {
  const waiting = await newPerson("waiting");
  const browser = new Browser(running.baseUrl);
  const started = authorizationRequest();
  const form = await browser.follow(await browser.get(started.path));
  const consent = await browser.follow(await browser.post(formAction(form), credentials(waiting)));
  const elsewhere = new Browser(running.baseUrl);
  const device = await newDevice();
  const theirs = await elsewhere.follow(
    await elsewhere.post(formAction(await connect(elsewhere, device.user_code)), credentials(waiting)),
  );
  const done = await elsewhere.follow(await elsewhere.post(formAction(theirs), { decision: "allow" }));
  assert.equal(headingOn(done), "Device connected");
  const third = new Browser(running.baseUrl);
  const redeemable = authorizationRequest();
  const asked = await third.follow(await third.get(redeemable.path));
  const back = await third.follow(await third.post(formAction(asked), credentials(waiting)));
  await changePassword(waiting);
  const answered = await browser.follow(await browser.post(formAction(consent), { decision: "allow" }));
  assert.equal(headingOn(answered), "This sign-in has expired");
  assert.equal((await poll(device.device_code)).body.error, "invalid_grant");
  const exchanged = await redeem(running.baseUrl, {
    grant_type: "authorization_code",
    code: answerIn(back).get("code") ?? "",
    code_verifier: redeemable.verifier,
    redirect_uri: REDIRECT_URI,
  });
  assert.equal(exchanged.body.error, "invalid_grant");
});

test("tokens that were being made while the password changed are nothing", async () => {
  // Before it was used the old one is gone with the password; afterwards what came of it is nothing.
  for (const [step, status] of [
    ["account read", 400],
    ["before RefreshToken is stored", 200],
  ] as const) {
    const racing = await newPerson(`racing-${status}`);
    const tokens = await signInByForm({ baseUrl: running.baseUrl, ...racing });
    meanwhile = { step, happens: () => changePassword(racing) };
    const made = await refresh(tokens.refreshToken);
    assert.equal(meanwhile, null, step);
    assert.equal(made.status, status, step);
    assert.equal(await admitted(made.body.access_token), false, step);
    assert.equal((await refresh(made.body.refresh_token)).body.error, "invalid_grant", step);
  }
});

const CODE = "AAAA-BBBB-CCCC-DDDD";
const CHANGES: Record<string, (person: Person) => Promise<unknown>> = {
  "a new password": changePassword,
  "a second factor more": addFactor,
  "no second factor any more": ({ ref }) => inTenant((tx) => tx.accounts.setTotp(ref, null)),
  "new recovery codes": ({ ref }) => inTenant((tx) => tx.accounts.setRecoveryCodes(ref, [Buffer.from(CODE)])),
  "a recovery code used": ({ ref }) =>
    inTenant((tx) => tx.accounts.spendRecoveryCode(ref, Buffer.from(CODE))),
  "another address": ({ ref, email }) =>
    inTenant(async (tx) => {
      const { passwordHash } = await tx.principals.credentialsOf(ref.objectId);
      assert.ok(passwordHash);
      return tx.accounts.setPassword(ref, `new-${email}`, passwordHash);
    }),
  "the account closed": ({ ref }) => inTenant((tx) => tx.principals.bury(ref.objectId, world.clock.now())),
};

for (const [what, change] of Object.entries(CHANGES)) {
  test(`ends what was proved before, in browser and command line: ${what}`, async () => {
    const person = await newPerson(`changed-${what.replaceAll(" ", "-")}`);
    await inTenant((tx) => tx.accounts.setRecoveryCodes(person.ref, [Buffer.from(CODE)]));
    const browser = await signedInBrowser(person);
    const tokens = await signInByForm({ baseUrl: running.baseUrl, ...person });
    assert.equal(await admitted(tokens.accessToken), true);
    await change(person);
    assert.equal(await isSignedIn(browser), false);
    assert.equal(await silently(browser), "login_required");
    assert.equal(headingOn(await browser.follow(await browser.get("/security"))), "Sign in");
    assert.equal(await admitted(tokens.accessToken), false);
    assert.equal((await refresh(tokens.refreshToken)).body.error, "invalid_grant");
  });
}

test("a recovery code makes the one sign-in that it was used for, and ends those before it", async () => {
  const lost = await newPerson("lost");
  const before = await signedInBrowser(lost);
  const { codes, hashes } = createOneTimeCodes(world.opened.key).newRecoveryCodes();
  await addFactor(lost);
  await inTenant((tx) => tx.accounts.setRecoveryCodes(lost.ref, hashes));
  const recover = async (browser: Browser, code = "") => {
    const form = await browser.follow(await browser.get(portal({ prompt: "login" })));
    const asked = await browser.post(formAction(form), credentials(lost));
    return browser.follow(await browser.post(formAction(asked), { step: hiddenField(asked, "step"), code }));
  };
  assert.equal((await recover(before, codes[0])).url.pathname, "/auth/callback");
  assert.equal(await isSignedIn(before), true);
  const other = new Browser(running.baseUrl);
  assert.equal((await recover(other, codes[1])).url.pathname, "/auth/callback");
  assert.equal(await isSignedIn(other), true);
  assert.equal(await isSignedIn(before), false);
  // In a browser that was signed in by then.
  assert.equal((await recover(other, codes[2])).url.pathname, "/auth/callback");
  assert.equal(await isSignedIn(other), true);
});

test("whoever is signed out while they change a factor changes nothing", async () => {
  const hijacked = await newPerson("hijacked");
  const browser = await signedInBrowser(hijacked);
  const shown = await browser.post("/security/authenticator", {});
  assert.equal(headingOn(shown), "Set up an authenticator");
  const version = async () =>
    withTenant(world.opened.db, tenantId, ({ trx }) =>
      trx
        .selectFrom("local_account")
        .select(["totp_sealed", "version"])
        .where("object_id", "=", hijacked.ref.objectId)
        .executeTakeFirstOrThrow(),
    );
  const { version: before } = await version();
  const code = codeShown(shown);
  meanwhile = { step: "account read", happens: () => changePassword(hijacked) };
  const refused = await browser.post(formAction(shown), { pending: hiddenField(shown, "pending"), code });
  assert.equal(meanwhile, null);
  assert.equal(headingOn(refused), "Your sign-in has changed");
  assert.deepEqual(await version(), { totp_sealed: null, version: before + 1 });
});

function codeShown(page: Seen): string {
  const base32 = /class="secret">([A-Z2-7 ]+)</.exec(page.text)?.[1]?.replaceAll(" ", "") ?? "";
  return new TOTP({ secret: Secret.fromBase32(base32) }).generate({ timestamp: world.clock.now() });
}

test("a workload whose secret changes while its token is made gets none", async () => {
  const robot = await makeWorkload(world, running, tenantId, "robot");
  const rotate = async () => {
    const { hash } = running.identity.accounts.newClientSecret();
    await inTenant((tx) => tx.accounts.setClientSecret(robot.ref, robot.clientId, hash));
  };
  meanwhile = { step: "client read", happens: rotate };
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: robot.clientId,
    client_secret: robot.secret,
    scope: `${running.baseUrl}/.default`,
  });
  const answer = await fetch(`${running.baseUrl}/${tenantId}/oauth2/v2.0/token`, { method: "POST", body });
  assert.equal(meanwhile, null);
  assert.equal(answer.status, 401);
});

test("a hint by id token is compared with who is signed in, not with how they proved it", async () => {
  const idTokenOf = async (person: Person) => {
    const browser = new Browser(running.baseUrl);
    const started = authorizationRequest({
      client_id: "curfew-portal",
      redirect_uri: `${running.baseUrl}/auth/callback`,
      scope: "openid",
    });
    const form = await browser.follow(await browser.get(started.path));
    const back = await browser.follow(await browser.post(formAction(form), credentials(person)));
    const { body } = await redeem(running.baseUrl, {
      client_id: "curfew-portal",
      grant_type: "authorization_code",
      code: back.url.searchParams.get("code") ?? "",
      code_verifier: started.verifier,
      redirect_uri: `${running.baseUrl}/auth/callback`,
    });
    return { browser, idToken: String(body.id_token) };
  };
  const one = await idTokenOf(await newPerson("one"));
  const other = await idTokenOf(await newPerson("other"));
  assert.equal(await silently(one.browser, { id_token_hint: one.idToken }), null);
  assert.equal(await silently(one.browser, { id_token_hint: other.idToken }), "login_required");
});
