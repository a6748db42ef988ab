import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chownSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startEmbeddedPostgres } from "../../src/store/embedded/embedded-postgres.ts";
import { livingPostmaster } from "../../src/store/embedded/living-postmaster.ts";
import {
  parentOf,
  processesOf,
  query,
  spawnHolder,
  start,
  startElsewhere,
  temporaryFolder,
  until,
  usedDataDir,
} from "./servers.ts";

test("kill -9 of the owner: its server stops, and a start right afterwards waits for that and has the data", async (t) => {
  const dataDir = await usedDataDir(t);
  const seed = await start(t, dataDir);
  await query(seed, "create table kept as select 4711 as n");
  await seed.stop();

  const held = await startElsewhere(t, dataDir);
  held.holder.kill("SIGKILL");
  const server = await start(t, dataDir);
  assert.notEqual(server.pid, held.pid);
  assert.deepEqual(await query(server, "select n from kept"), [{ n: 4711 }]);
});

test("kill -9 of the owner: no process of the server is left", async (t) => {
  const dataDir = await usedDataDir(t);
  const held = await startElsewhere(t, dataDir);
  assert.ok(processesOf(dataDir).length > 0);
  held.holder.kill("SIGKILL");
  await until("every process is gone", () => processesOf(dataDir).length === 0);
});

for (const victims of ["the owner", "the owner and initdb"]) {
  test(`kill -9 of ${victims} while initdb works: the next start has a whole cluster`, async (t) => {
    const dataDir = join(temporaryFolder(t), "data");
    const holder = spawnHolder(t, dataDir);
    await until("initdb works", () => processesOf(dataDir).length > 0);
    holder.kill("SIGKILL");
    if (victims !== "the owner") for (const pid of processesOf(dataDir)) kill(pid);
    const server = await start(t, dataDir);
    assert.deepEqual(await query(server, "select 1 as n"), [{ n: 1 }]);
    assert.equal(existsSync(join(dataDir, "cluster.new")), false);
  });
}

test("kill -9 of postgres: `died` tells, and the next start recovers what was committed", async (t) => {
  const dataDir = await usedDataDir(t);
  const first = await start(t, dataDir);
  await query(first, "create table kept as select 4711 as n");
  process.kill(first.pid, "SIGKILL");
  assert.match(await first.died, /ended by signal 9/);

  const lines: string[] = [];
  const second = await start(t, dataDir, { log: (line) => lines.push(line) });
  assert.deepEqual(await query(second, "select n from kept"), [{ n: 4711 }]);
  assert.ok(lines.some((line) => line.includes("automatic recovery in progress")));
});

test("kill -9 of the keeper: `died` tells, and no server is left without an owner", async (t) => {
  const dataDir = await usedDataDir(t);
  const server = await start(t, dataDir);
  process.kill(parentOf(server.pid), "SIGKILL");
  assert.match(await server.died, /keeper was ended by SIGKILL/);
  await until("every process is gone", () => processesOf(dataDir).length === 0);
});

test("kill -9 of everything at once: the next start recovers", async (t) => {
  const dataDir = await usedDataDir(t);
  const held = await startElsewhere(t, dataDir);
  const pids = [...processesOf(dataDir), held.holderPid];
  for (const pid of pids) kill(pid);
  const server = await start(t, dataDir);
  assert.deepEqual(await query(server, "select 1 as n"), [{ n: 1 }]);
});

test("a recorded pid that another program has taken over does not keep the server from starting", async (t) => {
  const dataDir = await usedDataDir(t);
  const first = await start(t, dataDir);
  const records = [join(dataDir, "cluster", "postmaster.pid"), join(first.socketDir, ".s.PGSQL.5432.lock")];
  const texts = records.map((path) => readFileSync(path, "utf8"));
  await first.stop();
  // A process of the server's user lives on under the number.
  const uid = statSync(dataDir).uid;
  const other = spawn("sleep", ["60"], uid === process.geteuid?.() ? {} : { uid });
  t.after(() => other.kill());
  for (const [index, path] of records.entries()) {
    writeFileSync(path, (texts[index] ?? "").replace(/^\d+/, String(other.pid)));
    chownSync(path, uid, uid);
  }
  await start(t, dataDir);
});

test("a postmaster that somebody else started in the cluster is not disturbed", async (t) => {
  const dataDir = await usedDataDir(t);
  const server = await start(t, dataDir);
  assert.equal(livingPostmaster(join(dataDir, "cluster")), server.pid);
  // The lock is taken away from under the server: only its pid file tells then.
  rmSync(join(dataDir, "lock"));
  const attempt = startEmbeddedPostgres({ dataDir, log: () => {} });
  await assert.rejects(attempt, { code: "data-dir-in-use", message: new RegExp(`process ${server.pid}`) });
  assert.deepEqual(await query(server, "select 1 as n"), [{ n: 1 }]);
});

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it went away by itself in between
  }
}
