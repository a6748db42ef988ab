import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startEmbeddedPostgres } from "../../src/store/embedded/embedded-postgres.ts";
import { processesOf, query, start, startElsewhere, temporaryFolder, until, usedDataDir } from "./servers.ts";

test("start: a new data directory becomes PostgreSQL 18 that writes through to disk and listens on no network", async (t) => {
  const server = await start(t, join(temporaryFolder(t), "data"));
  const [row] = await query(
    server,
    `select current_setting('server_version_num')::int / 10000 as major, current_setting('fsync') as fsync,
       current_setting('full_page_writes') as full_page_writes, current_setting('listen_addresses') as addresses,
       current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding`,
  );
  assert.deepEqual(
    { ...row },
    { major: 18, fsync: "on", full_page_writes: "on", addresses: "", checksums: "on", encoding: "UTF8" },
  );
});

test("start: what was written before a stop is there afterwards, with the same password", async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
  const first = await start(t, dataDir);
  await query(first, "create table kept as select 4711 as n");
  await first.stop();
  // The watching shell is reaped a moment after the server that it watched.
  await until("every process of the server is gone", () => processesOf(dataDir).length === 0);

  const startedAt = performance.now();
  const second = await start(t, dataDir);
  const tookMs = performance.now() - startedAt;
  assert.deepEqual(await query(second, "select n from kept"), [{ n: 4711 }]);
  assert.equal(second.superuser.password, first.superuser.password);
  assert.equal(second.socketDir, first.socketDir);
  t.diagnostic(`an existing cluster was ready after ${Math.round(tookMs)} ms`);
});

test("stop: ends open sessions and does not count as a death; stopping again is the same stop", async (t) => {
  const server = await start(t, await usedDataDir(t));
  const session = assert.rejects(query(server, "select pg_sleep(60)"), /terminat/);
  const sleeping = "select count(*)::int as n from pg_stat_activity where query = 'select pg_sleep(60)'";
  let asleep = false;
  for (let asked = 0; asked < 200 && !asleep; asked++) asleep = (await query(server, sleeping))[0]?.n === 1;
  assert.ok(asleep, "the session never slept");
  let died = false;
  server.died.then(() => {
    died = true;
  });
  await Promise.all([server.stop(), server.stop()]);
  await session;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(died, false);
});

test("start: a second one on the same data directory is refused, from here and from another process", async (t) => {
  const dataDir = await usedDataDir(t);
  const server = await start(t, dataDir);
  await assert.rejects(
    startEmbeddedPostgres({ dataDir, log: () => {} }),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, "data-dir-in-use");
      assert.match(error.message, new RegExp(`process ${process.pid}: stop that process, or choose another`));
      return true;
    },
  );
  assert.equal((await startElsewhere(t, dataDir)).refusal, "data-dir-in-use");
  assert.deepEqual(await query(server, "select 1 as n"), [{ n: 1 }]);
});

test("start: of three that race for a new data directory one wins and the others are refused", async (t) => {
  const dataDir = join(temporaryFolder(t), "data");
  const racers = await Promise.all([1, 2, 3].map(() => startElsewhere(t, dataDir)));
  const refusals = racers.map((racer) => racer.refusal).sort();
  assert.deepEqual(refusals, ["data-dir-in-use", "data-dir-in-use", null]);
  for (const racer of racers) racer.holder.kill("SIGKILL");
  await until("the winner's server is gone", () => processesOf(dataDir).length === 0);
});

test("start: a folder that holds anything else is refused and left as it was", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data", "thesis.txt"), "years of work");
  const attempt = startEmbeddedPostgres({ dataDir: join(folder, "data"), log: () => {} });
  await assert.rejects(attempt, { code: "data-dir-unusable", message: /holds `thesis.txt`/ });
  assert.equal(existsSync(join(folder, "data", "lock")), false);
});

test("start: settings that keep the server safe cannot be chosen, others can", async (t) => {
  const dataDir = await usedDataDir(t);
  for (const settings of [
    { fsync: "off" },
    { listen_addresses: "*" },
    { hba_file: "/tmp/x" },
    { "a=b": "c" },
  ]) {
    const attempt = startEmbeddedPostgres({ dataDir, log: () => {}, settings });
    await assert.rejects(attempt, { code: "setting-reserved" });
  }
  const server = await start(t, dataDir, { settings: { max_connections: "17" } });
  assert.deepEqual(await query(server, "show max_connections"), [{ max_connections: "17" }]);
});

test("start: a setting that PostgreSQL refuses is reported in its words, and the data directory is free again", async (t) => {
  const dataDir = await usedDataDir(t);
  const settings = { max_connections: "many" };
  const attempt = startEmbeddedPostgres({ dataDir, log: () => {}, settings });
  await assert.rejects(attempt, {
    code: "start-failed",
    message: /invalid value for parameter "max_connections"/,
  });
  await start(t, dataDir);
});
