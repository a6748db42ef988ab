/** Azure's Logs Ingestion API through Microsoft's own client, against a double over https that signs in, checks and decodes. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { type LocalTls, localTls } from "../../src/demo/local-ca.ts";
import type { JsonObject } from "../../src/domain/target-binding.ts";
import { instant } from "../../src/domain/time.ts";
import { azureMonitorSink, COLUMNS } from "../../src/exports/azure-monitor.ts";
import type { ExportedEvent, Sender } from "../../src/exports/sink.ts";
import { createOutboundHttp } from "../../src/outbound/http.ts";
import { createOutbound } from "../../src/outbound/places.ts";
import { exported, hostileEvents, hugeEvents, oneOfEach } from "./events.ts";

const DIRECTORY = "77777777-7777-4777-8777-777777777777";
const CLIENT = "88888888-8888-4888-8888-888888888888";
const RULE = `dcr-${"0123456789abcdef".repeat(2)}`;
const SECRET = "hush~this.is_a-secret&more=of+it";

type Row = Readonly<Record<keyof typeof COLUMNS, unknown>>;

interface Double {
  readonly origin: string;
  readonly rows: Row[];
  readonly calls: { readonly rows: readonly Row[]; readonly bytes: number; readonly token: string }[];
  readonly signIns: URLSearchParams[];
  /** Null: as Azure does. */
  say: ((call: Double["calls"][0], response: ServerResponse) => boolean) | null;
  signIn: ((response: ServerResponse) => boolean) | null;
}

