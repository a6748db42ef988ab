/** No line says a secret: each field that carries one is given a word that is looked for, while all that can fail fails. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import pg from "pg";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { type Api, until } from "../fixtures/program.ts";
import { setTroubles } from "../fixtures/toy-target.ts";
import { openToyWorld, type ToyWorld } from "../fixtures/toy-world.ts";

const CANARY = "canary-9f2b";
const word = (where: string) => `${CANARY}-${where}-${"x".repeat(12)}`;

let world: ToyWorld;
let owner: pg.Client;
let ben: Api;
let ada: Api;
const lines: string[] = [];
/** Whatever else writes where an operator looks. */
const beside: string[] = [];
const writers = { stdout: process.stdout.write, stderr: process.stderr.write };
before(async () => {
  const log = createLog({ format: "json", write: (line) => lines.push(line) });
  const outboundAllow = [{ tenant: "contoso", place: "127.0.0.1", port: null }];
  world = await openToyWorld(null, { log, outboundAllow });
  owner = new pg.Client({ ...world.system.opened.owner } as pg.ClientConfig);
  await owner.connect();
  [ben, ada] = [await world.person("ben"), await world.person("ada")];
  process.stderr.write = ((chunk: string) => beside.push(String(chunk)) > 0) as typeof process.stderr.write;
});
after(async () => {
  process.stderr.write = writers.stderr;
  await owner?.end();
  await world?.close();
});

const post = (path: string, body: string, headers: Readonly<Record<string, string>>) =>
  fetch(`${world.url}${path}`, { method: "POST", body, headers, redirect: "manual" });

test("whatever carries a secret, and however it fails, no line has it", async () => {
  const signingIn = (email: string, password: string) =>
    signInByForm({ baseUrl: world.url, email, password }).catch(() => null);
  await signingIn(world.email("ben"), word("wrong-password"));
  await signingIn(`${word("typed-into-the-wrong-field")}@contoso.example`, word("password"));

  const form = { "content-type": "application/x-www-form-urlencoded" };
  const client = `client_id=${word("client")}&client_secret=${word("client-secret")}`;
  await post("/token", `grant_type=client_credentials&${client}`, form);
  await post("/oidc/token", `grant_type=authorization_code&code=${word("code")}&${client}`, form);
  await post("/setup", `token=${word("setup-token")}&password=${word("setup-password")}`, form);
  await post("/api/v1/setup", JSON.stringify({ token: word("setup") }), {
    "content-type": "application/json",
  });

  const headers = {
    authorization: `Bearer ${word("bearer")}`,
    cookie: `curfew_session=${word("cookie")}`,
    "x-request-id": word("request-id"),
    "idempotency-key": word("key"),
    traceparent: word("trace"),
    "user-agent": word("agent"),
  };
  await fetch(`${world.url}/api/v1/me?access_token=${word("query")}`, { headers });
  await post("/api/v1/access-requests", `{"justification": "${word("broken-json")}`, {
    ...headers,
    "content-type": "application/json",
  });

  // A target whose secret is one, where nobody listens, and one that says more than it should.
  const target = { kind: "postgres", config: { host: "127.0.0.1", port: 1, database: "x", user: "y" } };
  const secrets = { password: { value: word("target-password") } };
  const dead = await world.place("dead", { ...target, secrets }, { entitlement: { role: "r" } });
  await ben.post("/access-requests", { ...dead.ask("PT1H"), justification: word("justification") });
  const cabinet = await world.cabinet("talks");
  const message = `login failed: postgres://y:${word("in-address")}@h/x password=${word("in-message")}`;
  setTroubles(cabinet.folder, {
    grant: { kind: "retryable", message },
    observe: { kind: "retryable", message },
  });
  await ben.post("/access-requests", cabinet.ask("PT1H"));
  await until(
    () => lines.some((line) => line.includes("login failed")),
    20_000,
    "the target's words",
    () => lines.join(""),
  );

  // A fault of ours, in the midst of storing a password: the driver's error carries the row.
  await owner.query(
    "ALTER TABLE local_account ADD CONSTRAINT never CHECK (email NOT LIKE '%canary%') NOT VALID",
  );
  const failed = await ada.post("/configuration", {
    documents: [
      {
        ...{ apiVersion: "curfew/v1", kind: "User", tenant: "contoso", name: "canary" },
        spec: {
          ...{ email: `${word("email")}@contoso.example`, displayName: word("name") },
          password: { value: `${word("new-password")}-Aa1!` },
        },
      },
    ],
  });
  await owner.query("ALTER TABLE local_account DROP CONSTRAINT never");
  assert.equal(failed.status, 500, JSON.stringify(failed.body));
  const fault = lines.map((line) => JSON.parse(line)).find(({ what }) => what === "broken invariant");
  assert.equal(fault?.request, failed.body.requestId, "the line is found by what the caller was told");
  assert.match(failed.body.detail, new RegExp(fault.request));
  assert.deepEqual([fault.code, fault.route], ["23514", "/api/v1/configuration"]);
  assert.ok(fault.at.length > 0);

  assert.deepEqual(
    lines.filter((line) => line.includes(CANARY)),
    [],
  );
  assert.deepEqual(
    beside.filter((line) => line.includes(CANARY)),
    [],
  );
});

test("every line is of the one form, and nothing is written beside it", () => {
  assert.ok(lines.length >= 3);
  for (const line of lines) {
    const { time, level, what, ...more } = JSON.parse(line);
    assert.ok(
      !Number.isNaN(Date.parse(time)) && ["info", "warn", "error"].includes(level) && what !== "",
      line,
    );
    assert.deepEqual(
      Object.keys(more).filter((key) => !["error", "code", "at", "route", "request", "trace"].includes(key)),
      [],
    );
  }
  assert.deepEqual(beside, []);
});

test("the id of a call is in its answer and in its problem, ours whatever the caller sends, on every surface", async () => {
  for (const path of [
    "/api/v1/me",
    "/nothing",
    "/v1.0/me",
    "/subscriptions?api-version=2022-12-01",
    "/signin",
  ]) {
    const answer = await fetch(`${world.url}${path}`, {
      headers: { "x-request-id": "mine" },
      redirect: "manual",
    });
    const id = answer.headers.get("x-request-id");
    assert.match(id ?? "", /^[0-9a-f]{8}-[0-9a-f-]{27}$/, path);
    const isProblem = answer.headers.get("content-type")?.startsWith("application/problem+json");
    const body = await answer.text();
    if (isProblem) assert.equal(JSON.parse(body).requestId, id, path);
  }
});

test("what Node itself would print has the same form, and no secret in it", () => {
  const program = `
    const { createLog } = await import("./src/telemetry/log.ts");
    const { speakForNode } = await import("./src/until-stopped.ts");
    speakForNode(createLog({ format: "json" }));
    process.emitWarning("password=${word("in-a-warning")}");
    setImmediate(() => { throw new Error("postgres://u:${word("in-an-error")}@h"); });`;
  const run = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
  assert.equal(run.status, 1);
  assert.ok(!run.stderr.includes(CANARY), run.stderr);
  const said = run.stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    said.map(({ level }) => level),
    ["warn", "error"],
  );
});
