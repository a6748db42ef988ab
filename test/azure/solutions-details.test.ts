/** What Azure's clients rely on beside the operations themselves: pages, etags, justifications, the choice at deployment. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type Cast, openCast, type Role } from "../golden/cast.ts";
import { learnIds, pendingRequest, places } from "../golden/operations.ts";

const VERSION = "api-version=2021-07-01";
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";

let cast: Cast;
let group: string;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  group = `${places(cast).ledger.split("/").slice(0, 5).join("/")}/providers/Microsoft.Solutions`;
});
after(() => cast.close());

const billing = () => places(cast).ledger.replace(/ledger$/, "billing");

function ask(role: Role, application: string, startTime: string, duration = "PT5M") {
  return {
    properties: {
      applicationResourceId: application,
      jitAuthorizationPolicies: [
        { principalId: cast.caller(role).ref.objectId, roleDefinitionId: CONTRIBUTOR },
      ],
      jitSchedulingPolicy: { type: "Once", duration, startTime },
    },
  };
}

interface Listed {
  readonly value: { name: string; properties: { jitRequestState: string } }[];
  readonly nextLink?: string;
}

async function inject(
  role: Role,
  method: string,
  url: string,
  body: unknown,
  headers: Record<string, string>,
) {
  const response = await cast.app.inject({
    method: method as "PUT",
    url,
    headers: { authorization: role, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return {
    status: response.statusCode,
    body: response.body === "" ? undefined : response.json(),
    headers: response.headers,
  };
}

test("lists come in pages, and their links lead through all of them once", async () => {
  for (let day = 1; day <= 7; day++) {
    const at = new Date(cast.system.deps.clock.now() + day * 86_400_000).toISOString();
    const { status } = await cast.at(
      "requester",
      "PUT",
      `${group}/jitRequests/page-${day}?${VERSION}`,
      ask("requester", billing(), at),
    );
    assert.equal(status, 201);
  }
  const seen: string[] = [];
  let path: string | undefined = `${group}/jitRequests?${VERSION}&$top=3`;
  for (let pages = 0; path !== undefined && pages < 20; pages++) {
    const { body } = await cast.at("requester", "GET", path);
    const { value, nextLink } = body as Listed;
    assert.ok(value.length <= 3);
    seen.push(...value.map(({ name }) => name));
    assert.ok(nextLink === undefined || nextLink.startsWith("http://localhost/subscriptions/"), nextLink);
    path = nextLink?.slice("http://localhost".length);
  }
  assert.equal(new Set(seen).size, seen.length, "nothing twice");
  assert.equal(seen.filter((name) => name.startsWith("page-")).length, 7);
  const made = await cast.at("requester", "GET", `${group}/jitRequests?${VERSION}&$skiptoken=bm9uc2Vuc2U`);
  assert.equal(made.status, 400);
});

test("a start in the past means now; one in the future is kept; Recurring and two principals are refused with a sentence", async () => {
  const past = await cast.at(
    "requester",
    "PUT",
    `${group}/jitRequests/past?${VERSION}`,
    ask("requester", places(cast).ledger, "2001-01-01T00:00:00Z"),
  );
  assert.equal((past.body as Listed["value"][number]).properties.jitRequestState, "Pending");
  await cast.at("requester", "DELETE", `${group}/jitRequests/past?${VERSION}`);
  const base = ask("requester", places(cast).ledger, "2001-01-01T00:00:00Z").properties;
  const recurring = {
    properties: { ...base, jitSchedulingPolicy: { ...base.jitSchedulingPolicy, type: "Recurring" } },
  };
  const two = {
    properties: {
      ...base,
      jitAuthorizationPolicies: [
        ...base.jitAuthorizationPolicies,
        { principalId: randomUUID(), roleDefinitionId: CONTRIBUTOR },
      ],
    },
  };
  for (const [body, words] of [
    [recurring, /Once/],
    [two, /one principal/],
  ] as const) {
    const refused = await cast.at("requester", "PUT", `${group}/jitRequests/refused?${VERSION}`, body);
    assert.equal(refused.status, 400);
    assert.match((refused.body as { error: { message: string } }).error.message, words);
  }
  assert.equal(
    (await cast.at("requester", "GET", `${group}/jitRequests/refused?${VERSION}`)).status,
    404,
    "nothing is half-stored",
  );
});

test("a policy that demands a justification says which header carries it, and takes it percent-encoded", async () => {
  const policy = {
    mode: "manual",
    approvers: ["casey"],
    emergencyAllowed: true,
    justificationRequired: true,
    approverJustification: "always",
  };
  await cast.call("administrator", "PUT", `/applications/${places(cast).ledgerId}/jit-policy`, policy);
  const url = `${group}/jitRequests/why?${VERSION}`;
  const body = ask("requester", places(cast).ledger, "2001-01-01T00:00:00Z");
  const silent = await cast.at("requester", "PUT", url, body);
  assert.equal(silent.status, 400);
  assert.match(
    (silent.body as { error: { message: string } }).error.message,
    /JustificationRule.*x-ms-justification/,
  );
  for (const bad of ["%zz", "%00", encodeURIComponent("x".repeat(4_001))]) {
    const { status } = await inject("requester", "PUT", url, body, { "x-ms-justification": bad });
    assert.equal(status, 400, bad.slice(0, 10));
  }
  const said = await inject("requester", "PUT", url, body, {
    "x-ms-justification": encodeURIComponent("Größe der Tabelle – 4711"),
  });
  assert.equal(said.status, 201, JSON.stringify(said.body));
  const native = await cast.call("approver", "GET", "/access-requests?view=toDecide");
  const [request] = native.body.items as { id: string; justification: string }[];
  assert.equal(request?.justification, "Größe der Tabelle – 4711");
  const decide = { metadata: { originRequestId: request?.id }, status: "Elevate", subStatus: "Approved" };
  const mute = await cast.at(
    "approver",
    "POST",
    `${group}/applications/ledger/updateAccess?${VERSION}`,
    decide,
  );
  assert.equal(mute.status, 400);
  assert.match((mute.body as { error: { message: string } }).error.message, /x-ms-justification/);
  const decided = await inject(
    "approver",
    "POST",
    `${group}/applications/ledger/updateAccess?${VERSION}`,
    decide,
    { "x-ms-justification": "agreed" },
  );
  assert.equal(decided.status, 200);
  await cast.call("administrator", "PUT", `/applications/${places(cast).ledgerId}/jit-policy`, {
    mode: "manual",
    approvers: ["casey"],
    emergencyAllowed: true,
  });
});

test("a request made elsewhere is seen here, decided here, and seen decided elsewhere", async () => {
  const id = await pendingRequest(cast);
  const seen = await cast.at("approver", "GET", `${group}/jitRequests/${id}?${VERSION}`);
  assert.equal((seen.body as Listed["value"][number]).properties.jitRequestState, "Pending");
  const body = {
    metadata: { originRequestId: `${group}/jitRequests/${id}` },
    status: "Elevate",
    subStatus: "Denied",
  };
  assert.equal(
    (await cast.at("approver", "POST", `${group}/applications/ledger/updateAccess?${VERSION}`, body)).status,
    200,
  );
  assert.equal((await cast.call("requester", "GET", `/access-requests/${id}`)).body.state, "denied");
  const again = await cast.at(
    "approver",
    "POST",
    `${group}/applications/ledger/updateAccess?${VERSION}`,
    body,
  );
  assert.equal(again.status, 409);
});

test("etags guard a change: made on an old one it is refused, and If-None-Match makes only what is new", async () => {
  const url = `${group}/applications/ledger?${VERSION}`;
  const first = await inject("administrator", "GET", url, undefined, {});
  const etag = String(first.headers.etag);
  assert.equal(
    (await inject("administrator", "PATCH", url, { tags: { a: "1" } }, { "if-match": etag })).status,
    200,
  );
  assert.equal(
    (await inject("administrator", "PATCH", url, { tags: { a: "2" } }, { "if-match": etag })).status,
    412,
  );
  assert.equal(
    (await inject("administrator", "PUT", url, { kind: "ServiceCatalog" }, { "if-none-match": "*" })).status,
    412,
  );
});

test("JIT access is chosen at deployment: declined it is permanent, later neither PUT nor PATCH changes it", async () => {
  const root = places(cast).ledger.split("/").slice(0, 3).join("/");
  const { body } = await cast.at("administrator", "GET", `${group}/applications/ledger?${VERSION}`);
  const { applicationDefinitionId } = (body as { properties: { applicationDefinitionId: string } })
    .properties;
  const url = `${root}/resourceGroups/declined/providers/Microsoft.Solutions/applications/declined?${VERSION}`;
  const put = (properties: object) =>
    cast.at("administrator", "PUT", url, { kind: "ServiceCatalog", properties });
  const made = await put({
    managedResourceGroupId: `${root}/resourceGroups/declined-managed`,
    applicationDefinitionId,
    jitAccessPolicy: { jitAccessEnabled: false },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const held = await cast.at(
    "requester",
    "GET",
    `${root}/resourceGroups/declined/providers/Microsoft.Solutions/applications/declined/providers/Microsoft.Authorization/roleAssignmentScheduleInstances?api-version=2020-10-01`,
  );
  const { value } = held.body as {
    value: { properties: { assignmentType: string; roleDefinitionId: string; endDateTime?: string } }[];
  };
  assert.ok(
    value.some(
      ({ properties }) =>
        properties.assignmentType === "Assigned" &&
        properties.roleDefinitionId.endsWith(CONTRIBUTOR) &&
        properties.endDateTime === undefined,
    ),
  );
  for (const method of ["PUT", "PATCH"]) {
    const changed = await cast.at("administrator", method, url, {
      kind: "ServiceCatalog",
      properties: { jitAccessPolicy: { jitAccessEnabled: true } },
    });
    assert.deepEqual(
      [changed.status, (changed.body as { error: { code: string } }).error.code],
      [409, "PropertyChangeNotAllowed"],
    );
  }
  const asked = await cast.at(
    "requester",
    "PUT",
    `${root}/resourceGroups/declined/providers/Microsoft.Solutions/jitRequests/x?${VERSION}`,
    ask("requester", url.split("?")[0] ?? "", "2001-01-01T00:00:00Z"),
  );
  const { code, message } = (asked.body as { error: { code: string; message: string } }).error;
  assert.deepEqual(
    [asked.status, message],
    [409, "Nothing to activate: Contoso declined JIT when deploying, so you hold Contributor permanently."],
    code,
  );
});

test("an absent policy is the default when deploying, and no change afterwards", async () => {
  const root = places(cast).ledger.split("/").slice(0, 3).join("/");
  const { body } = await cast.at("administrator", "GET", `${group}/applications/ledger?${VERSION}`);
  const { applicationDefinitionId } = (body as { properties: { applicationDefinitionId: string } })
    .properties;
  const url = `${root}/resourceGroups/plain/providers/Microsoft.Solutions/applications/plain?${VERSION}`;
  const policyOf = (answer: { body: unknown }) =>
    (answer.body as { properties: { jitAccessPolicy: Record<string, unknown> } }).properties.jitAccessPolicy;
  const made = await cast.at("administrator", "PUT", url, {
    kind: "ServiceCatalog",
    properties: { managedResourceGroupId: `${root}/resourceGroups/plain-managed`, applicationDefinitionId },
  });
  assert.deepEqual(policyOf(made), {
    jitAccessEnabled: true,
    jitApprovalMode: "AutoApprove",
    maximumJitAccessDuration: "PT8H",
    jitApprovers: [],
  });
  await cast.at("administrator", "PATCH", url, {
    properties: { jitAccessPolicy: { jitAccessEnabled: true, maximumJitAccessDuration: "PT1H" } },
  });
  const kept = await cast.at("administrator", "PUT", url, { kind: "ServiceCatalog", tags: { a: "b" } });
  assert.equal(policyOf(kept).maximumJitAccessDuration, "PT1H");
});

test("versions, methods and addresses that are not served say what is", async () => {
  const cases = [
    [`${group}/applications?api-version=1999-01-01`, "GET", 400, "InvalidApiVersionParameter", /2021-07-01/],
    [`${group}/applications`, "GET", 400, "MissingApiVersionParameter", /2021-07-01/],
    [`${group}/applications?${VERSION}`, "DELETE", 405, "MethodNotAllowed", /GET/],
    [`${group}/widgets?${VERSION}`, "GET", 404, "InvalidResourceType", /nothing/],
  ] as const;
  for (const [path, method, status, code, message] of cases) {
    const answer = await cast.at("administrator", method, path);
    const { error } = answer.body as { error: { code: string; message: string } };
    assert.deepEqual([answer.status, error.code], [status, code]);
    assert.match(error.message, message);
  }
});
