/** Which settings rule where, and field by field where they come from, as an administrator's page asks for them. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CONTRIBUTOR } from "../fixtures/system.ts";
import { type Cast, openCast, type Reply, type Role } from "../golden/cast.ts";
import { learnIds, places } from "../golden/operations.ts";

const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

let cast: Cast;
let web: string;
let subscription: string;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  subscription = places(cast).group.split("/").slice(0, 3).join("/");
  web = `${subscription}/resourceGroups/web`;
});
after(() => cast.close());

interface Place {
  readonly roleName: string;
  readonly scopeName: string;
  readonly source: { kind: string; name: string };
  readonly inheritedFrom: string | null;
  readonly documentName: string | null;
  readonly application: string | null;
}
interface Field {
  readonly field: string;
  readonly value: unknown;
  readonly from: { kind: string; name: string };
}

const list = async (query = "", role: Role = "administrator") => {
  const { status, body } = await cast.call(role, "GET", `/role-settings${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.items as Place[];
};
const inForce = (roleDefinitionId: string, scope: string, role: Role = "administrator") =>
  cast.call(role, "GET", `/role-settings/in-force?roleDefinitionId=${roleDefinitionId}&scope=${scope}`);
const fieldsOf = (body: Reply) => new Map((body.fields as Field[]).map((one) => [one.field, one]));

test("every role at every scope with rules or eligibilities is listed, with what rules it", async () => {
  const rows = (await list()).map(
    ({ scopeName, roleName, source, inheritedFrom, documentName, application }) => [
      scopeName,
      roleName,
      source.kind,
      inheritedFrom,
      documentName,
      application,
    ],
  );
  // At an application the tenant's own people meet its policy and the tier: here the tier is the stricter.
  assert.deepEqual(rows, [
    ["billing", "Contributor", "tier", "standard", null, "billing"],
    ["contoso-production", "Reader", "roleSettings", null, "reader on production", null],
    ["ledger", "Contributor", "tier", "standard", null, "ledger"],
    ["orders", "Contributor", "tier", "standard", null, "orders"],
    ["web", "Contributor", "roleSettings", null, "contributor on web", null],
  ]);
});

test("what is inherited says from where: a scope above, or a tier", async () => {
  const principal = "colin";
  const put = async (name: string, role: string, scope: string) => {
    const { status } = await cast.call("administrator", "PUT", `/configuration/Eligibility/${name}`, {
      spec: { principal, role, scope },
    });
    assert.equal(status, 200);
  };
  await put("colin reads web", "Reader", web);
  await put("colin contributes", "Contributor", `${subscription}/resourceGroups/db`);
  const found = new Map((await list()).map((one) => [`${one.roleName} ${one.scopeName}`, one]));
  assert.equal(found.get("Reader web")?.inheritedFrom, "contoso-production");
  assert.equal(found.get("Reader web")?.documentName, null);
  const above = { documentName: "reader on production", scopeName: "contoso-production" };
  assert.deepEqual((await inForce(READER, web)).body.above, above);
  assert.equal((await inForce(CONTRIBUTOR, web)).body.above, null);
  assert.deepEqual(found.get("Contributor db")?.source, { kind: "tier", name: "standard", version: 0 });
  assert.equal(found.get("Contributor db")?.inheritedFrom, "standard");
});

test("filters, and pages that join without a gap", async () => {
  const all = await list();
  assert.deepEqual(
    (await list(`?roleDefinitionId=${READER}`)).map(({ roleName }) => roleName),
    all.filter(({ roleName }) => roleName === "Reader").map(({ roleName }) => roleName),
  );
  assert.equal(
    (await list(`?scope=${web.toUpperCase().replace("SUBSCRIPTIONS", "subscriptions")}`)).length,
    2,
  );
  const pages: Place[] = [];
  let cursor: string | null = null;
  do {
    const at: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { body } = await cast.call("administrator", "GET", `/role-settings?limit=2${at}`);
    pages.push(...(body.items as Place[]));
    cursor = body.nextCursor as string | null;
  } while (cursor !== null);
  assert.deepEqual(pages, all);
});

test("each field in force says which document, tier or template it comes from, and every limit in time has a name", async () => {
  const { status, body } = await inForce(CONTRIBUTOR, web);
  assert.equal(status, 200);
  const fields = fieldsOf(body);
  const shown = (name: string) => [fields.get(name)?.value, fields.get(name)?.from];
  const critical = { kind: "builtIn", name: "critical" };
  assert.deepEqual(shown("maximumDuration"), ["PT1H", critical]);
  assert.deepEqual(shown("minimumDuration"), ["PT5M", critical]);
  assert.deepEqual(shown("defaultDuration"), ["PT1H", critical]);
  assert.deepEqual(shown("maximumTotal"), ["PT2H", critical]);
  assert.deepEqual(shown("maximumEligibility"), ["P365D", critical]);
  assert.deepEqual(shown("emergency.maximumDuration"), ["PT1H", critical]);
  assert.deepEqual(shown("cooldownAfterDenial"), [null, critical]);
  assert.deepEqual(shown("approval.stages[0].decideBy"), ["P1D", { kind: "tier", name: "critical" }]);
  assert.equal(body.documentName, "contributor on web");
});

test("what stands in the document itself is said to, and at an application each field says whose word is the stricter", async () => {
  const spec = { role: "Reader", scope: `${subscription}/resourceGroups/shop`, maximumDuration: "PT30M" };
  await cast.call("administrator", "PUT", "/configuration/RoleSettings/reader on shop", { spec });
  const own = fieldsOf((await inForce(READER, `${subscription}/resourceGroups/shop/providers/a.b/c/d`)).body);
  const from = { kind: "roleSettings", name: "reader on shop" };
  assert.deepEqual(own.get("maximumDuration"), { field: "maximumDuration", value: "PT30M", from });
  assert.deepEqual(own.get("maximumTotal"), { field: "maximumTotal", value: "PT1H", from });
  const { body } = await inForce(CONTRIBUTOR, places(cast).ledger);
  assert.equal(body.documentName, null);
  assert.equal(body.application, "ledger");
  const origin = (name: string) => fieldsOf(body).get(name)?.from;
  assert.deepEqual(origin("maximumDuration"), { kind: "application", name: "ledger" });
  assert.deepEqual(origin("justificationRequired"), { kind: "builtIn", name: "standard" });
});

test("the whole can be edited and put as a document, and is in force then", async () => {
  const { body } = await inForce(CONTRIBUTOR, web);
  const spec = { ...(body.spec as object), maximumDuration: "PT45M", defaultDuration: "PT45M" };
  const put = await cast.call("administrator", "PUT", "/configuration/RoleSettings/contributor on web", {
    spec,
  });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  const after = fieldsOf((await inForce(CONTRIBUTOR, web)).body).get("maximumDuration");
  assert.deepEqual(after?.value, "PT45M");
  assert.deepEqual(after?.from, { kind: "roleSettings", name: "contributor on web" });
});

test("auditors and operators read as they read configuration; nobody else does, and another tenant's scope is not found", async () => {
  assert.ok((await list("", "auditor")).length > 0);
  for (const role of ["member", "approver", "application owner"] as const) {
    assert.equal((await cast.call(role, "GET", "/role-settings")).body.code, "forbidden");
    assert.equal((await inForce(CONTRIBUTOR, web, role)).body.code, "forbidden");
  }
  assert.deepEqual(await list("", "stranger"), []);
  for (const role of ["stranger", "publisher's administrator"] as const) {
    const { status, body } = await inForce(CONTRIBUTOR, web, role);
    assert.deepEqual([status, body.code], [404, "not_found"]);
  }
  const unknown = await inForce("11111111-1111-4111-8111-111111111111", web);
  assert.deepEqual(
    [unknown.status, unknown.body.code, unknown.body.path],
    [422, "unknown_role", "/roleDefinitionId"],
  );
  assert.equal((await cast.call("administrator", "GET", "/role-settings/in-force?scope=web")).status, 400);
});
