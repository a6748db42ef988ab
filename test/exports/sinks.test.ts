/** Webhooks as a receiver's own library verifies them, over a real server; JSON Lines on a real disk. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { asId, type TenantId } from "../../src/domain/ids.ts";
import { DAY_MS, formatInstant, type Instant, instant } from "../../src/domain/time.ts";
import { jsonLinesSink } from "../../src/exports/json-lines.ts";
import { type ExportedEvent, SinkFault } from "../../src/exports/sink.ts";
import { webhookSink } from "../../src/exports/webhook.ts";
import { createOutboundHttp, type OutboundHttp } from "../../src/outbound/http.ts";
import { createOutbound } from "../../src/outbound/places.ts";

const TENANT = asId<TenantId>("5f0c9f6e-0f54-4c0e-9d0b-0d9d5f3a1c11");
const HOSTILE = 'a\nb\r\n|=]"\\ \u001b[31m \u202eevil\u2066 \u2028 \ud83d\ude00';
const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`;

let port = 0;
let http: OutboundHttp;
let answer: (path: string) => [status: number, headers?: Record<string, string>] = () => [204];
const got: { headers: IncomingHttpHeaders; body: string }[] = [];
const server = createServer(async (request, response) => {
  got.push({ headers: request.headers, body: await text(request) });
  const [status, headers] = answer(request.url ?? "");
  response.writeHead(status, headers).end();
});

before(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
  const allow = [{ tenant: "contoso", place: "127.0.0.1", port }];
  http = createOutboundHttp({
    outbound: createOutbound({ allow, stepMs: 1 })({ id: TENANT, name: "contoso" }),
  });
});
after(async () => {
  await http?.close();
  server.closeAllConnections();
  server.close();
});

function event(number: number, more: Partial<ExportedEvent> = {}): ExportedEvent {
  return {
    id: `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`,
    ...{ tenantId: TENANT, tenantName: "contoso", number, at: instant(Date.UTC(2026, 11, 1, 8)) },
    ...{ type: "request.approved", actor: { kind: "system", via: "curfew" }, actorName: null },
    ...{ subject: { kind: "accessRequest", id: TENANT }, parties: [TENANT], correlationId: TENANT },
    ...{ facts: { note: HOSTILE }, commitments: {}, openings: [], sentence: `about ${HOSTILE}` },
    ...{ leafHash: "leaf", linkHash: "link" },
    ...more,
  };
}

function webhook(config: Record<string, string> = {}, now: () => Instant = () => instant(Date.now())) {
  return webhookSink.open(
    { url: `http://127.0.0.1:${port}/hook`, signing: secretOf(1), ...config },
    { http, now },
  );
}

test("webhook: a CloudEvent that a receiver's library verifies, with the entry's id and its number", async () => {
  const sender = await webhook();
  got.length = 0;
  assert.deepEqual(await sender.send([event(41), event(42)]), { kind: "accepted", through: 42 });
  const [, second] = got;
  assert.ok(second !== undefined);
  const verified = new Webhook(secretOf(1)).verify(
    second.body,
    second.headers as Record<string, string>,
  ) as Record<string, unknown>;
  assert.equal(second.headers["webhook-id"], event(42).id);
  assert.match(String(second.headers["content-type"]), /^application\/cloudevents\+json/);
  const { data, ...context } = verified as { data: { entry: { facts: unknown }; sequence: number } };
  assert.deepEqual(context, {
    specversion: "1.0",
    id: event(42).id,
    source: `/tenants/${TENANT}`,
    type: "curfew.request.approved",
    subject: `accessRequest/${TENANT}`,
    time: "2026-12-01T08:00:00.000Z",
    sequence: "0000000000000042",
    datacontenttype: "application/json",
  });
  assert.equal(data.sequence, 42);
  // Nothing that is hidden goes over the wire as it is, and whoever parses it has what was said.
  assert.doesNotMatch(second.body, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  assert.deepEqual(data.entry.facts, { note: HOSTILE });
  assert.throws(() => new Webhook(secretOf(2)).verify(second.body, second.headers as Record<string, string>));
  assert.throws(() =>
    new Webhook(secretOf(1)).verify(`${second.body} `, second.headers as Record<string, string>),
  );
});

test("webhook: while a secret takes the place of another both verify, and afterwards the new one alone", async () => {
  const until = instant(Date.now() + 60_000);
  let now = instant(Date.now());
  const sender = await webhook({ previous: secretOf(2), previousUntil: formatInstant(until) }, () => now);
  const verifiedBy = (secret: string) => {
    const { body, headers } = got.at(-1) ?? { body: "", headers: {} };
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };
  await sender.send([event(1)]);
  assert.deepEqual([verifiedBy(secretOf(1)), verifiedBy(secretOf(2))], [true, true]);
  now = until;
  await sender.send([event(1)]);
  assert.deepEqual([verifiedBy(secretOf(1)), verifiedBy(secretOf(2))], [true, false]);
});

test("webhook: each answer means what it says, and what came before it was accepted", async () => {
  const sender = await webhook();
  const said = async (status: number, headers?: Record<string, string>) => {
    answer = () => (headers === undefined ? [status] : [status, headers]);
    return sender.send([event(7)]);
  };
  for (const status of [200, 201, 202, 204])
    assert.deepEqual(await said(status), { kind: "accepted", through: 7 });
  for (const status of [408, 425, 429, 500, 502, 503, 504])
    assert.equal((await said(status)).kind, "later", String(status));
  assert.deepEqual(await said(503, { "retry-after": "120" }), {
    kind: "later",
    afterMs: 120_000,
    reason: "it answers 503",
  });
  for (const status of [301, 302, 307, 308, 401, 403, 404, 405, 410]) {
    const refused = await said(status, { location: `http://127.0.0.1:${port}/elsewhere` });
    assert.ok(refused.kind === "refused" && refused.what === "sink" && refused.number === 7, String(status));
  }
  for (const status of [400, 409, 413, 422]) {
    const refused = await said(status);
    assert.ok(refused.kind === "refused" && refused.what === "event", String(status));
  }
  let asked = 0;
  answer = () => [++asked < 3 ? 204 : 410];
  assert.deepEqual(await sender.send([event(1), event(2), event(3)]), { kind: "accepted", through: 2 });
  answer = () => [204];
  // A place that nobody permits is a fault of the configuration; one that does not answer passes.
  const elsewhere = await webhook({ url: `http://127.0.0.1:${port + 1}/` });
  const refused = await elsewhere.send([event(1)]);
  assert.ok(
    refused.kind === "refused" && refused.what === "sink" && /CURFEW_OUTBOUND_ALLOW/.test(refused.reason),
  );
});

test("webhook: what cannot be an address or a secret is said before it is stored", () => {
  const faults = (config: Record<string, string>) =>
    webhookSink.validate(config).map(({ path }) => path.join("/"));
  assert.deepEqual(faults({ url: "https://a.example/x", signing: secretOf(1) }), []);
  assert.deepEqual(faults({ url: "https://a.example/x" }), []);
  for (const url of [
    "",
    "a.example",
    "ftp://a.example",
    "https://u:p@a.example",
    "https://a.example/#x",
    `https://a.example/${"x".repeat(3_000)}`,
  ])
    assert.deepEqual(faults({ url }), ["url"], url);
  for (const signing of [
    "",
    "hunter2",
    "whsec_",
    "whsec_c2hvcnQ=",
    `whsec_${Buffer.alloc(80).toString("base64")}`,
  ])
    assert.deepEqual(faults({ url: "https://a.example", signing }), ["signing"], signing);
  assert.deepEqual(faults({ url: "https://a.example", uri: "x" }), ["uri"]);
  assert.equal(
    webhookSink.validate({ url: "https://a.example", signing: webhookSink.makes?.make() ?? "" }).length,
    0,
  );
});

function folderFor(): string {
  const folder = mkdtempSync(join(tmpdir(), "curfew-lines-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const linesIn = (file: string) =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const refusedWith = (work: Promise<unknown>, says: RegExp) =>
  assert.rejects(work, (error) => error instanceof SinkFault && says.test(error.message));

test("JSON Lines: a line an event, for Curfew's user alone, whatever stands in the text", async () => {
  const path = join(folderFor(), "events.jsonl");
  const now = instant(Date.now());
  const sender = await jsonLinesSink({ path, mostBytes: 1_000_000, now: () => now }).open();
  assert.deepEqual(await sender.send([event(1), event(2)]), { kind: "accepted", through: 2 });
  await sender.send([event(3)]);
  assert.equal(readFileSync(path, "utf8").split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/).length, 4);
  assert.deepEqual(
    linesIn(path).map(({ sequence, entry }) => [sequence, entry.facts.note]),
    [1, 2, 3].map((number) => [number, HOSTILE]),
  );
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await sender.close();
});

test("JSON Lines: a file more when it is full and each day, and none is ever written over", async () => {
  const folder = folderFor();
  const path = join(folder, "events.jsonl");
  let now = instant(Date.now());
  const today = formatInstant(now).slice(0, 10);
  writeFileSync(join(folder, `events.${today}.1.jsonl`), "somebody's\n");
  const sender = await jsonLinesSink({ path, mostBytes: 500, now: () => now }).open();
  for (const number of [1, 2, 3]) await sender.send([event(number)]);
  now = instant(now + DAY_MS);
  await sender.send([event(4)]);
  assert.deepEqual(readdirSync(folder).sort(), [
    ...[1, 2, 3, 4].map((number) => `events.${today}.${number}.jsonl`),
    "events.jsonl",
  ]);
  assert.equal(readFileSync(join(folder, `events.${today}.1.jsonl`), "utf8"), "somebody's\n");
  for (const number of [2, 3, 4])
    assert.equal(statSync(join(folder, `events.${today}.${number}.jsonl`)).mode & 0o777, 0o600);
  // Another program may put the file aside: the next event goes to a new one.
  renameSync(path, join(folder, "moved"));
  await sender.send([event(5)]);
  assert.deepEqual(
    linesIn(path).map(({ sequence }) => sequence),
    [5],
  );
  // Ended between the new name and the old one: the step is finished, and the file that was put aside is left alone.
  await sender.close();
  linkSync(path, join(folder, "aside"));
  const again = await jsonLinesSink({ path, mostBytes: 1_000_000, now: () => now }).open();
  await again.send([event(6)]);
  assert.deepEqual(
    [linesIn(join(folder, "aside")), linesIn(path)].map((lines) => lines.map(({ sequence }) => sequence)),
    [[5], [6]],
  );
  await again.close();
});

test("JSON Lines: a line that was cut off is taken away before the next", async () => {
  const path = join(folderFor(), "events.jsonl");
  const open = () => jsonLinesSink({ path, mostBytes: 1_000_000, now: () => instant(Date.now()) }).open();
  const sender = await open();
  await sender.send([event(1), event(2)]);
  await sender.close();
  truncateSync(path, statSync(path).size - 20);
  const again = await open();
  await again.send([event(2)]);
  assert.deepEqual(
    linesIn(path).map(({ sequence }) => sequence),
    [1, 2],
  );
  await again.close();
});

test("JSON Lines: nothing is written through a link, where others may write, or to what is no file", async () => {
  const folder = folderFor();
  const real = join(folder, "real");
  mkdirSync(real, { mode: 0o700 });
  const sendTo = async (path: string) => {
    const sender = await jsonLinesSink({ path, mostBytes: 1_000, now: () => instant(Date.now()) }).open();
    return sender.send([event(1)]);
  };
  const victim = join(real, "victim");
  symlinkSync(victim, join(real, "events.jsonl"));
  await refusedWith(sendTo(join(real, "events.jsonl")), /is a link/);
  assert.ok(!existsSync(victim));
  symlinkSync(real, join(folder, "way"));
  await refusedWith(sendTo(join(folder, "way", "other.jsonl")), /goes through a link/);
  mkdirSync(join(real, "folder"));
  await refusedWith(sendTo(join(real, "folder")), /is a folder/);
  await refusedWith(sendTo(join(real, "nowhere", "events.jsonl")), /in no folder that exists/);
  const shared = join(folder, "shared");
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  await refusedWith(sendTo(join(shared, "events.jsonl")), /others may write/);
  // What was readable to others is not any more.
  const wide = join(real, "wide.jsonl");
  writeFileSync(wide, "", { mode: 0o644 });
  await sendTo(wide);
  assert.equal(statSync(wide).mode & 0o777, 0o600);
});
