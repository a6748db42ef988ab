/** A publisher's lifecycle webhook, from the definition that names it to a real https receiver, as Azure documents both. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { localTls } from "../../src/demo/local-ca.ts";
import { addMs, HOUR_MS, instant } from "../../src/domain/time.ts";
import { managedApplicationsSink, notificationsOf } from "../../src/exports/managed-applications.ts";
import type { ExportedEvent } from "../../src/exports/sink.ts";
import { createOutboundHttp } from "../../src/outbound/http.ts";
import { createOutbound } from "../../src/outbound/places.ts";
import { sequenceAudit } from "../../src/store/sequencer.ts";
import { openTestSystem, type TestSystem } from "../fixtures/system.ts";
import { type Cast, openCast } from "../golden/cast.ts";
import { FABRIKAM } from "./events.ts";

const VERSION = "api-version=2021-07-01";
const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const TOKEN = "sig=7d3f9f2e-unguessable";

interface Got {
  readonly id: string;
  readonly url: string;
  readonly body: Record<string, string>;
  readonly status: number;
}
const got: Got[] = [];
/** What the receiver answers: by what it is told, 200 where nothing is said. */
let answers: (body: Record<string, string>) => number = () => 200;

let system: TestSystem;
let cast: Cast;
let stream: ReturnType<TestSystem["exports"]["stream"]>;
let receiver: Server;
let ca = "";
let port = 0;
let group = "";
let root = "";
const logged: string[] = [];

