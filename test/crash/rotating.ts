/** A process that serves on the PostgreSQL it is told, and kills itself, as `kill -9` would, after a step of a key's rotation. */
import { createServer } from "node:http";
import { openSystem, startService } from "../../src/compose.ts";
import { createLog } from "../../src/telemetry/log.ts";

const [dataDir = "", databaseUrl = "", issuer = "", fatal = ""] = process.argv.slice(2);

const system = await openSystem({
  dataDir,
  databaseUrl,
  keyFile: null,
  log: () => {},
  outboundAllow: [],
  async afterKeyStep(step) {
    if (step === fatal) process.kill(process.pid, "SIGKILL");
  },
});
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const service = await startService(system, {
  issuer,
  origins: [url],
  deviceFlow: false,
  trustedProxy: null,
  portal: null,
  log: createLog({ format: "text" }),
});
const token = await service.identity.setup.prepare();
const account = { email: "omar@contoso.example", password: "correct horse battery" };
if (token !== null)
  await service.identity.setup.spend(token, { tenantName: "contoso", displayName: "Omar", ...account });
await service.listen("127.0.0.1", port, null);
process.stdout.write(`${JSON.stringify({ url, ...account })}\n`);
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
