/** What the command line loads, and when: help and version must not wait for what they do not use. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { VERBS } from "../../src/cli/verbs.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/curfew.mjs", import.meta.url));
const HOOK = new URL("loaded-modules.ts", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "curfew-loading-"));
after(() => rmSync(folder, { recursive: true }));

for (const argv of [["--version"], ["help"], [], ["approve", "--help"]]) {
  test(`\`curfew ${argv.join(" ")}\` loads no other verb, no client and no package`, () => {
    const loaded = modulesOf(argv);
    assert.ok(loaded.some((url) => url.endsWith("/src/cli/verbs.ts")));
    const ofVerbs = loaded.filter((url) => url.includes("/src/cli/verbs/") && !url.endsWith("/shell.ts"));
    assert.deepEqual(ofVerbs, []);
    const heavy = loaded.filter((url) =>
      /\/node_modules\/|\/src\/(?!cli\/|main\.ts|client\/plain-text\.ts|targets\/(?:clients|\w+\/client)\.ts)/.test(
        url,
      ),
    );
    assert.deepEqual(heavy, []);
  });
}

test("a verb that runs loads its own module and not the others'", () => {
  const ofVerbs = modulesOf(["package", "validate", folder]).filter((url) => url.includes("/src/cli/verbs/"));
  assert.deepEqual(
    ofVerbs.map((url) => url.split("/").at(-1)),
    ["package.ts"],
  );
});

test("every form names a module that runs it", async () => {
  for (const verb of VERBS) assert.equal(typeof (await verb.load()), "function", verb.name);
});

function modulesOf(argv: readonly string[]): string[] {
  const file = join(folder, "loaded");
  const env = { PATH: process.env.PATH, HOME: folder, CURFEW_LOADED: file };
  try {
    execFileSync(process.execPath, ["--import", HOOK, PROGRAM, ...argv], { env, stdio: "pipe" });
  } catch (error) {
    // A folder without a package is refused, after the verb was loaded.
    if (!(error instanceof Error && "status" in error && error.status === 2)) throw error;
  }
  return readFileSync(file, "utf8").split("\n");
}
