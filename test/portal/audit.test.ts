/** The log as people look through it: filtered by what they know, told in sentences, taken along as a file. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { leafHash } from "../../src/audit/entry.ts";
import type { AuditEntry } from "../../src/audit/entry-form.ts";
import { HOUR_MS } from "../../src/domain/time.ts";
import { csvCell, csvOf, jsonOf } from "../../src/http/api/audit-files.ts";
import { revokeGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { AuditFilter } from "../../src/use-cases/ports.ts";
import { exportAuditEntries, listAuditEntries } from "../../src/use-cases/views/read-audit.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";
import { openCast } from "../golden/cast.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const logOf = async (town: Town, who: Name, filter: Partial<AuditFilter> = {}) =>
  value(await listAuditEntries(world.deps, town.as(who), { limit: 200, inSequence: true, ...filter })).map(
    ({ entry, sentence, actorName }) => ({ type: entry.type, sentence, actorName }),
  );
const typesOf = async (town: Town, who: Name, filter: Partial<AuditFilter>) =>
  (await logOf(town, who, filter)).map(({ type }) => type);

/** Frank of Fabrikam asks for the application; two of Contoso approve. */
async function ordersOpened(town: Town) {
  const asked = value(await town.ask("frank", { scope: town.scopes.orders, durationMs: HOUR_MS }));
  value(await town.approve("casey", asked));
  value(await town.approve("chris", asked));
  await world.pass();
  return asked;
}

test("I11: each party reads who acted of its own people, and that an approver did of the other's", async () => {
  const town = await world.newTown();
  const { id } = await ordersOpened(town);
  const ours = await logOf(town, "carol", { requestId: id });
  assert.deepEqual(ours, [
    {
      type: "request.submitted",
      sentence: "Frank (Fabrikam) asked for Contributor on orders for 1 h",
      actorName: "Frank (Fabrikam)",
    },
    {
      type: "request.approval_given",
      sentence: "Casey approved Frank (Fabrikam)'s request for Contributor on orders for 1 h",
      actorName: "Casey",
    },
    {
      type: "request.approval_given",
      sentence: "Chris approved Frank (Fabrikam)'s request for Contributor on orders for 1 h",
      actorName: "Chris",
    },
    {
      type: "request.approved",
      sentence: "Frank (Fabrikam)'s request for Contributor on orders for 1 h was approved",
      actorName: null,
    },
    {
      type: "grant.live",
      sentence: "Frank (Fabrikam)'s access as Contributor on orders is live",
      actorName: null,
    },
  ]);
  const theirs = await logOf(town, "fiona", { requestId: id });
  assert.deepEqual(theirs.map(({ sentence }) => sentence).slice(0, 2), [
    "Frank asked for Contributor on orders for 1 h",
    "Contoso, an approver, approved Frank's request for Contributor on orders for 1 h",
  ]);
  for (const name of ["Casey", "Chris"]) assert.ok(!JSON.stringify(theirs).includes(name), name);
});

test("an entry is found by application, by role and by person, also where its facts name none of them", async () => {
  const town = await world.newTown();
  const asked = await ordersOpened(town);
  const [grant] = await town.grantsOf(asked);
  assert.ok(grant !== undefined);
  value(await revokeGrant(world.deps, town.as("carol"), grant.id, "done"));
  const other = value(await town.ask("colin"));
  const all = [
    "request.submitted",
    "request.approval_given",
    "request.approval_given",
    "request.approved",
    "grant.live",
    "grant.ended",
  ];
  assert.deepEqual((await typesOf(town, "carol", { applicationId: town.orders.id })).sort(), all.toSorted());
  assert.deepEqual((await typesOf(town, "fiona", { applicationId: town.orders.id })).sort(), all.toSorted());
  assert.deepEqual(await typesOf(town, "nina", { applicationId: town.orders.id }), []);
  assert.equal((await typesOf(town, "carol", { roleDefinitionId: town.role("Contributor") })).length, 7);
  assert.deepEqual(await typesOf(town, "carol", { roleDefinitionId: town.role("Reader") }), []);
  const person = (name: Name) => ({ personId: town.ref(name).objectId });
  assert.equal((await typesOf(town, "carol", person("frank"))).length, 6, "asked, and what came of it");
  assert.deepEqual(await typesOf(town, "carol", person("casey")), ["request.approval_given"]);
  assert.deepEqual(await typesOf(town, "fiona", person("casey")), [], "of the other party nobody is found");
  assert.deepEqual(await typesOf(town, "carol", person("colin")), ["request.submitted"]);
  assert.deepEqual(await typesOf(town, "nina", person("frank")), []);
  assert.deepEqual(await typesOf(town, "carol", { requestId: other.id, applicationId: town.orders.id }), []);
});

