/**
 * An end that its target did not confirm, and an opening that it did not: what people and programs read of these while a
 * real PostgreSQL cannot be reached for its management role, and how the same is asked for again.
 */
import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { keepLogin, tokenFile } from "../../src/cli/sign-in/kept-tokens.ts";
import type { Grant, AccessRequest as Request } from "../../src/client/types.ts";
import { type Apart, runApart } from "../cli/capture.ts";
import { type PostgresHarness, postgresHarness } from "../contracts/postgres-harness.ts";
import { type Api, until } from "../fixtures/program.ts";
import { openToyWorld, type Place, type ToyWorld } from "../fixtures/toy-world.ts";

const words = <T>(name: string): Promise<T> =>
  import(new URL(`../../portal/src/words/${name}.ts`, import.meta.url).href);
const portal = await words<{
  stateWords(grant: Grant): string;
  stateColor(grant: Grant): string;
  standingWords(grant: Grant, now: number): string;
}>("grant");
const portalRequest = await words<{ stateWords(request: Request): string }>("request");

const PASSWORD = "only for this cluster";
const SOON_MS = 20_000;

let harness: PostgresHarness;
let world: ToyWorld;
let ada: Api;
let ben: Api;
const folders = {
  ada: mkdtempSync(join(tmpdir(), "curfew-ada-")),
  ben: mkdtempSync(join(tmpdir(), "curfew-ben-")),
};
before(async () => {
  harness = await postgresHarness();
  world = await openToyWorld(null, {
    outboundAllow: [{ tenant: null, place: harness.cluster.host, port: null }],
  });
  ada = await world.person("ada");
  ben = await world.person("ben");
  for (const [name, { token }] of Object.entries({ ada, ben })) {
    keepLogin(tokenFile(join(folders[name as "ada" | "ben"], "curfew"), world.url), {
      ...{ url: world.url, caFile: null, who: name, signedInAt: null },
      ...{ accessToken: token, refreshToken: null, expiresAt: Date.now() + 3_600_000 },
    });
  }
});
after(async () => {
  await world?.close();
  await harness?.close();
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
});

const curfew = (who: "ada" | "ben", ...argv: string[]): Promise<Apart> => {
  const folder = folders[who];
  return runApart(argv, { TZ: "UTC", XDG_CONFIG_HOME: folder, CURFEW_URL: world.url }, folder);
};

const admin = (sql: string) => harness.cluster.admin(sql, "orders");
const socketAt = (port: number) => join(harness.cluster.host, `.s.PGSQL.${port}`);

/** To whoever knows it by its port; connections that were kept ready are lost as well. */
async function hostGone(): Promise<void> {
  const { host, port } = harness.cluster;
  renameSync(socketAt(port), socketAt(port + 1));
  const own = { user: "curfew_management", password: PASSWORD, database: "orders" };
  const client = new pg.Client({ host, port: port + 1, ...own });
  await client.connect();
  await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()",
  );
  await client.end();
}

async function hostBack(): Promise<void> {
  const { port } = harness.cluster;
  renameSync(socketAt(port + 1), socketAt(port));
}

/** What keeps Curfew out, what it meets then, and what puts it right. */
const TROUBLES = {
  "its management password changed": {
    begin: () => admin("ALTER ROLE curfew_management PASSWORD 'another one'"),
    end: () => admin(`ALTER ROLE curfew_management PASSWORD '${PASSWORD}'`),
    reason: /password authentication failed for user "curfew_management"; its owner has to let Curfew in/,
  },
  "its host is gone": {
    begin: hostGone,
    end: hostBack,
    reason: /ENOENT.*; Curfew goes on trying/,
  },
  "its management role may not log in": {
    begin: () => admin("ALTER ROLE curfew_management NOLOGIN"),
    end: () => admin("ALTER ROLE curfew_management LOGIN"),
    reason: /"curfew_management" is not permitted to log in; its owner has to let Curfew in/,
  },
  "it takes no connection more": {
    begin: () => admin("ALTER ROLE curfew_management CONNECTION LIMIT 0"),
    end: () => admin("ALTER ROLE curfew_management CONNECTION LIMIT -1"),
    reason: /too many connections for role "curfew_management"; Curfew goes on trying/,
  },
} as const;

