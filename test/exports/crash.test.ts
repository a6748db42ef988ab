/**
 * kill -9 at every step of an export, to a webhook in another process and to a file: nothing is lost, in order; an event
 * comes twice only where its far side had accepted it and that was not stored, and then with the same id.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { newDataDir } from "../fixtures/system.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
/** As many as a webhook is sent, and a file is synced with, before that is stored. */
const WEBHOOKS_AT_ONCE = 20;

interface Received {
  readonly id: string;
  readonly number: number;
}

const folder = mkdtempSync(join(tmpdir(), "curfew-exports-"));
const receivedFile = join(folder, "received");
const lines = join(folder, "lines");
mkdirSync(lines, { mode: 0o700 });
const dataDir = newDataDir();
let receiver: ChildProcess;
let port = "";
let killAfter: { readonly many: number; readonly kill: () => void } | null = null;

before(async () => {
  receiver = spawn(process.execPath, ["test/exports/receiver.ts", receivedFile, SECRET], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const heard = createInterface({ input: receiver.stdout as NonNullable<ChildProcess["stdout"]> });
  let accepted = 0;
  await new Promise<void>((started) => {
    heard.on("line", (line) => {
      if (port === "") {
        port = line;
        started();
        return;
      }
      accepted++;
      if (killAfter !== null && accepted % killAfter.many === 0) killAfter.kill();
    });
  });
});
after(() => {
  receiver?.stdin?.end();
  rmSync(folder, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
});

/** Null where it was killed. */
async function run(kind = "", step = "", count = 0, killInMidst = false) {
  const args = [
    "test/exports/victim.ts",
    dataDir,
    join(lines, "events.jsonl"),
    port,
    SECRET,
    kind,
    step,
    String(count),
  ];
  const victim = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  killAfter = killInMidst ? { many: 7, kill: () => victim.kill("SIGKILL") } : null;
  let [said, complained] = ["", ""];
  victim.stdout.on("data", (part) => (said += part));
  victim.stderr.on("data", (part) => (complained += part));
  const [code, signal] = await new Promise<[number | null, string | null]>((ended) =>
    victim.on("close", (...how) => ended(how)),
  );
  killAfter = null;
  if (signal === "SIGKILL") return null;
  assert.equal(code, 0, complained);
  return JSON.parse(said) as { tenantId: string; head: number };
}

const received = (): Received[] =>
  readFileSync(receivedFile, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

function writtenLines(): { id: string; sequence: number; entry: { tenantId: string } }[] {
  const names = readdirSync(lines).sort(
    (a, b) => Number(/\.(\d+)\.jsonl$/.exec(a)?.[1] ?? 1e9) - Number(/\.(\d+)\.jsonl$/.exec(b)?.[1] ?? 1e9),
  );
  for (const name of names) assert.equal(statSync(join(lines, name)).mode & 0o777, 0o600, name);
  return names.flatMap((name) => {
    const text = readFileSync(join(lines, name), "utf8");
    assert.ok(text.endsWith("\n"), `${name} ends with a whole line`);
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  });
}

/** How often something came that had come before; each time with the same id. */
function repeats(all: readonly Received[]): number {
  const ids = new Map<number, string>();
  let count = 0;
  for (const { id, number } of all) {
    const known = ids.get(number);
    if (known === undefined) ids.set(number, id);
    else {
      assert.equal(id, known, `entry ${number} came again under another id`);
      count++;
    }
  }
  return count;
}

/** Each begins where the one before ended, or is a repeat of what was just sent. */
function requireInOrder(all: readonly Received[]): void {
  let highest = 0;
  for (const { number } of all) {
    assert.ok(number <= highest + 1, `${number} came before ${highest + 1}`);
    highest = Math.max(highest, number);
  }
}

test("kill -9 at each step: nothing lost, and repeats where they must be", { timeout: 300_000 }, async () => {
  let expected = 0;
  for (const [step, count, repeated] of [
    ["read", 2, 0],
    ["sent", 2, WEBHOOKS_AT_ONCE],
    ["stored", 3, 0],
  ] as const) {
    assert.equal(await run("webhook", step, count), null, `killed when ${step}`);
    expected += repeated;
  }
  for (const step of ["read", "sent", "stored"])
    assert.equal(await run("jsonLines", step, 1), null, `killed when ${step}`);
  // In the midst of a batch: some of it was accepted, and none of that was stored.
  assert.equal(await run("", "", 0, true), null, "killed while sending");
  const ended = await run();
  assert.ok(ended !== null);

  const all = received();
  requireInOrder(all);
  assert.equal(new Set(all.map(({ number }) => number)).size, ended.head, "every entry came");
  const again = repeats(all);
  assert.ok(again >= expected && again <= expected + 4 * WEBHOOKS_AT_ONCE, `${again} came twice`);

  const written = writtenLines();
  const own = written
    .filter(({ entry }) => entry.tenantId === ended.tenantId)
    .map(({ id, sequence }) => ({ id, number: sequence }));
  requireInOrder(own);
  assert.equal(new Set(own.map(({ number }) => number)).size, ended.head, "every entry is in the files");
  repeats(own);
  const ids = new Map(all.map(({ id, number }) => [number, id]));
  for (const { id, number } of own) assert.equal(ids.get(number), id, "one id, whichever the sink");
  console.log(
    `${ended.head} entries, ${again} of ${all.length} webhooks and ${own.length - ended.head} of ${own.length} lines came twice`,
  );
});
