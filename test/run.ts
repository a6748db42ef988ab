/**
 * Runs the tests of the house, and says at the end which were skipped and why. Storms, kills, large tables and every page
 * are left to `--long`, which runs them one after the other, for as long as it takes to believe them; named, they run here too.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { buildPortal } from "../src/build-portal.ts";

const PATTERNS = ["src/**/*.test.ts", "portal/src/**/*.test.ts", "test/**/*.test.ts"];
const LONG = {
  files: [
    "test/crash/crash.test.ts",
    "test/crash/storm.test.ts",
    "test/crash/terminated.test.ts",
    "test/e2e/pages-dark.test.ts",
    "test/e2e/pages-light.test.ts",
    "test/races/crowds.test.ts",
    "test/races/replicas.test.ts",
    "test/store/plans.test.ts",
  ],
  settings: { CURFEW_STORM_S: "20", CURFEW_REPLICA_CHANGES: "10000", CURFEW_CRASH_S: "120" },
  timeoutMs: 3_600_000,
};
const TIMEOUT_MS = 240_000;
const isLong = process.argv.includes("--long");
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const updating = process.argv.includes("--update-golden");

if (isLong) process.env = { ...LONG.settings, ...process.env };
if (updating) process.env.CURFEW_UPDATE_GOLDEN = "1";
const files = (isLong ? LONG.files : PATTERNS.flatMap((pattern) => globSync(pattern)))
  .filter((file) =>
    wanted.length === 0 ? isLong || !LONG.files.includes(file) : wanted.some((part) => file.includes(part)),
  )
  .sort();

// Once, before many programs start at the same time.
await buildPortal((line) => process.stdout.write(`${line}\n`));
if (files.some((file) => file.startsWith("test/e2e/"))) unpackBrowser();

const skipped: string[] = [];
let failed = false;
const concurrency = isLong ? 1 : Math.max(2, availableParallelism());
const stream = run({ files, concurrency, timeout: isLong ? LONG.timeoutMs : TIMEOUT_MS });
stream.on("test:fail", () => {
  failed = true;
});
stream.on("test:pass", ({ name, skip }) => {
  if (skip !== undefined && skip !== false)
    skipped.push(`${name}: ${skip === true ? "no reason given" : skip}`);
});
stream.compose(spec).pipe(process.stdout);
await once(stream, "end");

process.exitCode = failed ? 1 : 0;
process.on("exit", () => {
  if (skipped.length > 0)
    process.stdout.write(`\nSkipped, and why:\n${skipped.map((line) => `  ${line}\n`).join("")}`);
});

/** In a process of its own: the browser's package changes the environment, which every test would inherit. */
function unpackBrowser(): void {
  const program = 'await (await import("./test/e2e/browser.ts")).browserProgram()';
  execFileSync(process.execPath, ["--input-type=module", "--eval", program], { stdio: "inherit" });
}
