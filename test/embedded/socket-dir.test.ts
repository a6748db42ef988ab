import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isRoot, query, start, temporaryFolder, usedDataDir } from "./servers.ts";

test("a long data directory: the socket lies in a short closed folder, the same at the next start", async (t) => {
  const dataDir = join(temporaryFolder(t), "d".repeat(100), "data");
  const first = await start(t, dataDir);
  assert.match(first.socketDir, /^\/tmp\/curfew-[0-9a-f]{16}$/);
  assert.equal(statSync(first.socketDir).mode & 0o777, 0o700);
  assert.deepEqual(await query(first, "select 1 as n"), [{ n: 1 }]);
  await first.stop();
  const second = await start(t, dataDir);
  assert.equal(second.socketDir, first.socketDir);
});

test("a socket folder whose name somebody else took is passed over", {
  skip: !isRoot && "needs a second user",
}, async (t) => {
  const dataDir = join(temporaryFolder(t), "d".repeat(100), "data");
  const first = await start(t, dataDir);
  await first.stop();
  rmSync(first.socketDir, { recursive: true });
  mkdirSync(first.socketDir);
  chownSync(first.socketDir, 1234, 1234);
  const second = await start(t, dataDir);
  assert.notEqual(second.socketDir, first.socketDir);
  assert.equal(statSync(first.socketDir).uid, 1234);
});

test("a socket folder that became a link is passed over", async (t) => {
  const folder = temporaryFolder(t);
  const dataDir = join(folder, "d".repeat(100), "data");
  const first = await start(t, dataDir);
  await first.stop();
  renameSync(first.socketDir, join(folder, "moved"));
  assert.equal(spawnSync("ln", ["-s", join(folder, "moved"), first.socketDir]).status, 0);
  const second = await start(t, dataDir);
  assert.notEqual(second.socketDir, first.socketDir);
});

test("reachable by local users: they may enter but not list the socket's folder, and still not the data", async (t) => {
  const dataDir = await usedDataDir(t);
  const server = await start(t, dataDir, { reachableByLocalUsers: true });
  assert.match(server.socketDir, /^\/tmp\/curfew-[0-9a-f]{16}$/);
  assert.equal(statSync(server.socketDir).mode & 0o777, 0o711);
  assert.equal(statSync(join(server.socketDir, ".s.PGSQL.5432")).mode & 0o777, 0o777);
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  await assert.rejects(query(server, "select 1", "wrong"), { code: "28P01" });
  if (!isRoot) return t.diagnostic("not root: no second user to connect as");
  const script = `test -w '${server.socketDir}/.s.PGSQL.5432' && ! ls '${server.socketDir}' && ! ls '${dataDir}'`;
  assert.equal(spawnSync("/bin/sh", ["-c", script], { uid: 1234, gid: 1234 }).status, 0);
});
