/** `serve` on an empty data directory: a one-time set-up token makes the first administrator, who then configures by file. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import { freePort } from "../fixtures/plain-cluster.ts";
import { apiWith, until } from "../fixtures/program.ts";

const dataDir = mkdtempSync(join(tmpdir(), "curfew-serve-"));
after(() => rmSync(dataDir, { recursive: true, force: true }));

const PASSWORD = "a long enough password";
const EMAIL = "ada@example.com";

test("set-up, sign-in, apply, restart", { timeout: 60_000 }, async () => {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const first = await serve(port);
  const token = tokenIn(first.output());
  await first.stop();

  const second = await serve(port);
  const fresh = tokenIn(second.output());
  assert.notEqual(fresh, token, "a restart makes a new token");
  assert.equal((await setUp(base, token)).status, 401, "and voids the old one");
  const done = await setUp(base, fresh);
  assert.ok(done.status < 300, `${done.status} ${await done.text()}`);
  assert.ok([404, 409].includes((await setUp(base, fresh)).status), "a token is spent once");

  const { accessToken } = await signInByForm({ baseUrl: base, email: EMAIL, password: PASSWORD });
  const ada = apiWith(base, accessToken);
  assert.deepEqual((await ada.get("/me")).body.rights.toSorted(), ["administrator", "operator"]);
  const documents = [{ kind: "Subscription", name: "production" }];
  assert.equal((await ada.post("/configuration", { documents })).body.changes[0].action, "create");
  assert.equal(await second.stop(), 0);

  const third = await serve(port);
  assert.equal(third.output().includes("set-up token"), false);
  const again = await signInByForm({ baseUrl: base, email: EMAIL, password: PASSWORD });
  const report = await apiWith(base, again.accessToken).post("/configuration", { documents });
  assert.equal(report.body.changes[0].action, "unchanged");
  assert.equal(third.output().includes(PASSWORD), false);
  await third.stop();
});

test("a log that cannot be written, on a full disk or to a reader who is gone, ends nothing", async () => {
  const port = await freePort();
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, ["bin/curfew.mjs", "serve"], {
    env: {
      ...process.env,
      CURFEW_DATA_DIR: dataDir,
      CURFEW_HTTP_PORT: String(port),
      CURFEW_NOBODY_READS_THIS: "1",
    },
    stdio: ["ignore", full, "pipe"],
  });
  closeSync(full);
  after(() => child.kill("SIGKILL"));
  child.stderr?.destroy();
  await until(async () => child.exitCode !== null || (await isUp(port)), 30_000, "the server to answer");
  assert.equal((await fetch(`http://127.0.0.1:${port}/api/v1/me`)).status, 401);
  child.kill("SIGTERM");
  await new Promise((resolve) => child.once("exit", resolve));
  assert.equal(child.exitCode, 0);
});

test("beyond loopback `serve` wants TLS or a named proxy", () => {
  const run = spawnSync(process.execPath, ["bin/curfew.mjs", "serve"], {
    encoding: "utf8",
    env: { ...process.env, CURFEW_DATA_DIR: dataDir, CURFEW_HOST: "0.0.0.0" },
  });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /needs TLS: set CURFEW_TLS_CERT_FILE/);
});

async function serve(port: number): Promise<{ output(): string; stop(): Promise<number | null> }> {
  const lines: string[] = [];
  const child: ChildProcess = spawn(process.execPath, ["bin/curfew.mjs", "serve"], {
    env: { ...process.env, CURFEW_DATA_DIR: dataDir, CURFEW_HTTP_PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout?.on("data", (chunk) => lines.push(String(chunk)));
  child.stderr?.on("data", (chunk) => lines.push(String(chunk)));
  const output = () => lines.join("");
  after(() => child.kill("SIGKILL"));
  const up = async () =>
    child.exitCode !== null || (output().includes("Curfew serves") && (await isUp(port)));
  await until(up, 30_000, "the server to answer", output);
  assert.equal(child.exitCode, null, output());
  return {
    output,
    async stop() {
      child.kill("SIGTERM");
      await new Promise((resolve) => child.once("exit", resolve));
      return child.exitCode;
    },
  };
}

async function isUp(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
  return answer?.status === 200;
}

function tokenIn(output: string): string {
  const token = output.match(/set-up token:\s+(\S+)/)?.[1];
  assert.ok(token !== undefined, output);
  assert.ok(Buffer.from(token, "base64url").length >= 16, "128 bits");
  return token;
}

function setUp(base: string, token: string): Promise<Response> {
  return fetch(`${base}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: base },
    body: JSON.stringify({
      token,
      tenantName: "example",
      displayName: "Ada",
      email: EMAIL,
      password: PASSWORD,
    }),
  });
}
