/** kill -9 at every step of making access real and of taking it away: nothing acknowledged is lost, nothing outlives its end. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import { isLive } from "../../src/domain/grant.ts";
import { type AccessRequestId, asId } from "../../src/domain/ids.ts";
import { dueWork } from "../../src/store/due-work.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import { startWorker } from "../../src/worker/worker.ts";
import { until } from "../fixtures/program.ts";
import { newDataDir, openTestSystem, prepareOrders, type TestSystem } from "../fixtures/system.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";
import { some } from "./some.ts";

let cluster: TargetCluster;
before(async () => {
  cluster = await startTargetCluster();
  await prepareOrders(cluster);
});
after(() => cluster.stop());

for (const moment of some(["1", "2", "3", "after"])) {
  test(`killed while opening, ${wordsFor(moment)}: the grant opens after the restart`, {
    timeout: 60_000,
  }, async () => {
    const dataDir = newDataDir();
    const { requestId } = await runVictim(dataDir, "provision", moment);
    await afterRestart(dataDir, async (system) => {
      const grant = await waitFor(system, requestId, "active");
      assert.ok(isLive(grant, system.deps.clock.now()));
      assert.deepEqual(await temporaryRoles(), [{ deadline: true, login: false }]);
      await end(system, grant.id);
      assert.deepEqual(await temporaryRoles(), []);
    });
  });
}

for (const moment of some(["1", "2", "3", "4", "after"])) {
  test(`killed while ending, ${wordsFor(moment)}: nothing is left after the restart`, {
    timeout: 90_000,
  }, async () => {
    const dataDir = newDataDir();
    const { requestId } = await runVictim(dataDir, "remove", moment);
    await afterRestart(dataDir, async (system) => {
      const grant = await waitFor(system, requestId, "ended");
      assert.equal(grant.state.name === "ended" && grant.state.cause, "deactivated");
      assert.deepEqual(await temporaryRoles(), []);
    });
  });
}

// A log-in that nobody asked a secret for: cut, closed, dropped; nothing has to be cut again.
for (const moment of some(["1", "cut", "2", "3", "after"])) {
  test(`killed while ending together, ${wordsFor(moment)}: nothing is left after the restart`, {
    timeout: 90_000,
  }, async () => {
    const dataDir = newDataDir();
    const { requestId } = await runVictim(dataDir, "together", moment);
    await afterRestart(dataDir, async (system) => {
      const grant = await waitFor(system, requestId, "ended");
      assert.equal(grant.state.name === "ended" && grant.state.cause, "deactivated");
      assert.deepEqual(await temporaryRoles(), []);
    });
  });
}

test("killed right after the answer: the approval that was acknowledged is there", {
  timeout: 60_000,
}, async () => {
  const dataDir = newDataDir();
  const { requestId } = await runVictim(dataDir, "idle", "");
  await afterRestart(dataDir, async (system) => {
    const grant = await waitFor(system, requestId, "active");
    await end(system, grant.id);
  });
});

async function runVictim(
  dataDir: string,
  effect: string,
  moment: string,
): Promise<{ requestId: AccessRequestId }> {
  const victim = new URL("./victim.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [
    victim,
    dataDir,
    cluster.host,
    String(cluster.port),
    effect,
    moment,
  ]);
  let output = "";
  let faults = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    faults += chunk;
  });
  const signal = await new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  assert.equal(signal, "SIGKILL", `the victim did not get to its end: ${faults}`);
  const answered = JSON.parse(output);
  assert.equal(answered.state.name, "approved");
  return { requestId: asId<AccessRequestId>(answered.requestId) };
}

async function afterRestart(dataDir: string, work: (system: TestSystem) => Promise<void>): Promise<void> {
  const system = await openTestSystem(cluster, dataDir);
  const { opened, deps } = system;
  const due = dueWork(opened.db, () => opened.clock.now());
  const worker = await startWorker({ deps, due, onWake: opened.onWake, onError: () => {} });
  try {
    await work(system);
  } finally {
    await worker.stop();
    await system.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function waitFor(system: TestSystem, requestId: AccessRequestId, state: string) {
  const read = async () => {
    const [grant] = await system.deps.store.inTenant(system.world.tenant("contoso"), (tx) =>
      tx.grants.list({ requestId, limit: 1 }),
    );
    assert.ok(grant, "the grant that was acknowledged is lost");
    return grant;
  };
  await until(async () => (await read()).state.name === state, 20_000, `the grant to be ${state}`);
  return read();
}

async function end(system: TestSystem, id: Parameters<typeof deactivateGrant>[2]): Promise<void> {
  const outcome = await deactivateGrant(system.deps, system.person("fabrikam", "frank"), id);
  assert.ok(outcome.ok);
  await until(async () => (await temporaryRoles()).length === 0, 10_000, "the temporary role to be gone");
}

async function temporaryRoles(): Promise<{ deadline: boolean; login: boolean }[]> {
  return cluster.admin(
    "SELECT rolvaliduntil IS NOT NULL AS deadline, rolcanlogin AS login FROM pg_roles WHERE rolname LIKE 'curfew\\_%' AND rolname <> 'curfew_management'",
  );
}

function wordsFor(moment: string): string {
  if (moment === "cut") return "after the cut";
  return moment === "after" ? "after all effects" : `before effect ${moment}`;
}
