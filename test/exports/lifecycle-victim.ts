/** A process that deploys an application of fabrikam's offer, tells fabrikam's webhook, and kills itself at the given step as `kill -9` would. */
import { readFileSync } from "node:fs";
import { LIFECYCLE_KIND } from "../../src/domain/lifecycle-webhook.ts";
import { dueWork } from "../../src/store/due-work.ts";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import { startLoop } from "../../src/worker/loop.ts";
import { until } from "../fixtures/program.ts";
import { must, OPERATOR, openTestSystem } from "../fixtures/system.ts";

const [dataDir = "", caFile = "", port = "", name = "", step = ""] = process.argv.slice(2);
const die = () => process.kill(process.pid, "SIGKILL");

let begun = false;
const system = await openTestSystem(null, dataDir, {
  outboundAllow: [{ tenant: "fabrikam", place: "localhost", port: Number(port) }],
  outboundCa: readFileSync(caFile, "utf8"),
  onExportStep: (at, of) => {
    if (begun && at === step && of === LIFECYCLE_KIND) die();
  },
});
const hook = {
  kind: LIFECYCLE_KIND,
  config: { offer: "orders-platform", address: `https://localhost:${port}` },
  secrets: { query: { value: "sig=of-the-test" } },
};
const application = {
  publisher: "fabrikam",
  offer: "orders-platform",
  subscription: "contoso-production",
  resourceGroup: name,
  managedResourceGroup: `${name}-managed`,
  jit: { enabled: true, mode: "automatic" },
};
const { sequence } = dueWork(system.opened.worker.db, () => system.opened.clock.now());
// What the world was made of is before the hook, and not told.
await sequence();
for (const document of [
  { kind: "Export", tenant: "fabrikam", name: "hook", spec: hook },
  { kind: "Application", tenant: "contoso", name, spec: application },
])
  must(
    await applyConfiguration(system.deps, OPERATOR, { documents: [document], dryRun: false, prune: false }),
  );
begun = true;
if (step === "deployed") die();
await sequence();
const onError = (what: string, error: unknown) => process.stderr.write(`${what}: ${error}\n`);
const stream = system.exports.stream(onError, () => loop.wake());
const loop = startLoop({ name: "exports", run: stream.pass, onError });
await until(
  async () => (await system.exports.standing()).every(({ behind, streams }) => streams > 0 && behind === 0),
  30_000,
  "all to be told",
);
await loop.stop();
await stream.stop();
await system.close();
