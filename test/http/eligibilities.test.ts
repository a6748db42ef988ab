/** Who may ask for what, as an administrator lists it, gives it and takes it away. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asId, type GrantId } from "../../src/domain/ids.ts";
import { recheckGrant } from "../../src/use-cases/grants/recheck-grant.ts";
import { CONTRIBUTOR } from "../fixtures/system.ts";
import { type Cast, openCast, type Reply, type Role } from "../golden/cast.ts";
import { learnIds, places } from "../golden/operations.ts";

const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const NOTHING = "11111111-1111-4111-8111-111111111111";
const DAY_MS = 86_400_000;

let cast: Cast;
let shop: string;
let mia: string;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  shop = places(cast).group;
  mia = cast.caller("member").ref.objectId;
});
after(() => cast.close());

interface Row {
  readonly id: string;
  readonly documentName: string | null;
  readonly principal: { displayName: string };
  readonly roleName: string;
  readonly scopeName: string;
  readonly endsAt: string | null;
  readonly source: { kind: string; name: string | null; at: string | null };
  readonly members: number | null;
}

const list = async (query = "", role: Role = "administrator") => {
  const { status, body } = await cast.call(role, "GET", `/eligibilities${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.items as Row[];
};
const assign = (more: object = {}, role: Role = "administrator") =>
  cast.call(role, "POST", "/eligibilities", {
    principalId: mia,
    roleDefinitionId: READER,
    scope: shop,
    ...more,
  });
const end = (id: unknown, role: Role = "administrator", body: object = {}) =>
  cast.call(role, "POST", `/eligibilities/${id}/end`, body);
const refusal = ({ status, body }: { status: number; body: Reply }) => [status, body.code, body.path];

test("what is assigned and what follows from applications is listed, each with who it is for", async () => {
  const rows = (await list()).map(
    (row) => `${row.principal.displayName}: ${row.roleName} on ${row.scopeName}`,
  );
  const applications = ["billing", "ledger", "orders"].flatMap((name) => [
    `Fabrikam deployments: Contributor on ${name}`,
    `support: Contributor on ${name}`,
  ]);
  assert.deepEqual(
    rows.sort(),
    [
      "Colin Clarke: Contributor on web",
      "Colin Clarke: Reader on contoso-production",
      ...applications,
    ].sort(),
  );
  const support = (await list()).find(({ principal }) => principal.displayName === "support");
  assert.equal(support?.documentName, null);
  assert.equal(support?.source.kind, "application");
  assert.equal(support?.members, 2);
});

test("one is given, says who gave it, and lasts as long as the settings allow unless said otherwise", async () => {
  const { status, body } = await assign({ justification: "new in the team" });
  assert.equal(status, 201, JSON.stringify(body));
  const row = body as unknown as Row & { startsAt: string };
  assert.deepEqual(
    [row.principal.displayName, row.roleName, row.scopeName, row.members],
    ["mia", "Reader", "elsewhere", null],
  );
  assert.deepEqual([row.source.kind, row.source.name], ["assigned", "Carol Castillo"]);
  assert.equal(Date.parse(row.endsAt ?? "") - Date.parse(row.startsAt), 365 * DAY_MS);
  assert.deepEqual(await list(`?principalId=${mia}`), [row]);
  const document = await cast.call("administrator", "GET", `/configuration/Eligibility/${row.documentName}`);
  assert.equal((document.body.spec as { principal: string }).principal, "mia");
  const log = await cast.call("administrator", "GET", `/audit-entries?subjectId=${row.id}`);
  assert.match(JSON.stringify(log.body), /new in the team/);
});

test("a repeat under the same key is answered again, a second one beside it is refused with its rule", async () => {
  const again = await assign();
  assert.deepEqual(refusal(again).slice(0, 2), [422, "rules_not_satisfied"]);
  assert.match(JSON.stringify(again.body.rules), /RoleAssignmentExists/);
  const send = () =>
    cast.app.inject({
      method: "POST",
      url: "/api/v1/eligibilities",
      headers: { authorization: "administrator", "idempotency-key": "once" },
      payload: { principalId: mia, roleDefinitionId: CONTRIBUTOR, scope: shop },
    });
  const [first, second] = [await send(), await send()];
  assert.equal(first.statusCode, 201);
  assert.equal(second.json().id, first.json().id);
  assert.equal(second.headers["idempotency-replayed"], "true");
});

test("filters by role and by place, there and below, and pages join without a gap", async () => {
  assert.deepEqual(
    (await list(`?roleDefinitionId=${READER}`)).map(({ roleName }) => roleName),
    ["Reader", "Reader"],
  );
  const subscription = shop.split("/").slice(0, 3).join("/");
  assert.deepEqual((await list(`?scope=${subscription}/resourceGroups/web`)).length, 1);
  assert.equal((await list(`?scope=${subscription}`)).length, (await list()).length);
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await cast.call("administrator", "GET", `/eligibilities?limit=3${cursor}`);
    ids.push(...(body.items as Row[]).map(({ id }) => id));
    cursor = body.nextCursor === null ? null : `&cursor=${body.nextCursor}`;
  }
  assert.deepEqual(
    ids,
    (await list()).map(({ id }) => id),
  );
});

test("ended, it is gone with its reason in the log, and what was live on its ground is revoked", async () => {
  const [row] = await list(`?principalId=${mia}&roleDefinitionId=${READER}`);
  const asked = await cast.call("member", "POST", "/access-requests", {
    scope: shop,
    roleDefinitionIds: [READER],
    duration: "PT1H",
  });
  assert.equal(asked.body.state, "approved", JSON.stringify(asked.body));
  const [grantId = ""] = asked.body.grantIds as string[];
  const ended = await end(row?.id, "administrator", { justification: "left the team" });
  assert.deepEqual([ended.status, ended.body], [200, { id: row?.id, ended: true }]);
  const { tenantId } = cast.caller("member").ref;
  await recheckGrant(cast.system.deps, tenantId, asId<GrantId>(grantId));
  const grant = await cast.call("member", "GET", `/grants/${grantId}`);
  assert.equal(grant.body.endedBecause, "eligibility_lost");
  assert.deepEqual(await list(`?principalId=${mia}&roleDefinitionId=${READER}`), []);
  assert.deepEqual(refusal(await end(row?.id)).slice(0, 2), [404, "not_found"]);
  const log = await cast.call("administrator", "GET", `/audit-entries?subjectId=${row?.id}`);
  assert.match(JSON.stringify(log.body), /left the team/);
});

test("what follows from an application is not ended here, and says what to do", async () => {
  const found = (await list()).find(({ source }) => source.kind === "application");
  const answer = await end(found?.id);
  assert.deepEqual(refusal(answer), [400, "invalid_input", "/id"]);
  assert.match(String(answer.body.detail), /delete the application/);
});

test("each mistake says where it is", async () => {
  assert.deepEqual(refusal(await assign({ principalId: NOTHING })), [
    422,
    "unknown_principal",
    "/principalId",
  ]);
  assert.deepEqual(refusal(await assign({ roleDefinitionId: NOTHING })), [
    422,
    "unknown_role",
    "/roleDefinitionId",
  ]);
  const past = { startsAt: "2031-01-02T00:00:00Z", endsAt: "2031-01-01T00:00:00Z" };
  assert.deepEqual(refusal(await assign(past)), [400, "invalid_input", "/endsAt"]);
  assert.deepEqual(refusal(await assign({ endsAt: null })), [422, "rules_not_satisfied", "/endsAt"]);
  assert.equal((await assign({ scope: "shop" })).status, 400);
  assert.equal((await assign({ forever: true })).status, 400);
});

test("only administrators give and take; auditors look; another tenant's people and places are not found", async () => {
  const [row] = await list();
  for (const role of ["member", "auditor", "approver"] as const) {
    assert.deepEqual(refusal(await assign({}, role)).slice(0, 2), [403, "forbidden"]);
    assert.deepEqual(refusal(await end(row?.id, role)).slice(0, 2), [403, "forbidden"]);
  }
  assert.ok((await list("", "auditor")).length > 0);
  assert.equal((await cast.call("member", "GET", "/eligibilities")).body.code, "forbidden");
  for (const role of ["stranger", "publisher's administrator"] as const) {
    assert.deepEqual(refusal(await assign({}, role)), [404, "not_found", "/scope"]);
    assert.deepEqual(refusal(await end(row?.id, role)).slice(0, 2), [404, "not_found"]);
    assert.deepEqual(await list(`?principalId=${mia}`, role), []);
  }
  const { objectId } = cast.caller("stranger").ref;
  assert.deepEqual(refusal(await assign({ principalId: objectId })), [
    422,
    "unknown_principal",
    "/principalId",
  ]);
});
