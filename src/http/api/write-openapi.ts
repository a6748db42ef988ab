/** Writes openapi.json from the route schemas; `--check` says whether the committed one is still true. */
import { readFileSync, writeFileSync } from "node:fs";
import Fastify from "fastify";
import type { ApiContext } from "./context.ts";
import { mountApi } from "./mount.ts";

const FILE = new URL("../../../openapi.json", import.meta.url);

/** The description as it is committed: routes are registered, and none is ever called. */
export async function describeApi(): Promise<string> {
  const app = Fastify();
  let describe = (): unknown => null;
  await mountApi(app, {} as ApiContext, (scope) => {
    describe = () => scope.swagger();
  });
  await app.ready();
  return `${JSON.stringify(describe(), null, 2)}\n`;
}

if (process.argv[1]?.endsWith("write-openapi.ts")) {
  const text = await describeApi();
  if (!process.argv.includes("--check")) writeFileSync(FILE, text);
  else if (readFileSync(FILE, "utf8") !== text) {
    process.stderr.write("openapi.json is not what the routes say; run `npm run openapi`\n");
    process.exitCode = 1;
  }
}
