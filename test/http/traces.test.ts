/** Spans as a collector gets them: of a call, what it decided, what that asked of the database, and what was done in a target. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { Log } from "../../src/telemetry/log.ts";
import { startTracing } from "../../src/telemetry/start-tracing.ts";
import { type Api, until } from "../fixtures/program.ts";
import { openToyWorld, type ToyWorld } from "../fixtures/toy-world.ts";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly status?: { readonly code?: number };
}

let world: ToyWorld;
let collector: Server;
let ben: Api;
let end: () => Promise<void>;
let refusing = false;
const bodies: string[] = [];
const said: string[] = [];
const log: Log = (what) => void said.push(what);
const JUSTIFICATION = "canary-justification-4711";

before(async () => {
  collector = createServer(async (request, answer) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (!refusing) bodies.push(Buffer.concat(parts).toString("utf8"));
    answer.statusCode = refusing ? 400 : 200;
    answer.setHeader("content-type", "application/json");
    answer.end("{}");
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  world = await openToyWorld();
  ben = await world.person("ben");
  end = await start();
});
after(async () => {
  await end?.();
  await world?.close();
  collector?.close();
  collector?.closeAllConnections();
});

function start() {
  const { port } = collector.address() as AddressInfo;
  return startTracing({ url: `http://127.0.0.1:${port}/v1/traces`, ratio: 1 }, log);
}

function spans(): Span[] {
  return bodies.flatMap((body) =>
    JSON.parse(body).resourceSpans.flatMap((one: { scopeSpans: { spans: Span[] }[] }) =>
      one.scopeSpans.flatMap(({ spans: some }) => some),
    ),
  );
}

const ofSpan = ({ attributes }: Span, key: string) =>
  Object.values(attributes.find((one) => one.key === key)?.value ?? {})[0];

async function spanNamed(name: string): Promise<Span> {
  let found: Span | undefined;
  const look = async () => {
    found = spans().find((one) => one.name === name);
    return found !== undefined;
  };
  await until(look, 15_000, `a span ${name}`, () => JSON.stringify(spans().map((one) => one.name)));
  return found as Span;
}

test("a call, what it decides and commits, and each statement of it are one trace; so is what a target is brought to", async () => {
  const cabinet = await world.cabinet("traced");
  const asked = await ben.post("/access-requests", { ...cabinet.ask("PT1H"), justification: JUSTIFICATION });
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  await spanNamed("target.provision");
  const all = spans();
  const root = all.find(({ name }) => name === "POST /api/v1/access-requests");
  assert.ok(root !== undefined);
  const within = all.filter(({ traceId }) => traceId === root.traceId);
  const below = (name: string) => within.find((one) => one.name === name);
  const [decide, look, commit] = [below("decide"), below("look"), below("commit")];
  assert.equal(decide?.parentSpanId, root.spanId);
  assert.equal(look?.parentSpanId, decide?.spanId);
  assert.equal(commit?.parentSpanId, decide?.spanId);
  assert.equal(below("commit_change")?.parentSpanId, commit?.spanId);
  assert.equal(decide && ofSpan(decide, "curfew.about"), "ask");
  assert.equal(ofSpan(root, "http.route"), "/api/v1/access-requests");
  assert.equal(Number(ofSpan(root, "http.response.status_code")), 201);
  const provision = all.find(({ name }) => name === "target.provision");
  assert.equal(provision && ofSpan(provision, "curfew.target.kind"), "toy");
  assert.notEqual(provision?.traceId, root.traceId, "the worker did it, for nobody who waits");
  assert.ok(all.some(({ name, traceId }) => name === "grant.advance" && traceId === provision?.traceId));
});

test("a refusal stands in its span by its code, and no span holds a name, an address, a secret or what somebody wrote", async () => {
  const refused = await ben.post("/access-requests", {
    scope: "/subscriptions/00000000-0000-0000-0000-000000000000",
    roleDefinitionIds: ["b24988ac-6180-42a0-ab88-20f7382dd24c"],
    duration: "PT1H",
    justification: JUSTIFICATION,
  });
  assert.ok(refused.status >= 400);
  await until(
    () => spans().some((one) => ofSpan(one, "curfew.refusal") === refused.body.code),
    15_000,
    "the refusal",
  );
  const text = bodies.join("\n");
  for (const secret of [
    JUSTIFICATION,
    "Berg",
    "ben@",
    "contoso",
    "correct horse",
    "Bearer",
    "127.0.0.1",
    "traced",
  ])
    assert.ok(!text.includes(secret), `${secret} is in a span`);
  const keys = new Set(spans().flatMap(({ attributes }) => attributes.map(({ key }) => key)));
  for (const key of keys) assert.match(key, /^(http|db|curfew|error)\.[a-z_.]+$/);
  assert.doesNotMatch(text, /process\.|host\.name/);
});

test("a caller's trace goes on only where the operator says so; the answer names the call's own", async () => {
  const theirs = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const strangers = await fetch(`${world.url}/api/v1/me`, { headers: { traceparent: theirs } });
  const own = strangers.headers.get("traceparent") ?? "";
  assert.match(own, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.ok(!own.includes("0af7651916cd43dd8448eb211c80319c"));
  const { startService } = await import("../../src/compose.ts");
  const service = await startService(world.system, {
    ...{ issuer: world.url, origins: [], deviceFlow: false, portal: null, trustedProxy: null, log },
    joinsTraces: true,
  });
  try {
    const { listeningOrigin } = await service.listen("127.0.0.1", 0, null);
    const joined = await fetch(`${listeningOrigin}/api/v1/me`, { headers: { traceparent: theirs } });
    assert.match(joined.headers.get("traceparent") ?? "", /^00-0af7651916cd43dd8448eb211c80319c-/);
    const wrong = await fetch(`${listeningOrigin}/api/v1/me`, { headers: { traceparent: "00-x-y-01" } });
    assert.match(wrong.headers.get("traceparent") ?? "", /^00-[0-9a-f]{32}-/);
  } finally {
    await service.close();
  }
});

test("a collector that refuses costs its spans and one line; switched off, nothing is sent and nothing is named", async () => {
  refusing = true;
  for (let calls = 0; calls < 3; calls++) await ben.get("/me");
  await end();
  assert.equal(said.filter((line) => line.startsWith("traces are not taken")).length, 1, said.join("\n"));
  refusing = false;
  bodies.length = 0;
  const answer = await fetch(`${world.url}/api/v1/me`);
  assert.equal(answer.headers.get("traceparent"), null);
  assert.match(answer.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  assert.deepEqual(bodies, []);
});
