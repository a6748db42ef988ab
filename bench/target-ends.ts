/**
 * How late sessions in a PostgreSQL target are cut, and grants seen to have ended, when many end in one second, and
 * when a person revokes one: `npx node bench/target-ends.ts [how many]`.
 */
import { setTimeout as delay } from "node:timers/promises";
import { addMs, HOUR_MS, SECOND_MS } from "../src/domain/time.ts";
import { dueWork } from "../src/store/due-work.ts";
import { revokeGrant } from "../src/use-cases/grants/end-grant.ts";
import { startWorker } from "../src/worker/worker.ts";
import { grantsOf, type HeldSession, holdSessions } from "../test/fixtures/held-sessions.ts";
import { until } from "../test/fixtures/program.ts";
import { must, openTestSystem, prepareOrders } from "../test/fixtures/system.ts";
import { startTargetCluster } from "../test/fixtures/target-cluster.ts";
import { quantile } from "./scenario.ts";

const AHEAD_MS = 6 * SECOND_MS;
const REVOKED = 10;
const PATIENCE_MS = 120_000;

const count = Number(process.argv[2] ?? 200);
const cluster = await startTargetCluster({ max_connections: String(count + 60), log_statement: "none" });
await prepareOrders(cluster);
const system = await openTestSystem(cluster);
const { opened, deps } = system;
let start = deps.clock.now();
// Held before the worker is awake: what no record names it would take out.
const all = await holdSessions(system, cluster, count + REVOKED, (index) => {
  if (index === 0) start = addMs(deps.clock.now(), AHEAD_MS);
  if (index >= count) return addMs(start, HOUR_MS);
  return addMs(start, Math.floor((index * SECOND_MS) / count));
});
const worker = await startWorker({
  deps: { ...deps, store: opened.worker.store },
  due: dueWork(opened.worker.db, () => opened.clock.now()),
  onWake: opened.onWake,
  onError: (what, error) => process.stderr.write(`${what}: ${error}\n`),
});
try {
  await storm(all.slice(0, count));
  await revocations(all.slice(count));
  await floor();
} finally {
  await worker.stop();
  await system.remove();
  await cluster.stop();
}

async function storm(held: readonly HeldSession[]): Promise<void> {
  if (deps.clock.now() >= start) throw new Error("the machine is too busy: nothing can be measured");
  await until(() => held.every(({ cutAt }) => cutAt !== null), PATIENCE_MS, "every session to be cut");
  const isOver = async () => (await grantsOf(system, held)).every(({ state }) => state.name === "ended");
  await until(isOver, PATIENCE_MS, "every grant to be over");
  const what = `${count} sessions ending in one second`;
  print(
    `${what}: cut after their end`,
    held.map(({ cutAt, grant }) => (cutAt ?? Number.NaN) - (grant.endsAt ?? Number.NaN)),
  );
  print(
    `${what}: seen to be gone after their end`,
    (await grantsOf(system, held)).map(({ state, endsAt }) =>
      state.name === "ended" ? state.at - (endsAt ?? Number.NaN) : Number.NaN,
    ),
  );
}

/** What one statement takes to cut as many sessions on this machine, by somebody who decides and records nothing. */
async function floor(): Promise<void> {
  await cluster.admin("CREATE ROLE nobody_s LOGIN PASSWORD 'floor'");
  const clients = [];
  for (let index = 0; index < count; index++)
    clients.push(await cluster.connect("nobody_s", "floor", "postgres"));
  await delay(SECOND_MS);
  const from = performance.now();
  const gone = clients.map(
    (client) => new Promise<number>((told) => client.once("end", () => told(performance.now() - from))),
  );
  await cluster.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'nobody_s'");
  print(`${count} sessions cut by one bare statement`, await Promise.all(gone));
}

async function revocations(held: readonly HeldSession[]): Promise<void> {
  const carol = { ...system.person("contoso", "carol"), rights: ["administrator" as const] };
  const lateness: number[] = [];
  for (const one of held) {
    must(await revokeGrant(deps, carol, one.grant.id, "enough"));
    const committedAt = Date.now();
    await until(() => one.cutAt !== null, PATIENCE_MS, "the session to be cut");
    lateness.push((one.cutAt ?? Number.NaN) - committedAt);
  }
  print("one session, cut after its grant was revoked", lateness);
}

function print(what: string, figures: readonly number[]): void {
  const [p50, p99] = [quantile(figures, 0.5), quantile(figures, 0.99)];
  process.stdout.write(`${what}, p50 / p99, ms: ${p50.toFixed(0)} / ${p99.toFixed(0)}\n`);
}
