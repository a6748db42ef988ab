/** Every operation of the compatible surfaces, tried by everyone: who may (docs/authorization.md), and how it answers (docs/azure-compatibility.md). */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { ARM_OPERATIONS } from "../../src/http/azure/operations.ts";
import { type Cast, openCast, ROLES, type Role } from "../golden/cast.ts";
import { learnIds } from "../golden/operations.ts";
import { type Contract, loadContract, MISSING } from "./contract.ts";
import { EXAMPLES } from "./examples.ts";

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

test("every operation has an example, and every example an operation", () => {
  assert.deepEqual(Object.keys(EXAMPLES).sort(), ARM_OPERATIONS.map(({ id }) => id).sort());
});

test("who may do what is what docs/authorization.md says, and answers have the form that Microsoft describes", {
  timeout: 230_000,
}, async () => {
  const rows: string[] = [];
  const table: string[] = [];
  const faults: string[] = [];
  for (const { id, method, namespace, versions } of ARM_OPERATIONS) {
    const example = EXAMPLES[id];
    assert.ok(example, id);
    const cells: string[] = [];
    const statuses = new Set<number>();
    for (const role of ROLES) {
      const { status, body, url } = await tryAs(role, id);
      assert.ok(status < 500, `${id} by ${role}: ${status} ${JSON.stringify(body)}`);
      cells.push(cellOf(status, body));
      if (status < 300) statuses.add(status);
      const checked = contract?.faults({ method, url, status, body });
      faults.push(...(checked?.faults ?? []).map((fault) => `${id} by ${role}, ${status}: ${fault}`));
    }
    rows.push(`| ${example.words} | \`${id}\` | ${cells.join(" | ")} |`);
    const version = versions[0] ?? "";
    table.push(
      `| \`${id}\` | ${method} | ${namespace ?? "Azure Resource Manager"} ${version} | ${[...statuses].sort().join(", ") || "refused"} | ${example.differs ?? ""} |`,
    );
  }
  assert.deepEqual(faults, []);
  const head = `| Operation | Azure's operationId | ${ROLES.join(" | ")} |\n|---|---|${ROLES.map(() => "---|").join("")}`;
  compare(MATRIX, "azure matrix", `${head}\n${rows.join("\n")}`);
  compare(
    TABLE,
    "operations",
    `| Operation | Method | Of | Status | Otherwise than in Azure |\n|---|---|---|---|---|\n${table.join("\n")}`,
  );
});

async function tryAs(role: Role, id: string): Promise<{ status: number; body: unknown; url: string }> {
  const example = EXAMPLES[id];
  assert.ok(example);
  const call = await example.make(cast, role);
  const answer = await cast.at(role, call.method, call.path, call.body);
  return { ...answer, url: call.path };
}

function cellOf(status: number, body: unknown): string {
  if (status === 204) return "nothing there";
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
