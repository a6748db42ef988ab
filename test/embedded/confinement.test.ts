import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startEmbeddedPostgres } from "../../src/store/embedded/embedded-postgres.ts";
import {
  commandLine,
  isRoot,
  parentOf,
  processesOf,
  query,
  start,
  temporaryFolder,
  until,
  usedDataDir,
} from "./servers.ts";

const NOBODY = 65_534;

test("data, socket and password: closed to everybody else", async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
  const server = await start(t, dataDir);
  assert.equal(server.socketDir, join(dataDir, "socket"));
  for (const folder of [dataDir, server.socketDir, join(dataDir, "cluster")]) {
    assert.equal(statSync(folder).mode & 0o777, 0o700, folder);
  }
  const password = statSync(join(dataDir, "superuser-password"));
  assert.equal(password.mode & 0o777, 0o600);
  assert.equal(password.uid, process.geteuid?.());
  assert.equal(statSync(join(server.socketDir, ".s.PGSQL.5432")).mode & 0o077, 0);
});

test("the server runs as nobody when we are root and as ourselves otherwise, in a session of its own", async (t) => {
  const dataDir = await usedDataDir(t);
  const server = await start(t, dataDir);
  const uid = isRoot ? NOBODY : process.geteuid?.();
  for (const pid of processesOf(dataDir)) {
    assert.match(
      readFileSync(`/proc/${pid}/status`, "utf8"),
      new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, "m"),
    );
  }
  const sessionOf = (pid: number) =>
    readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ")[3];
  assert.notEqual(sessionOf(server.pid), sessionOf(process.pid));
});

test("the password is on no command line, in no environment and in no log; nor is our environment handed on", async (t) => {
  process.env.CURFEW_TEST_SECRET = "not for the server";
  t.after(() => delete process.env.CURFEW_TEST_SECRET);
  const lines: string[] = [];
  const dataDir = await usedDataDir(t);
  const server = await start(t, dataDir, { log: (line) => lines.push(line) });
  await assert.rejects(
    query(server, `create role x password '${server.superuser.password}' nonsense`),
    /nonsense/,
  );
  for (const pid of [...processesOf(dataDir), parentOf(server.pid)]) {
    const seen = commandLine(pid) + readFileSync(`/proc/${pid}/environ`, "utf8");
    assert.equal(
      seen.includes(server.superuser.password) || seen.includes("CURFEW_TEST_SECRET"),
      false,
      seen,
    );
  }
  assert.equal(lines.join("\n").includes(server.superuser.password), false);
  assert.ok(
    lines.some((line) => line.includes("nonsense")),
    "errors themselves are logged",
  );
});

test("a wrong password is refused, and so is an expired role with a right one", async (t) => {
  const server = await start(t, await usedDataDir(t));
  await assert.rejects(query(server, "select 1", "wrong"), { code: "28P01" });
  await query(server, "alter role postgres valid until '2020-01-01'");
  await assert.rejects(query(server, "select 1"), { code: "28P01" });
});

test("a cluster whose rules were loosened to trust is refused", async (t) => {
  const dataDir = await usedDataDir(t);
  await (await start(t, dataDir)).stop();
  appendFileSync(join(dataDir, "cluster", "pg_hba.conf"), "local all all trust\n");
  const attempt = startEmbeddedPostgres({ dataDir, log: () => {} });
  await assert.rejects(attempt, { code: "server-unsafe", message: /pg_hba.conf/ });
  await until("every process of the server is gone", () => processesOf(dataDir).length === 0);
});

test("a file in the cluster cannot turn fsync off or open the network", async (t) => {
  const dataDir = await usedDataDir(t);
  await (await start(t, dataDir)).stop();
  const lax =
    "fsync = off\nfull_page_writes = off\nlisten_addresses = '*'\nunix_socket_directories = '/tmp'\n";
  appendFileSync(join(dataDir, "cluster", "postgresql.auto.conf"), lax);
  const server = await start(t, dataDir);
  assert.deepEqual(await query(server, "show fsync"), [{ fsync: "on" }]);
  assert.deepEqual(await query(server, "show listen_addresses"), [{ listen_addresses: "" }]);
});

test("a cluster without its password file is refused rather than given a new password", async (t) => {
  const dataDir = await usedDataDir(t);
  await (await start(t, dataDir)).stop();
  rmSync(join(dataDir, "superuser-password"));
  const attempt = startEmbeddedPostgres({ dataDir, log: () => {} });
  await assert.rejects(attempt, { code: "data-dir-unusable", message: /superuser-password/ });
});

const notRoot = isRoot ? false : "only root can make a folder that only root can enter";

test("below a folder that only root can enter the server still runs as nobody, and no mode changes", {
  skip: notRoot,
}, async (t) => {
  const closed = join(temporaryFolder(t), "closed");
  mkdirSync(closed, { mode: 0o700 });
  mkdirSync(join(closed, "inner"));
  mkdirSync(join(closed, "secret"), { mode: 0o755 });
  const dataDir = join(closed, "inner", "data");
  const first = await start(t, dataDir);
  await query(first, "create table kept as select 4711 as n");
  assert.match(readFileSync(`/proc/${first.pid}/status`, "utf8"), /^Uid:\t65534\t65534/m);
  const [seen] = await query(first, `select array(select pg_ls_dir('${closed}')) as names`);
  assert.deepEqual(seen, { names: ["inner"] }); // the rest of the closed folder is out of its sight
  await first.stop();
  assert.equal(statSync(closed).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(closed).sort(), ["inner", "secret"]);

  const second = await start(t, dataDir);
  assert.deepEqual(await query(second, "select n from kept"), [{ n: 4711 }]);
  await second.stop();
  chmodSync(closed, 0o711); // opened by its owner later: the same cluster serves
  assert.deepEqual(await query(await start(t, dataDir), "select n from kept"), [{ n: 4711 }]);
});

test("a data directory of another user is refused", { skip: notRoot }, async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
  mkdirSync(dataDir);
  assert.equal(spawnSync("chown", ["1234", dataDir]).status, 0);
  const attempt = startEmbeddedPostgres({ dataDir, log: () => {} });
  await assert.rejects(attempt, { code: "data-dir-unusable", message: /belongs to uid 1234/ });
});
