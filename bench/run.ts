/**
 * Measures what users have: over HTTP, with the worker, many people, a real PostgreSQL, counts and ratios.
 * `npm run bench` plays all scenarios, `npm run bench -- life` one, `--against 0.1.0` measures that version in the same
 * run, `--quick` plays small sizes on today's alone and asserts right answers, never time.
 */
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { type Checkout, checkOut, today } from "./checkout.ts";
import { median, plain, type Row, range, type Scenario, timesBetter } from "./scenario.ts";
import { ends, manyEnds } from "./scenarios/ends.ts";
import { idle } from "./scenarios/idle.ts";
import { life } from "./scenarios/life.ts";
import { lists } from "./scenarios/lists.ts";
import { past } from "./scenarios/past.ts";
import { queue } from "./scenarios/queue.ts";
import { stale } from "./scenarios/stale.ts";
import { start } from "./scenarios/start.ts";
import { surfaces } from "./scenarios/surfaces.ts";
import { tier } from "./scenarios/tier.ts";
import { traces } from "./scenarios/traces.ts";
import type { Stage } from "./stage.ts";
import { openSubject, type Subject } from "./subject.ts";
import type { Size } from "./world.ts";

const SCENARIOS: readonly Scenario[] = [
  life,
  past,
  lists,
  queue,
  surfaces,
  idle,
  start,
  ends,
  manyEnds,
  tier,
  stale,
  traces,
];
const RESULTS = new URL("./results.json", import.meta.url);
const FULL = { approvers: 4, others: 200 };
const SMALL: Size = { requesters: 4, approvers: 2, others: 4 };

const say = (line: string) => void process.stdout.write(`${line}\n`);

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, against: { type: "string" } },
});
const chosen = SCENARIOS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
if (unknown.length > 0) {
  say(
    `bench: there is no scenario ${unknown.join(", ")}; there are: ${SCENARIOS.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}

interface Played {
  readonly scenario: string;
  readonly rows: readonly Row[];
}

const played: Played[] = [];
const subjects: Subject[] = [];
const checkouts: Checkout[] = [today];
let cleaned: Promise<void> | null = null;
if (flags.against !== undefined) {
  const other = checkOut(flags.against);
  if (other.checkout === null) say(`${flags.against} is left out: ${other.why}`);
  else checkouts.push(other.checkout);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
}
const names = checkouts.map(({ name }) => name);
try {
  await playAll();
} finally {
  await cleanUp();
}
if (flags.quick) say("\nevery answer was right; the sizes were small, so the figures say nothing");
else {
  writeFileSync(RESULTS, `${JSON.stringify({ machine: machine(), played }, null, 2)}\n`);
  say(`\n${machine()}\n\n${markdown()}`);
}

/** Every scenario finds new subjects, so that none measures what another left; for the smoke test one will do. */
async function playAll(): Promise<void> {
  for (const scenario of chosen) {
    say(`${scenario.name}: ${scenario.question}`);
    const began = performance.now();
    for (const checkout of subjects.length === 0 ? checkouts : []) {
      subjects.push(
        await openSubject(checkout, flags.quick ? SMALL : { ...FULL, requesters: scenario.askers }),
      );
    }
    const stage: Stage = { quick: flags.quick, subjects, say: (line) => say(`  ${line}`) };
    const rows = await scenario.run(stage);
    for (const row of rows) say(`  ${sentence(row)}`);
    say(`  (${plain((performance.now() - began) / 1_000)} s)`);
    played.push({ scenario: scenario.name, rows });
    if (!flags.quick) await closeAll();
  }
}

async function closeAll(): Promise<void> {
  for (const subject of subjects.splice(0)) await subject.remove();
}

/** Servers, folders and worktrees: nothing of the run stays, however it ends. */
function cleanUp(): Promise<void> {
  cleaned ??= closeAll().finally(() => {
    for (const checkout of checkouts) checkout.remove();
  });
  return cleaned;
}

function sentence({ measure, unit, found }: Row): string {
  return `${measure}: ${found.map(({ who, values }) => `${who} ${range(values)} ${unit}`.trim()).join(", ")}`;
}

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} cores (${first?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, shared with others`;
}

function markdown(): string {
  const [ours, other] = names;
  const heads = ["Scenario", "Measure", ...names, ...(other === undefined ? [] : ["times better"])];
  const lines = played.flatMap(({ scenario, rows }) =>
    rows.map((row) => {
      const of = (name: string | undefined) => row.found.find(({ who }) => who === name)?.values ?? [];
      const alone = row.found.filter(({ who }) => !names.includes(who));
      const values = names.map((name, at) =>
        range(of(name).length === 0 ? (alone[at]?.values ?? []) : of(name)),
      );
      const ratio =
        row.better === null ? "" : `× ${plain(timesBetter(median(of(ours)), median(of(other)), row.better))}`;
      const words = row.unit === "" ? row.measure : `${row.measure} (${row.unit})`;
      return [scenario, words, ...values, ...(other === undefined ? [] : [ratio])];
    }),
  );
  return [heads, heads.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
