/** Administration by forms: what a kind of target says of its forms, a look before anything is saved, and what saving does. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sequenceAudit } from "../../src/store/sequencer.ts";
import { MANAGEMENT_PASSWORD, openTestSystem, prepareOrders } from "../fixtures/system.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";
import { type Cast, openCast, type Reply } from "../golden/cast.ts";

let cluster: TargetCluster;
let cast: Cast;
before(async () => {
  cluster = await startTargetCluster();
  await prepareOrders(cluster);
  cast = await openCast(await openTestSystem(cluster));
});
after(async () => {
  await cast.close();
  await cluster.stop();
});

const admin = (method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: unknown) =>
  cast.call("administrator", method, url, body);

interface Health {
  readonly ok: boolean;
  readonly reachable: boolean;
  readonly findings: readonly { readonly detail: string }[];
}

const config = (more: object = {}) => ({
  host: cluster.host,
  port: cluster.port,
  database: "orders",
  user: "curfew_management",
  ...more,
});
const target = (given: { config?: object; secrets?: object; name?: string } = {}) => ({
  kind: "Target",
  name: given.name ?? "tried",
  spec: {
    kind: "postgres",
    config: config(given.config),
    secrets: { password: { value: MANAGEMENT_PASSWORD }, ...given.secrets },
  },
});

async function look(document: object): Promise<{ status: number; body: Reply; health: Health }> {
  const { status, body } = await admin("POST", "/targets/check", document);
  return { status, body, health: body as unknown as Health };
}

test("a kind says what its forms ask for, and which of it is secret", async () => {
  const { body } = await admin("GET", "/target-kinds");
  const [postgres] = body.items as {
    kind: string;
    schema: { config: object; entitlement: object; secrets: string[] };
  }[];
  assert.equal(postgres?.kind, "postgres");
  assert.deepEqual(postgres.schema.secrets, ["password"]);
  const { properties } = postgres.schema.config as { properties: Record<string, { description?: string }> };
  assert.equal(properties.user?.description, "the management role");
  assert.deepEqual((postgres.schema.entitlement as { required: string[] }).required, ["role"]);
});

test("a target is looked into before it is saved, and nothing of it stays but that somebody looked", async () => {
  const found = await look(target());
  assert.deepEqual([found.status, found.health.ok], [200, true], JSON.stringify(found.body));
  assert.equal((await admin("GET", "/configuration/Target/tried")).status, 404);
  const wrong = await look(target({ secrets: { password: { value: "not it, and nobody's" } } }));
  assert.deepEqual([wrong.status, wrong.health.ok], [200, false]);
  await sequenceAudit(cast.system.opened.db, () => cast.system.opened.clock.now());
  const log = await admin("GET", "/audit-entries?type=target.checked");
  const told = JSON.stringify([log.body, found.body, wrong.body]);
  assert.match(told, /Carol Castillo checked .*orders.*, for a target that was not saved yet/);
  assert.doesNotMatch(told, /not it, and nobody's/);
  assert.ok(!told.includes(MANAGEMENT_PASSWORD));
});

test("what saving would refuse is refused, at its field; and it reaches no further than a saved one", async () => {
  const { status, body } = await look(target({ config: { port: 70_000 } }));
  assert.deepEqual([status, body.code, body.path], [400, "invalid_input", "/spec/config/port"]);
  const inClear = await look({ ...target(), spec: { kind: "postgres", config: config({ password: "x" }) } });
  assert.equal(inClear.body.path, "/spec/config/password");
  const elsewhere = await look(target({ config: { host: "127.0.0.1", port: 22 } }));
  assert.equal(elsewhere.health.reachable, false, JSON.stringify(elsewhere.body));
  assert.match(JSON.stringify(elsewhere.body), /CURFEW_OUTBOUND_ALLOW/);
});

test("a stored secret is used where saving would keep it, and goes nowhere else", async () => {
  const saved = await admin("PUT", "/configuration/Target/kept?mustBeNew=true", { spec: target().spec });
  assert.equal(saved.status, 200, JSON.stringify(saved.body));
  const kept = (more: object) => ({
    kind: "Target",
    name: "kept",
    spec: { kind: "postgres", config: config(more) },
  });
  const same = await look(kept({}));
  assert.equal(same.health.ok, true, JSON.stringify(same.body));
  const moved = await look(kept({ port: cluster.port + 1 }));
  assert.deepEqual([moved.body.code, moved.body.path], ["invalid_input", "/spec/secrets/password"]);
  assert.match(String(moved.body.detail), /needs its secrets again/);
});

test("a binding is looked at with its own entitlement", async () => {
  const scope = `/subscriptions/${cast.system.world.id("Subscription", "contoso", "contoso-production")}/resourceGroups/web`;
  const binding = (role: string) => ({
    kind: "Binding",
    name: "tried",
    spec: { target: "kept", role: "Reader", scope, entitlement: { role } },
  });
  assert.equal((await look(binding("orders_reader"))).health.ok, true);
  const missing = await look(binding("no_such_role"));
  assert.match(JSON.stringify(missing.body), /no_such_role/);
  assert.equal(missing.health.ok, false);
  const nowhere = {
    ...binding("orders_reader"),
    spec: { ...binding("orders_reader").spec, target: "nowhere" },
  };
  assert.equal((await look(nowhere)).body.path, "/spec/target");
  // JSON that no text can be made of.
  const nothing = { ...nowhere, spec: { ...nowhere.spec, target: { toString: 1 } } };
  assert.equal((await look(nothing)).body.path, "/spec/target");
});

test("what must be new is refused where there is one of that name, and stays as it was", async () => {
  const spec = { email: "casey.other@contoso.example", displayName: "Another Casey" };
  const { status, body } = await admin("PUT", "/configuration/User/CASEY?mustBeNew=true", { spec });
  assert.deepEqual([status, body.code, body.path], [409, "name_taken", "/name"], JSON.stringify(body));
  const { body: read } = await admin("GET", "/configuration/User/casey");
  assert.equal((read.spec as { displayName: string }).displayName, "Casey Chen");
});

test("a second factor is taken away by saying that there is none, once", async () => {
  const spec = { email: "tess@contoso.example", displayName: "Tess" };
  const put = async (more: object) => {
    const { status, body } = await admin("PUT", "/configuration/User/tess", { spec: { ...spec, ...more } });
    assert.equal(status, 200, JSON.stringify(body));
    return (body.changes as { fields?: string[] }[])[0]?.fields ?? [];
  };
  await put({
    password: { value: "long enough for tess" },
    totpSecret: { value: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" },
  });
  assert.deepEqual(await put({}), []);
  assert.deepEqual(await put({ totpSecret: null }), ["totpSecret"]);
  assert.deepEqual(await put({ totpSecret: null }), []);
});

test("what is not saved is looked into only so often, under however many names", async () => {
  const names = Array.from({ length: 20 }, (_, at) => `tried ${at}`);
  const tried = await Promise.all(names.map((name) => look(target({ name, config: { port: 70_000 } }))));
  assert.ok(tried.some(({ status }) => status === 400));
  const { status, body } = await look(target({ name: "one more" }));
  assert.deepEqual([status, body.code], [429, "too_many_requests"]);
});
