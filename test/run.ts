/**
 * Runs the tests of the house, and says at the end which were skipped and why. Storms, kills, large tables and most pages
 * are left to `--long`, for as long as it takes to believe them; named, they run here too.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { compileCacheFolder } from "../bin/compile-cache.mjs";
import { buildPortal } from "../src/build-portal.ts";
import { prepare } from "./fixtures/prepared.ts";
import { endWhatIsStuck } from "./fixtures/stuck.ts";

const PATTERNS = ["src/**/*.test.ts", "portal/src/**/*.test.ts", "test/**/*.test.ts"];
const LONG = {
  /** What only takes long runs side by side: kills, random worlds, matrices, far sides, the browser beyond the life of a request. */
  many: [
    "test/apply/export.test.ts",
    "test/azure/compatibility.test.ts",
    "test/azure/fuzz.test.ts",
    "test/azure/privileged-identity.test.ts",
    "test/azure/refusals.test.ts",
    "test/cli/program.test.ts",
    "test/contracts/postgres-leavings.test.ts",
    "test/contracts/postgres-target.test.ts",
    "test/crash/away.test.ts",
    "test/crash/crash.test.ts",
    "test/crash/faketime.test.ts",
    "test/crash/full-disk.test.ts",
    "test/crash/key-rotation.test.ts",
    "test/e2e/access.test.ts",
    "test/e2e/administer.test.ts",
    "test/e2e/applications.test.ts",
    "test/e2e/decide.test.ts",
    "test/e2e/elements.test.ts",
    "test/e2e/first-view.test.ts",
    "test/e2e/heard.test.ts",
    "test/e2e/manage.test.ts",
    "test/e2e/nothing-lost.test.ts",
    "test/e2e/offers.test.ts",
    "test/e2e/pages.test.ts",
    "test/e2e/people.test.ts",
    "test/e2e/request.test.ts",
    "test/e2e/toy.test.ts",
    "test/e2e/wait.test.ts",
    "test/e2e/words.test.ts",
    "test/embedded/crash.test.ts",
    "test/embedded/lifecycle.test.ts",
    "test/exports/azure-monitor.test.ts",
    "test/exports/crash.test.ts",
    "test/exports/far-sides.test.ts",
    "test/exports/lifecycle-crash.test.ts",
    "test/exports/managed-applications.test.ts",
    "test/exports/otlp.test.ts",
    "test/exports/syslog.test.ts",
    "test/http/if-match.test.ts",
    "test/http/traces.test.ts",
    "test/identity/lock-out.test.ts",
    "test/invariants/restored-surfaces.test.ts",
    "test/invariants/surfaces-agree.test.ts",
    "test/mail/killed.test.ts",
    "test/mail/sending.test.ts",
    "test/mail/smtp.test.ts",
    "test/model/held.test.ts",
    "test/races/decisions.test.ts",
    "test/scenarios/demo-world.test.ts",
    "test/scenarios/ends-together.test.ts",
    "test/scenarios/loud-ends.test.ts",
    "test/scenarios/npm.test.ts",
    "test/scenarios/proxies.test.ts",
    "test/scenarios/restore-page.test.ts",
    "test/store/restored.test.ts",
  ],
  /** What wants the whole machine. */
  alone: [
    "test/crash/storm.test.ts",
    "test/crash/terminated.test.ts",
    "test/races/crowds.test.ts",
    "test/races/replicas.test.ts",
    "test/store/plans.test.ts",
  ],
  settings: {
    CURFEW_STORM_S: "20",
    CURFEW_REPLICA_CHANGES: "10000",
    CURFEW_CRASH_S: "120",
    /** What one file may take. */
    CURFEW_TEST_FILE_S: "3600",
  },
};
const SLOWEST = 10;
const FEW = 3;
const isLong = process.argv.includes("--long");
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const updating = process.argv.includes("--update-golden");

if (isLong) process.env = { ...LONG.settings, ...process.env };
if (updating) process.env.CURFEW_UPDATE_GOLDEN = "1";
const timeoutMs = Number(process.env.CURFEW_TEST_FILE_S ?? "240") * 1_000;
const isWanted = (file: string) => wanted.length === 0 || wanted.some((part) => file.includes(part));
const isLeft = (file: string) => wanted.length === 0 && [...LONG.many, ...LONG.alone].includes(file);
const sideBySide = (isLong ? LONG.many : PATTERNS.flatMap((pattern) => globSync(pattern)))
  .filter((file) => isWanted(file) && (isLong || !isLeft(file)))
  .sort();
const alone = isLong ? LONG.alone.filter(isWanted) : [];

// What every test would compile again, and most would make again.
const cache = compileCacheFolder(process.env);
if (cache !== null) process.env.NODE_COMPILE_CACHE ??= cache;
// Once, before many programs start at the same time.
await buildPortal((line) => process.stdout.write(`${line}\n`));
const pages = sideBySide.filter((file) => file.startsWith("test/e2e/"));
if (pages.length > 0) unpackBrowser();
// For a few files it takes longer than it saves.
if (sideBySide.length + alone.length > FEW)
  prepare(pages.length > FEW ? ["store", "cluster", "demo"] : ["store", "cluster"]);

const skipped: string[] = [];
const took: { readonly file: string; readonly ms: number }[] = [];
let failed = false;
const execArgv = endWhatIsStuck(timeoutMs, (line) => {
  failed = true;
  process.stdout.write(`✖ ${line}\n`);
});
// Two more than there are cores: much of a test's time is waiting, for a database, a browser or the clock.
await runAll(sideBySide, availableParallelism() + 2);
await runAll(alone, 1);

process.exitCode = failed ? 1 : 0;
process.on("exit", () => {
  const slowest = took.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  process.stdout.write(
    `\nWhat took longest:\n${slowest.map(({ file, ms }) => `  ${(ms / 1_000).toFixed(1)} s  ${file}\n`).join("")}`,
  );
  if (skipped.length > 0)
    process.stdout.write(`\nSkipped, and why:\n${skipped.map((line) => `  ${line}\n`).join("")}`);
});

async function runAll(files: string[], concurrency: number): Promise<void> {
  if (files.length === 0) return;
  const stream = run({ files, concurrency, timeout: timeoutMs, execArgv });
  stream.on("test:fail", () => {
    failed = true;
  });
  stream.on("test:pass", ({ name, skip }) => {
    if (skip !== undefined && skip !== false)
      skipped.push(`${name}: ${skip === true ? "no reason given" : skip}`);
  });
  stream.on("test:summary", ({ file, duration_ms: ms }) => {
    if (file !== undefined) took.push({ file: relative(process.cwd(), file), ms });
  });
  // The reporter ends; what is printed to goes on.
  stream.compose(spec).pipe(process.stdout, { end: false });
  await once(stream, "end");
}

/** In a process of its own: the browser's package changes the environment, which every test would inherit. */
function unpackBrowser(): void {
  const program = 'await (await import("./test/e2e/browser.ts")).browserProgram()';
  execFileSync(process.execPath, ["--input-type=module", "--eval", program], { stdio: "inherit" });
}
