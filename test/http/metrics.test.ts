/** What `/metrics` says is what is so: real scrapes of a real system, in which things go wrong one after the other. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { request as httpRequest } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { DISTRIBUTIONS, OF_DATABASE, OF_PROCESS } from "../../src/telemetry/measures.ts";
import { expressionsOfOperations, namedIn } from "../fixtures/metric-names.ts";
import { movableClock } from "../fixtures/moved-database-clock.ts";
import { type Api, until } from "../fixtures/program.ts";
import { statementsIn } from "../fixtures/statements.ts";
import { setTroubles } from "../fixtures/toy-target.ts";
import { openToyWorld, type ToyWorld } from "../fixtures/toy-world.ts";

/** Seldom enough that many scrapes share one answer, which a test asks for. */
const EVERY_MS = 500;

let world: ToyWorld;
let owner: pg.Client;
let ben: Api;
before(async () => {
  world = await openToyWorld(null, { metricsEveryMs: EVERY_MS });
  owner = new pg.Client({ ...world.system.opened.owner } as pg.ClientConfig);
  await owner.connect();
  ben = await world.person("ben");
});
after(async () => {
  await owner?.end();
  await world?.close();
});

// Twice what the database is asked in, and then some.
const WITHIN_MS = 15_000;

type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