/** It is put right whatever comes of the work. */
async function during(
  trouble: keyof typeof TROUBLES,
  work: (reason: RegExp) => Promise<void>,
): Promise<void> {
  const { begin, end, reason } = TROUBLES[trouble];
  await begin();
  try {
    await work(reason);
  } finally {
    await end();
  }
}

function database(name: string, rules = {}): Promise<Place> {
  const { host, port } = harness.cluster;
  const config = { host, port, database: "orders", user: "curfew_management" };
  const target = { kind: "postgres", config, secrets: { password: { value: PASSWORD } } };
  return world.place(name, target, { entitlement: { role: "orders_rw" } }, rules);
}

async function grantOf(requestId: string): Promise<Grant> {
  return (await ada.get(`/grants?view=all&requestId=${requestId}`)).body.items[0];
}

const read = async (id: string): Promise<Grant> => (await ada.get(`/grants/${id}`)).body;

async function opened(place: Place, duration: string): Promise<{ grant: Grant; connect(): pg.Client }> {
  const { body } = await ben.post("/access-requests", place.ask(duration));
  assert.ok(body.id, JSON.stringify(body));
  await until(async () => (await grantOf(body.id))?.liveness === "live", SOON_MS, `${place.name} to be live`);
  const grant = await grantOf(body.id);
  const { connectionString } = (await ben.post(`/grants/${grant.id}/secret`, {})).body;
  return { grant, connect: () => new pg.Client({ connectionString }) };
}

