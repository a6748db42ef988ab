/** Signing in without a browser at hand: the code is shown here and typed elsewhere. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createFetch } from "../../src/client/send.ts";
import { signInByDevice } from "../../src/client/sign-in.ts";
import { Browser, formAction, hiddenField } from "../identity/browser.ts";
import {
  credentials,
  makePerson,
  makeTenant,
  openWorld,
  type Person,
  type Running,
  serve,
  type World,
} from "../identity/world.ts";

let world: World;
let running: Running;
let off: Running;
let frank: Person;
const fetch = createFetch(null);
const never = new AbortController().signal;

before(async () => {
  world = await openWorld();
  running = await serve(world, { deviceFlow: true });
  off = await serve(world);
  frank = await makePerson(world, running, await makeTenant(world, "fabrikam"), "frank");
});
after(async () => {
  await running.close();
  await off.close();
  await world.close();
});

test("login --device: the code that is shown leads, typed elsewhere, to a token", async () => {
  const shown = Promise.withResolvers<{ address: string; code: string }>();
  const provider = { baseUrl: running.baseUrl, fetch };
  const signingIn = signInByDevice(provider, (address, code) => shown.resolve({ address, code }), never);
  const { address, code } = await shown.promise;
  await allow(new URL(address).pathname, code);
  const { accessToken, refreshToken, expiresAt } = await signingIn;
  const claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString("utf8"));
  assert.equal(claims.limited, true);
  assert.ok(refreshToken !== null && expiresAt > Date.now());
});

test("login --device: a server that does not offer it is told apart from one that is not there", async () => {
  await assert.rejects(
    signInByDevice({ baseUrl: off.baseUrl, fetch }, () => {}, never),
    { name: "SignInAbandoned", message: /offers no sign-in by device/ },
  );
});

async function allow(path: string, code: string): Promise<void> {
  const browser = new Browser(running.baseUrl);
  const page = await browser.get(path);
  const confirm = await browser.post(formAction(page), { xsrf: hiddenField(page, "xsrf"), user_code: code });
  const fields = {
    xsrf: hiddenField(confirm, "xsrf"),
    user_code: hiddenField(confirm, "user_code"),
    confirm: "yes",
  };
  const signIn = await browser.follow(await browser.post(formAction(confirm), fields));
  const consent = await browser.follow(await browser.post(formAction(signIn), credentials(frank)));
  const done = await browser.follow(await browser.post(formAction(consent), { decision: "allow" }));
  assert.equal(done.status, 200);
}