async function scrape(): Promise<{ text: string; samples: readonly Sample[] }> {
  const answer = await fetch(`${world.url}/metrics`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  return { text, samples: text.split("\n").flatMap(sampleIn) };
}

function sampleIn(line: string): Sample[] {
  const [, name = "", labels = "", value = ""] = /^([a-z_A-Z:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === "" || line.startsWith("#")) return [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", of = ""]) => [key, of]);
  return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
}

/** Undefined where it is absent; `labels` may say a part of them. */
function numberOf(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}) {
  return samples.find(
    (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  )?.value;
}

async function comesTo(
  name: string,
  labels: Readonly<Record<string, string>>,
  so: (value: number | undefined) => boolean,
): Promise<void> {
  let last: number | undefined;
  const look = async () => {
    last = numberOf((await scrape()).samples, name, labels);
    return so(last);
  };
  await until(look, WITHIN_MS, `${name} ${JSON.stringify(labels)}`, () => `it is ${last}`);
}

test("every metric of the tables is there, in a form that promtool has nothing against, with no name of anybody in it", async (t) => {
  await ben.get("/me");
  await fetch(`${world.url}/nothing/at/${"x".repeat(50)}`);
  // The event loop's metrics come a while after the start; the first look at targets, too.
  await world.cabinet("first");
  await comesTo("curfew_targets_watched", {}, (value) => value === 1);
  const { text, samples } = await scrape();
  const here = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
  const tables = [...OF_PROCESS, ...DISTRIBUTIONS, ...OF_DATABASE.flatMap(({ measures }) => measures)];
  assert.deepEqual(
    tables.map(({ name }) => `curfew_${name}`).filter((name) => !here.has(name)),
    [],
  );
  const named = [...new Set(expressionsOfOperations().flatMap(namedIn))];
  assert.deepEqual(
    named.filter((name) => !here.has(name)),
    [],
    "what a rule or the dashboard names is not there",
  );
  assert.equal(numberOf(samples, "curfew_up"), 1);
  assert.equal(numberOf(samples, "curfew_database_up"), 1);
  assert.equal(numberOf(samples, "curfew_ready"), 1);
  assert.equal(numberOf(samples, "curfew_http_requests_total", { route: "none", status: "404" }), 1);
  assert.ok(
    (numberOf(samples, "curfew_http_requests_total", { route: "/api/v1/me", status: "200" }) ?? 0) >= 1,
  );
  assert.doesNotMatch(text, /contoso|ben@|ada@|Berg|[0-9a-f]{8}-[0-9a-f]{4}-/i);
  const run = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  if (run.error !== undefined) return t.diagnostic("promtool is not installed here: its check was left out");
  // What Node's own client names is its own.
  const own = `${run.stdout}${run.stderr}`.split("\n").filter((line) => line.startsWith("curfew_"));
  assert.deepEqual(own, []);
});

test("a request that waits, and what becomes of it, is counted; so is what is refused", async () => {
  const manual = { approval: { mode: "manual", stages: [{ approvers: ["ada"] }] } };
  const place = await world.place(
    "slow",
    { kind: "toy", config: { folder: "/tmp/none" }, secrets: { key: { value: "k" } } },
    { entitlement: { drawer: "1" } },
    manual,
  );
  const asked = await ben.post("/access-requests", place.ask("PT1H"));
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  await comesTo("curfew_requests_pending", {}, (value) => value === 1);
  await comesTo("curfew_requests_pending_oldest_age_seconds", {}, (value) => (value ?? 0) > 1);
  const again = await ben.post("/access-requests", place.ask("PT1H"));
  assert.equal(again.status, 422);
  const ada = await world.person("ada");
  await ada.post(`/access-requests/${asked.body.id}/decisions`, { decision: "deny", justification: "no" });
  await comesTo("curfew_requests_pending", {}, (value) => value === 0);
  const { samples } = await scrape();
  assert.equal(numberOf(samples, "curfew_decisions_total", { type: "request.submitted" }), 1);
  assert.equal(numberOf(samples, "curfew_decisions_total", { type: "request.denied" }), 1);
  assert.equal(numberOf(samples, "curfew_refusals_total", { code: "rules_not_satisfied" }), 1);
});

test("a grant whose target is dead is opening, then closing, with its age and its failures, and the target is unreachable", async () => {
  const dead = { kind: "retryable", message: "connection refused" } as const;
  const cabinet = await world.cabinet("dead");
  setTroubles(cabinet.folder, { grant: dead, observe: dead, revoke: dead });
  const asked = await ben.post("/access-requests", cabinet.ask("PT1H"));
  await comesTo("curfew_grants", { state: "opening" }, (value) => value === 1);
  await comesTo("curfew_grants_failing", { step: "opening" }, (value) => value === 1);
  const [before] = (await owner.query("SELECT * FROM work_counts(interval '1 hour')")).rows;
  const [then] = (await owner.query("SELECT * FROM work_counts(interval '1 millisecond')")).rows;
  assert.deepEqual([before.opening_stuck, then.opening_stuck], ["0", "1"], "beyond its time, and not before");
  setTroubles(cabinet.folder, { observe: dead, revoke: dead });
  await comesTo("curfew_grants", { state: "live" }, (value) => value === 1);
  const { items } = (await ben.get(`/grants?requestId=${asked.body.id}`)).body;
  const ended = await ben.post(`/grants/${items[0].id}/deactivate`, {});
  assert.ok(ended.status < 300, JSON.stringify(ended.body));
  await comesTo("curfew_grants_failing", { step: "closing" }, (value) => value === 1);
  await comesTo("curfew_grants_step_oldest_age_seconds", { step: "closing" }, (value) => (value ?? 0) > 1);
  assert.equal(numberOf((await scrape()).samples, "curfew_grants", { state: "live" }), 0);
  await comesTo("curfew_targets_unreachable", {}, (value) => value === 1);
  setTroubles(cabinet.folder, {});
  await comesTo("curfew_grants", { state: "closing" }, (value) => value === 0);
});

test("a clock that jumped is suspected in the metrics, by how far, while the counts go on", async () => {
  const move = await movableClock(owner);
  await move(600_000);
  await comesTo("curfew_clock_suspected", {}, (value) => value === 1);
  const { samples } = await scrape();
  const offset = numberOf(samples, "curfew_clock_offset_seconds") ?? 0;
  assert.ok(offset > 590 && offset < 610, String(offset));
  assert.equal(numberOf(samples, "curfew_database_up"), 1);
  await comesTo("curfew_ready", {}, (value) => value === 0);
  await move(0);
  await comesTo("curfew_clock_suspected", {}, (value) => value === 0);
  await comesTo("curfew_ready", {}, (value) => value === 1);
});

test("a database that does not answer makes its counts absent, and holds up no scrape", async () => {
  const holder = new pg.Client({ ...world.system.opened.owner } as pg.ClientConfig);
  await holder.connect();
  await holder.query("BEGIN; LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE");
  let slowest = 0;
  await until(
    async () => {
      const began = performance.now();
      const { samples } = await scrape();
      slowest = Math.max(slowest, performance.now() - began);
      if (numberOf(samples, "curfew_database_up") !== 0) return false;
      assert.equal(numberOf(samples, "curfew_requests_pending"), undefined);
      assert.equal(numberOf(samples, "curfew_up"), 1);
      return true;
    },
    WITHIN_MS,
    "the database to be seen as away",
  );
  assert.ok(slowest < 3_500, `a scrape took ${Math.round(slowest)} ms`);
  await holder.query("ROLLBACK");
  await holder.end();
  await comesTo("curfew_database_up", {}, (value) => value === 1);
});

test("however many scrape, the database is asked once at a time, and no more often than said", async () => {
  // What was answered just before is an answer to these, too.
  await delay(EVERY_MS);
  const began = performance.now();
  const sent = await statementsIn(async () => {
    await Promise.all(Array.from({ length: 40 }, scrape));
  });
  const most = Math.ceil((performance.now() - began) / EVERY_MS) + 1;
  const asked = sent.get("work_counts") ?? 0;
  assert.ok(asked >= 1 && asked <= Math.min(most, 20), `it was asked ${asked} times, at most ${most}`);
});

test("from elsewhere it is not found, but for whoever has the token", async () => {
  const token = "0123456789abcdef0123456789abcdef";
  const { startService } = await import("../../src/compose.ts");
  const service = await startService(world.system, {
    ...{ issuer: world.url, origins: [], deviceFlow: false, portal: null, log: () => {} },
    // Whoever comes through it is who it says.
    trustedProxy: "127.0.0.1",
    metricsToken: token,
  });
  try {
    const server = await service.listen("127.0.0.1", 0, null);
    const from = (address: string, authorization?: string, path = "/metrics") =>
      statusOf(new URL(path, server.listeningOrigin), {
        "x-forwarded-for": address,
        ...(authorization === undefined ? {} : { authorization }),
      });
    assert.equal(await from("127.0.0.1"), 200);
    assert.equal(await from("192.0.2.7"), 404);
    assert.equal(await from("192.0.2.7", "Bearer wrong"), 404);
    assert.equal(await from("192.0.2.7", `Bearer ${token}x`), 404);
    assert.equal(await from("192.0.2.7", `Bearer ${token}`), 200);
    assert.equal(await from("192.0.2.7", `Bearer ${token}`, "/readyz"), 404, "the token is for the metrics");
  } finally {
    await service.close();
  }
});

function statusOf(url: URL, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
}