async function canLogIn(connect: () => pg.Client): Promise<boolean> {
  const client = connect();
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    assert.ok(error instanceof pg.DatabaseError, String(error));
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Nothing anywhere calls it over, gone or refused, and each says why. */
async function assertLoud({ id, requestId }: Grant, reason: RegExp, cause: string): Promise<void> {
  const native = await read(id);
  assert.equal(native.liveness, cause);
  assert.equal(native.unconfirmed?.of, "end");
  assert.match(native.unconfirmed?.sentence ?? "", /^not confirmed gone from PostgreSQL: /);
  assert.match(native.unconfirmed?.sentence ?? "", reason);
  assert.notEqual(native.unconfirmed?.reason, null);

  const listed = await curfew("ben", "grants");
  const row = listed.out.split("\n").find((line) => line.endsWith(id.slice(0, 8))) ?? "";
  assert.match(row, /not confirmed gone .* not confirmed yet/);
  assert.match(listed.out, new RegExp(`${id.slice(0, 8)}: not confirmed gone from PostgreSQL: `));
  const story = await curfew("ben", "requests", String(requestId));
  assert.match(story.out, /approved, not confirmed gone/);
  assert.match(story.out, /not live any more \(.*\), but not confirmed gone from PostgreSQL: /);
  assert.match(story.out, reason);
  for (const { out } of [listed, story]) assert.doesNotMatch(out, /is over|over:|log-in refused/);

  assert.deepEqual([portal.stateWords(native), portal.stateColor(native)], ["Not confirmed gone", "red"]);
  const standing = portal.standingWords(native, Date.now());
  assert.match(standing, /^Not live any more \(.*\)\. Not confirmed gone from PostgreSQL: /);
  assert.match(standing, reason);
  const request: Request = (await ben.get(`/access-requests/${requestId}`)).body;
  assert.equal(portalRequest.stateWords(request), "Approved, not confirmed gone");
  assert.equal(request.became?.name, "closing");

  const azure = `${native.scope}/providers/Microsoft.Authorization`;
  const schedule = await azureCall(`${azure}/roleAssignmentSchedules/${id}`);
  assert.equal(schedule.properties.status, "PendingRevocation");
  if (cause !== "expired")
    assert.equal(
      (await azureCall(`${azure}/roleAssignmentScheduleRequests/${requestId}`)).properties.status,
      "PendingRevocation",
    );

  const { items } = (await ben.get(`/access-requests/${requestId}/timeline`)).body;
  const told = items.map(({ sentence }: { sentence: string }) => sentence);
  assert.ok(
    told.some((text: string) => /is not confirmed gone from its target.*: cannot connect/.test(text)),
    told.join("\n"),
  );
  assert.ok(told.some((text: string) => /; its target has not confirmed yet that it is gone$/.test(text)));
  const heard = async () => {
    const notified = (await ben.get("/me/notifications")).body.items as { text: string; grantId: string }[];
    return notified.some(
      (one) =>
        one.grantId === id && /^Not live any more, but not confirmed gone .*cannot connect/.test(one.text),
    );
  };
  await until(heard, SOON_MS, "its holder to be told");
}

async function azureCall(path: string) {
  const answer = await fetch(`${world.url}${path}?api-version=2020-10-01`, {
    headers: { authorization: `Bearer ${ada.token}` },
  });
  return (await answer.json()) as { properties: { status: string } };
}

async function mended(grant: Grant, place: Place, connect: () => pg.Client, cause: string): Promise<void> {
  await ada.post(`/targets/${place.name}/check`, {});
  await until(async () => (await read(grant.id)).state === "ended", SOON_MS, "it to be seen gone");
  const after = await read(grant.id);
  assert.deepEqual([after.unconfirmed, after.liveness], [null, cause]);
  assert.equal(await canLogIn(connect), false);
  const row = (await curfew("ben", "grants", "--all")).out.split("\n");
  assert.doesNotMatch(row.find((line) => line.endsWith(grant.id.slice(0, 8))) ?? "", /not confirmed/);
  assert.equal(after.endsAt, grant.endsAt, "no end moved");
}

test("revoked after its management password changed: what stands open is not called over by anybody", async () => {
  const place = await database("password");
  const { grant, connect } = await opened(place, "PT1H");
  await during("its management password changed", async (reason) => {
    const { exit, out } = await curfew("ada", "revoke", grant.id);
    assert.equal(exit, 1, out);
    assert.match(
      out,
      /^Revoked: Ben Berg's Contributor on .* is not live any more, but not confirmed gone from/,
    );
    assert.match(out, reason);
    assert.match(out, /its log-in may be open there until (tomorrow )?\d\d:\d\d/);
    assert.doesNotMatch(out, /is over/);
    assert.equal(await canLogIn(connect), true, "it does stand open");
    await assertLoud(grant, reason, "revoked");
  });
  await mended(grant, place, connect, "revoked");
});

test("given back while the management role may not log in, and confirmed over once it may", async () => {
  const place = await database("nologin");
  const { grant, connect } = await opened(place, "PT1H");
  await during("its management role may not log in", async (reason) => {
    const { exit, out } = await curfew("ben", "deactivate", grant.id, "--json");
    assert.equal(exit, 1);
    assert.equal(JSON.parse(out).unconfirmed.of, "end");
    await assertLoud(grant, reason, "deactivated");
  });
  await mended(grant, place, connect, "deactivated");
  const again = await opened(place, "PT1H");
  const over = await curfew("ben", "deactivate", again.grant.id);
  assert.deepEqual(
    [over.exit, /is over\. Grant/.test(over.out)],
    [0, true],
    "what was seen to be gone is over",
  );
});

test("run out while its host was gone: new log-ins are refused there, and the session that goes on is not hidden", async () => {
  const place = await database("host");
  const { grant, connect } = await opened(place, "PT5S");
  const session = connect();
  session.on("error", () => {});
  await session.connect();
  await during("its host is gone", async (reason) => {
    await until(async () => (await read(grant.id)).unconfirmed?.of === "end", SOON_MS, "it to be over");
    await until(async () => (await read(grant.id)).unconfirmed?.reason != null, SOON_MS, "it to fail");
    await session.query("SELECT 1");
    await assertLoud(grant, reason, "expired");
    assert.match(
      (await read(grant.id)).unconfirmed?.sentence ?? "",
      /; new log-ins are refused there, and sessions may still be open$/,
    );
  });
  await mended(grant, place, connect, "expired");
  await assert.rejects(session.query("SELECT 1"));
});

test("the right to it was taken while its target took no connection more", async () => {
  const place = await database("full");
  const { grant, connect } = await opened(place, "PT1H");
  await during("it takes no connection more", async (reason) => {
    const { items } = (await ada.get(`/eligibilities?scope=${encodeURIComponent(place.scope)}`)).body;
    assert.equal((await ada.post(`/eligibilities/${items[0].id}/end`, {})).status, 200);
    await until(async () => (await read(grant.id)).unconfirmed?.of === "end", SOON_MS, "it to be closed");
    await until(async () => (await read(grant.id)).unconfirmed?.reason != null, SOON_MS, "it to fail");
    await assertLoud(grant, reason, "eligibility_lost");
  });
  await mended(grant, place, connect, "eligibility_lost");
});

test("what could not open says so to its holder and to who approved it, and is asked for again by the line that is shown", async () => {
  const approval = { mode: "manual", stages: [{ approvers: ["ada"], required: 1, decideBy: "PT1H" }] };
  const place = await database("never", { approval });
  const ticket = { system: "jira", number: "OPS-1" };
  const ask = { ...place.ask("PT8S"), justification: "fix order 4711", ticket };
  const { body: request } = await ben.post("/access-requests", ask);
  await during("its host is gone", async () => {
    assert.equal((await ada.post(`/access-requests/${request.id}/decisions`, APPROVE)).status, 200);
    await until(async () => (await grantOf(request.id))?.unconfirmed?.reason != null, SOON_MS, "it to fail");
    const opening = await grantOf(request.id);
    const sentence = opening.unconfirmed?.sentence ?? "";
    assert.match(sentence, /^not open in PostgreSQL: .*ENOENT.*; Curfew goes on trying$/);
    assert.equal(opening.askAgain, request.id);
    const table = (await curfew("ben", "grants")).out;
    assert.match(table, /not open /);
    assert.match(
      table,
      /its end does not move; to ask again on the same terms, give this back first: curfew/,
    );
    const story = await curfew("ben", "requests", request.id);
    assert.match(story.out, /approved, (not open yet|never live|not confirmed gone)/);

    await until(
      async () => (await grantOf(request.id)).liveness === "never_live",
      SOON_MS,
      "its time to pass",
    );
    const never = await grantOf(request.id);
    assert.equal(never.endsAt, opening.endsAt, "no end moved");
    for (const [who, ...view] of [["ben"], ["ada", "--decided"]] as const) {
      const { out } = await curfew(who, "requests", ...view);
      assert.match(out, /approved, (never live|not confirmed gone)/, who);
      assert.match(out, /: never live: PostgreSQL did not confirm it before its end \(.*ENOENT/, who);
    }
    const standing = portal.standingWords(never, Date.now());
    assert.match(standing, /never live: PostgreSQL did not confirm it before its end \(/i);
    await until(async () => (await neverHeard(ben)) !== "", SOON_MS, "its holder to be told");
    assert.match(await neverHeard(ben), /ENOENT.*\); ask again .*`curfew request --again [0-9a-f-]{36}`$/);
    assert.match(await neverHeard(ada), /ENOENT.*\)$/);
  });

  const shown = await curfew("ben", "requests", request.id);
  const line = /ask again on the same terms: curfew (request .+)$/m.exec(shown.out)?.[1] ?? shown.out;
  const sent = await curfew("ben", ...line.split(" "), "--json");
  assert.equal(sent.exit, 0, sent.err);
  const again: Request = JSON.parse(sent.out);
  assert.notEqual(again.id, request.id);
  assert.deepEqual(termsOf(again), termsOf((await ben.get(`/access-requests/${request.id}`)).body));
  assert.equal((await ada.post(`/access-requests/${again.id}/decisions`, APPROVE)).status, 200);
  await until(async () => (await grantOf(again.id))?.liveness === "live", SOON_MS, "it to open");
  const other = ["--for", "5s", "--at", "+1h", "--json"];
  const narrowed = await curfew("ben", "preview", "--again", request.id, ...other);
  assert.deepEqual([narrowed.exit, JSON.parse(narrowed.out).duration], [0, "PT5S"], narrowed.err);
});

const APPROVE = { decision: "approve", justification: "fine" };

async function neverHeard(api: Api): Promise<string> {
  const { items } = (await api.get("/me/notifications")).body as { items: { text: string }[] };
  return items.map(({ text }) => text).find((text) => text.startsWith("Never live: its target")) ?? "";
}

function termsOf({ roles, scope, asked, justification, ticket }: Request) {
  return { roles, scope, asked, justification, ticket };
}
