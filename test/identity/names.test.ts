/** Log-in names belong to tenants: the same one in several, and how sign-in finds out whose it is. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { FormSignInError, signInByForm } from "../../src/client/form-sign-in.ts";
import type { PrincipalRef } from "../../src/domain/principal.ts";
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
  type Seen,
} from "./browser.ts";
import { makePrincipal, makeTenant, openWorld, PASSWORD, type Running, serve, type World } from "./world.ts";

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

const OTHER_PASSWORD = "staple battery horse";

/** Somebody of that address in a tenant of that name. */
async function namesake(tenant: string, email: string, password = PASSWORD): Promise<PrincipalRef> {
  const tenantId = await makeTenant(world, tenant);
  const ref = await makePrincipal(world, tenantId, "user", "namesake");
  const hashed = await running.identity.accounts.hashPassword(password);
  assert.ok(hashed.ok);
  const set = (tx: Parameters<Parameters<typeof world.opened.store.inTenant>[1]>[0]) =>
    tx.accounts.setPassword(ref, email, hashed.value);
  assert.equal(await world.opened.store.inTenant(tenantId, set), "set");
  return ref;
}

const enter = async (email: string, password: string, parameters: Record<string, string> = {}) => {
  const { accessToken } = await signInByForm({ baseUrl: running.baseUrl, email, password, parameters });
  const caller = await running.identity.authenticate(`Bearer ${accessToken}`, { ip: null });
  assert.ok(caller.ok);
  return caller.value.ref;
};

const isWrong = (error: unknown) =>
  error instanceof FormSignInError &&
  error.status === 403 &&
  error.message === "E-mail or password is wrong.";

async function typed(email: string, password: string, path = authorizationRequest().path) {
  const browser = new Browser(running.baseUrl);
  const form = await browser.follow(await browser.get(path));
  return { browser, form, page: await browser.post(formAction(form), { email, password }) };
}

const choicesOn = ({ text }: Seen) =>
  [...text.matchAll(/name="organisation" value="([^"]+)">([^<]+)</g)].map(([, id, name]) => [id, name]);

test("two people of one name in two tenants get in by their own passwords and are not asked who they are", async () => {
  const email = "twin@names.example";
  const first = await namesake("twin-one", email);
  const second = await namesake("twin-two", email.toUpperCase(), OTHER_PASSWORD);
  assert.deepEqual(await enter(email, PASSWORD), first);
  assert.deepEqual(await enter(email, OTHER_PASSWORD), second);
  for (const { tenantId } of [first, second])
    assert.equal((await entriesOf(world, tenantId, "sign_in.refused")).length, 0, "no word of the other's");
});

test("a wrong password for a name of two tenants is in both logs, and the address it came from in neither", async () => {
  const email = "shared@names.example";
  const people = [await namesake("shared-one", email), await namesake("shared-two", email, OTHER_PASSWORD)];
  await assert.rejects(enter(email, "not it, not it"), isWrong);
  for (const { tenantId } of people) {
    const [entry, ...more] = await untilEntries(world, tenantId, "sign_in.refused", 1);
    assert.equal(more.length, 0);
    assert.deepEqual(JSON.parse(entry?.entry ?? "{}").facts, { ip: null, step: "password" });
  }
  await until(async () =>
    world.lines.some((line) => /name of several tenants, from 127\.0\.0\.1/.test(line)),
  );
});

test("which organisation is asked only of whoever's password was right in several, and the answer is theirs alone", async () => {
  const email = "both@names.example";
  const [first, second] = [await namesake("both-one", email), await namesake("both-two", email)];
  await namesake("both-three", email, OTHER_PASSWORD);
  const { browser, page } = await typed(email, PASSWORD);
  assert.equal(headingOn(page), "Which organisation?");
  const choices = choicesOn(page);
  assert.deepEqual(choices.map(([, name]) => name).sort(), ["both-one (both-one)", "both-two (both-two)"]);
  const step = hiddenField(page, "step");

  const stranger = await namesake("both-never", "elsewhere@names.example");
  for (const fields of [
    { step, organisation: stranger.objectId },
    { step: "made up", organisation: second.objectId },
    { organisation: second.objectId },
  ]) {
    const refused = await browser.post(formAction(page), fields as Record<string, string>);
    assert.deepEqual([refused.status, headingOn(refused)], [403, "Sign in"], JSON.stringify(fields));
  }
  const elsewhere = await typed(email, "not it, not it");
  const replayed = await elsewhere.browser.post(`${formAction(elsewhere.form)}/organisation`, {
    step,
    organisation: second.objectId,
  });
  assert.equal(replayed.status, 403, "what was proved belongs to its own sign-in");

  const consent = await browser.follow(
    await browser.post(formAction(page), { step, organisation: second.objectId }),
  );
  const done = await browser.follow(await browser.post(formAction(consent), { decision: "allow" }));
  assert.ok(answerIn(done).get("code"));
  assert.equal((await entriesOf(world, second.tenantId, "sign_in.succeeded")).length, 1);
  assert.equal((await entriesOf(world, first.tenantId, "sign_in.succeeded")).length, 0);
});

