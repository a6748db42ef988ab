/** OTLP logs against receivers in this process that decode what came, and answer as collectors and as others do. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { LoggerProvider, type ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { localTls } from "../../src/demo/local-ca.ts";
import { type OtlpSettings, openOtlp, otlpSink } from "../../src/exports/otlp.ts";
import { newFarSide } from "../../src/exports/parts.ts";
import { ownForm } from "../../src/exports/payload.ts";
import type { ExportedEvent, Sender } from "../../src/exports/sink.ts";
import { createOutboundHttp } from "../../src/outbound/http.ts";
import { createOutbound } from "../../src/outbound/places.ts";
import { exported, hostileEvents, hugeEvents, oneOfEach } from "./events.ts";

type Value = Readonly<Record<string, unknown>>;

/** `AnyValue` and `KeyValue` of the protocol, read back. */
function plain(value: Value): unknown {
  if ("stringValue" in value || "boolValue" in value || "doubleValue" in value)
    return value.stringValue ?? value.boolValue ?? value.doubleValue;
  if ("intValue" in value) return Number(value.intValue);
  if ("arrayValue" in value) return (value.arrayValue as { values: Value[] }).values.map(plain);
  if ("kvlistValue" in value) return members((value.kvlistValue as { values: Value[] }).values);
  return null;
}

function members(values: readonly Value[]): Record<string, unknown> {
  return Object.fromEntries(values.map(({ key, value }) => [key, plain(value as Value)]));
}

interface Log {
  readonly eventName: string;
  readonly severityNumber: number;
  readonly timeUnixNano: string;
  readonly body: Record<string, unknown>;
  readonly attributes: Record<string, unknown>;
}

function logsIn(body: string): Log[] {
  const { resourceLogs } = JSON.parse(body) as { resourceLogs: { scopeLogs: { logRecords: Value[] }[] }[] };
  return resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record) => ({
        ...(record as unknown as Log),
        body: plain(record.body as Value) as Record<string, unknown>,
        attributes: members(record.attributes as Value[]),
      })),
    ),
  );
}

interface Got {
  readonly request: IncomingMessage;
  readonly logs: readonly Log[];
  readonly text: string;
}

const numberOf = ({ attributes }: Log) => attributes["curfew.number"];

type Say = (got: Got, response: ServerResponse) => void;

const fully: Say = (_, response) => response.writeHead(200, { "content-type": "application/json" }).end("{}");

