/** While nobody knows which time it is nobody signs in, nothing has expired, and nothing is stored by it; then all goes on. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { CookieJar, type FormTokens, signInByForm } from "../../src/client/form-sign-in.ts";
import { movableClock } from "../fixtures/moved-database-clock.ts";
import { openToyWorld, PASSWORD, type ToyWorld } from "../fixtures/toy-world.ts";

const DAYS_30 = 30 * 86_400_000;
const trueNow = Date.now;

let world: ToyWorld;
let owner: pg.Client;
let moveDatabase: (ms: number) => Promise<void>;
let tokens: FormTokens;
const jar = new CookieJar();
before(async () => {
  world = await openToyWorld();
  owner = new pg.Client(world.system.opened.owner);
  await owner.connect();
  moveDatabase = await movableClock(owner);
  tokens = await signIn({ jar });
});
after(async () => {
  Date.now = trueNow;
  await owner?.end();
  await world?.close();
});

function signIn(more: { readonly jar?: CookieJar } = {}): Promise<FormTokens> {
  return signInByForm({ baseUrl: world.url, email: world.email("ben"), password: PASSWORD, ...more });
}

/** The machine's clock and its database's; what sign-in counts by reads `Date.now` of this very process. */
async function during(moved: { database: number; own: number }, work: () => Promise<void>): Promise<void> {
  Date.now = () => trueNow() + moved.own;
  await moveDatabase(moved.database);
  try {
    await work();
  } finally {
    Date.now = trueNow;
    await moveDatabase(0);
    await world.system.opened.clock.beat();
  }
}

const jsonOf = async (answer: Response) => (await answer.json()) as Record<string, unknown>;
const withToken = () =>
  fetch(`${world.url}/api/v1/me`, { headers: { authorization: `Bearer ${tokens.accessToken}` } });
const accepting = () =>
  fetch(`${world.url}/api/v1/clock/accept`, {
    method: "POST",
    headers: { authorization: `Bearer ${tokens.accessToken}`, "content-type": "application/json" },
    body: JSON.stringify({ justification: "I think so" }),
  });
const withCookie = () =>
  fetch(`${world.url}/auth/session`, {
    headers: { cookie: jar.headerFor(new URL(`${world.url}/auth/session`)) },
  });

/** Everything that sign-in keeps, but when it was looked at. */
async function kept(): Promise<unknown> {
  const { rows } = await owner.query(
    `SELECT (SELECT jsonb_agg(to_jsonb(r) ORDER BY r.model, r.id) FROM oidc_record r) AS records,
       (SELECT jsonb_agg(to_jsonb(b) ORDER BY b.key) FROM rate_bucket b) AS buckets,
       (SELECT count(*) FROM audit_entry) AS entries`,
  );
  return rows[0];
}

async function assertRefused(what: string, answer: Promise<Response>): Promise<void> {
  const { status, headers } = await answer;
  assert.equal(status, 503, what);
  assert.deepEqual(headers.getSetCookie(), [], `${what} takes nobody's cookie away`);
}

async function assertGoesOn(): Promise<void> {
  assert.equal((await withToken()).status, 200);
  assert.equal((await jsonOf(await withCookie())).signedIn, true);
}

for (const [whose, moved] of [
  ["the machine's and its database's", { database: DAYS_30, own: DAYS_30 }],
  ["only the database's", { database: DAYS_30, own: 0 }],
  ["only this machine's", { database: 0, own: DAYS_30 }],
  ["this machine's, back by an hour", { database: 0, own: -3_600_000 }],
] as const) {
  test(`a clock that jumped, ${whose}: no sign-in, no token, and nothing ends by it`, async () => {
    await assertGoesOn();
    await world.system.opened.clock.beat();
    await during(moved, async () => {
      if (moved.database !== 0) await world.system.opened.clock.beat();
      const before = await kept();
      const page = { headers: { accept: "text/html" } };
      await assertRefused("signing in", fetch(`${world.url}/sign-in`, { ...page, redirect: "manual" }));
      await assertRefused("a browser's sign-in", withCookie());
      const refresh = { grant_type: "refresh_token", client_id: "curfew-cli", refresh_token: "any" };
      const asked = { method: "POST", body: new URLSearchParams(refresh) };
      await assertRefused("a token", fetch(`${world.url}/oauth/token`, asked));
      await assert.rejects(signIn());
      const me = await withToken();
      // By the time that was believed last the token is good, and an operator can say which clock is right.
      if (moved.database !== 0) assert.equal((await jsonOf(me)).code, "clock_suspected");
      assert.equal(me.status, moved.database === 0 ? 200 : 503, "a token is not called expired");
      assert.equal((await accepting()).status, 403, "known, and no operator");
      assert.equal((await fetch(`${world.url}/oauth/jwks`)).status, 200, "keys are true at any time");
      assert.deepEqual(await kept(), before, "nothing was stored, ended or forgotten");
    });
    await assertGoesOn();
    assert.ok((await signIn()).accessToken.length > 0);
  });
}