let folder = "";
let tls: LocalTls;
let ca = "";

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "curfew-azure-"));
  tls = await localTls(folder);
  ca = readFileSync(tls.caFile, "utf8");
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function azure(t: TestContext): Promise<Double> {
  const rows: Row[] = [];
  const calls: Double["calls"] = [];
  const signIns: URLSearchParams[] = [];
  const server = createServer({ cert: tls.cert, key: tls.key }, (request, response) => {
    void read(request).then((body) => answer(request, response, body));
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((done) => server.listen(0, "0.0.0.0", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const double: Double = {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    ...{ rows, calls, signIns, say: null, signIn: null },
  };
  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const url = new URL(request.url ?? "/", double.origin);
    if (url.pathname === `/${DIRECTORY}/oauth2/v2.0/token`) {
      signIns.push(new URLSearchParams(body.toString("utf8")));
      if (double.signIn?.(response) === true) return;
      const said = {
        token_type: "Bearer",
        expires_in: 3_599,
        access_token: `token-${signIns.length}.of.entra`,
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(said));
      return;
    }
    assert.equal(url.pathname, `/dataCollectionRules/${RULE}/streams/Custom-Curfew_CL`);
    assert.equal(url.searchParams.get("api-version"), "2023-01-01");
    assert.equal(request.headers["content-encoding"], "gzip");
    const text = gunzipSync(body).toString("utf8");
    const token = request.headers.authorization ?? "";
    const call = { rows: JSON.parse(text) as Row[], bytes: Buffer.byteLength(text), token };
    calls.push(call);
    if (double.say?.(call, response) === true) return;
    // Azure's own limits.
    if (call.bytes > 1_048_576) return void response.writeHead(413).end();
    if (!call.token.startsWith("Bearer token-")) return void response.writeHead(401).end();
    rows.push(...call.rows);
    response.writeHead(204).end();
  };
  return double;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function configured(double: Double, more: JsonObject = {}): JsonObject {
  return {
    ...{ endpoint: double.origin, authority: double.origin, ruleId: RULE, stream: "Custom-Curfew_CL" },
    ...{ directoryId: DIRECTORY, clientId: CLIENT, clientSecret: SECRET, ...more },
  };
}

async function opened(t: TestContext, double: Double, more: JsonObject = {}): Promise<Sender> {
  const allow = [{ tenant: null, place: "private", port: null }];
  const outbound = createOutbound({ allow })({ id: "11111111-1111-4111-8111-111111111111", name: "contoso" });
  const http = createOutboundHttp({ outbound, ca });
  const config = configured(double, more);
  assert.deepEqual(azureMonitorSink.validate(config), []);
  const sender = await azureMonitorSink.open(config, { http, now: () => instant(Date.now()) });
  t.after(async () => {
    await sender.close();
    await http.close();
  });
  return sender;
}

function many(count: number, text = ""): ExportedEvent[] {
  return [...Array(count).keys()].map((at) => exported("grant.live", at + 1, { facts: { text } }));
}

const numbersIn = (rows: readonly Row[]) => rows.map(({ EventNumber }) => EventNumber);

test("every event is a row with the columns of the table, after one sign-in as the application", async (t) => {
  const double = await azure(t);
  const sender = await opened(t, double);
  const events = oneOfEach();
  assert.deepEqual(await sender.send(events), { kind: "accepted", through: events.length });
  assert.deepEqual(await sender.send([exported("grant.ended", 99)]), { kind: "accepted", through: 99 });
  assert.equal(double.signIns.length, 1);
  assert.deepEqual(Object.fromEntries(double.signIns[0] ?? []), {
    grant_type: "client_credentials",
    client_id: CLIENT,
    client_secret: SECRET,
    scope: "https://monitor.azure.com/.default",
  });
  assert.deepEqual(
    double.rows.map(({ EventId, EventType }) => [EventId, EventType]),
    [...events, exported("grant.ended", 99)].map(({ id, type }) => [id, type]),
  );
  for (const row of double.rows) {
    assert.deepEqual(Object.keys(row), Object.keys(COLUMNS));
    for (const [name, type] of Object.entries(COLUMNS)) {
      const value = row[name as keyof Row];
      if (value === null) continue;
      const is = { string: "string", datetime: "string", long: "number", dynamic: "object" }[type];
      assert.equal(typeof value, is, name);
    }
  }
  assert.equal(double.rows[0]?.Ocsf, null);
});

test("OCSF may fill a column of its own", async (t) => {
  const double = await azure(t);
  await (await opened(t, double, { format: "ocsf" })).send([exported("grant.live")]);
  const { type_uid, unmapped } = (double.rows[0]?.Ocsf ?? {}) as Record<string, unknown>;
  assert.deepEqual([type_uid, unmapped], [300_501, undefined]);
});

test("what somebody wrote to do harm is a value, and what is too long for Azure is cut and said", async (t) => {
  const double = await azure(t);
  const sender = await opened(t, double);
  const events = hostileEvents();
  assert.deepEqual(await sender.send(events), { kind: "accepted", through: events.length });
  for (const [at, row] of double.rows.entries()) {
    assert.deepEqual(row.Facts, JSON.parse(JSON.stringify(events[at]?.facts)));
    assert.equal(row.Sentence, JSON.parse(JSON.stringify(events[at]?.sentence)));
    assert.equal(row.Cut, null);
  }
  double.rows.length = 0;
  const huge = hugeEvents();
  assert.deepEqual(await sender.send(huge), { kind: "accepted", through: huge.length });
  for (const [at, row] of double.rows.entries()) {
    for (const value of Object.values(row)) assert.ok(Buffer.byteLength(JSON.stringify(value)) <= 60_000);
    assert.ok(Array.isArray(row.Cut) && row.Cut.length > 0);
    assert.deepEqual(
      [row.LeafHash, row.LinkHash, row.EventId],
      [huge[at]?.leafHash, huge[at]?.linkHash, huge[at]?.id],
    );
  }
});

test("a large batch goes in calls that Azure takes, and only what failed is sent again", async (t) => {
  const double = await azure(t);
  const sender = await opened(t, double);
  const events = many(60, "x".repeat(50_000));
  let failing = true;
  double.say = ({ rows }, response) => {
    if (!failing || !numbersIn(rows).includes(20)) return false;
    response.writeHead(500).end("{}");
    return true;
  };
  const first = await sender.send(events);
  assert.ok(first.kind === "accepted");
  assert.ok(first.through < 20 && first.through > 0);
  const again = await sender.send(events.slice(first.through));
  assert.ok(again.kind === "later");
  assert.match(again.reason, /Azure answers 500/);
  failing = false;
  let left = events.slice(first.through);
  for (let tries = 0; left.length > 0 && tries < 5; tries += 1) {
    const sent = await sender.send(left);
    assert.ok(sent.kind === "accepted");
    left = left.filter(({ number }) => number > sent.through);
  }
  assert.ok(double.calls.every(({ bytes }) => bytes <= 1_000_000));
  // Each once, in order: what was in was not sent again.
  assert.deepEqual(
    numbersIn(double.rows),
    events.map(({ number }) => number),
  );
});

test("an answer that never came may be a row that is there: it comes again with the same id", async (t) => {
  const double = await azure(t);
  const sender = await opened(t, double);
  double.say = ({ rows }, response) => {
    double.rows.push(...rows);
    response.destroy();
    return true;
  };
  assert.equal((await sender.send(many(2))).kind, "later");
  double.say = null;
  assert.deepEqual(await sender.send(many(2)), { kind: "accepted", through: 2 });
  assert.equal(double.rows.length, 4);
  assert.equal(new Set(double.rows.map(({ EventId }) => EventId)).size, 2);
});

test("what is too large alone, or in no form that is taken, is laid aside once anything was ever taken", async (t) => {
  const double = await azure(t);
  const sender = await opened(t, double);
  for (const status of [413, 400]) {
    double.say = ({ rows }, response) => {
      if (!numbersIn(rows).includes(3)) return false;
      response.writeHead(status).end("{}");
      return true;
    };
    if (status === 413) assert.equal((await sender.send(many(3).slice(2))).kind, "later");
    assert.deepEqual(await sender.send(many(4)), { kind: "accepted", through: 2 });
    const refused = await sender.send(many(4).slice(2));
    assert.deepEqual([refused.kind, refused.kind === "refused" && refused.number], ["refused", 3]);
    assert.deepEqual(await sender.send(many(4).slice(3)), { kind: "accepted", through: 4 });
  }
});

test("429 says when, and every other answer says what to look at; no secret and no token in it", async (t) => {
  const double = await azure(t);
  const sender = await opened(t, double);
  const answered = async (status: number, headers: Record<string, string> = {}) => {
    double.say = (_, response) => {
      response.writeHead(status, headers).end(`{"error":{"message":"${SECRET} token-1"}}`);
      return true;
    };
    const sent = await sender.send(many(1));
    assert.ok(sent.kind === "later", JSON.stringify(sent));
    assert.doesNotMatch(sent.reason, /hush|token-/);
    return [sent.afterMs, sent.reason] as const;
  };
  assert.deepEqual(await answered(429, { "retry-after": "30" }), [
    30_000,
    "Azure answers 429: it has too much to do",
  ]);
  assert.match((await answered(403))[1], /Monitoring Metrics Publisher/);
  assert.match((await answered(404))[1], /no such rule/);
  assert.match((await answered(400))[1], /columns that the rule declares/);
  assert.match((await answered(200))[1], /answers 200/);
  assert.match((await answered(302, { location: "https://localhost:1/" }))[1], /answers 302/);
  // What it kept was refused: another token is asked for.
  await answered(401);
  double.say = null;
  assert.deepEqual(await sender.send(many(1)), { kind: "accepted", through: 1 });
  assert.deepEqual(
    double.calls.map(({ token }) => token),
    [...Array(7).fill("Bearer token-1.of.entra"), "Bearer token-2.of.entra"],
  );
});

test("a sign-in that is refused, garbage or slow sends no event and says so without the secret", async (t) => {
  const double = await azure(t);
  const description = `AADSTS7000215: Invalid client secret provided: ${SECRET}`;
  const refusals: [(response: ServerResponse) => void, RegExp][] = [
    [
      (response) => response.writeHead(401).end(JSON.stringify({ error_description: description })),
      /answered with 401 \(AADSTS7000215\): look at directoryId/,
    ],
    [(response) => response.writeHead(200).end("<html>"), /answered with 200/],
    [(response) => response.writeHead(200).end('{"access_token":"a\\nb"}'), /answered with 200/],
    [(response) => response.destroy(), /cannot be reached/],
  ];
  const sender = await opened(t, double);
  for (const [refuse, says] of refusals) {
    double.signIn = (response) => {
      refuse(response);
      return true;
    };
    const sent = await sender.send(many(1));
    assert.ok(sent.kind === "later");
    assert.match(sent.reason, says);
    assert.doesNotMatch(sent.reason, /hush/);
  }
  assert.equal(double.calls.length, 0);
  double.signIn = null;
  assert.deepEqual(await sender.send(many(1)), { kind: "accepted", through: 1 });
});

test("a host of another certificate, or one that is not permitted, gets neither secret nor event", async (t) => {
  const double = await azure(t);
  const elsewhere = double.origin.replace("localhost", "127.0.0.2");
  const other = await (await opened(t, double, { authority: elsewhere })).send(many(1));
  assert.equal(other.kind, "later");
  const inside = await (await opened(t, double, { authority: "https://169.254.169.254" })).send(many(1));
  assert.ok(inside.kind === "later");
  assert.match(inside.reason, /169\.254\.169\.254/);
  assert.deepEqual([double.signIns.length, double.calls.length], [0, 0]);
});

test("closing ends a send that is under way, as later", async (t) => {
  const double = await azure(t);
  const sender = await opened(t, double);
  const { promise: arrived, resolve: asked } = Promise.withResolvers<void>();
  double.say = () => {
    asked();
    return true;
  };
  const sent = sender.send(many(1));
  await arrived;
  await sender.close();
  assert.equal((await sent).kind, "later");
});

test("a configuration that is wrong says where", () => {
  const config = {
    endpoint: "https://a.example/path",
    ruleId: "my-rule",
    directoryId: "contoso",
    clientId: CLIENT,
    clientSecret: "",
    cloud: "moon",
    authority: "http://login.example",
    more: 1,
  };
  const paths = azureMonitorSink.validate(config).map(({ path }) => path.join("/"));
  assert.deepEqual(paths.sort(), [
    "",
    "authority",
    "clientSecret",
    "cloud",
    "directoryId",
    "endpoint",
    "ruleId",
  ]);
  for (const endpoint of [
    "https://u:p@a.example",
    "https://a.example?x",
    "https://a.example#x",
    "file:///etc",
    7,
  ])
    assert.ok(azureMonitorSink.validate({ ...config, endpoint }).some(({ path }) => path[0] === "endpoint"));
  assert.equal(azureMonitorSink.place({ endpoint: "https://a.example:8443" }), "a.example:8443");
  assert.equal(azureMonitorSink.place({}), "");
});

test("the guide's table and rule have these columns", () => {
  const guide = readFileSync("docs/guides/exports-azure-monitor.md", "utf8");
  const [, table = ""] = guide.split("<!-- columns -->");
  const named = [...(table.split("```")[1] ?? "").matchAll(/\b([A-Z][A-Za-z]+)=([a-z]+)\b/g)];
  assert.deepEqual(
    named.map(([, name, type]) => [name, type]),
    Object.entries(COLUMNS),
  );
  const [, rule = ""] = guide.split("<!-- rule -->");
  const { properties } = JSON.parse((rule.split("```")[1] ?? "").replace(/^json/, ""));
  assert.deepEqual(
    properties.streamDeclarations["Custom-Curfew_CL"].columns,
    Object.entries(COLUMNS).map(([name, type]) => ({ name, type })),
  );
});