async function receiver(t: TestContext, say: Say) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const text = Buffer.concat(parts).toString("utf8");
    const one = { request, logs: logsIn(text), text };
    got.push(one);
    say(one, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`, got };
}

function settings(url: string, more: Partial<OtlpSettings> = {}): OtlpSettings {
  return { url, ca: null, headers: { "x-api-key": "hush" }, format: "curfew", ...more };
}

async function opened(t: TestContext, url: string, more: Partial<OtlpSettings> = {}): Promise<Sender> {
  const sender = await otlpSink(settings(url, more)).open();
  t.after(() => sender.close());
  return sender;
}

function hurried(t: TestContext, url: string, requestMs: number, farSide = newFarSide(500)): Sender {
  const allow = [{ tenant: null, place: "private", port: null }];
  const outbound = createOutbound({ allow })({ id: "operator", name: "operator" });
  const sender = openOtlp(settings(url), createOutboundHttp({ outbound }), farSide, requestMs);
  t.after(() => sender.close());
  return sender;
}

function many(count: number): ExportedEvent[] {
  return [...Array(count).keys()].map((at) => exported("grant.live", at + 1));
}

test("a collector gets every event in order, with its id, and a whole body", async (t) => {
  const { url, got } = await receiver(t, fully);
  const events = oneOfEach();
  const sender = await opened(t, url);
  assert.deepEqual(await sender.send(events), { kind: "accepted", through: events.length });
  assert.equal(got[0]?.request.headers["x-api-key"], "hush");
  const logs = got.flatMap((one) => one.logs);
  assert.deepEqual(
    logs.map(({ eventName }) => eventName),
    events.map(({ type }) => type),
  );
  assert.deepEqual(
    logs.map(({ attributes }) => attributes["log.record.uid"]),
    events.map(({ id }) => id),
  );
  for (const [at, log] of logs.entries()) {
    assert.deepEqual(log.body, JSON.parse(JSON.stringify(ownForm(events[at] as ExportedEvent))));
    assert.equal(log.timeUnixNano, `${events[at]?.at}000000`);
  }
});

test("OCSF may be the body", async (t) => {
  const { url, got } = await receiver(t, fully);
  await (await opened(t, url, { format: "ocsf" })).send([exported("grant.live")]);
  assert.equal(got[0]?.logs[0]?.body.type_uid, 300_501);
});

test("OpenTelemetry's own exporter says the same of the same record", async (t) => {
  const { url, got } = await receiver(t, fully);
  const event = exported("grant.removal_failed", 7, {
    facts: { a: "b", list: [1, "two", false, { x: 1.5 }] },
  });
  await (await opened(t, url)).send([event]);
  const [ours] = got;
  const kept: ReadableLogRecord[] = [];
  const processor = {
    onEmit: (record: ReadableLogRecord) => void kept.push(record),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const body = ownForm(event) as never;
  new LoggerProvider({ processors: [processor] }).getLogger("curfew.audit").emit({
    ...{ timestamp: event.at, observedTimestamp: event.at, severityNumber: 17, severityText: "High", body },
    ...{ eventName: event.type, attributes: ours?.logs[0]?.attributes as never },
  });
  const exporter = new OTLPLogExporter({ url });
  const { code } = await new Promise<{ code: number }>((done) => exporter.export(kept as never, done));
  assert.equal(code, 0);
  const record = (text = "") => JSON.parse(text, numbersAsText).resourceLogs[0].scopeLogs[0].logRecords[0];
  const { droppedAttributesCount: _, ...theirs } = record(got[1]?.text);
  assert.deepEqual(record(ours?.text), theirs);
});

/** 64 bits are text in protobuf's JSON; numbers are read as well, and OpenTelemetry's exporter writes them. */
function numbersAsText(key: string, value: unknown): unknown {
  return key === "intValue" ? String(value) : value;
}

test("what somebody wrote to do harm reads the same again, and what is too long is cut", async (t) => {
  const { url, got } = await receiver(t, fully);
  const events = hostileEvents();
  const sender = await opened(t, url);
  assert.deepEqual(await sender.send(events), { kind: "accepted", through: events.length });
  for (const [at, { body }] of got.flatMap(({ logs }) => logs).entries())
    assert.deepEqual(body, JSON.parse(JSON.stringify(ownForm(events[at] as ExportedEvent))));
  const huge = hugeEvents();
  assert.deepEqual(await sender.send(huge), { kind: "accepted", through: huge.length });
  const bodies = got.flatMap(({ logs }) => logs.map(({ body }) => body)).slice(events.length);
  for (const [at, body] of bodies.entries()) {
    assert.equal(body.leafHash, huge[at]?.leafHash);
    assert.equal(body.linkHash, huge[at]?.linkHash);
    if (JSON.stringify(huge[at]).length > 262_144) assert.ok((body.cut as unknown[]).length > 0);
    else assert.equal(body.cut, undefined);
  }
});

test("a partial success is no success: what is rejected is found, and by itself laid aside", async (t) => {
  const poison = 6;
  const { url, got } = await receiver(t, ({ logs }, response) => {
    const rejected = logs.filter(({ attributes }) => attributes["curfew.number"] === poison).length;
    const partialSuccess = { rejectedLogRecords: String(rejected), errorMessage: "field too deep" };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(rejected > 0 ? { partialSuccess } : {}));
  });
  const sender = await opened(t, url);
  const events = many(8);
  assert.deepEqual(await sender.send(events), { kind: "accepted", through: 5 });
  const refused = await sender.send(events.slice(5));
  assert.ok(refused.kind === "refused");
  assert.deepEqual([refused.what, refused.number], ["event", poison]);
  assert.match(refused.reason, /took all but 1 of 1: field too deep/);
  assert.deepEqual(await sender.send(events.slice(6)), { kind: "accepted", through: 8 });
  const seen = new Set(got.flatMap(({ logs }) => logs.map(({ attributes }) => attributes["curfew.number"])));
  assert.deepEqual([...seen].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a warning beside a whole success is one", async (t) => {
  const { url } = await receiver(t, (_, response) =>
    response.writeHead(200).end(JSON.stringify({ partialSuccess: { errorMessage: "use the newer port" } })),
  );
  assert.deepEqual(await (await opened(t, url)).send(many(2)), { kind: "accepted", through: 2 });
});

test("200 with a page, a list, a number that is none: nothing of it is accepted", async (t) => {
  const answers = [
    "<html>sign in</html>",
    "[]",
    "null",
    '"ok"',
    '{"partialSuccess":7}',
    '{"partialSuccess":{"rejectedLogRecords":"many"}}',
    '{"partialSuccess":{"rejectedLogRecords":-1}}',
  ];
  const { url } = await receiver(t, (_, response) => response.writeHead(200).end(answers.shift()));
  const sender = await opened(t, url);
  while (answers.length > 0) {
    const sent = await sender.send(many(1));
    assert.ok(sent.kind === "later", JSON.stringify(sent));
    assert.match(sent.reason, /something that OTLP does not have/);
  }
});

test("too much to do: tried later, when it says", async (t) => {
  const date = new Date(Date.now() + 120_000).toUTCString();
  const waits = ["7", date, "99999999", "soon", undefined];
  const { url } = await receiver(t, (_, response) => {
    const wait = waits.shift();
    response.writeHead(429, wait === undefined ? {} : { "retry-after": wait }).end();
  });
  const sender = await opened(t, url);
  const after: (number | null)[] = [];
  for (let at = 0; at < 5; at += 1) {
    const sent = await sender.send(many(1));
    assert.ok(sent.kind === "later");
    after.push(sent.afterMs);
  }
  const [seconds, until, longest, ...unsaid] = after;
  assert.equal(seconds, 7_000);
  assert.ok(until !== null && until !== undefined && until > 110_000 && until <= 120_000);
  assert.equal(longest, 3_600_000);
  assert.deepEqual(unsaid, [null, null]);
});

test("too large together goes in parts; too large alone is laid aside, once anything was ever taken", async (t) => {
  const taken: unknown[] = [];
  const { url } = await receiver(t, ({ logs }, response) => {
    const isLarge = logs.length > 2 || logs.map(numberOf).includes(9);
    if (!isLarge) taken.push(...logs.map(numberOf));
    response.writeHead(isLarge ? 413 : 200).end();
  });
  const sender = await opened(t, url);
  const alone = await sender.send(many(9).slice(8));
  assert.equal(alone.kind, "later");
  assert.deepEqual(await sender.send(many(9)), { kind: "accepted", through: 8 });
  assert.deepEqual(taken, [1, 2, 3, 4, 5, 6, 7, 8]);
  const refused = await sender.send(many(9).slice(8));
  assert.deepEqual([refused.kind, refused.kind === "refused" && refused.number], ["refused", 9]);
});

test("an address, a key or a form that is wrong loses nothing and says what to look at", async (t) => {
  const statuses = [301, 400, 401, 403, 404, 405, 500, 503];
  const { url } = await receiver(t, (_, response) =>
    response.writeHead(statuses[0] ?? 500, { location: "http://127.0.0.1:1/" }).end("no"),
  );
  const sender = await opened(t, url);
  while (statuses.length > 0) {
    const sent = await sender.send(many(3).slice(0, 1));
    assert.ok(sent.kind === "later", `${statuses[0]}: ${JSON.stringify(sent)}`);
    assert.match(sent.reason, new RegExp(`answers ${statuses[0]}`));
    assert.doesNotMatch(sent.reason, /hush/);
    statuses.shift();
  }
});

test("an answer byte by byte, none at all, half of one or no HTTP is no acceptance, in time", async (t) => {
  const { url } = await receiver(t, ({ logs }, response) => {
    const number = logs[0]?.attributes["curfew.number"];
    if (number === 1) {
      response.writeHead(200, { "content-length": "1000" });
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    }
    if (number === 3) {
      response.writeHead(200, { "content-length": "2" }).write("{");
      response.socket?.destroy();
    }
    if (number === 4) response.socket?.end("220 mail.example ESMTP\r\n");
    if (number === 5) response.writeHead(200).end(" ".repeat(100_000));
  });
  const sender = hurried(t, url, 400);
  for (const event of many(5)) {
    const began = performance.now();
    const sent = await sender.send([event]);
    assert.equal(sent.kind, "later", `${event.number}: ${JSON.stringify(sent)}`);
    assert.ok(performance.now() - began < 2_000);
  }
});

test("a slow collector gets smaller parts until one is through in time", async (t) => {
  const taken = new Set<unknown>();
  const { url } = await receiver(t, async ({ logs }, response) => {
    await pause(logs.length * 5);
    if (!response.destroyed) for (const { attributes } of logs) taken.add(attributes["curfew.number"]);
    response.writeHead(200).end("{}");
  });
  // As the stream does, which opens another sender after each failure.
  const farSide = newFarSide(500);
  let sender = hurried(t, url, 300, farSide);
  let left = many(200);
  for (let tries = 0; left.length > 0 && tries < 20; tries += 1) {
    const sent = await sender.send(left);
    if (sent.kind === "later") sender = hurried(t, url, 300, farSide);
    if (sent.kind === "accepted") left = left.filter(({ number }) => number > sent.through);
  }
  assert.deepEqual(left, []);
  assert.equal(taken.size, 200);
});

test("closing ends a send that is under way, as later", async (t) => {
  const { url } = await receiver(t, () => undefined);
  const sender = await otlpSink(settings(url)).open();
  const sent = sender.send(many(1));
  await pause(200);
  await sender.close();
  assert.equal((await sent).kind, "later");
});

test("over https the authority that is set decides, and a stranger gets nothing", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-otlp-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { cert, key, caFile } = await localTls(folder);
  let requests = 0;
  const server = createSecure({ cert, key }, (request, response) => {
    requests += 1;
    request.resume().on("end", () => response.end("{}"));
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((done) => server.listen(0, "0.0.0.0", done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ca = readFileSync(caFile, "utf8");
  const known = await opened(t, `https://localhost:${port}/v1/logs`, { ca });
  assert.equal((await known.send(many(1))).kind, "accepted");
  for (const [url, more] of [
    [`https://127.0.0.2:${port}/v1/logs`, { ca }],
    [`https://localhost:${port}/v1/logs`, {}],
  ] as const)
    assert.equal((await (await opened(t, url, more)).send(many(1))).kind, "later");
  assert.equal(requests, 1);
});

test("a place is shown without what may be a secret", () => {
  assert.equal(otlpSink(settings("https://a.example/v1/logs?key=hush")).place, "https://a.example/v1/logs");
});
