/** The demo as scripts rely on it: its world, its month of history, its addresses, its start and its stop. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Answer, type Api, type Demo, startDemo, until } from "../fixtures/program.ts";

let demo: Demo;
let carol: Api;
let casey: Api;
let frank: Api;

before(async () => {
  demo = await startDemo();
  [carol, casey, frank] = (await Promise.all(
    ["carol", "casey", "frank"].map((name) => demo.person(name)),
  )) as [Api, Api, Api];
});
after(() => demo.close());

interface Item {
  readonly state: string;
  readonly scopeName: string;
  readonly kind: string;
  readonly liveness: string;
  readonly endedBecause: string | null;
  readonly extendsGrantId: string | null;
  readonly requester: { displayName: string };
  readonly beneficiary: { displayName: string };
  readonly asked: { duration: string };
  readonly terms: { duration: string };
}

const items = ({ body }: Answer): Item[] => body.items;

test("thirty days lie behind it: about 60 ended grants, denials, a counter-offer, an extension", async () => {
  const requests = items(await carol.get("/access-requests?view=all&limit=200"));
  const grants = items(await carol.get("/grants?view=all&limit=200")).filter(
    ({ kind }) => kind === "activation",
  );
  const ended = grants.filter(({ state }) => state === "ended");
  assert.ok(ended.length >= 50 && ended.length <= 70, `${ended.length} ended grants`);
  assert.ok(ended.every(({ endedBecause }) => endedBecause === "expired"));
  assert.ok(requests.filter(({ state }) => state === "denied").length >= 3);
  assert.equal(
    requests.filter(({ state, asked, terms }) => state === "approved" && asked.duration !== terms.duration)
      .length > 0,
    true,
  );
  assert.equal(requests.filter(({ extendsGrantId }) => extendsGrantId !== null).length, 1);
});

test("one request waits, one grant is live, one is scheduled, and frank's hands are free", async () => {
  const pending = items(await carol.get("/access-requests?view=all&state=pending"));
  assert.deepEqual(
    pending.map(({ requester, scopeName }) => [requester.displayName, scopeName]),
    [["Fiona Farrell", "orders"]],
  );
  const grants = items(await carol.get("/grants?view=all&limit=200")).filter(
    ({ kind }) => kind === "activation",
  );
  assert.deepEqual(
    grants.filter(({ liveness }) => liveness === "live").map(({ scopeName }) => scopeName),
    ["billing"],
  );
  assert.equal(grants.filter(({ liveness }) => liveness === "scheduled").length, 1);
});

test("the audit log of both parties verifies from the month's first entry on", async () => {
  for (const name of ["carol", "fiona"]) {
    const command = ["bin/curfew.mjs", "--as", name, "--data-dir", demo.dataDir, "audit", "verify"];
    const run = spawnSync(process.execPath, command, { encoding: "utf8" });
    assert.equal(run.status, 0, `${name}: ${run.stdout}${run.stderr}`);
  }
});

test("HTTP and HTTPS each serve everything, redirect nothing, and take the same token", async () => {
  const { http, https, caFile } = demo.ready;
  const plain = await fetch(`${http}/api/v1/me`, {
    headers: { authorization: `Bearer ${frank.token}` },
    redirect: "error",
  });
  assert.equal(plain.status, 200);
  const status = await new Promise((resolve, reject) => {
    const options = { ca: readFileSync(caFile), headers: { authorization: `Bearer ${frank.token}` } };
    get(`${https}/api/v1/me`, options, (response) => resolve(response.statusCode)).on("error", reject);
  });
  assert.equal(status, 200);
  for (const path of ["/", "/favicon.ico", "/healthz", "/readyz"])
    assert.equal((await fetch(http + path)).status, 200);
  assert.match(await (await fetch(`${http}/metrics`)).text(), /curfew_expiry_lateness_seconds_bucket/);
});

test("automatic mode is live at once and tells the approvers; a workload asks for itself and decides nothing", async () => {
  const deploy = await demo.workload("fabrikam-deploy");
  const ask = {
    scope: demo.ready.applications.billing,
    roleDefinitionIds: [demo.ready.roles.Contributor],
    duration: "PT10M",
  };
  const asked = await deploy.post("/access-requests", ask);
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  assert.equal(asked.body.state, "approved");
  const [grantId] = asked.body.grantIds;
  assert.equal((await deploy.get(`/grants/${grantId}`)).body.liveness, "live");
  await until(
    async () =>
      (await carol.get("/me/notifications")).body.items.some(
        (one: { requestId: string; type: string }) =>
          one.requestId === asked.body.id && one.type === "request_notice",
      ),
    3_000,
    "carol to be told",
  );
  const pending = items(await carol.get("/access-requests?view=all&state=pending"))[0] as unknown as {
    id: string;
  };
  const decided = await deploy.post(`/access-requests/${pending.id}/decisions`, {
    decision: "approve",
    justification: "x",
  });
  assert.equal(decided.body.code, "workload_cannot_decide");
  assert.equal((await deploy.post(`/grants/${grantId}/deactivate`)).body.endedBecause, "deactivated");
});

test("once one approver decided, what the others were told says who", async () => {
  const ask = {
    scope: demo.ready.applications.orders,
    roleDefinitionIds: [demo.ready.roles.Contributor],
    duration: "PT1H",
  };
  const { body } = await frank.post("/access-requests", ask);
  const told = async () => {
    const { body: page } = await carol.get("/me/notifications?limit=200");
    return page.items.find(
      (one: { requestId: string; type: string }) =>
        one.requestId === body.id && one.type === "approval_wanted",
    )?.text;
  };
  await until(
    async () => /Frank Fischer asks for Contributor on Contoso\/orders for 1 h/.test(await told()),
    3_000,
    "carol to be asked",
  );
  await casey.post(`/access-requests/${body.id}/decisions`, { decision: "deny", justification: "tomorrow" });
  await until(
    async () =>
      (await told()) ===
      "Denied by Casey Chen: Frank Fischer's request for Contributor on Contoso/orders for 1 h",
    3_000,
    "carol to read who decided",
  );
  const mine = (await frank.get("/me/notifications")).body.items.map(
    (one: { type: string; text: string }) => [one.type, one.text],
  );
  assert.deepEqual(mine[0], ["request_denied", 'Denied: Contributor on Contoso/orders for 1 h: "tomorrow"']);
  assert.equal(
    JSON.stringify(mine).includes("Casey"),
    false,
    "the publisher does not learn the names of approvers (I11)",
  );
});

test("a second server on the same data is refused with a sentence, and `serve` refuses the demo's data", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["bin/curfew.mjs", ...args], {
      encoding: "utf8",
      timeout: 30_000,
      env: { ...process.env, CURFEW_DATA_DIR: demo.dataDir, CURFEW_HTTP_PORT: "0" },
    });
  const again = run("demo", "--data-dir", demo.dataDir, "--http-port", "0", "--https-port", "0");
  assert.equal(again.status, 1);
  assert.match(again.stderr, /in use|already/);
  const served = run("serve");
  assert.equal(served.status, 1);
  assert.match(served.stderr, /in use|already|demo/);
});

test("Ctrl-C stops it clean, a second start keeps its data and changes every password", {
  timeout: 90_000,
}, async () => {
  const { ready, dataDir } = demo;
  const readyFile = join(dataDir, "test-ready.json");
  assert.equal(statSync(readyFile).mode & 0o777, 0o600);
  const before = items(await carol.get("/access-requests?view=all&limit=200")).length;
  assert.equal(await demo.stop(), 0);
  assert.equal(existsSync(readyFile), false);
  const refused = spawnSync(process.execPath, ["bin/curfew.mjs", "serve"], {
    encoding: "utf8",
    timeout: 30_000,
    env: { ...process.env, CURFEW_DATA_DIR: dataDir, CURFEW_HTTP_PORT: "0" },
  });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /belongs to the demo/);
  demo = await startDemo(dataDir);
  assert.deepEqual(demo.ready.applications, ready.applications);
  assert.notEqual(demo.ready.personas.carol?.password, ready.personas.carol?.password);
  const again = await demo.person("carol");
  assert.ok(items(await again.get("/access-requests?view=all&limit=200")).length >= before);
});
