import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, formAction, headingOn, hiddenField, redeem } from "./browser.ts";
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

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";

let world: World;
let off: Running;
let running: Running;
let frank: Person;

before(async () => {
  world = await openWorld();
  off = await serve(world);
  running = await serve(world, { deviceFlow: true });
  frank = await makePerson(world, running, await makeTenant(world, "fabrikam"), "frank");
});

after(async () => {
  await off.close();
  await running.close();
  await world.close();
});

const discover = async (baseUrl: string) =>
  (await (await fetch(`${baseUrl}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;

async function askForCode(baseUrl: string) {
  const body = new URLSearchParams({ client_id: "curfew-cli", scope: "openid api" });
  const response = await fetch(`${baseUrl}/oauth/device/code`, { method: "POST", body });
  return { status: response.status, text: await response.text() };
}

async function newDevice(): Promise<Record<string, string>> {
  return JSON.parse((await askForCode(running.baseUrl)).text);
}

const poll = (deviceCode: string | undefined) =>
  redeem(running.baseUrl, { grant_type: GRANT, device_code: deviceCode ?? "" });

/** Types the code; ends on the page that asks whether this is one's device. */
async function typeCode(browser: Browser, userCode: string) {
  const page = await browser.get("/oauth/device");
  return browser.post(formAction(page), { xsrf: hiddenField(page, "xsrf"), user_code: userCode });
}

test("off by default: not announced, not there", async () => {
  assert.equal("device_authorization_endpoint" in (await discover(off.baseUrl)), false);
  assert.equal((await askForCode(off.baseUrl)).status, 404);
  assert.equal((await fetch(`${off.baseUrl}/oauth/device`)).status, 404);
});

test("on: the code is typed, the device's address is shown, and the token is a limited one", async () => {
  const { device_code, user_code = "", verification_uri, ...rest } = await newDevice();
  assert.equal(verification_uri, `${running.baseUrl}/oauth/device`);
  assert.equal("verification_uri_complete" in rest, false);
  assert.equal((await poll(device_code)).body.error, "authorization_pending");
  const browser = new Browser(running.baseUrl);
  const confirm = await typeCode(browser, user_code.toLowerCase());
  assert.equal(headingOn(confirm), "Is this your device?");
  assert.match(confirm.text, /127\.0\.0\.1/);
  assert.ok(confirm.text.includes(user_code));
  const signIn = await browser.follow(
    await browser.post(formAction(confirm), {
      xsrf: hiddenField(confirm, "xsrf"),
      user_code: hiddenField(confirm, "user_code"),
      confirm: "yes",
    }),
  );
  const consent = await browser.follow(await browser.post(formAction(signIn), credentials(frank)));
  assert.match(consent.text, /the device whose code you typed/);
  const done = await browser.follow(await browser.post(formAction(consent), { decision: "allow" }));
  assert.equal(headingOn(done), "Device connected");
  const { body } = await poll(device_code);
  const limitedBy = async (token: unknown) => {
    const caller = await running.identity.authenticate(`Bearer ${token}`, { ip: null });
    assert.ok(caller.ok);
    return caller.value.limited;
  };
  assert.equal(await limitedBy(body.access_token), true);
  const refreshed = await redeem(running.baseUrl, {
    grant_type: "refresh_token",
    refresh_token: String(body.refresh_token),
  });
  assert.equal(await limitedBy(refreshed.body.access_token), true);
  assert.equal((await poll(device_code)).body.error, "invalid_grant");
});

test("an address with the code in it fills nothing in", async () => {
  const { user_code = "" } = await newDevice();
  const page = await new Browser(running.baseUrl).get(`/oauth/device?user_code=${user_code}`);
  assert.equal(page.status, 303);
  assert.equal(page.location, "/oauth/device");
});

test("a code that is unknown, or declined, connects nothing", async () => {
  const unknown = await typeCode(new Browser(running.baseUrl), "BBBB-BBBB");
  assert.equal(unknown.status, 400);
  assert.match(unknown.text, /is not known/);
  const { device_code, user_code = "" } = await newDevice();
  const browser = new Browser(running.baseUrl);
  const confirm = await typeCode(browser, user_code);
  await browser.post(formAction(confirm), {
    xsrf: hiddenField(confirm, "xsrf"),
    user_code: hiddenField(confirm, "user_code"),
    abort: "yes",
  });
  assert.equal((await poll(device_code)).body.error, "access_denied");
});
