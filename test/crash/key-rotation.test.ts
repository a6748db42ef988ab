/** `kill -9` after every step of a key's rotation: the same key file starts it again, and it goes on to the end. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { signInByForm } from "../../src/client/form-sign-in.ts";
import { readKeys } from "../../src/store/data-key.ts";
import type { RotationStep } from "../../src/store/key-rotation.ts";
import { type Api, apiWith, until } from "../fixtures/program.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";
import { some } from "./some.ts";

const PROGRAM = new URL("./rotating.ts", import.meta.url).pathname;
const ISSUER = "http://curfew.example";
const WITHIN_MS = 30_000;
/** In the order in which they are taken; the last four after the hour. */
const STEPS: Readonly<Record<RotationStep, "at once" | "after the hour">> = {
  "key written": "at once",
  announced: "at once",
  current: "at once",
  "passwords set": "at once",
  "batch sealed": "at once",
  "all sealed": "at once",
  told: "after the hour",
  retired: "after the hour",
  "key dropped": "after the hour",
};

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly email: string;
  readonly password: string;
  log(): string;
}

let cluster: TargetCluster;
let dataDir: string;
const running = new Set<ChildProcess>();
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "curfew-rotating-"));
  cluster = await startTargetCluster();
  await cluster.admin("CREATE ROLE records LOGIN CREATEROLE PASSWORD 'of the records'");
  await cluster.admin("CREATE DATABASE records OWNER records");
});
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});
after(async () => {
  await cluster?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function serve(fatal = ""): Promise<Served> {
  const databaseUrl = `postgresql://records:of%20the%20records@localhost/records?host=${cluster.host}&port=${cluster.port}`;
  const child = spawn(process.execPath, [PROGRAM, dataDir, databaseUrl, ISSUER, fatal], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let said = "";
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), once(child, "exit")]);
  const [line] = first;
  if (typeof line !== "string") throw new Error(`it ended at once (${line}):\n${said}`);
  return { ...JSON.parse(line), child, log: () => said };
}

async function stop({ child }: Served): Promise<void> {
  child.stdin?.end();
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function signIn({ url, email, password }: Served): Promise<Api> {
  const { accessToken } = await signInByForm({ baseUrl: url, email, password });
  return apiWith(url, accessToken);
}

const rotate = (api: Api) => api.post("/key/rotate", { justification: "every half a year" });
const keyAt = async (api: Api) => (await api.get("/key")).body;
const anHourLater = () =>
  cluster.admin(
    "UPDATE installation_key SET current_from = current_from - interval '1 hour' WHERE retired_at IS NULL; NOTIFY curfew_keys",
    "records",
  );

/** From wherever it stands to the end of the hour in which both are accepted. */
async function finish(served: Served): Promise<void> {
  const api = await signIn(served);
  await rotate(api);
  const isAccepted = async () => (await keyAt(api)).rotation?.phase === "bothAccepted";
  await until(isAccepted, WITHIN_MS, "both keys to be accepted", served.log);
  await anHourLater();
}

/** By what is signed with the new key: what the other one signed is over with it. */
async function seeItsEnd(served: Served, generation: number): Promise<void> {
  const api = await signIn(served);
  const isOver = async () => {
    const key = await keyAt(api);
    return key.generation === generation && key.rotation === null;
  };
  await until(isOver, WITHIN_MS, "the end", served.log);
  await until(() => readKeys(join(dataDir, "key")).length === 1, WITHIN_MS, "one key", served.log);
}

for (const [step, when] of some(Object.entries(STEPS)))
  test(`killed after "${step}", it starts again and goes on`, { timeout: 90_000 }, async () => {
    const doomed = await serve(step);
    const died = once(doomed.child, "exit");
    const api = await signIn(doomed);
    const { generation } = await keyAt(api);
    // The answer may die with it.
    await rotate(api).catch(() => null);
    if (when === "after the hour") {
      await until(
        async () => (await keyAt(api)).rotation?.phase === "bothAccepted",
        WITHIN_MS,
        "the hour",
        doomed.log,
      );
      await anHourLater();
    }
    const late = delay(WITHIN_MS, ["it lives"], { ref: false });
    assert.deepEqual((await Promise.race([died, late]))[1], "SIGKILL", doomed.log());

    const served = await serve();
    // Signed before anything was rotated, and asked of it after the kill.
    const still = apiWith(served.url, api.token);
    if (when === "at once") {
      assert.equal((await still.get("/me")).status, 200);
      await finish(served);
    }
    await seeItsEnd(served, generation + 1);
    assert.equal((await still.get("/me")).status, 401);
    await stop(served);
    const twice = await cluster.admin(
      "SELECT correlation_id FROM audit_entry WHERE type = 'key.rotation_finished' GROUP BY correlation_id HAVING count(*) > 1",
      "records",
    );
    assert.deepEqual(twice, [], "its end stands in each log once");
  });

test("of two processes the one that is left goes on, and answers all the time", {
  timeout: 90_000,
}, async () => {
  const [doomed, served] = await Promise.all([serve("announced"), serve()]);
  const died = once(doomed.child, "exit");
  const api = await signIn(served);
  const failures: unknown[] = [];
  let calls = 0;
  let isOver = false;
  const calling = (async () => {
    while (!isOver) {
      const { status, body } = await api.get("/me");
      if (status !== 200) failures.push(body);
      calls++;
      await delay(10);
    }
  })();
  await rotate(apiWith(doomed.url, api.token)).catch(() => null);
  assert.equal((await died)[1], "SIGKILL");
  await until(
    async () => (await keyAt(api)).rotation?.phase === "bothAccepted",
    WITHIN_MS,
    "the one that is left to go on",
    served.log,
  );
  isOver = true;
  await calling;
  assert.deepEqual(failures, []);
  assert.ok(calls > 5);
  await stop(served);
});
