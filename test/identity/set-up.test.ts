import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import { HOUR_MS } from "../../src/domain/time.ts";
import { entriesOf } from "./audit-of.ts";
import { alertOn, Browser, formAction, headingOn } from "./browser.ts";
import { openWorld, PASSWORD, type Running, serve, type World } from "./world.ts";

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

const admin = {
  tenantName: "Contoso",
  displayName: "Carol",
  email: "Carol@Contoso.example",
  password: PASSWORD,
};

const postJson = async (body: unknown) => {
  const response = await fetch(`${running.baseUrl}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

async function prepared(of = running): Promise<string> {
  const token = await of.identity.setup.prepare();
  assert.ok(token !== null);
  return token;
}

const codeOf = async (token: string, given = admin) => {
  const outcome = await running.identity.setup.spend(token, given);
  return outcome.ok ? "done" : outcome.rejection.code;
};

test("the token has 128 bits, is good for an hour, and a new one voids it", async () => {
  const first = await prepared();
  assert.ok(Buffer.from(first, "base64url").length * 8 >= 128);
  const second = await prepared();
  assert.equal(await codeOf(first), "unauthenticated");
  world.clock.move(HOUR_MS);
  assert.equal(await codeOf(second), "unauthenticated");
});

test("a restart voids it", async () => {
  const token = await prepared();
  const restarted = await serve(world);
  try {
    assert.equal(await codeOf(token), "unauthenticated");
  } finally {
    await restarted.close();
  }
});

test("what is wrong with the input is said by name, and the token is kept for another try", async () => {
  const token = await prepared();
  const wrong: [string, Record<string, string>][] = [
    ["/tenantName", { tenantName: "no such name!" }],
    ["/email", { email: "carol" }],
    ["/displayName", { displayName: " " }],
    ["/password", { password: "too short" }],
  ];
  for (const [path, change] of wrong) {
    const { status, body } = await postJson({ token, ...admin, ...change });
    assert.deepEqual([status, body.code, body.path], [400, "invalid_input", path]);
  }
  assert.equal((await postJson({ token, ...admin, extra: 1 })).status, 400);
  assert.equal((await postJson({ ...admin })).status, 400);
  assert.equal((await postJson({ token: "wrong", ...admin })).status, 401);
});

test("the plain form says what was wrong and keeps what was typed, but for the password", async () => {
  const browser = new Browser(running.baseUrl);
  const form = await browser.get("/setup");
  assert.equal(headingOn(form), "Set up Curfew");
  const wrong = await browser.post(formAction(form), { ...admin, token: "not this one" });
  assert.equal(wrong.status, 401);
  assert.match(alertOn(wrong) ?? "", /set-up token is not valid/);
  assert.match(wrong.text, /value="Carol@Contoso\.example"/);
  assert.doesNotMatch(wrong.text, new RegExp(PASSWORD));
});

test("spent from ten browsers at once, it makes one tenant and one administrator", async () => {
  const token = await prepared();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      new Browser(running.baseUrl).post("/setup", { ...admin, tenantName: `contoso-${n}`, token }),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  const { accessToken } = await signInByForm({ baseUrl: running.baseUrl, ...admin });
  const caller = await running.identity.authenticate(`Bearer ${accessToken}`, { ip: null });
  assert.ok(caller.ok);
  assert.deepEqual(caller.value.rights, ["administrator", "operator"]);
  const entries = await entriesOf(world, caller.value.ref.tenantId, "installation.completed");
  assert.equal(entries.length, 1);
  assert.doesNotMatch(entries[0]?.entry ?? "", new RegExp(token));
});

test("once there is an administrator there is nothing to set up, by any door", async () => {
  assert.equal(await running.identity.setup.prepare(), null);
  assert.equal((await postJson({ token: "any", ...admin })).status, 409);
  const browser = new Browser(running.baseUrl);
  assert.equal((await browser.get("/setup")).status, 404);
  assert.equal((await browser.post("/setup", { token: "any", ...admin })).status, 404);
});
