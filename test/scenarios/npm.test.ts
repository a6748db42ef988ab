/** npm's own shell passes no signal on; a service manager and a script tell npm, and nobody else. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePort } from "../fixtures/plain-cluster.ts";
import { until } from "../fixtures/program.ts";

for (const [name, ...words] of [
  ["npm start", "start"],
  ["npx curfew serve", "exec", "curfew", "serve"],
  ["npm run curfew -- serve", "run", "curfew", "--", "serve"],
] as const) {
  test(`told to end, \`${name}\` leaves no server behind`, { timeout: 60_000 }, async () => {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "curfew-npm-"));
    after(() => rmSync(folder, { recursive: true, force: true }));
    const env = { ...process.env, CURFEW_DATA_DIR: folder, CURFEW_HTTP_PORT: String(port) };
    const child = spawn("npm", words, { env, stdio: "ignore" });
    after(() => child.kill("SIGKILL"));
    await until(() => isUp(port), 40_000, "the server to answer");
    const [postmaster = ""] = readFileSync(join(folder, "postgres/cluster/postmaster.pid"), "utf8").split(
      "\n",
    );
    child.kill("SIGTERM");
    const isGone = async () => !(await isUp(port)) && !existsSync(`/proc/${postmaster}`);
    await until(isGone, 8_000, "the server and its database to be gone");
  });
}

async function isUp(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
  return answer?.status === 200;
}
