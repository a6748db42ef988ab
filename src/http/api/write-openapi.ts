/** Writes openapi.json from the route schemas; `--check` says whether the committed one is still true. */
import { readFileSync, writeFileSync } from "node:fs";
import swagger from "@fastify/swagger";
import Fastify from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { SETTING_NAMES, SETTINGS, wordOf } from "../../domain/role-settings.ts";
import type { ApiContext } from "./context.ts";
import { mountApi } from "./mount.ts";

const FILE = new URL("../../../openapi.json", import.meta.url);

/** The description as it is committed: routes are registered, and none is ever called. */
export async function describeApi(): Promise<string> {
  const app = Fastify();
  let describe = (): unknown => null;
  await mountApi(app, {} as ApiContext, async (scope) => {
    await scope.register(swagger, { openapi: description(), transform: jsonSchemaTransform });
    describe = () => scope.swagger();
  });
  await app.ready();
  return `${JSON.stringify(describe(), null, 2)}\n`;
}

function description() {
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  return {
    openapi: "3.1.0",
    info: {
      title: "Curfew",
      version,
      description:
        "Just-in-time access that ends on time. Problems follow RFC 9457 with a closed set of codes.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    components: {
      securitySchemes: { bearer: { type: "http" as const, scheme: "bearer", bearerFormat: "at+jwt" } },
    },
    security: [{ bearer: [] }],
    // What a form needs to know of each setting; the rest of its row is the server's.
    "x-role-settings": SETTING_NAMES.map((name) => {
      const { unit, group, label, help } = SETTINGS[name];
      return { field: wordOf(name), unit, group, label, help };
    }),
  };
}

if (process.argv[1]?.endsWith("write-openapi.ts")) {
  const text = await describeApi();
  if (!process.argv.includes("--check")) writeFileSync(FILE, text);
  else if (readFileSync(FILE, "utf8") !== text) {
    process.stderr.write("openapi.json is not what the routes say; run `npm run openapi`\n");
    process.exitCode = 1;
  }
}
