/** Every operation of the compatible surfaces, tried by everyone: who may (docs/authorization.md), and how it answers (docs/azure-compatibility.md). */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { ARM_OPERATIONS } from "../../src/http/azure/operations.ts";
import { GRAPH_OPERATIONS } from "../../src/http/graph/operations.ts";
import type { Takes } from "../../src/http/odata/takes.ts";
import { type Cast, openCast, ROLES } from "../golden/cast.ts";
import { learnIds } from "../golden/operations.ts";
import { type Contract, loadContract, MISSING } from "./contract.ts";
import { EXAMPLES, type Example } from "./examples.ts";
import { GRAPH_EXAMPLES } from "./graph-examples.ts";

const MATRIX = new URL("../../docs/authorization.md", import.meta.url);
const TABLE = new URL("../../docs/azure-compatibility.md", import.meta.url);

let cast: Cast;
let contract: Contract | null;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  contract = MISSING === undefined ? loadContract() : null;
});
after(() => cast.close());

interface Tried {
  readonly id: string;
  readonly method: string;
  /** Whose contract, and which version. */
  readonly of: string;
  readonly example: Example;
}

const ARM = ARM_OPERATIONS.map(({ id, method, namespace, versions }) => ({
  ...{ id, method, example: exampleOf(EXAMPLES, id) },
  of: `${namespace ?? "Azure Resource Manager"} ${versions[0]}`,
}));
const GRAPH = GRAPH_OPERATIONS.map(({ id, method, versions }) => ({
  ...{ id, method, example: exampleOf(GRAPH_EXAMPLES, id) },
  of: `Graph ${versions.join(", ")}`,
}));

function exampleOf(examples: Readonly<Record<string, Example>>, id: string): Example {
  const found = examples[id];
  if (found === undefined) throw new Error(`no example calls ${id}`);
  return found;
}

test("every example is of an operation", () => {
  assert.deepEqual(Object.keys(EXAMPLES).sort(), ARM.map(({ id }) => id).sort());
  assert.deepEqual(Object.keys(GRAPH_EXAMPLES).sort(), GRAPH.map(({ id }) => id).sort());
});

test("who may do what on Azure's surface, and answers have the form that Microsoft describes", {
  timeout: 230_000,
}, async () => {
  await documented("azure matrix", "operations", "Azure's operationId", ARM);
});

test("who may do what on Graph's surface", { timeout: 230_000 }, async () => {
  await documented("graph matrix", "graph operations", "Operation of Graph's", GRAPH);
});

test("what becomes of each property of a body is said in docs/azure-compatibility.md", () => {
  // Operations that take the same are told together.
  const lists = new Map<string, { readonly takes: Takes; readonly ids: string[] }>();
  for (const { id, takes } of [...ARM_OPERATIONS, ...GRAPH_OPERATIONS]) {
    if (takes === undefined) continue;
    const key = JSON.stringify(takes);
    lists.set(key, { takes, ids: [...(lists.get(key)?.ids ?? []), id] });
  }
  const rows = [...lists.values()].map(({ takes, ids }) => {
    const { honoured, only = {}, inert = {}, readOnly = [], refused = {} } = takes;
    const cells = [ids, honoured, worded(only), worded(inert), readOnly, worded(refused)];
    return `| ${cells.map((names) => names.map(marked).join("; ")).join(" | ")} |`;
  });
  const columns = [
    "Operation",
    "Takes effect",
    "Only as",
    "Changes nothing",
    "Made here, ignored",
    "Refused by name",
  ];
  const head = `| ${columns.join(" | ")} |\n|${"---|".repeat(columns.length)}`;
  compare(TABLE, "properties", `${head}\n${rows.join("\n")}`);
});

function worded(words: Readonly<Record<string, string>>): string[] {
  return Object.entries(words).map(([name, what]) => `\`${name}\`: ${what.replaceAll("|", "\\|")}`);
}

function marked(name: string): string {
  return name.startsWith("`") ? name : `\`${name}\``;
}

/** Everybody tries everything; docs/authorization.md and docs/azure-compatibility.md say what came of it. */
async function documented(
  matrix: string,
  list: string,
  heading: string,
  operations: readonly Tried[],
): Promise<void> {
  const rows: string[] = [];
  const table: string[] = [];
  const faults: string[] = [];
  for (const { id, method, of, example } of operations) {
    const cells: string[] = [];
    const statuses = new Set<number>();
    for (const role of ROLES) {
      const call = await example.make(cast, role);
      const { status, body } = await cast.at(role, call.method, call.path, call.body);
      assert.ok(status < 500, `${id} by ${role}: ${status} ${JSON.stringify(body)}`);
      cells.push(cellOf(method, status, body));
      if (status < 300) statuses.add(status);
      const checked = contract?.faults({ method, url: call.path, status, body });
      faults.push(...(checked?.faults ?? []).map((fault) => `${id} by ${role}, ${status}: ${fault}`));
    }
    const seen = [...statuses].sort().join(", ") || "refused";
    rows.push(`| ${example.words} | \`${id}\` | ${cells.join(" | ")} |`);
    table.push(`| \`${id}\` | ${method} | ${of} | ${seen} | ${example.differs ?? ""} |`);
  }
  assert.deepEqual(faults, []);
  const head = `| What | ${heading} | ${ROLES.join(" | ")} |\n|---|---|${ROLES.map(() => "---|").join("")}`;
  compare(MATRIX, matrix, `${head}\n${rows.join("\n")}`);
  const columns = "| Operation | Method | Of | Status | Otherwise than at Microsoft |\n|---|---|---|---|---|";
  compare(TABLE, list, `${columns}\n${table.join("\n")}`);
}

function cellOf(method: string, status: number, body: unknown): string {
  if (status === 204 && method === "DELETE") return "nothing there";
  if (status < 300) return "yes";
  return (body as { error?: { code?: string } } | undefined)?.error?.code ?? String(status);
}

function compare(file: URL, name: string, content: string): void {
  const text = readFileSync(file, "utf8");
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const found = text.slice(text.indexOf(start), text.indexOf(end) + end.length);
  assert.ok(found.startsWith(start), `${file.pathname} has no place for the ${name}`);
  const wanted = `${start}\n${content}\n${end}`;
  if (process.env.CURFEW_UPDATE_GOLDEN === "1")
    writeFileSync(
      file,
      text.replace(found, () => wanted),
    );
  else
    assert.equal(wanted, found, `${file.pathname} differs; if the change is meant, run \`npm run golden\``);
}
