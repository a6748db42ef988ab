/** An export from its document to its receiver, over HTTP: made, given a secret, sent to, refused, replayed, told of. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { sequenceAudit } from "../../src/store/sequencer.ts";
import { until } from "../fixtures/program.ts";
import { openTestSystem, type TestSystem } from "../fixtures/system.ts";
import { type Cast, openCast } from "../golden/cast.ts";

const got: { id: string; body: string; headers: Record<string, string> }[] = [];
let status = 204;
const receiver = createServer(async (request, response) => {
  const body = await text(request);
  if (status < 300)
    got.push({
      id: String(request.headers["webhook-id"]),
      body,
      headers: request.headers as Record<string, string>,
    });
  response.writeHead(status).end();
});

let system: TestSystem;
let cast: Cast;
let stream: ReturnType<TestSystem["exports"]["stream"]>;
let port = 0;
before(async () => {
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  port = (receiver.address() as AddressInfo).port;
  system = await openTestSystem(null, undefined, {
    outboundAllow: [{ tenant: "contoso", place: "127.0.0.1", port }],
  });
  cast = await openCast(system);
  stream = system.exports.stream(
    (what, error) => console.error(what, error),
    () => {},
  );
});
after(async () => {
  await stream?.stop();
  await cast?.close();
  receiver.closeAllConnections();
  receiver.close();
});

const admin = (method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: unknown) =>
  cast.call("administrator", method, url, body);
const made = (spec: object) => admin("PUT", "/configuration/Export/watch", { spec });
const webhook = (more: object = {}) => ({
  kind: "webhook",
  config: { url: `http://127.0.0.1:${port}/` },
  ...more,
});

interface Listed {
  readonly name: string;
  readonly place: string;
  readonly paused: string | null;
  readonly through: number;
  readonly behind: number;
  readonly deadLetters: number;
  readonly lastError: string | null;
}
const listed = async () => ((await admin("GET", "/exports")).body.items as Listed[])[0] as Listed;

/** Links what happened, and sends it. */
async function pass(): Promise<void> {
  await sequenceAudit(system.opened.worker.db, () => system.opened.clock.now());
  await new Promise((done) => setTimeout(done, 101));
  await stream.pass();
  await stream.settled();
}

test("an export is made by a document, gets a secret that is shown once, and sends from the first entry on", async () => {
  const first = await made(webhook({ from: "beginning" }));
  assert.ok([200, 201].includes(first.status), JSON.stringify(first.body));
  assert.equal((await listed()).paused, "secret");
  await pass();
  assert.equal(got.length, 0, "unsigned, nothing is sent");
  const { status: answered, body } = await admin("POST", "/exports/watch/secret");
  assert.equal(answered, 200);
  assert.match(String(body.secret), /^whsec_/);
  assert.equal(body.previousUntil, null);
  await pass();
  const { through, behind, place } = await listed();
  assert.deepEqual([behind, place], [0, `127.0.0.1:${port}`]);
  assert.equal(got.length, through);
  const last = got.at(-1);
  assert.ok(last !== undefined);
  const event = new Webhook(String(body.secret)).verify(last.body, last.headers) as {
    data: { sentence: string };
  };
  assert.match(event.data.sentence, /had a new secret made for the export `watch`/);
  // Nowhere but in that answer.
  const { body: document } = await admin("GET", "/configuration/Export/watch");
  for (const where of [JSON.stringify(document), got.map((one) => one.body).join("")])
    assert.ok(!where.includes(String(body.secret)));
});

test("a second secret signs beside the first", async () => {
  const { body: one } = await admin("POST", "/exports/watch/secret");
  const { body: two } = await admin("POST", "/exports/watch/secret");
  assert.ok(typeof two.previousUntil === "string");
  await pass();
  const last = got.at(-1);
  assert.ok(last !== undefined);
  for (const secret of [one.secret, two.secret]) new Webhook(String(secret)).verify(last.body, last.headers);
});

