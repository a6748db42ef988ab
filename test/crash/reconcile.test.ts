/** What a target holds is brought to what it should hold, whatever was lost or done by hand. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Grant } from "../../src/domain/grant.ts";
import { advanceGrant } from "../../src/use-cases/grants/advance-grant.ts";
import { checkTarget } from "../../src/use-cases/grants/check-target.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import { reconcileTarget } from "../../src/use-cases/grants/reconcile-target.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { listTargets } from "../../src/use-cases/views/list-targets.ts";
import {
  askFor,
  MANAGEMENT_PASSWORD,
  must,
  openTestSystem,
  prepareOrders,
  type TestSystem,
} from "../fixtures/system.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";

let cluster: TargetCluster;
let system: TestSystem;
before(async () => {
  cluster = await startTargetCluster();
  await prepareOrders(cluster);
  system = await openTestSystem(cluster);
});
after(async () => {
  await system.remove();
  await cluster.stop();
});

test("a log-in that is left over from a grant nobody remembers is taken out", async () => {
  const grant = await activeGrant();
  const [entitlement] = grant.entitlements;
  assert.ok(entitlement);
  must(await deactivateGrant(system.deps, system.person("fabrikam", "frank"), grant.id));
  await advanceGrant(system.deps, grant.tenantId, grant.id);
  assert.deepEqual(await roles(), []);
  // As after a restore from a backup that is older than the end: the target has it, the records say absent.
  await system.deps.gateway.provision({ ...grant, state: { name: "active" } }, entitlement, async () => true);
  assert.equal((await roles()).length, 1);
  const { removed } = await reconcile(grant);
  assert.equal(removed, 1);
  assert.deepEqual(await roles(), []);
});

test("a log-in that somebody dropped is made again, and the log says so", async () => {
  const grant = await activeGrant();
  const [role] = await roles();
  await cluster.admin(`DROP ROLE "${role}"`, "orders");
  const { lost } = await reconcile(grant);
  assert.equal(lost, 1);
  await advanceGrant(system.deps, grant.tenantId, grant.id);
  assert.deepEqual(await roles(), [role]);
  await end(grant);
});

test("what another hand gave is reported once and not undone", async () => {
  const grant = await activeGrant();
  const [role] = await roles();
  await cluster.admin(`GRANT pg_read_all_data TO "${role}"`, "orders");
  const { drift } = await reconcile(grant);
  assert.ok(
    drift.some((detail) => detail.includes("pg_read_all_data")),
    drift.join("; "),
  );
  const before = (await driftEntries()).length;
  await reconcile(grant);
  assert.equal((await driftEntries()).length, before);
  const [{ kept } = { kept: false }] = await cluster.admin<{ kept: boolean }>(
    `SELECT pg_has_role('${role}', 'pg_read_all_data', 'MEMBER') AS kept`,
  );
  assert.equal(kept, true);
  await end(grant);
});

test("the list of targets says what roles become there, what was last seen, and since when", async () => {
  const carol = { ...system.person("contoso", "carol"), rights: ["administrator" as const] };
  const grant = await activeGrant();
  const [role] = await roles();
  const targets = async () => must(await listTargets(system.deps, carol));
  await cluster.admin(`GRANT pg_read_all_data TO "${role}"`, "orders");
  await reconcile(grant);
  const first = (await targets())[0]?.observation;
  const seen = first?.drift.find(({ what }) => what.includes("pg_read_all_data"));
  assert.ok(first && seen);
  await reconcile(grant);
  const [target] = await targets();
  assert.ok(target?.observation && target.observation.at > first.at);
  assert.deepEqual(
    target.observation.drift.find(({ what }) => what === seen.what),
    seen,
    "since when it stands stays",
  );
  assert.equal(target.name, "orders-database");
  assert.equal(target.label, `orders on ${cluster.host}`);
  assert.equal(target.openGrants, 1);
  assert.deepEqual(
    target.bindings.map(({ name, roleName, scopeName, standing, entitlement }) => [
      name,
      roleName,
      scopeName,
      standing,
      entitlement,
    ]),
    [
      ["orders readers", "Reader", "orders", true, { role: "orders_reader" }],
      ["orders writers", "Contributor", "orders", false, { role: "orders_writer" }],
    ],
  );
  assert.equal(target.capabilities?.expiry, "native");
  assert.equal(target.capabilities?.issuesSecret, true);
  assert.doesNotMatch(JSON.stringify(target), new RegExp(MANAGEMENT_PASSWORD));
  await cluster.admin(`REVOKE pg_read_all_data FROM "${role}"`, "orders");
  await reconcile(grant);
  assert.deepEqual(
    (await targets())[0]?.observation?.drift.filter(({ what }) => what.includes("pg_read_all_data")),
    [],
  );
  await end(grant);
});

test("targets are listed for those who read configuration, each tenant's own", async () => {
  const as = (tenant: string, name: string, rights: Caller["rights"]) =>
    listTargets(system.deps, { ...system.person(tenant, name), rights });
  assert.equal(must(await as("contoso", "casey", ["auditor"])).length, 1);
  assert.deepEqual(must(await as("fabrikam", "fiona", ["administrator"])), []);
  const refused = await as("contoso", "casey", []);
  assert.equal(refused.ok ? "" : refused.rejection.code, "forbidden");
});

test("a target's health names what the management role may do and need not", async () => {
  const carol = { ...system.person("contoso", "carol"), rights: ["administrator" as const] };
  const health = must(await checkTarget(system.deps, carol, "orders-database"));
  assert.equal(health.ok, true);
  assert.equal(health.expiry, "enforced");
  const refused = await checkTarget(system.deps, system.person("contoso", "casey"), "orders-database");
  assert.equal(refused.ok, false);
});

async function activeGrant(): Promise<Grant> {
  const { deps } = system;
  const request = must(
    await submitRequest(deps, system.person("fabrikam", "frank"), askFor(system.orders, 600_000)),
  );
  const decision = {
    decision: "approve",
    justification: "fine",
    terms: null,
    surfaceAsks: true,
    expectedVersion: null,
  } as const;
  const decided = must(
    await decideRequest(deps, system.person("contoso", "casey"), { ...decision, requestId: request.id }),
  );
  const [id] = decided.state.name === "approved" ? decided.state.grantIds : [];
  assert.ok(id);
  await advanceGrant(deps, request.tenantId, id);
  const grant = await deps.store.inTenant(request.tenantId, (tx) => tx.grants.find(id));
  assert.equal(grant?.state.name, "active");
  return grant;
}

function reconcile(grant: Grant) {
  const [entitlement] = grant.entitlements;
  assert.ok(entitlement);
  return reconcileTarget(system.deps, grant.tenantId, entitlement.targetId);
}

async function end(grant: Grant): Promise<void> {
  must(await deactivateGrant(system.deps, system.person("fabrikam", "frank"), grant.id));
  await advanceGrant(system.deps, grant.tenantId, grant.id);
  assert.deepEqual(await roles(), []);
}

async function roles(): Promise<string[]> {
  const rows = await cluster.admin<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolname ~ '^curfew_[0-9a-f]{32}_'",
  );
  return rows.map((row) => row.rolname);
}

function driftEntries() {
  return system.deps.store.inTenant(system.world.tenant("contoso"), (tx) =>
    tx.log.entries({ type: "grant.drifted", limit: 100 }),
  );
}