before(async () => {
  const tls = await localTls(mkdtempSync(join(tmpdir(), "curfew-lifecycle-")));
  ca = readFileSync(tls.caFile, "utf8");
  receiver = createServer({ cert: tls.cert, key: tls.key }, async (request, response) => {
    const body = JSON.parse(await text(request));
    const status = answers(body);
    got.push({ id: String(request.headers["webhook-id"]), url: request.url ?? "", body, status });
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  port = (receiver.address() as AddressInfo).port;
  system = await openTestSystem(null, undefined, {
    outboundAllow: [{ tenant: "fabrikam", place: "localhost", port }],
    outboundCa: ca,
  });
  cast = await openCast(system);
  const subscription = system.world.id("Subscription", "fabrikam", "fabrikam-operations");
  group = `/subscriptions/${subscription}/resourceGroups/offers/providers/Microsoft.Solutions`;
  root = `/subscriptions/${system.world.id("Subscription", "contoso", "contoso-production")}`;
  stream = system.exports.stream(
    (what, error) => logged.push(`${what}: ${error}`),
    () => {},
  );
});
after(async () => {
  await stream?.stop();
  await cast?.close();
  receiver?.closeAllConnections();
  receiver?.close();
});

const PUBLISHER = "publisher's administrator";
const uri = (query = `?${TOKEN}`) => `https://localhost:${port}/hooks${query}`;
const definitionOf = (name: string) => `${group}/applicationDefinitions/${name}`;

function define(name: string, notificationPolicy?: unknown) {
  return cast.at(PUBLISHER, "PUT", `${definitionOf(name)}?${VERSION}`, {
    properties: {
      lockLevel: "None",
      authorizations: [
        {
          principalId: system.world.ref("Group", "fabrikam", "support").objectId,
          roleDefinitionId: READER,
        },
      ],
      ...(notificationPolicy === undefined ? {} : { notificationPolicy }),
    },
  });
}
const endpoints = (...uris: string[]) => ({ notificationEndpoints: uris.map((one) => ({ uri: one })) });

/** Offers it to contoso, with JIT access, which Azure's words have no place for. */
async function offer(name: string, more: object = {}) {
  const path = `/configuration/ApplicationDefinition/${name}`;
  const { body } = await cast.call(PUBLISHER, "GET", path);
  const spec = { ...(body.spec as object), jitOffered: true, visibility: { tenants: ["contoso"] }, ...more };
  const answer = await cast.call(PUBLISHER, "PUT", path, { spec });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

const applicationOf = (name: string) =>
  `${root}/resourceGroups/${name}/providers/Microsoft.Solutions/applications/${name}`;

async function deploy(name: string, definition: string) {
  const answer = await cast.at("administrator", "PUT", `${applicationOf(name)}?${VERSION}`, {
    kind: "ServiceCatalog",
    properties: {
      managedResourceGroupId: `${root}/resourceGroups/${name}-managed`,
      applicationDefinitionId: definition,
      jitAccessPolicy: { jitAccessEnabled: true, jitApprovalMode: "AutoApprove" },
    },
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
}

async function pass(): Promise<void> {
  await sequenceAudit(system.opened.worker.db, () => system.opened.clock.now());
  await new Promise((done) => setTimeout(done, 101));
  await stream.pass();
  await stream.settled();
}

/** What the receiver was told since the last look. */
function told(): Got[] {
  return got.splice(0);
}

async function exportOf(name: string) {
  const { body } = await cast.call(PUBLISHER, "GET", "/exports");
  return (body.items as Record<string, unknown>[]).find((one) => one.name === `notifications-${name}`);
}

const refusedEntries = async () =>
  ((await cast.call(PUBLISHER, "GET", "/audit-entries?type=export.refused")).body.items ?? []) as {
    sentence: string;
  }[];

test("a definition names its endpoint, and the secret of it is nowhere to be read", async () => {
  const made = await define("hooked", endpoints(uri()));
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal((await define("silent")).status, 201);
  await offer("hooked");
  await offer("silent");
  const mine = await cast.at(PUBLISHER, "GET", `${definitionOf("hooked")}?${VERSION}`);
  const { properties } = mine.body as { properties: Record<string, unknown> };
  assert.deepEqual(properties.notificationPolicy, endpoints(uri("")));
  const theirs = await cast.at("administrator", "GET", `${definitionOf("hooked")}?${VERSION}`);
  assert.equal(theirs.status, 200);
  assert.ok(!JSON.stringify(theirs.body).includes("notificationPolicy"), "a consumer is not told who hears");
  const listed = await exportOf("hooked");
  assert.deepEqual([listed?.kind, listed?.place], ["managedApplications", `localhost:${port}`]);
  const document = await cast.call(PUBLISHER, "GET", "/configuration/Export/notifications-hooked");
  const log = await cast.call(PUBLISHER, "GET", "/audit-entries");
  for (const answer of [made, mine, document, log])
    assert.ok(!JSON.stringify(answer.body).includes("unguessable"));
  const stored = await system.deps.store.inTenant(system.world.tenant("fabrikam"), async (tx) => {
    const resources = await tx.resources.list({ kind: "applicationDefinition", under: group, limit: 10 });
    const sinks = await tx.exports.list();
    const sealed = await Promise.all(sinks.map(async ({ id }) => await tx.exports.sealedSecrets(id)));
    assert.deepEqual([resources.length, sinks.length], [2, 1]);
    return JSON.stringify({ resources, sinks }) + Buffer.concat(sealed.map((one) => one ?? Buffer.of()));
  });
  assert.ok(!stored.includes("unguessable"));
});

test("deployed, its policy changed, another version accepted, deleted: each is told in Azure's form, and nothing else is", async () => {
  await pass();
  assert.deepEqual(told(), []);
  await deploy("quiet", definitionOf("silent"));
  await deploy("books", definitionOf("hooked"));
  await pass();
  const deployed = told();
  const each = (all: readonly Got[]) => all.map(({ body }) => `${body.eventType} ${body.provisioningState}`);
  assert.deepEqual(each(deployed), ["PUT Accepted", "PUT Succeeded"]);
  assert.equal(new Set(deployed.map(({ id }) => id)).size, 2);
  for (const { url, body } of deployed) {
    assert.equal(url, `/hooks/resource?${TOKEN}`);
    assert.deepEqual(Object.keys(body), [
      "eventType",
      "applicationId",
      "eventTime",
      "provisioningState",
      "applicationDefinitionId",
    ]);
    assert.equal(body.applicationId, applicationOf("books"));
    assert.equal(body.applicationDefinitionId, definitionOf("hooked"));
    assert.match(String(body.eventTime), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  }
  const policy = { jitAccessPolicy: { jitAccessEnabled: true, maximumJitAccessDuration: "PT1H" } };
  const url = `${applicationOf("books")}?${VERSION}`;
  assert.equal((await cast.at("administrator", "PATCH", url, { properties: policy })).status, 200);
  await pass();
  assert.deepEqual(each(told()), ["PATCH Succeeded"]);
  // Of its tags and owners a publisher hears nothing: they are the consumer's.
  assert.equal((await cast.at("administrator", "PATCH", url, { tags: { of: "contoso" } })).status, 200);
  await pass();
  assert.deepEqual(told(), []);
  const { body } = await cast.call(PUBLISHER, "GET", "/configuration/ApplicationDefinition/hooked");
  const spec = body.spec as { authorizations: { principal: string; role: string }[] };
  const [first] = spec.authorizations;
  await offer("hooked", { authorizations: [first, { ...first, role: "Contributor" }] });
  const accepting = await cast.at("administrator", "PATCH", url, { plan: { version: "3" } });
  assert.equal(accepting.status, 200, JSON.stringify(accepting.body));
  await pass();
  assert.deepEqual(each(told()), ["PUT Accepted", "PUT Succeeded"]);
  const gone = await cast.at("administrator", "DELETE", url);
  assert.ok(gone.status < 300, JSON.stringify(gone.body));
  await pass();
  const deleted = told();
  assert.deepEqual(each(deleted), ["DELETE Deleting", "DELETE Deleted"]);
  assert.equal(deleted[0]?.body.applicationDefinitionId, definitionOf("hooked"));
  assert.deepEqual(logged, []);
});

test("a receiver that is down is told again with the same id; one that refuses is an entry, and what follows goes on", async () => {
  answers = () => 503;
  await deploy("later", definitionOf("hooked"));
  await pass();
  const [tried] = told();
  assert.equal(tried?.body.provisioningState, "Accepted");
  assert.equal((await exportOf("hooked"))?.lastError, "it answers 503");
  answers = () => 200;
  assert.equal((await cast.call(PUBLISHER, "POST", "/exports/notifications-hooked/resume")).status, 200);
  await pass();
  const again = told();
  assert.equal(again[0]?.id, tried?.id);
  assert.deepEqual(again[0]?.body, tried?.body);
  assert.equal(again.length, 2);

  answers = ({ provisioningState }) => (provisioningState === "Accepted" ? 400 : 200);
  assert.deepEqual(await refusedEntries(), []);
  await deploy("refused", definitionOf("hooked"));
  await deploy("after", definitionOf("hooked"));
  await pass();
  const states = told().map(({ body, status }) => [body.provisioningState, status]);
  assert.deepEqual(states, [
    ["Accepted", 400],
    ["Succeeded", 200],
    ["Accepted", 400],
    ["Succeeded", 200],
  ]);
  await pass();
  const entries = await refusedEntries();
  assert.equal(entries.length, 2);
  assert.match(String(entries[0]?.sentence), /notifications-hooked.*was refused for good: it answers 400/);
  assert.equal((await exportOf("hooked"))?.deadLetters, 2);
  answers = () => 200;
  const replay = await cast.call(PUBLISHER, "POST", "/exports/notifications-hooked/replay", {
    deadLetters: "all",
  });
  assert.equal(replay.status, 200, JSON.stringify(replay.body));
  await pass();
  assert.equal(told().length, 4);
  assert.equal((await exportOf("hooked"))?.deadLetters, 0);
});

test("what is read can be written back; another address takes no secret along; without a policy nobody hears", async () => {
  assert.equal((await define("hooked", endpoints(uri("")))).status, 200);
  await deploy("same", definitionOf("hooked"));
  await pass();
  assert.deepEqual(
    told().map(({ url }) => url),
    Array(2).fill(`/hooks/resource?${TOKEN}`),
  );
  assert.equal((await define("hooked", endpoints(`https://localhost:${port}/elsewhere/`))).status, 200);
  await deploy("moved", definitionOf("hooked"));
  await pass();
  assert.deepEqual(
    told().map(({ url }) => url),
    Array(2).fill("/elsewhere/resource"),
  );
  assert.equal((await define("hooked")).status, 200);
  assert.equal(await exportOf("hooked"), undefined);
  await deploy("unheard", definitionOf("hooked"));
  await pass();
  assert.deepEqual(told(), []);
  assert.equal((await define("hooked", endpoints(uri()))).status, 200);
  assert.ok((await cast.at(PUBLISHER, "DELETE", `${definitionOf("hooked")}?${VERSION}`)).status < 300);
  assert.equal(await exportOf("hooked"), undefined, "it goes with its offer");
});

test("an endpoint that cannot be posted to is refused where it stands, and so are two", async () => {
  const said = async (policy: unknown) => {
    const { status, body } = await define("wrong", policy);
    assert.equal(status, 400, JSON.stringify(body));
    return JSON.stringify(body);
  };
  for (const wrong of [
    "ftp://isv.example",
    "//isv.example",
    "https://user:password@isv.example/?sig=unguessable",
    "https://isv.example/#sig=unguessable",
    "https://isv.example/\nhost: x",
    `https://isv.example/${"x".repeat(2_040)}`,
  ]) {
    const answer = await said(endpoints(wrong));
    assert.match(answer, /notificationEndpoints/, wrong);
    assert.ok(!answer.includes("unguessable"));
  }
  assert.match(await said(endpoints("https://a.example", "https://b.example")), /one notification endpoint/);
  const native = await cast.call(PUBLISHER, "PUT", "/configuration/Export/native", {
    spec: { kind: "managedApplications", config: { offer: "hooked", address: "https://isv.example/?sig=x" } },
  });
  assert.match(JSON.stringify(native.body), /has no query/);
});

const deployedAt = (at: number, more: Partial<ExportedEvent> = {}): ExportedEvent =>
  ({
    ...{ id: "3f0c9f6e-0f54-4c0e-9d0b-0d9d5f3a1c11", tenantId: FABRIKAM, number: 7, at },
    ...{ type: "application.deployed", subject: { kind: "application", id: "books" } },
    facts: {
      scope: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Solutions/applications/books",
      offer: { publisher: FABRIKAM, name: "hooked", definition: "/a/definition" },
    },
    ...more,
  }) as unknown as ExportedEvent;

test("after 10 hours in which nobody could be reached an event is given up, and not before", async () => {
  const now = instant(Date.UTC(2026, 10, 30, 12));
  const allow = [{ tenant: "fabrikam", place: "localhost", port }];
  const outbound = createOutbound({ allow, stepMs: 1 })({ id: FABRIKAM, name: "fabrikam" });
  const http = createOutboundHttp({ outbound, ca });
  const config = { offer: "HOOKED", address: `https://localhost:${port}`, query: TOKEN };
  const sender = await managedApplicationsSink.open(config, { http, now: () => now });
  for (const status of [429, 500, 503]) {
    answers = () => status;
    const young = await sender.send([deployedAt(addMs(now, 1 - 10 * HOUR_MS))]);
    assert.deepEqual(young, { kind: "later", afterMs: null, reason: `it answers ${status}` });
    const old = await sender.send([deployedAt(addMs(now, -10 * HOUR_MS))]);
    const reason = `it answers ${status}, 10 hours after it happened`;
    assert.deepEqual(old, { kind: "refused", what: "event", number: 7, reason });
  }
  answers = () => 200;
  // Old and tried for the first time, as after a pause: it is told.
  const late = await sender.send([deployedAt(addMs(now, -30 * HOUR_MS))]);
  assert.deepEqual(late, { kind: "accepted", through: 7 });
  const forbidden = await managedApplicationsSink.open(
    { ...config, address: "https://127.0.0.1:1" },
    { http, now: () => now },
  );
  const not = await forbidden.send([deployedAt(now)]);
  assert.equal(not.kind === "refused" && not.what, "sink");
  assert.ok(!JSON.stringify(not).includes("unguessable"));
  await http.close();
  told();
});

test("of another publisher's offer of the same name, and of what is no application, nothing is told", () => {
  const at = Date.UTC(2026, 10, 30, 12);
  assert.equal(notificationsOf(deployedAt(at), "hooked").length, 2);
  assert.deepEqual(notificationsOf(deployedAt(at), "another"), []);
  const facts = { scope: "/s", offer: { publisher: "somebody", name: "hooked", definition: "/d" } };
  assert.deepEqual(notificationsOf(deployedAt(at, { facts }), "hooked"), []);
  assert.deepEqual(notificationsOf(deployedAt(at, { facts: {} }), "hooked"), []);
  const subject = { kind: "grant", id: "x" };
  assert.deepEqual(notificationsOf(deployedAt(at, { subject }), "hooked"), []);
});