test("a password that was changed between the two pages proves nothing any more", async () => {
  const email = "changed@names.example";
  const [first] = [await namesake("changed-one", email), await namesake("changed-two", email)];
  const { browser, page } = await typed(email, PASSWORD);
  const hashed = await running.identity.accounts.hashPassword(OTHER_PASSWORD);
  assert.ok(hashed.ok);
  await world.opened.store.inTenant(first.tenantId, (tx) =>
    tx.accounts.setPassword(first, email, hashed.value),
  );
  const fields = { step: hiddenField(page, "step"), organisation: first.objectId };
  assert.equal((await browser.post(formAction(page), fields)).status, 403);
});

test("a name of four tenants needs the tenant: without it the right password reads as a wrong one, and every refusal says how", async () => {
  const email = "many@names.example";
  const people: PrincipalRef[] = [];
  for (const at of ["one", "two", "three", "four"]) people.push(await namesake(`many-${at}`, email));
  const [, second, , fourth] = people;
  assert.ok(second !== undefined && fourth !== undefined);
  await assert.rejects(enter(email, PASSWORD), isWrong);
  const shown = (page: Seen) => page.text.replaceAll(/sign-in\/[\w-]+|value="[^"]*"/g, "");
  const { browser, page } = await typed(email, PASSWORD);
  const unknown = await typed("nobody@names.example", PASSWORD);
  assert.equal(shown(page), shown(unknown.page), "the page is the one that everybody gets");
  assert.match(page.text, /several organisations here know you/);

  const named = await browser.follow(
    await browser.post(formAction(page), { email, password: PASSWORD, tenant: "MANY-four" }),
  );
  assert.equal(headingOn(named), "Allow the Curfew command line?");
  assert.deepEqual(await enter(email, PASSWORD, { tenant: "many-four" }), fourth);
  assert.deepEqual(await enter(email, PASSWORD, { tenant: second.tenantId }), second);
  assert.deepEqual(await enter(email, PASSWORD, { login_hint: `many-two/${email}` }), second);

  await withTenant(world.opened.db, second.tenantId, ({ trx }) =>
    trx
      .updateTable("tenant")
      .set({ closed_at: new Date() })
      .where("tenant_id", "=", second.tenantId)
      .execute(),
  );
  // Known at two of them by now, this network tries the third as a stranger, when nobody else did a moment ago.
  world.clock.move(2_000);
  const left = await typed(email, PASSWORD);
  assert.equal(choicesOn(left.page).length, 3, "who cannot come in crowds nobody out");
});

test("an organisation's own address signs in there and nowhere else, and asks again where somebody else is signed in", async () => {
  const email = "own@names.example";
  const home = await namesake("own-home", email);
  await namesake("own-away", email, OTHER_PASSWORD);
  const at = (tenant: string) => `/sign-in?tenant=${tenant}&to=/grants`;
  const here = await typed(email, PASSWORD, at("own-home"));
  assert.match(here.form.text, /to continue to the Curfew portal at own-home/);
  const portal = await here.browser.follow(here.page);
  assert.equal(portal.url.pathname, "/auth/callback");
  assert.equal(portal.location, "/grants");
  assert.equal((await entriesOf(world, home.tenantId, "sign_in.succeeded")).length, 1);

  const again = await here.browser.follow(await here.browser.get(at("own-home")));
  assert.equal(again.url.pathname, "/auth/callback", "signed in there already");
  const other = await here.browser.follow(await here.browser.get(at("own-away")));
  assert.equal(headingOn(other), "Sign in");
  const wrong = await here.browser.post(formAction(other), { email, password: PASSWORD });
  assert.equal(alertOn(wrong), "E-mail or password is wrong.");
  assert.doesNotMatch(wrong.text, /name="tenant"/);
  const smuggled = { email, password: PASSWORD, tenant: "own-home" };
  assert.equal((await here.browser.post(formAction(other), smuggled)).status, 403);
  const silent = authorizationRequest({
    client_id: "curfew-portal",
    redirect_uri: `${running.baseUrl}/auth/callback`,
    prompt: "none",
    tenant: "own-away",
  });
  const asked = await here.browser.follow(await here.browser.get(silent.path));
  assert.equal(asked.url.searchParams.get("error"), "login_required");
});

test("an organisation that there is not is said to be none, and nothing of its name stands on the page", async () => {
  const hostile = "call-555-now";
  for (const tenant of [hostile, `${"x".repeat(63)}-${hostile}`, "00000000-0000-4000-8000-000000000000"]) {
    const { form, page } = await typed("a@names.example", PASSWORD, `/sign-in?tenant=${tenant}`);
    for (const seen of [form, page]) {
      assert.equal(alertOn(seen), "There is no organisation of that name here.");
      assert.doesNotMatch(seen.text, /call-555|00000000/);
    }
  }
});

test("a client that reads a tenant's discovery is sent to that tenant's sign-in", async () => {
  const { tenantId } = await namesake("found", "found@names.example");
  const response = await fetch(`${running.baseUrl}/found/v2.0/.well-known/openid-configuration`);
  const { authorization_endpoint } = (await response.json()) as { authorization_endpoint: string };
  assert.equal(authorization_endpoint, `${running.baseUrl}/oauth/authorize?tenant=${tenantId}`);
});
