/** A database that is put back from a copy, with its target as it went on: what each does until an operator confirms, and then. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { openSystem, startService } from "../../src/compose.ts";
import type { Grant } from "../../src/domain/grant.ts";
import { addMs, HOUR_MS, SECOND_MS } from "../../src/domain/time.ts";
import { advanceGrant } from "../../src/use-cases/grants/advance-grant.ts";
import { checkAccess } from "../../src/use-cases/grants/check-access.ts";
import { claimSecret } from "../../src/use-cases/grants/claim-secret.ts";
import { revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { Caller, EffectDeps } from "../../src/use-cases/ports.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { confirmRestore } from "../../src/use-cases/vouching.ts";
import { until } from "../fixtures/program.ts";
import {
  askFor,
  CONTRIBUTOR,
  must,
  OPERATOR,
  openTestSystem,
  prepareOrders,
  type TestSystem,
} from "../fixtures/system.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";

const unconfirmed = { name: "RestoredUnconfirmed", code: "restored_unconfirmed" };

let cluster: TargetCluster;
before(async () => {
  cluster = await startTargetCluster();
  await prepareOrders(cluster);
});
after(() => cluster.stop());

interface Story {
  readonly system: TestSystem;
  readonly fiona: Caller;
  readonly casey: Caller;
}

async function granted({ system, fiona, casey }: Story): Promise<Grant> {
  const { deps } = system;
  const request = must(await submitRequest(deps, fiona, askFor(system.orders, HOUR_MS)));
  const decision = { justification: "fine", terms: null, surfaceAsks: true, expectedVersion: null };
  const decided = must(
    await decideRequest(deps, casey, { ...decision, decision: "approve", requestId: request.id }),
  );
  const [id] = decided.state.name === "approved" ? decided.state.grantIds : [];
  assert.ok(id);
  await advanceGrant(deps, request.tenantId, id);
  return grantOf(deps, { ...request, id });
}

async function grantOf(deps: EffectDeps, { tenantId, id }: Pick<Grant, "tenantId" | "id">): Promise<Grant> {
  const found = await deps.store.inTenant(tenantId, (tx) => tx.grants.find(id));
  assert.ok(found);
  return found;
}

const logIns = async () =>
  (
    await cluster.admin<{ name: string }>(
      "SELECT rolname AS name FROM pg_roles WHERE rolname ~ '^curfew_[0-9a-f]{32}_' ORDER BY 1",
    )
  ).map(({ name }) => name);

test("put back from a copy: what was revoked gives nothing, what may be another's stays, and the confirmation settles both", async () => {
  const first = await openTestSystem(cluster);
  const story = (system: TestSystem): Story => ({
    system,
    fiona: system.person("fabrikam", "fiona"),
    casey: system.person("contoso", "casey"),
  });
  const revoked = await granted(story(first));
  assert.equal((await logIns()).length, 1);
  await first.close();
  const { dataDir } = first;
  const [postgres, backup] = [join(dataDir, "postgres"), join(dataDir, "backup")];
  // With owners and modes, as the page says.
  execFileSync("cp", ["-a", postgres, backup]);

  const second = await openTestSystem(cluster, dataDir);
  const { casey, fiona } = story(second);
  must(await revokeGrant(second.deps, casey, revoked.id, "gone"));
  await advanceGrant(second.deps, revoked.tenantId, revoked.id);
  assert.deepEqual(await logIns(), []);
  const since = await granted(story(second));
  const [unknown] = await logIns();
  assert.ok(unknown);
  await second.close();

  rmSync(postgres, { recursive: true });
  renameSync(backup, postgres);
  const system = {
    ...second,
    ...(await openSystem({
      dataDir,
      databaseUrl: null,
      keyFile: null,
      log: () => {},
      outboundAllow: [{ tenant: "contoso", place: cluster.host, port: null }],
    })),
  };
  const lines: string[] = [];
  const service = await startService(system, {
    ...{ issuer: "http://localhost", origins: [], deviceFlow: false, trustedProxy: null, portal: null },
    log: (line) => lines.push(line),
  });
  try {
    const { deps } = system;
    const server = await service.listen("127.0.0.1", 0, null);
    const ready = async () => {
      const response = await fetch(`${server.listeningOrigin}/readyz`);
      return { ...((await response.json()) as { code?: string; detail?: string }), status: response.status };
    };
    const check = async () => {
      const wanted = {
        principal: fiona.ref,
        scope: system.orders,
        wanted: { roleDefinitionId: CONTRIBUTOR },
      };
      return must(await checkAccess(deps, fiona, wanted));
    };
    const { status, code, detail } = await ready();
    assert.deepEqual([status, code], [503, "restored_unconfirmed"]);
    assert.match(detail ?? "", /not ready: the database was restored: it is older than/);
    assert.match(lines.join("\n"), /^restored_unconfirmed: the database was restored/);
    assert.equal((await grantOf(deps, revoked)).state.name, "active", "in the copy it was not revoked");
    const { allowed, reason } = await check();
    assert.deepEqual([allowed, reason], [false, "restored_unconfirmed"]);
    await assert.rejects(submitRequest(deps, fiona, askFor(system.billing, HOUR_MS)), unconfirmed);
    await assert.rejects(
      claimSecret(deps, fiona, { grantId: revoked.id, bindingId: null, reissue: false }),
      unconfirmed,
    );
    await deps.store.inTenant(revoked.tenantId, async (tx) => {
      // Whatever is due, such as what another hand took away, is not made again.
      const grant = await tx.grants.find(revoked.id, "lock");
      assert.ok(grant);
      const entitlements = grant.entitlements.map((held) => ({ ...held, state: "planned" as const }));
      await tx.grants.update({ ...grant, state: { name: "provisioning" }, entitlements }, deps.clock.now());
    });
    // A pulse later the worker would have.
    await delay(1_500);
    assert.deepEqual(
      await logIns(),
      [unknown],
      "nothing is made, and nothing that may be another's is taken",
    );
    assert.equal((await grantOf(deps, revoked)).state.name, "provisioning");

    const refused = await confirmRestore(deps, fiona, "I think so");
    assert.equal(!refused.ok && refused.rejection.code, "forbidden");
    await deps.store.inTenant(revoked.tenantId, async (tx) => {
      const grant = await tx.grants.find(revoked.id, "lock");
      assert.ok(grant);
      const endsAt = addMs(deps.clock.now(), SECOND_MS);
      await tx.grants.update({ ...grant, endsAt }, endsAt);
    });
    const ended = async () => (await grantOf(deps, revoked)).state.name === "ended";
    await until(ended, 10_000, "what is past its end to end all the same");
    // The worker looks into targets as it starts: a second and more ago.
    assert.deepEqual(await logIns(), [unknown], "nothing that may be another's is taken");
    must(await confirmRestore(deps, OPERATOR, "everything was looked at"));
    await until(async () => (await ready()).status === 200, 5_000, "it to be ready");
    await until(async () => (await logIns()).length === 0, 10_000, "what nobody knows to be taken out");
    const nobody = await deps.store.inTenant(since.tenantId, (tx) => tx.grants.find(since.id));
    assert.equal(nobody, null);
    assert.notEqual((await check()).reason, "restored_unconfirmed");
    must(await submitRequest(deps, fiona, askFor(system.billing, HOUR_MS)));
    for (const tenant of ["contoso", "fabrikam"]) {
      const entries = await deps.store.inTenant(system.world.tenant(tenant), (tx) =>
        tx.log.entries({ type: "restore.confirmed", limit: 10 }),
      );
      assert.equal(entries.length, 1, tenant);
    }
    const again = await confirmRestore(deps, OPERATOR, "once more");
    assert.equal(!again.ok && again.rejection.code, "invalid_input");
  } finally {
    await service.close();
    await system.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
