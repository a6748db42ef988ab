/** A person's open sessions: which there are, and that ending them ends every one, with the tokens that came of it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { SECOND_MS } from "../../src/domain/time.ts";
import { openSession } from "../../src/identity/sign-in/sessions.ts";
import { letIn, lockOut } from "../../src/use-cases/lock-out.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { endSessions, listSessions, type SessionDeps } from "../../src/use-cases/sessions.ts";
import { entriesOf } from "./audit-of.ts";
import { answerIn, authorizationRequest, Browser, formAction, REDIRECT_URI, redeem } from "./browser.ts";
import {
  credentials,
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
let deps: SessionDeps;
before(async () => {
  world = await openWorld();
  running = await serve(world);
  const { store, decisions, key } = world.opened;
  const secrets = { openSession: (sealed) => openSession(key, sealed) } as SessionDeps["secrets"];
  deps = {
    store,
    decisions,
    clock: world.clock,
    ids: { next: randomUUID },
    secrets,
  } as unknown as SessionDeps;
});
after(async () => {
  await running.close();
  await world.close();
});

const callerOf = ({ ref }: Pick<Person, "ref">, ...rights: Caller["rights"]): Caller => ({
  ...{ ref, kind: "user", rights, limited: false },
  session: { amr: ["pwd"], acr: null, acrs: [], authTime: null, ip: null, via: "test" },
});

async function inBrowser(person: Person): Promise<Browser> {
  const browser = new Browser(running.baseUrl);
  const { path } = authorizationRequest({
    client_id: "curfew-portal",
    redirect_uri: `${running.baseUrl}/auth/callback`,
    response_type: "none",
    scope: "openid",
  });
  const form = await browser.follow(await browser.get(path));
  await browser.follow(await browser.post(formAction(form), credentials(person)));
  assert.equal(await isSignedIn(browser), true);
  return browser;
}

async function isSignedIn(browser: Browser): Promise<boolean> {
  return JSON.parse((await browser.get("/auth/session")).text).signedIn;
}

/** The command line's tokens, by way of a browser of its own, which stays signed in too. */
async function tokensOf(person: Person): Promise<Record<string, string>> {
  const browser = new Browser(running.baseUrl);
  const { path, verifier } = authorizationRequest();
  const form = await browser.follow(await browser.get(path));
  let seen = await browser.follow(await browser.post(formAction(form), credentials(person)));
  if (seen.location === null)
    seen = await browser.follow(await browser.post(formAction(seen), { decision: "allow" }));
  const code = answerIn(seen).get("code") ?? "";
  const grant = {
    grant_type: "authorization_code",
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT_URI,
  };
  return (await redeem(running.baseUrl, grant)).body as Record<string, string>;
}

const refresh = ({ refresh_token = "" }: Record<string, string>) =>
  redeem(running.baseUrl, { grant_type: "refresh_token", refresh_token });

const isAdmitted = async ({ access_token }: Record<string, string>) =>
  (await running.identity.authenticate(`Bearer ${access_token}`, { ip: null })).ok;

async function open(caller: Caller, person: Person) {
  const found = await listSessions(deps, caller, person.ref.objectId);
  assert.ok(found.ok, found.ok ? "" : found.rejection.message);
  return found.value;
}

test("browsers and programs are listed with how and since when; what was renewed counts once, what was left is gone", async () => {
  const tenantId = await makeTenant(world, "listed");
  const person = await makePerson(world, running, tenantId, "lisa");
  const self = callerOf(person);
  assert.deepEqual(await open(self, person), []);
  const browser = await inBrowser(person);
  const tokens = await tokensOf(person);
  const renewed = (await refresh(tokens)).body as Record<string, string>;
  const sessions = await open(self, person);
  assert.deepEqual(sessions.map(({ client }) => client).sort(), ["curfew-cli", null, null]);
  for (const { signedInAt, endsAt, methods } of sessions) {
    assert.deepEqual(methods, ["pwd"]);
    assert.ok(Math.abs((signedInAt ?? 0) - Date.now()) < 60 * SECOND_MS);
    assert.ok(Math.abs(endsAt - Date.now() - 12 * 3_600 * SECOND_MS) < 120 * SECOND_MS);
  }
  const body = new URLSearchParams({ client_id: "curfew-cli", token: renewed.refresh_token ?? "" });
  await fetch(`${running.baseUrl}/oauth/revoke`, { method: "POST", body });
  assert.deepEqual(
    (await open(self, person)).map(({ client }) => client),
    [null, null],
  );
  const cookie = browser.jar.headerFor(new URL(running.baseUrl));
  await fetch(`${running.baseUrl}/auth/sign-out`, {
    method: "POST",
    headers: { cookie, origin: running.baseUrl },
  });
  assert.equal((await open(self, person)).length, 1);
});

