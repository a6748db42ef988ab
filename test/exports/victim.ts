/** A process that exports a log and kills itself, as `kill -9` would, at the given step; without one it ends when all is sent. */
import { asId } from "../../src/domain/ids.ts";
import { stampSystem } from "../../src/domain/stamp.ts";
import { dueWork } from "../../src/store/due-work.ts";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import { startLoop } from "../../src/worker/loop.ts";
import { until } from "../fixtures/program.ts";
import { must, OPERATOR, openTestSystem } from "../fixtures/system.ts";

const [dataDir = "", lines = "", port = "", secret = "", kind = "", step = "", count = "0"] =
  process.argv.slice(2);
const EVENTS_A_RUN = 70;

let seen = 0;
const system = await openTestSystem(null, dataDir, {
  outboundAllow: [{ tenant: "contoso", place: "127.0.0.1", port: Number(port) }],
  exports: { jsonLines: { path: lines, mostBytes: 40_000 } },
  onExportStep(at, of) {
    if (at !== step || of !== kind) return;
    seen++;
    if (seen === Number(count)) process.kill(process.pid, "SIGKILL");
  },
});
const spec = {
  kind: "webhook",
  config: { url: `http://127.0.0.1:${port}/` },
  secrets: { signing: { value: secret } },
  from: "beginning",
};
must(
  await applyConfiguration(system.deps, OPERATOR, {
    documents: [{ kind: "Export", tenant: "contoso", name: "watch", spec }],
    dryRun: false,
    prune: false,
  }),
);
const { store } = system.opened.worker;
const tenantId = asId((await store.routes.tenantByName("contoso")) ?? "") as Parameters<
  typeof store.inTenant
>[0];
await store.inTenant(tenantId, (tx) =>
  tx.record(
    Array.from({ length: EVENTS_A_RUN }, (_, index) =>
      stampSystem(
        "target.checked",
        {
          kind: "target",
          id: crypto.randomUUID(),
          tenantId,
          otherTenantId: null,
          correlationId: crypto.randomUUID(),
        },
        { name: `one of ${index}`, ok: true },
      ),
    ),
    system.opened.clock.now(),
  ),
);
await dueWork(system.opened.worker.db, () => system.opened.clock.now()).sequence();
const onError = (what: string, error: unknown) => process.stderr.write(`${what}: ${error}\n`);
const stream = system.exports.stream(onError, () => loop.wake());
const loop = startLoop({ name: "exports", run: stream.pass, onError });
await until(
  async () => (await system.exports.standing()).every(({ behind, streams }) => streams > 0 && behind === 0),
  30_000,
  "all to be sent",
);
await loop.stop();
await stream.stop();
const head = await store.inTenant(tenantId, async (tx) => (await tx.log.head())?.sequence ?? 0);
process.stdout.write(`${JSON.stringify({ tenantId, head })}\n`);
await system.close();
