/** Who may do what: every operation, tried by everyone, as a table that people can read (docs/authorization.md). */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { type Cast, openCast, ROLES } from "./cast.ts";
import { learnIds, liveGrant, OPERATIONS, pendingRequest, places } from "./operations.ts";

const FILE = new URL("../../docs/authorization.md", import.meta.url);
const OPENAPI = new URL("../../openapi.json", import.meta.url);
const START = "<!-- matrix -->";
const END = "<!-- end of matrix -->";

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
});
after(() => cast.close());

test("the golden matrix of roles and operations is what the program does", { timeout: 180_000 }, async () => {
  const rows: string[] = [];
  for (const operation of OPERATIONS) {
    const cells: string[] = [];
    for (const role of ROLES) {
      const { method, url, body } = await operation.prepare(cast, role);
      const answer = await cast.call(role, method, url, body);
      assert.ok(
        answer.status < 500,
        `${operation.id} by ${role}: ${answer.status} ${JSON.stringify(answer.body)}`,
      );
      cells.push(answer.status < 300 ? "yes" : (answer.body.code ?? String(answer.status)));
    }
    rows.push(`| ${operation.words} | \`${operation.id}\` | ${cells.join(" | ")} |`);
  }
  const head = `| Operation | operationId | ${ROLES.join(" | ")} |\n|---|---|${ROLES.map(() => "---|").join("")}`;
  compare(`${START}\n${head}\n${rows.join("\n")}\n${END}`);
});

test("no operation of the API is missing from the matrix", () => {
  const { paths } = JSON.parse(readFileSync(OPENAPI, "utf8")) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const known = new Set(OPERATIONS.map(({ id }) => id));
  const missing = Object.values(paths)
    .flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    .filter((id) => !known.has(id));
  assert.deepEqual(missing, []);
});

test("I12: another tenant's ids are not found, whatever is tried on them", async () => {
  const request = await pendingRequest(cast);
  const urls: [method: "GET" | "POST" | "PUT", url: string, body?: unknown][] = [
    ["GET", `/access-requests/${request}`],
    ["GET", `/access-requests/${request}/context`],
    ["GET", `/access-requests/${request}/timeline`],
    ["POST", `/access-requests/${request}/decisions`, { decision: "approve", justification: "mine now" }],
    ["POST", `/access-requests/${request}/cancel`],
    ["POST", `/access-requests/${request}/accept`],
    ["GET", `/applications/${places(cast).ledgerId}/history`],
    ["PUT", `/applications/${places(cast).ledgerId}/jit-policy`, { mode: "automatic" }],
    [
      "POST",
      "/access-requests",
      {
        scope: places(cast).ledger,
        roleDefinitionIds: ["b24988ac-6180-42a0-ab88-20f7382dd24c"],
        duration: "PT1H",
      },
    ],
    ["POST", "/decisions/check", { principalId: request, scope: places(cast).ledger, action: "a/read" }],
  ];
  const { id } = await liveGrant(cast);
  for (const verb of ["extend", "extend/preview", "deactivate", "revoke", "secret"])
    urls.push(["POST", `/grants/${id}/${verb}`, {}]);
  urls.push(
    ["GET", `/grants/${id}`],
    ["POST", `/grants/${id}/review`, { outcome: "justified", justification: "x" }],
  );
  for (const [method, url, body] of urls) {
    const answer = await cast.call("stranger", method, url, body);
    assert.deepEqual([url, answer.status, answer.body.code], [url, 404, "not_found"]);
  }
});

function compare(matrix: string): void {
  const text = readFileSync(FILE, "utf8");
  const found = text.slice(text.indexOf(START), text.indexOf(END) + END.length);
  if (process.env.CURFEW_UPDATE_GOLDEN === "1") {
    writeFileSync(FILE, text.replace(found, matrix));
    return;
  }
  assert.equal(matrix, found, "docs/authorization.md differs; if the change is meant, run `npm run golden`");
}