test("I19: ended, every browser, refresh token and access token is nothing at its next use; the password stays", async () => {
  const tenantId = await makeTenant(world, "ended");
  const person = await makePerson(world, running, tenantId, "ella");
  const other = await makePerson(world, running, tenantId, "otto");
  const browsers = [await inBrowser(person), await inBrowser(person)];
  const tokens = await tokensOf(person);
  const elsewhere = await inBrowser(other);
  const kept = await tokensOf(other);
  assert.equal(await isAdmitted(tokens), true);
  const administrator = callerOf(other, "administrator");
  const done = await endSessions(deps, administrator, person.ref.objectId, "a laptop was lost");
  assert.deepEqual(done, { ok: true, value: { ended: 4 } });
  assert.equal(await isAdmitted(tokens), false);
  assert.equal((await refresh(tokens)).body.error, "invalid_grant");
  for (const browser of browsers) assert.equal(await isSignedIn(browser), false);
  assert.deepEqual(await open(administrator, person), []);
  const [entry, ...more] = await entriesOf(world, tenantId, "sign_in.ended");
  assert.deepEqual(more, []);
  const told = JSON.parse(entry?.entry ?? "{}");
  assert.deepEqual(told.facts, { count: 4, justification: "a laptop was lost" });
  assert.deepEqual([told.subject.id, told.actor.objectId], [person.ref.objectId, other.ref.objectId]);
  // Nobody else's, and not the way in.
  assert.equal(await isSignedIn(elsewhere), true);
  assert.equal(await isAdmitted(kept), true);
  const again = await inBrowser(person);
  assert.equal((await open(callerOf(person), person)).length, 1);
  assert.deepEqual(await endSessions(deps, callerOf(person), person.ref.objectId, null), {
    ...{ ok: true, value: { ended: 1 } },
  });
  assert.equal(await isSignedIn(again), false);
});

test("one's own, and an administrator's of the tenant; auditors look, others do not, and elsewhere there is nobody", async () => {
  const tenantId = await makeTenant(world, "whose");
  const person = await makePerson(world, running, tenantId, "paula");
  const member = await makePerson(world, running, tenantId, "mia");
  const stranger = await makePerson(world, running, await makeTenant(world, "elsewhere"), "sam");
  const workload = await makeWorkload(world, running, tenantId, "robot");
  const browser = await inBrowser(person);
  const codes = async (caller: Caller, who: Pick<Person, "ref"> = person) => {
    const seen = await listSessions(deps, caller, who.ref.objectId);
    const ended = await endSessions(deps, caller, who.ref.objectId, null);
    return [seen.ok ? "yes" : seen.rejection.code, ended.ok ? "yes" : ended.rejection.code];
  };
  assert.deepEqual(await codes(callerOf(member)), ["forbidden", "forbidden"]);
  assert.deepEqual(await codes(callerOf(member, "auditor")), ["yes", "forbidden"]);
  assert.deepEqual(await codes(callerOf(member, "operator")), ["forbidden", "forbidden"]);
  assert.deepEqual(await codes(callerOf(stranger, "administrator")), ["not_found", "not_found"]);
  const limited = { ...callerOf(member, "administrator"), limited: true };
  assert.deepEqual(await codes(limited), ["yes", "forbidden"]);
  assert.deepEqual(await codes(callerOf(member, "administrator"), workload), [
    "invalid_input",
    "invalid_input",
  ]);
  assert.equal(await isSignedIn(browser), true, "nothing of it ended anything");
  // A tenant's own transaction, asked about another tenant's person.
  const seen = await world.opened.store.inTenant(stranger.ref.tenantId, (tx) =>
    tx.accounts.sessions(person.ref),
  );
  assert.deepEqual(seen, []);
  assert.deepEqual(await codes(callerOf(member, "administrator")), ["yes", "yes"]);
  assert.equal(await isSignedIn(browser), false);
});

test("I19: locked out, every session and token is nothing, and the right password too; let in, only new ones count", async () => {
  const tenantId = await makeTenant(world, "locked");
  const person = await makePerson(world, running, tenantId, "lola");
  const administrator = callerOf(await makePerson(world, running, tenantId, "alan"), "administrator");
  const browser = await inBrowser(person);
  const tokens = await tokensOf(person);
  const { objectId } = person.ref;
  const locked = await lockOut(deps, administrator, objectId, "a laptop was lost");
  assert.ok(locked.ok, locked.ok ? "" : locked.rejection.message);
  assert.equal(await isSignedIn(browser), false);
  assert.equal(await isAdmitted(tokens), false);
  assert.equal((await refresh(tokens)).body.error, "invalid_grant");
  await assert.rejects(inBrowser(person), "the password is right, and of no use");
  const back = await letIn(deps, administrator, objectId, "found again");
  assert.ok(back.ok, back.ok ? "" : back.rejection.message);
  assert.equal(await isSignedIn(browser), false, "a cookie of before does not come back");
  assert.equal(await isAdmitted(tokens), false, "nor does a token");
  assert.equal((await refresh(tokens)).body.error, "invalid_grant");
  assert.equal(await isSignedIn(await inBrowser(person)), true);
});

test("I19: a workload that is locked out gets no token, what it has is nothing, and its secret lives again afterwards", async () => {
  const tenantId = await makeTenant(world, "robots");
  const robot = await makeWorkload(world, running, tenantId, "r2d2");
  const administrator = callerOf(await makePerson(world, running, tenantId, "anna"), "administrator");
  const ask = async () => {
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: robot.clientId,
      client_secret: robot.secret,
      scope: `${running.baseUrl}/.default`,
    });
    const answer = await fetch(`${running.baseUrl}/${tenantId}/oauth2/v2.0/token`, { method: "POST", body });
    return { status: `${answer.status}`, ...((await answer.json()) as Record<string, string>) };
  };
  const before = await ask();
  assert.equal(before.status, "200");
  assert.equal(await isAdmitted(before), true);
  assert.ok((await lockOut(deps, administrator, robot.ref.objectId, "it went astray")).ok);
  assert.equal(await isAdmitted(before), false);
  assert.equal((await ask()).status, "401");
  assert.ok((await letIn(deps, administrator, robot.ref.objectId, "mended")).ok);
  assert.equal(await isAdmitted(before), false);
  assert.equal(await isAdmitted(await ask()), true);
});
