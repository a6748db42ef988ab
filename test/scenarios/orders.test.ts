/** The whole life of a request, in real time, against the real program, ending in a real PostgreSQL. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { type Api, type Demo, startDemo, until } from "../fixtures/program.ts";

let demo: Demo;
let frank: Api;
let casey: Api;

before(async () => {
  demo = await startDemo();
  frank = await demo.person("frank");
  casey = await demo.person("casey");
});
after(() => demo.close());

const contributor = () => demo.ready.roles.Contributor;
const ask = (duration: string) => ({
  scope: demo.ready.applications.orders,
  roleDefinitionIds: [contributor()],
  duration,
  justification: "fix order 4711",
});

test("five hours are too long, and preview says which rule fails and why", async () => {
  const { status, body } = await frank.post("/access-requests/preview", ask("PT5H"));
  assert.equal(status, 200);
  assert.equal(body.allowed, false);
  const failed = body.rules.filter((rule: { outcome: string }) => rule.outcome === "unsatisfied");
  assert.deepEqual(
    failed.map((rule: { rule: string; message: string }) => [rule.rule, rule.message]),
    [["ExpirationRule", "5 h is more than the maximum of 4 h"]],
  );
  const refused = await frank.post("/access-requests", ask("PT5H"));
  assert.equal(refused.status, 422);
  assert.equal(refused.body.code, "rules_not_satisfied");
});

test("frank asks for 30 s, casey approves for 20 s, PostgreSQL lets frank in and refuses him at the end", async () => {
  const preview = await frank.post("/access-requests/preview", ask("PT30S"));
  assert.equal(preview.body.allowed, true);
  assert.deepEqual(preview.body.enforcedBy, ["PostgreSQL"], "its kind; the name is Contoso's");
  assert.deepEqual(preview.body.stages[0].approvers, { tenantName: "Contoso", count: 2, names: [] });

  const asked = await frank.post("/access-requests", ask("PT30S"));
  assert.equal(asked.status, 201);
  assert.equal(asked.body.state, "pending");
  const { id } = asked.body;
  assert.equal(
    (await frank.get("/grants?view=mine&state=active")).body.items.filter(
      (grant: { requestId: string }) => grant.requestId === id,
    ).length,
    0,
  );

  await until(
    async () => {
      const told = await casey.get("/me/notifications?unread=true");
      return told.body.items.some(
        (one: { requestId: string; type: string }) => one.requestId === id && one.type === "approval_wanted",
      );
    },
    3_000,
    "casey to be notified",
  );

  const decided = await casey.post(`/access-requests/${id}/decisions`, {
    decision: "approve",
    justification: "one row is enough",
    terms: { duration: "PT20S" },
  });
  assert.equal(decided.status, 200);
  assert.equal(decided.body.state, "approved");
  const [grantId] = decided.body.grantIds;

  await until(
    async () => (await frank.get(`/grants/${grantId}`)).body.liveness === "live",
    5_000,
    "the grant to be live",
  );
  const grant = (await frank.get(`/grants/${grantId}`)).body;
  assert.equal(grant.heldBy, "native");
  assert.equal(Date.parse(grant.endsAt) - Date.parse(grant.startsAt), 20_000);
  assert.ok(Date.parse(grant.entitlements[0].enforcedUntil) <= Date.parse(grant.endsAt));

  const secret = await frank.post(`/grants/${grantId}/secret`, {});
  assert.equal(secret.status, 200);
  assert.equal(secret.headers.get("cache-control"), "no-store");
  const again = await frank.post(`/grants/${grantId}/secret`, {});
  assert.equal(again.status, 409);
  assert.equal(again.body.code, "secret_already_issued");
  const stolen = await casey.post(`/grants/${grantId}/secret`, {});
  assert.equal(stolen.status, 409);

  const client = new pg.Client({ connectionString: secret.body.connectionString });
  const cut = new Promise<string>((resolve) => client.on("error", (error) => resolve(error.message)));
  await client.connect();
  const { rowCount } = await client.query("UPDATE orders SET note = 'address corrected' WHERE id = 4711");
  assert.equal(rowCount, 1);

  assert.match(await cut, /terminating connection|Connection terminated/);
  assert.ok(Date.now() >= Date.parse(grant.endsAt), "the session lived until the end");
  assert.ok(Date.now() < Date.parse(grant.endsAt) + 3_000, "and not much longer");
  await assert.rejects(
    connectWith(secret.body.connectionString),
    /password authentication failed|does not exist|not permitted/,
  );
  await until(
    async () => (await frank.get(`/grants/${grantId}`)).body.state === "ended",
    5_000,
    "the grant to have ended",
  );
  const ended = (await frank.get(`/grants/${grantId}`)).body;
  assert.equal(ended.endedBecause, "expired");
  assert.deepEqual(
    ended.entitlements.map((one: { state: string }) => one.state),
    ["absent"],
  );
});

test("a socket that the operator permits to Contoso is none to Fabrikam, whose looks are counted and written down", async () => {
  const [carol, fiona] = [await demo.person("carol"), await demo.person("fiona")];
  const { config } = (await carol.get("/configuration/Target/orders-database")).body.spec;
  assert.equal((await carol.post("/targets/orders-database/check")).status, 200);
  for (const [host, port] of [
    [config.host, config.port],
    ["10.0.0.5", 5432],
    ["127.0.0.1", 5432],
  ]) {
    const spec = {
      kind: "postgres",
      config: { ...config, host, port },
      secrets: { password: { value: "guess" } },
    };
    const put = await fiona.put("/configuration/Target/theirs", { spec });
    assert.ok(put.status === 200 || put.status === 201, JSON.stringify(put.body));
    const { body } = await fiona.post("/targets/theirs/check");
    assert.deepEqual([body.health.ok, body.health.reachable], [false, false], JSON.stringify(body));
    assert.match(
      JSON.stringify(body.health.findings),
      /the operator of Curfew has to permit it to your organisation/,
    );
  }
  const looks = (await fiona.get("/audit-entries?type=target.checked")).body.items;
  assert.equal(looks.length, 3);
  assert.match(looks[0].sentence, /^Fiona \w+ checked target `theirs`, and it was not as it should be$/);
  const more: number[] = [];
  while (more.length < 8) more.push((await fiona.post("/targets/theirs/check")).status);
  assert.deepEqual(more, [...Array(7).fill(200), 429]);
  assert.equal((await carol.post("/targets/orders-database/check")).status, 200, "others look as before");
});

async function connectWith(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.end();
}
