/**
 * A disk that fills up, in earnest: the database's records, and the log, on a small file system of their own. What is
 * called meanwhile gets 503 and no fault; PostgreSQL gives up and is started again until there is room; then everything
 * goes on by itself, in the same process.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import pg from "pg";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import { freePort } from "../fixtures/plain-cluster.ts";
import { copyOf } from "../fixtures/prepared.ts";
import { type Api, apiWith, until } from "../fixtures/program.ts";

const ROOM = "320m";
const EMAIL = "ada@example.com";
const PASSWORD = "a long enough password";

const folder = mkdtempSync(join(tmpdir(), "curfew-full-"));
const mounted = mount();
after(() => {
  if (mounted) spawnSync("umount", ["--lazy", folder]);
  rmSync(folder, { recursive: true, force: true });
});

test("a full disk is 503 everywhere, and is over by itself when there is room", {
  timeout: 120_000,
  skip: mounted ? false : "mounting a small file system needs root, and leave to mount",
}, async (t) => {
  const dataDir = join(folder, "data");
  execFileSync("mkdir", ["-m", "711", dataDir]);
  copyOf("store", dataDir);
  const served = await serve(dataDir);
  const ada = await administrator(served);
  assert.equal((await ready(served)).status, 200);
  const filesBefore = openFiles(served.child);

  fill();
  const full = await ready(served);
  assert.equal(full.status, 503);
  assert.match(full.text, /not ready: .*No space left on device/);
  assert.ok(Number(full.headers.get("retry-after")) > 0);

  // Some of it still finds room in what is there already; nothing of it is a fault.
  const seen = await knock(served, ada);
  await exhaust(dataDir);
  await until(
    async () => /embedded PostgreSQL is down/.test((await ready(served)).text),
    30_000,
    "it to be down",
  );
  for (let time = 0; time < 3; time++) {
    for (const [status, count] of await knock(served, ada)) seen.set(status, (seen.get(status) ?? 0) + count);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  t.diagnostic(`answers: ${JSON.stringify(Object.fromEntries(seen))}`);
  assert.ok((seen.get(503) ?? 0) > 10);
  assert.deepEqual(
    [...seen.keys()].filter((status) => status >= 500 && status !== 503),
    [],
  );
  const page = await fetch(`${served.base}/setup`, { headers: { accept: "text/html" } });
  assert.equal(page.status, 503);
  assert.match(await page.text(), /<meta http-equiv="refresh" content="\d+; url=\/setup">/);
  // A start that fails costs no file: a process that has none left can do nothing any more.
  assert.ok(
    openFiles(served.child) <= filesBefore + 10,
    `${openFiles(served.child)} files, ${filesBefore} before`,
  );

  rmSync(join(folder, "filler"));
  await until(async () => (await ready(served)).status === 200, 30_000, "it to be ready again");
  const [kept] = (await ada.post("/configuration", documentsOf("afterwards", 1))).body.changes;
  assert.equal(kept.action, "create");
  assert.equal(served.child.exitCode, null);
  const log = readFileSync(served.log, "utf8");
  assert.match(log, /started again/);
  await served.stop();
});

/** A server that writes its log to the same disk. */
async function serve(dataDir: string) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const log = join(folder, "log");
  const fd = openSync(log, "a");
  const child = spawn(process.execPath, ["bin/curfew.mjs", "serve"], {
    env: { ...process.env, CURFEW_DATA_DIR: dataDir, CURFEW_HTTP_PORT: String(port) },
    stdio: ["ignore", fd, fd],
  });
  closeSync(fd);
  after(() => child.kill("SIGKILL"));
  await until(
    () => child.exitCode !== null || readFileSync(log, "utf8").includes("set-up token:"),
    60_000,
    "the server to start",
    () => readFileSync(log, "utf8"),
  );
  return {
    ...{ base, log, child },
    async stop() {
      child.kill("SIGTERM");
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}
type Served = Awaited<ReturnType<typeof serve>>;

async function administrator({ base, log }: Served): Promise<Api> {
  const token = /set-up token:\s+(\S+)/.exec(readFileSync(log, "utf8"))?.[1];
  const person = { tenantName: "example", displayName: "Ada", email: EMAIL, password: PASSWORD };
  const done = await fetch(`${base}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: base },
    body: JSON.stringify({ token, ...person }),
  });
  assert.equal(done.status, 201, await done.text());
  const { accessToken } = await signInByForm({ baseUrl: base, email: EMAIL, password: PASSWORD });
  return apiWith(base, accessToken);
}

async function ready({ base }: Served) {
  const answer = await fetch(`${base}/readyz`);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Calls of every kind, beside each other; how often each status was answered. */
async function knock({ base }: Served, ada: Api): Promise<Map<number, number>> {
  const html = { accept: "text/html" };
  const calls: (() => Promise<{ readonly status: number; readonly headers: Headers }>)[] = [
    () => ada.post("/configuration", documentsOf("meanwhile", 20)),
    () => ada.get("/grants?view=mine"),
    () => fetch(`${base}/setup`, { headers: html }),
    () => fetch(`${base}/oauth/authorize?client_id=curfew-portal`, { headers: html, redirect: "manual" }),
    () =>
      fetch(`${base}/example/oauth2/v2.0/token`, {
        method: "POST",
        body: new URLSearchParams({ grant_type: "client_credentials", scope: "api", client_id: "nobody" }),
      }),
  ];
  const seen = new Map<number, number>();
  for (const { status, headers } of await Promise.all(calls.flatMap((call) => [call(), call()]))) {
    seen.set(status, (seen.get(status) ?? 0) + 1);
    if (status === 503) assert.ok(Number(headers.get("retry-after")) > 0, "503 says when to come again");
  }
  return seen;
}

function documentsOf(name: string, count: number) {
  const documents = Array.from({ length: count }, (_, index) => ({
    kind: "Subscription",
    name: `${name}-${index}-${Math.floor(performance.now())}`,
  }));
  return { documents };
}

function fill(): void {
  const fd = openSync(join(folder, "filler"), "a");
  const block = Buffer.alloc(1 << 20, 1);
  for (let size = block.length; size >= 4_096; ) {
    try {
      if (writeSync(fd, block, 0, size) < size) size = Math.floor(size / 2);
    } catch {
      size = Math.floor(size / 2);
    }
  }
  closeSync(fd);
}

/** Asks for the next file of the write-ahead log, until there is no room for one: PostgreSQL ends itself. */
async function exhaust(dataDir: string): Promise<void> {
  const data = join(dataDir, "postgres");
  const lines = readFileSync(join(data, "cluster", "postmaster.pid"), "utf8").split("\n");
  const password = readFileSync(join(data, "superuser-password"), "utf8");
  const client = new pg.Client({
    host: lines[4] ?? "",
    port: 5432,
    user: "postgres",
    password,
    database: "postgres",
  });
  client.on("error", () => {});
  await client.connect();
  try {
    for (let time = 0; time < 40; time++)
      await client.query(
        "SELECT pg_switch_wal(), pg_logical_emit_message(false, 'test', repeat('x', 10000))",
      );
    assert.fail("there was room for forty files");
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

function openFiles({ pid }: ChildProcess): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function mount(): boolean {
  chmodSync(folder, 0o711);
  if (process.geteuid?.() !== 0) return false;
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${ROOM},mode=0711`, "tmpfs", folder]).status === 0;
}
