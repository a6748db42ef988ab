/** `package validate` on this machine alone: no server, no sign-in, a fault on its line. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Apart, runApart } from "./capture.ts";

const SAMPLE = fileURLToPath(new URL("../fixtures/offer-package/", import.meta.url));
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "curfew-package-"));
});
after(() => rmSync(folder, { recursive: true }));

function validate(...argv: string[]): Promise<Apart> {
  return runApart(["package", "validate", ...argv], { CURFEW_URL: "http://127.0.0.1:1" }, folder);
}

/** A package whose createUiDefinition.json is the sample's, changed. */
function packageWith(name: string, change: (text: string) => string): string {
  const path = join(folder, name);
  mkdirSync(path);
  const text = readFileSync(join(SAMPLE, "createUiDefinition.json"), "utf8");
  const changed = change(text);
  assert.notEqual(changed, text);
  writeFileSync(join(path, "createUiDefinition.json"), changed);
  return path;
}

test("a sound package is described in a few lines, without a server", async () => {
  const { exit, out, err } = await validate(SAMPLE, "--jit", "on");
  assert.equal(exit, 0, out + err);
  assert.equal(
    out,
    `✓ createUiDefinition.json: 3 steps, 11 elements, 7 outputs
    Basics: ledgerName
    Database: about, size, ownBackup, backup, regions, secondRegion
    Credentials: administrator
    JIT configuration: jitConfigurationControl
- database.regions: Azure's portal calls Azure Resource Manager here without showing it. Curfew does not; what depends on it is asked as a plain text.
✓ viewDefinition.json
✓ mainTemplate.json: 5 parameters
✓ the outputs can be evaluated with default values
✓ JIT access by default: on, approved automatically, at most PT8H, 0 approvers
`,
  );
});

test("--json: the form, the outputs and the policy; or the faults", async () => {
  const sound = await validate(SAMPLE, "--json");
  const answer = JSON.parse(sound.out);
  assert.deepEqual([sound.exit, answer.ok, answer.jit.policy.jitApprovalMode], [0, true, "AutoApprove"]);
  assert.equal(answer.form.steps.length, 4);
  assert.equal(answer.outputs.outputs.databaseSize, "m2");
  const wrong = await validate(SAMPLE, "--jit", "off", "--json");
  assert.equal(wrong.exit, 2);
  assert.deepEqual(
    JSON.parse(wrong.out).faults.map(({ code }: { code: string }) => code),
    ["jit_control_unexpected", "jit_output_unexpected"],
  );
});

test("each fault has its line and column and exit code 2, each warning stops nothing", async () => {
  const slip = (text: string) => text.replace("steps('database').size]", "steps('database').sise]");
  const path = packageWith("typo", (text) => slip(text).replace("steps('database')", "stops('database')"));
  const { exit, out, err } = await validate(path);
  assert.equal(exit, 2);
  assert.match(out, /^createUiDefinition\.json:\d+:\d+ there is no function `stops`; take one .*\n/);
  assert.equal(err, "There is 1 fault.\n");
  const warned = await validate(packageWith("slip", slip));
  assert.equal(warned.exit, 0);
  assert.match(
    warned.out,
    /^createUiDefinition\.json:136:43 warning: the step `database` has no element `sise`; there are .*\n✓/,
  );
});

test("the setting is checked only where it is said", async () => {
  const path = packageWith("without-output", (text) => text.replace('"jitAccessPolicy"', '"somethingElse"'));
  assert.equal((await validate(path)).exit, 0);
  const { exit, out } = await validate(path, "--jit", "on");
  assert.equal(exit, 2);
  assert.match(out, /:\d+:\d+ the setting .* is on, but there is no output `jitAccessPolicy`; add it as/);
});

test("a policy that no consumer could get is a fault even where every expression is right", async () => {
  const path = packageWith("no-policy", (text) =>
    text.replace("[steps('jitConfiguration').jitConfigurationControl]", "[steps('database').size]"),
  );
  const { exit, out } = await validate(path);
  assert.equal(exit, 2);
  assert.match(out, /✗ JIT access: `jitAccessPolicy` has no value/);
});

test("outputs that need more than the defaults are named, and are no fault", async () => {
  const path = packageWith("needs-more", (text) =>
    text.replace("[steps('credentials').administrator]", "[toLower(steps('credentials').administrator)]"),
  );
  const { exit, out } = await validate(path);
  assert.equal(exit, 0);
  assert.match(
    out,
    /- the outputs need more than default values: `administratorPassword`: `toLower` takes a text/,
  );
});

test("files are found in lower case too; a folder that holds no package is said", async () => {
  const path = join(folder, "lower");
  mkdirSync(path);
  copyFileSync(join(SAMPLE, "createUiDefinition.json"), join(path, "createuidefinition.json"));
  assert.equal((await validate(path)).exit, 0);
  for (const [where, message] of [
    [folder, /has no createUiDefinition\.json/],
    [join(folder, "nowhere"), /cannot be read as a folder/],
  ] as const) {
    const { exit, err } = await validate(where);
    assert.equal(exit, 2);
    assert.match(err, message);
  }
  assert.match((await validate(SAMPLE, "--jit", "maybe")).err, /--jit takes one of on, off/);
  writeFileSync(join(path, "mainTemplate.json"), new Uint8Array([0xff, 0xfe]));
  assert.match((await validate(path)).err, /not UTF-8/);
});
