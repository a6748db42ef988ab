/**
 * kill -9 between a deployment and what is told of it, at every step: each is told, in order, and comes again only where the
 * receiver had it and that was not stored, with the same id and the same words.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { localTls } from "../../src/demo/local-ca.ts";
import { newDataDir } from "../fixtures/system.ts";

const folder = mkdtempSync(join(tmpdir(), "curfew-lifecycle-"));
const dataDir = newDataDir();
const got: { id: string; body: string; application: string; state: string }[] = [];
let receiver: Server;
let caFile = "";
let onAccepted: () => void = () => {};

before(async () => {
  const tls = await localTls(folder);
  caFile = tls.caFile;
  receiver = createServer({ cert: tls.cert, key: tls.key }, async (request, response) => {
    const body = await text(request);
    const { applicationId, provisioningState: state } = JSON.parse(body);
    assert.equal(request.url, "/resource?sig=of-the-test");
    got.push({
      ...{ id: String(request.headers["webhook-id"]), body, state },
      application: String(applicationId).split("/").at(-1) ?? "",
    });
    response.writeHead(200).end(() => state === "Accepted" && onAccepted());
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
});
after(() => {
  receiver?.closeAllConnections();
  receiver?.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
});

/** Whether it was killed. */
async function run(name: string, step: string): Promise<boolean> {
  const { port } = receiver.address() as AddressInfo;
  const args = ["test/exports/lifecycle-victim.ts", dataDir, caFile, String(port), name, step];
  const victim = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  onAccepted = step === "between" ? () => victim.kill("SIGKILL") : () => {};
  let complained = "";
  victim.stderr.on("data", (part) => (complained += part));
  const [code, signal] = await new Promise<[number | null, string | null]>((ended) =>
    victim.on("close", (...how) => ended(how)),
  );
  if (signal === "SIGKILL") return true;
  assert.equal(code, 0, complained);
  return false;
}

test("each deployment is told, whatever is killed when", { timeout: 300_000 }, async () => {
  const steps = ["deployed", "read", "between", "sent", "stored"];
  for (const step of steps) assert.equal(await run(`killed-${step}`, step), true, `killed when ${step}`);
  assert.equal(await run("last", ""), false);
  const names = [...steps.map((step) => `killed-${step}`), "last"];
  const first = new Map(got.map((one) => [one.id, one] as const).reverse());
  assert.deepEqual(
    [...new Set(got.map(({ application, state }) => `${application} ${state}`))],
    names.flatMap((name) => [`${name} Accepted`, `${name} Succeeded`]),
    "each, in the order in which they happened",
  );
  assert.equal(first.size, names.length * 2, "an id each");
  for (const one of got) assert.equal(one.body, first.get(one.id)?.body);
  // Only what was accepted and not stored: one event at the most for each of these two kills.
  const repeats = got.length - first.size;
  assert.ok(repeats >= 1 && repeats <= 4, `${repeats} repeats`);
});
