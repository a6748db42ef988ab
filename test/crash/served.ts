/** A process that serves the demo's world, without its targets, on the PostgreSQL it is told; it ends with its standard input. */
import { createServer } from "node:net";
import { openSystem, startService } from "../../src/compose.ts";
import { installWorld } from "../../src/demo/install-world.ts";
import { readyContent } from "../../src/demo/ready-file.ts";
import { newSecrets, readWorld, withoutTargets } from "../../src/demo/world.ts";

const [dataDir = "", databaseUrl = ""] = process.argv.slice(2);

const system = await openSystem({ dataDir, databaseUrl, keyFile: null, log: () => {}, outboundAllow: [] });
const documents = withoutTargets(readWorld());
const secrets = newSecrets(documents);
const { world, places } = await installWorld(system, {
  documents,
  secrets,
  orders: { host: "", port: 0, managementUser: "", managementPassword: "", stop: async () => {} },
  now: system.deps.clock.now(),
  isNew: false,
});
const port = await freePort();
const http = `http://127.0.0.1:${port}`;
const service = await startService(system, {
  issuer: http,
  origins: [http],
  deviceFlow: false,
  trustedProxy: null,
  portal: null,
  log: (line) => process.stderr.write(`${line}\n`),
});
await service.listen("127.0.0.1", port, null);
const ready = readyContent({
  http,
  https: "",
  mail: "",
  caFile: "",
  world: world.past,
  places,
  secrets,
  documents,
});
process.stdout.write(`${JSON.stringify(ready)}\n`);
process.stdin.on("end", async () => {
  await service.close();
  await system.close();
  process.exit(0);
});
process.stdin.resume();

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
