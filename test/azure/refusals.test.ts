/** What the compatible surfaces refuse: names that nothing has, stages that are not open, what is another tenant's business. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import { must, OPERATOR } from "../fixtures/system.ts";
import { type Cast, openCast, type Role } from "../golden/cast.ts";
import { learnIds, pendingRequest, places } from "../golden/operations.ts";

const SOLUTIONS = "api-version=2021-07-01";
const AUTHORIZATION = "api-version=2022-04-01";
const APPROVALS = "api-version=2021-01-01-preview";
const PIM = "api-version=2020-10-01";
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";

let cast: Cast;
let group: string;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  group = places(cast).ledger.split("/").slice(0, 5).join("/");
});
after(() => cast.close());

interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
}

async function refusal(role: Role, method: string, path: string, body?: unknown) {
  const answer = await cast.at(role, method, path, body);
  const { error } = (answer.body ?? {}) as Partial<Refusal>;
  return { status: answer.status, code: error?.code, message: error?.message ?? "" };
}

test("a control character in an address or a query is refused on both surfaces, before anything is looked up", async () => {
  const jitRequests = `${group}/providers/Microsoft.Solutions/jitRequests`;
  for (const path of [
    `${jitRequests}/a%00b?${SOLUTIONS}`,
    `${jitRequests}/a%0Ab?${SOLUTIONS}`,
    `${jitRequests}/a%C2%85b?${SOLUTIONS}`,
    `${jitRequests}/a%E2%80%AEb?${SOLUTIONS}`,
    `${jitRequests}?${SOLUTIONS}&$skiptoken=%00`,
    `${group}/providers/Microsoft.Authorization/roleDefinitions?${AUTHORIZATION}&$filter=roleName%20eq%20'%00'`,
  ]) {
    const { status, code, message } = await refusal("requester", "GET", path);
    assert.deepEqual([status, code], [400, "InvalidRequestUri"], `${path}: ${message}`);
    assert.match(message, /control character/);
  }
  for (const path of [
    "/v1.0/users/a%00b",
    "/beta/users?$filter=displayName%20eq%20'%00'",
    "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests?$skiptoken=%00",
  ]) {
    const { status, code, message } = await refusal("member", "GET", path);
    assert.deepEqual([status, code], [400, "BadRequest"], `${path}: ${message}`);
    assert.match(message, /control character/);
  }
});

test("a NUL, a second line or a turned order of reading in what a body names is refused with its place", async () => {
  const name = `${group}/providers/Microsoft.Solutions/jitRequests/nul?${SOLUTIONS}`;
  const tags = await refusal("requester", "PATCH", name, { tags: { "a\u0000": "b" } });
  assert.deepEqual([tags.status, tags.code], [400, "InvalidRequestContent"]);
  const made = await refusal(
    "administrator",
    "PUT",
    `${group}/providers/Microsoft.Authorization/roleDefinitions/${randomUUID()}?${AUTHORIZATION}`,
    { properties: { roleName: "a\u0000b", permissions: [{}] } },
  );
  assert.deepEqual([made.status, made.code], [400, "InvalidRequestContent"]);
  for (const [roleName, description] of [
    ["Read\u202ere", "fine"],
    ["Reader", "a\u2066b"],
    ["Rea\nder", "fine"],
  ]) {
    const { status, code, message } = await refusal(
      "administrator",
      "PUT",
      `${group}/providers/Microsoft.Authorization/roleDefinitions/${randomUUID()}?${AUTHORIZATION}`,
      { properties: { roleName, description, permissions: [{}] } },
    );
    assert.deepEqual([status, code], [400, "InvalidRequestContent"], message);
  }
  const put = await cast.app.inject({
    method: "PUT",
    url: name,
    headers: { authorization: "requester", "x-ms-justification": "a%00b" },
    payload: {
      properties: {
        applicationResourceId: places(cast).ledger,
        jitAuthorizationPolicies: [
          { principalId: cast.caller("requester").ref.objectId, roleDefinitionId: CONTRIBUTOR },
        ],
        jitSchedulingPolicy: { type: "Once", duration: "PT5M", startTime: "2001-01-01T00:00:00Z" },
      },
    },
  });
  assert.equal(put.statusCode, 400);
  assert.match(put.body, /x-ms-justification is not valid: contains a control character/);
});

test("updateAccess of a name that no application can have finds nothing", async () => {
  const id = await pendingRequest(cast);
  for (const name of ["%2525zz", "%2561", "a%20", "a%7Bb", "%2E%2E%2E"]) {
    const { status, code, message } = await refusal(
      "approver",
      "POST",
      `${group}/providers/Microsoft.Solutions/applications/${name}/updateAccess?${SOLUTIONS}`,
      { metadata: { originRequestId: id }, status: "Elevate", subStatus: "Approved" },
    );
    assert.deepEqual([status, code], [404, "ResourceNotFound"], `${name}: ${message}`);
  }
});

test("a stage is decided by its own name: naming a finished one leaves the open one as it is", async () => {
  const scope = `${group.split("/").slice(0, 3).join("/")}/resourceGroups/staged`;
  const subscription = "/subscriptions/contoso-production";
  const stage = (approver: string) => ({ approvers: [approver], required: 1, decideBy: "P1D" });
  must(
    await applyConfiguration(cast.system.deps, OPERATOR, {
      dryRun: false,
      prune: false,
      documents: [
        {
          kind: "RoleSettings",
          tenant: "contoso",
          name: "staged",
          spec: {
            role: "Contributor",
            scope: `${subscription}/resourceGroups/staged`,
            approval: { mode: "manual", stages: [stage("casey"), stage("oscar")] },
          },
        },
        {
          kind: "Eligibility",
          tenant: "contoso",
          name: "mia may ask",
          spec: { principal: "mia", role: "Contributor", scope: `${subscription}/resourceGroups/staged` },
        },
      ],
    }),
  );
  const provider = `${scope}/providers/Microsoft.Authorization`;
  const asked = await cast.at(
    "member",
    "PUT",
    `${provider}/roleAssignmentScheduleRequests/${randomUUID()}?${PIM}`,
    {
      properties: {
        principalId: cast.caller("member").ref.objectId,
        roleDefinitionId: `${provider}/roleDefinitions/${CONTRIBUTOR}`,
        requestType: "SelfActivate",
        justification: "a change that two people look at",
        scheduleInfo: { expiration: { type: "AfterDuration", duration: "PT30M" } },
      },
    },
  );
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  const { approvalId } = (asked.body as { properties: { approvalId: string } }).properties;
  const approval = approvalId.startsWith("/")
    ? approvalId
    : `${provider}/roleAssignmentApprovals/${approvalId}`;
  const stages = async () =>
    (
      (await cast.at("approver", "GET", `${approval}?${APPROVALS}`)).body as {
        properties: { stages: { id: string; properties: { status: string } }[] };
      }
    ).properties.stages;
  const [first, second] = await stages();
  assert.ok(first && second);
  const approve = (role: Role, id: string) =>
    refusal(role, "PATCH", `${id}?${APPROVALS}`, { reviewResult: "Approve", justification: "seen" });

  assert.equal((await approve("approver", second.id)).code, "StageNotReached");
  assert.equal((await approve("approver", first.id)).status, 200);
  const late = await approve("application owner", first.id);
  assert.deepEqual([late.status, late.code], [409, "RequestAlreadyDecided"]);
  assert.deepEqual(
    (await stages()).map(({ properties }) => properties.status),
    ["Completed", "InProgress"],
  );
  assert.equal((await approve("application owner", second.id)).status, 200);
  assert.deepEqual(
    (await stages()).map(({ properties }) => properties.status),
    ["Completed", "Completed"],
  );
});

test("another tenant's subscription and one that never was are one answer", async () => {
  const there = group.split("/")[2] ?? "";
  const nowhere = randomUUID();
  const provider = "providers/Microsoft.Authorization";
  for (const path of [
    `?api-version=2022-12-01`,
    `/resourceGroups?api-version=2021-04-01`,
    `/${provider}/roleDefinitions?${AUTHORIZATION}`,
    `/${provider}/roleDefinitions/${CONTRIBUTOR}?${AUTHORIZATION}`,
    `/${provider}/roleAssignments?${AUTHORIZATION}`,
    `/${provider}/eligibleChildResources?${PIM}`,
    `/${provider}/roleEligibilitySchedules?${PIM}`,
    `/${provider}/roleAssignmentScheduleRequests?${PIM}`,
    `/${provider}/roleManagementPolicies?${PIM}`,
    `/${provider}/roleManagementPolicies/${CONTRIBUTOR}?${PIM}`,
  ]) {
    const about = async (id: string) => {
      const { status, body } = await cast.at("stranger", "GET", `/subscriptions/${id}${path}`);
      return { status, body: JSON.stringify(body).replaceAll(id, "{id}") };
    };
    assert.deepEqual(await about(there), await about(nowhere), path);
  }
});

test("with which client somebody asked is told to their own organisation alone", async () => {
  const id = await pendingRequest(cast);
  const createdBy = async (role: Role) => {
    const path = `${group}/providers/Microsoft.Solutions/jitRequests/${id}?${SOLUTIONS}`;
    const { body } = await cast.at(role, "GET", path);
    return (body as { properties: { createdBy: Record<string, unknown> } }).properties.createdBy;
  };
  assert.notEqual((await createdBy("requester")).applicationId, "");
  assert.equal((await createdBy("approver")).applicationId, "");
});
