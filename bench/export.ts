/**
 * How many events a second go from the log to a file of JSON Lines, each batch synced before its number is stored:
 * `npx node bench/export.ts [how many]`. Beside it the same lines
 * written and synced with nothing around them, which tells the machine from the program.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DomainEvent } from "../src/domain/event.ts";
import type { TenantId } from "../src/domain/ids.ts";
import { sequenceAudit } from "../src/store/sequencer.ts";
import { startLoop } from "../src/worker/loop.ts";
import { until } from "../test/fixtures/program.ts";
import { openTestSystem } from "../test/fixtures/system.ts";
import { median } from "./scenario.ts";

const WANTED_A_SECOND = 5_000;
const ROUNDS = 3;
const AT_ONCE = 500;
const PATIENCE_MS = 300_000;

const count = Number(process.argv[2] ?? 20_000);
const folder = mkdtempSync(join(tmpdir(), "curfew-bench-"));
const path = join(folder, "events.jsonl");
const system = await openTestSystem(null, undefined, {
  exports: { jsonLines: { path, mostBytes: 10 ** 12 } },
});
const { store, db } = system.opened.worker;
const carol = system.person("contoso", "carol");
const { tenantId } = carol.ref;
const onError = (what: string, error: unknown) => process.stderr.write(`${what}: ${error}\n`);

try {
  const rates: number[] = [];
  const floors: number[] = [];
  await happen(AT_ONCE);
  await drain();
  for (let round = 0; round < ROUNDS; round++) {
    await happen(count);
    const before = readFileSync(path, "utf8").length;
    const ms = await drain();
    const written = readFileSync(path, "utf8").slice(before);
    const lines = written.trimEnd().split("\n");
    if (lines.length !== count) throw new Error(`${lines.length} of ${count} events are in the file`);
    rates.push((count / ms) * 1_000);
    floors.push((count / (await floor(lines))) * 1_000);
  }
  const [rate, most] = [median(rates), median(floors)];
  const all = `${rates.map((one) => Math.round(one)).join(", ")}`;
  console.log(`${count} events to a file of JSON Lines: ${Math.round(rate)} a second (${all})`);
  console.log(
    `the same lines, written and synced by ${AT_ONCE} and nothing else: ${Math.round(most)} a second`,
  );
  console.log(
    `one of ${(most / rate).toFixed(1)} that the file system would take; ${(rate / WANTED_A_SECOND).toFixed(1)} times the ${WANTED_A_SECOND} that are asked for`,
  );
} finally {
  await system.remove();
  rmSync(folder, { recursive: true, force: true });
}

/** What people do: an actor with a name, a request and its grant, a justification. */
async function happen(many: number): Promise<void> {
  for (let done = 0; done < many; done += AT_ONCE) {
    const events = Array.from({ length: Math.min(AT_ONCE, many - done) }, (_, index) => event(index));
    await store.inTenant(tenantId as TenantId, (tx) => tx.record(events, system.opened.clock.now()));
  }
  await sequenceAudit(db, () => system.opened.clock.now());
}

function event(index: number): DomainEvent {
  const [type, kind] =
    index % 2 === 0 ? (["grant.live", "grant"] as const) : (["request.denied", "accessRequest"] as const);
  return {
    type,
    subject: { kind, id: crypto.randomUUID() },
    actor: { kind: "user", ref: carol.ref, via: "api" },
    parties: [tenantId],
    facts: {
      scope: system.orders,
      justification: "fix order 4711, as agreed on the phone",
      terms: { duration: "PT1H" },
    },
    correlationId: crypto.randomUUID(),
  };
}

/** Until nothing waits; in milliseconds. */
async function drain(): Promise<number> {
  const began = performance.now();
  const stream = system.exports.stream(onError, () => loop.wake());
  const loop = startLoop({ name: "exports", run: stream.pass, onError });
  const isDone = async () =>
    (await system.exports.standing()).every(({ behind, streams }) => streams > 0 && behind === 0);
  await until(isDone, PATIENCE_MS, "all to be sent");
  const ms = performance.now() - began;
  await loop.stop();
  await stream.stop();
  return ms;
}

async function floor(lines: readonly string[]): Promise<number> {
  const handle = await open(join(folder, "floor"), "a");
  const began = performance.now();
  for (let done = 0; done < lines.length; done += AT_ONCE) {
    await handle.writeFile(`${lines.slice(done, done + AT_ONCE).join("\n")}\n`);
    await handle.datasync();
  }
  const ms = performance.now() - began;
  await handle.close();
  return ms;
}