test("an export is for those who read the log, holds all that match, and its entries still give their hashes", async () => {
  const town = await world.newTown();
  await ordersOpened(town);
  const options = { inSequence: true, type: "request.approval_given" };
  for (const who of ["colin", "casey", "frank"] as const)
    assert.equal(codeOf(await exportAuditEntries(world.deps, town.as(who), options)), "forbidden");
  const exported = value(await exportAuditEntries(world.deps, town.as("ada"), options));
  assert.equal(exported.cut, false);
  const rows = JSON.parse(await textOf(jsonOf(exported.pages))) as { entry: AuditEntry; leafHash: string }[];
  assert.equal(rows.length, 2);
  for (const row of rows) assert.equal(leafHash(row.entry).toString("base64url"), row.leafHash);
  const again = value(await exportAuditEntries(world.deps, town.as("ada"), options));
  const lines = (await textOf(csvOf(again.pages))).split("\r\n");
  assert.equal(lines.length, 4);
  assert.match(lines[0] ?? "", /^at,sequence,type,sentence,actor,/);
  assert.match(lines[1] ?? "", /,request\.approval_given,Casey approved Frank \(Fabrikam\)'s request/);
  const none = value(await exportAuditEntries(world.deps, town.as("nina"), options));
  assert.equal(await textOf(jsonOf(none.pages)), "[]\n");
});

test("a file of more than one page repeats no entry and leaves none out", async () => {
  const town = await world.newTown();
  await world.deps.store.inTenant(town.tenants.northwind, (tx) =>
    tx.record(
      Array.from({ length: 1_203 }, (_, index) => ({
        type: "sign_in.succeeded" as const,
        subject: { kind: "principal", id: town.ref("nina").objectId },
        actor: { kind: "user" as const, ref: town.ref("nina"), via: "test" },
        parties: [town.tenants.northwind],
        facts: { index },
        correlationId: town.ref("nina").objectId,
      })),
      world.clock.now(),
    ),
  );
  for (const linked of [false, true]) {
    if (linked) await world.pass();
    for (const inSequence of [false, true]) {
      const { pages } = value(await exportAuditEntries(world.deps, town.as("nina"), { inSequence }));
      const rows = JSON.parse(await textOf(jsonOf(pages))) as { entry: { facts: { index: number } } }[];
      const found = rows.map(({ entry }) => entry.facts.index).toSorted((a, b) => a - b);
      assert.deepEqual(
        found,
        Array.from({ length: 1_203 }, (_, index) => index),
      );
    }
  }
});

test("a cell that a spreadsheet would run is text, and quotes are doubled", () => {
  for (const start of ["=", "+", "-", "@", "\t"]) assert.equal(csvCell(`${start}1`), `'${start}1`);
  assert.equal(csvCell("\r1"), '"\'\r1"');
  for (const start of ["＝", "＋", "－", "＠"])
    assert.equal(
      csvCell(`${start}1`),
      `'${start}1`,
      "as wide as an ideograph: a formula to some spreadsheets",
    );
  assert.equal(csvCell("\n=1"), '"\'\n=1"');
  assert.equal(csvCell('a "b", c'), '"a ""b"", c"');
  assert.equal(csvCell("a\nb"), '"a\nb"');
  assert.equal(csvCell("Car\u202elo"), "Car\\u202elo");
  assert.equal(csvCell(null), "");
  assert.equal(csvCell(12), "12");
});

test("over HTTP an export is a file with a name of its own, kept nowhere", async () => {
  const cast = await openCast();
  try {
    const get = (format: string) =>
      cast.app.inject({
        url: `/api/v1/audit-entries/export?format=${format}&order=sequence`,
        headers: { authorization: "auditor" },
      });
    const csv = await get("csv");
    assert.equal(csv.statusCode, 200);
    assert.match(String(csv.headers["content-type"]), /^text\/csv; charset=utf-8/);
    assert.match(
      String(csv.headers["content-disposition"]),
      /^attachment; filename="curfew-audit-\d{4}-\d\d-\d\d\.csv"$/,
    );
    assert.equal(csv.headers["curfew-export-cut"], "false");
    assert.equal(csv.headers["cache-control"], "no-store");
    const json = await get("json");
    const rows = json.json() as { sequence: number }[];
    assert.ok(rows.length > 10);
    assert.deepEqual(
      rows.map(({ sequence }) => sequence),
      rows.map((_, index) => index + 1),
    );
    assert.equal(csv.body.trimEnd().split("\r\n").length, rows.length + 1);
    assert.equal((await get("xml")).statusCode, 400);
  } finally {
    await cast.close();
  }
});

async function textOf(parts: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const part of parts) text += part;
  return text;
}
