/** Runs the scenarios: `npm run bench`, `npm run bench -- lifecycle`, `--quick` for a smoke test that asserts correctness, never time. */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import type { Result, Scenario } from "./scenario.ts";
import { expiry } from "./scenarios/expiry.ts";
import { lifecycle } from "./scenarios/lifecycle.ts";
import { surfaces } from "./scenarios/surfaces.ts";

const SCENARIOS: readonly Scenario[] = [lifecycle, expiry, surfaces];
const OUT = new URL("../docs/performance.md", import.meta.url);
const RESULTS = new URL("./results.json", import.meta.url);

const quick = process.argv.includes("--quick");
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const chosen = SCENARIOS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (chosen.length === 0) {
  process.stderr.write(
    `bench: no such scenario; there are: ${SCENARIOS.map(({ name }) => name).join(", ")}\n`,
  );
  process.exit(2);
}

const results: Result[] = [];
for (const scenario of chosen) {
  process.stdout.write(`${scenario.name}: ${scenario.question}\n`);
  const found = await scenario.run({ quick });
  for (const row of found)
    process.stdout.write(
      `  ${row.measure}: ${row.value}${row.aim === undefined ? "" : `   (aim: ${row.aim})`}\n`,
    );
  results.push(...found.map((row) => ({ ...row, scenario: scenario.name })));
}

if (!quick && wanted.length === 0) {
  writeFileSync(RESULTS, `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);
  writeFileSync(OUT, markdown());
}

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} cores (${first?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, shared with others`;
}

function markdown(): string {
  const rows = results.map(
    ({ scenario, measure, value, aim }) => `| ${scenario} | ${measure} | ${value} | ${aim ?? ""} |`,
  );
  return `# Performance

What \`npm run bench\` measured, as it wrote it. Only ratios within one run mean something: the machine was ${machine()}.

| Scenario | Measure | Found | Aim |
|---|---|---|---|
${rows.join("\n")}
${sectionsBelow(readFileSync(OUT, "utf8"))}`;
}

/** What other programs measured, written by hand, stays. */
function sectionsBelow(page: string): string {
  const at = page.indexOf("\n## ");
  return at === -1 ? "" : page.slice(at);
}