test("what is no export is refused at its place, and secrets do not stand in clear", async () => {
  const fault = async (spec: object) =>
    JSON.stringify((await admin("PUT", "/configuration/Export/other", { spec })).body);
  assert.match(await fault({ kind: "pigeon", config: {} }), /there is no kind of export `pigeon`; known are/);
  assert.match(await fault(webhook({ config: { url: "ftp://x" } })), /begins with https/);
  assert.match(await fault(webhook({ config: { url: "https://x.example", signing: "x" } })), /is a secret/);
  assert.match(await fault(webhook({ secrets: { signing: { value: "hunter2" } } })), /24 to 64 bytes/);
  assert.match(await fault(webhook({ secrets: { password: { value: "x" } } })), /has no secret `password`/);
});

test("a far side that is gone pauses it, which is an entry; a resume drains what waited", async () => {
  await pass();
  const before = got.length;
  status = 410;
  await admin("POST", "/exports/watch/secret");
  await pass();
  const paused = await listed();
  assert.deepEqual(
    [paused.paused, paused.lastError],
    ["refused", "it answers 410, gone: it wants no more of it"],
  );
  const log = await admin("GET", "/audit-entries?type=export.paused");
  const [entry] = log.body.items as { sentence: string }[];
  assert.match(
    String(entry?.sentence),
    /The export `watch` was paused, for its far side refuses what it is sent: it answers 410/,
  );
  status = 204;
  assert.equal((await admin("POST", "/exports/watch/resume")).status, 200);
  await until(
    async () => {
      await pass();
      return (await listed()).behind === 0;
    },
    10_000,
    "what waited to be sent",
  );
  const ids = got.slice(before).map(({ id }) => id);
  assert.ok(ids.length >= 3);
  assert.equal(new Set(ids).size, ids.length);
});

test("what is refused for good is listed and sent again when somebody says so; so is all from a number on", async () => {
  status = 422;
  await admin("POST", "/exports/watch/pause");
  await admin("POST", "/exports/watch/resume");
  await pass();
  status = 204;
  await pass();
  const { deadLetters } = await listed();
  assert.ok(deadLetters >= 1);
  const { body } = await admin("GET", "/exports/watch/dead-letters");
  const letters = body.items as { number: number; reason: string }[];
  assert.equal(letters.length, deadLetters);
  assert.equal(letters[0]?.reason, "it answers 422");
  const { body: again } = await admin("POST", "/exports/watch/replay", { deadLetters: "all" });
  assert.equal(again.count, deadLetters);
  await pass();
  assert.equal((await listed()).deadLetters, 0);
  const { through } = await listed();
  const before = got.length;
  const { body: rest } = await admin("POST", "/exports/watch/replay", { from: through - 1 });
  assert.equal(rest.count, 2);
  await pass();
  const numbers = got.slice(before).map((one) => JSON.parse(one.body).data.sequence as number);
  assert.deepEqual(numbers.slice(0, 2), [through - 1, through]);
  assert.equal((await admin("POST", "/exports/watch/replay", { from: 1_000_000 })).status, 400);
});

test("another organisation sees and touches nothing of it; an operator reads the installation's", async () => {
  assert.equal((await cast.call("stranger", "GET", "/exports")).status, 200);
  assert.deepEqual((await cast.call("stranger", "GET", "/exports")).body.items, []);
  for (const act of ["pause", "resume", "secret"])
    assert.equal((await cast.call("stranger", "POST", `/exports/watch/${act}`)).status, 404);
  const standing = await system.exports.standing();
  assert.deepEqual(
    standing.map(({ kind, own, streams }) => ({ kind, own, streams })),
    [{ kind: "webhook", own: true, streams: 1 }],
  );
  assert.equal((await admin("DELETE", "/configuration/Export/watch")).status < 300, true);
  assert.deepEqual((await admin("GET", "/exports")).body.items, []);
});
