import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { livingPostmaster, removeMisleadingPid } from "../../src/store/embedded/living-postmaster.ts";
import { parentOf, processesOf, query, start, startElsewhere, temporaryFolder, until } from "./servers.ts";

test("kill -9 of the owner: its server stops, and a start right afterwards waits for that and has the data", async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
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
  const dataDir = join(temporaryFolder(t), "data");
  const held = await startElsewhere(t, dataDir);
  assert.ok(processesOf(dataDir).length > 0);
  held.holder.kill("SIGKILL");
  await until("every process is gone", () => processesOf(dataDir).length === 0);
});

test("kill -9 of the owner while initdb works: the next start has a whole cluster", async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
  const held = startElsewhere(t, dataDir).catch(() => null);
  await until("initdb works", () => processesOf(dataDir).length > 0);
  for (const pid of processesOf(dataDir)) {
    if (parentOf(pid) === process.pid) continue;
    process.kill(pid, "SIGKILL");
  }
  await held;
  const server = await start(t, dataDir).catch(() => start(t, dataDir));
  assert.deepEqual(await query(server, "select 1 as n"), [{ n: 1 }]);
});

test("kill -9 of postgres: `died` tells, and the next start recovers what was committed", async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
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
  const dataDir = join(temporaryFolder(t), "data");
  const server = await start(t, dataDir);
  process.kill(parentOf(server.pid), "SIGKILL");
  assert.match(await server.died, /keeper was ended by SIGKILL/);
  await until("every process is gone", () => processesOf(dataDir).length === 0);
});

test("kill -9 of everything at once: the next start recovers", async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
  const held = await startElsewhere(t, dataDir);
  const pids = [...processesOf(dataDir), held.holderPid];
  for (const pid of pids) process.kill(pid, "SIGKILL");
  const server = await start(t, dataDir);
  assert.deepEqual(await query(server, "select 1 as n"), [{ n: 1 }]);
});

test("a recorded pid that another program has taken over does not keep the server from starting", async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
  const first = await start(t, dataDir);
  const record = join(dataDir, "cluster", "postmaster.pid");
  assert.equal(livingPostmaster(join(dataDir, "cluster")), first.pid);
  removeMisleadingPid(join(dataDir, "cluster"));
  const lines = readFileSync(record, "utf8").split("\n"); // a true record stays
  await first.stop();
  writeFileSync(record, [process.pid, ...lines.slice(1)].join("\n"));
  await start(t, dataDir);
});
