/** What somebody might try on the compatible surfaces to get more, to hide something, or to learn what is not theirs. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type Cast, openCast, type Role } from "../golden/cast.ts";
import { learnIds, liveGrant, pendingRequest, places } from "../golden/operations.ts";

const SOLUTIONS = "?api-version=2021-07-01";
const PIM = "?api-version=2020-10-01";
const ROLES = "?api-version=2022-04-01";
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";

let cast: Cast;
let ledger: string;
let group: string;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  ledger = places(cast).ledger;
  group = ledger.split("/").slice(0, 5).join("/");
});
after(() => cast.close());

const idOf = (role: Role) => cast.caller(role).ref.objectId;
const solutions = (rest: string, at = group) => `${at}/providers/Microsoft.Solutions/${rest}${SOLUTIONS}`;
const pim = (rest: string, at = group) => `${at}/providers/Microsoft.Authorization/${rest}${PIM}`;

// biome-ignore lint/suspicious/noExplicitAny: any answer; the tests say what they expect of it
type Answer = { status: number; body: any };
const go = (role: Role, method: string, path: string, body?: unknown): Promise<Answer> =>
  cast.at(role, method, path, body);

function jitRequest(role: Role, duration: string) {
  return {
    properties: {
      applicationResourceId: ledger,
      jitAuthorizationPolicies: [{ principalId: idOf(role), roleDefinitionId: CONTRIBUTOR }],
      jitSchedulingPolicy: { type: "Once", duration, startTime: "2020-01-01T00:00:00Z" },
    },
  };
}

function schedule(requestType: string, role: Role, more: object = {}) {
  return {
    properties: {
      principalId: idOf(role),
      roleDefinitionId: READER,
      requestType,
      justification: "for the audit",
      scheduleInfo: { expiration: { type: "AfterDuration", duration: "P7D" } },
      ...more,
    },
  };
}

test("nothing is named by the id of a request, so an approver decides what they looked at", async () => {
  const honest = await pendingRequest(cast);
  for (const role of ["beneficiary", "requester"] as const) {
    const jit = await go(role, "PUT", solutions(`jitRequests/${honest}`), jitRequest(role, "PT3H"));
    assert.equal(jit.status, 409, JSON.stringify(jit.body));
    const ask = schedule("SelfActivate", role, { roleDefinitionId: CONTRIBUTOR });
    const { status } = await go(role, "PUT", pim(`roleAssignmentScheduleRequests/${honest}`, ledger), ask);
    assert.equal(status, 409);
  }
  const seen = await go("approver", "GET", solutions(`jitRequests/${honest}`));
  const [policy] = seen.body.properties.jitAuthorizationPolicies;
  assert.equal(policy.principalId, idOf("requester"));
  const shown = await go("approver", "GET", pim(`roleAssignmentScheduleRequests/${honest}`, ledger));
  assert.equal(shown.body.properties.principalId, idOf("requester"));
});

test("one GUID for an assignment and an eligibility keeps both, and nobody's act writes over another's", async () => {
  const name = randomUUID();
  const eligibility = await go(
    "administrator",
    "PUT",
    pim(`roleEligibilityScheduleRequests/${name}`),
    schedule("AdminAssign", "auditor"),
  );
  assert.equal(eligibility.status, 201);
  const assignment = await go(
    "administrator",
    "PUT",
    pim(`roleAssignmentScheduleRequests/${name}`),
    schedule("AdminAssign", "approver"),
  );
  assert.equal(assignment.status, 201);
  for (const [type, role] of [
    ["roleEligibilityScheduleRequests", "auditor"],
    ["roleAssignmentScheduleRequests", "approver"],
  ] as const) {
    const { status, body } = await go("administrator", "GET", pim(`${type}/${name}`));
    assert.deepEqual([status, body.properties.principalId], [200, idOf(role)]);
  }
});

test("the same PUT again is the same request; with anything else in it, it is refused", async () => {
  const name = pim(`roleAssignmentScheduleRequests/${randomUUID()}`);
  const ask = schedule("AdminAssign", "operator");
  const first = await go("administrator", "PUT", name, ask);
  assert.equal(first.status, 201);
  assert.equal((await go("administrator", "PUT", name, ask)).status, 201);
  const longer = { scheduleInfo: { expiration: { type: "AfterDuration", duration: "P8D" } } };
  const others = [longer, { justification: "something else" }, { principalId: idOf("member") }];
  for (const other of others) {
    const again = await go("administrator", "PUT", name, schedule("AdminAssign", "operator", other));
    assert.equal(again.status, 409, JSON.stringify(other));
  }
  const elsewhere = name.replace(group, `${group}/providers/Microsoft.Web/sites/shop`);
  assert.equal((await go("administrator", "PUT", elsewhere, ask)).status, 409);
});

test("a publisher does not read what its consumer wrote into the deployment", async () => {
  const written = {
    tags: { costcenter: "4711" },
    identity: { type: "SystemAssigned" },
    properties: { parameters: { size: { value: "m2" } } },
  };
  const patched = await go("administrator", "PATCH", solutions("applications/ledger"), written);
  assert.deepEqual(patched.body.tags, written.tags);
  for (const path of [solutions("applications/ledger"), solutions("applications")]) {
    const { body } = await go("requester", "GET", path);
    const text = JSON.stringify(body);
    assert.ok(text.includes("/applications/ledger"), text);
    assert.doesNotMatch(text, /4711|m2|SystemAssigned/);
  }
});

test("an owner of an application sets its policy, and nothing that is the administrators'", async () => {
  const policy = { jitAccessPolicy: { jitAccessEnabled: true, maximumJitAccessDuration: "PT6H" } };
  const path = solutions("applications/ledger");
  for (const more of [{ tags: { mine: "yes" } }, { identity: { type: "x" } }, { sku: { name: "x" } }]) {
    const { status } = await go("application owner", "PATCH", path, { ...more, properties: policy });
    assert.equal(status, 403, JSON.stringify(more));
  }
  const parameters = { ...policy, parameters: { size: { value: "xl" } } };
  assert.equal((await go("application owner", "PATCH", path, { properties: parameters })).status, 403);
  const own = await go("application owner", "PATCH", path, { properties: policy });
  assert.equal(own.body.properties.jitAccessPolicy.maximumJitAccessDuration, "PT6H");
});

test("AdminUpdate asks for the right to revoke what it takes the place of", async () => {
  const assign = (role: Role, to: Role, roleDefinitionId: string, requestType = "AdminAssign", more = {}) =>
    go(
      role,
      "PUT",
      pim(`roleAssignmentScheduleRequests/${randomUUID()}`),
      schedule(requestType, to, { roleDefinitionId, ...more }),
    );
  for (const to of ["auditor", "member"] as const)
    assert.equal((await assign("administrator", to, CONTRIBUTOR)).status, 201);
  assert.equal((await assign("administrator", "member", ACCESS_ADMINISTRATOR)).status, 201);
  // From here on the member may assign; they may not end what an administrator gave, to others or to themselves.
  assert.equal((await assign("member", "application owner", READER)).status, 201);
  const second = { scheduleInfo: { expiration: { type: "AfterDuration", duration: "PT1S" } } };
  assert.equal((await assign("member", "auditor", CONTRIBUTOR, "AdminUpdate", second)).status, 400);
  assert.equal((await assign("member", "member", CONTRIBUTOR, "AdminUpdate", second)).status, 403);
  const held = await go("administrator", "GET", pim("roleAssignmentScheduleInstances"));
  const contributors = held.body.value.filter((one: { properties: { roleDefinitionId: string } }) =>
    one.properties.roleDefinitionId.endsWith(CONTRIBUTOR),
  );
  const holders = contributors.map(
    (one: { properties: { principalId: string } }) => one.properties.principalId,
  );
  for (const role of ["auditor", "member"] as const) assert.ok(holders.includes(idOf(role)), role);
});

test("who is eligible or holds what is not to be found out by trying", async () => {
  const made = await go(
    "administrator",
    "PUT",
    pim(`roleEligibilityScheduleRequests/${randomUUID()}`),
    schedule("AdminAssign", "application owner"),
  );
  assert.equal(made.status, 201);
  const answers = [];
  for (const type of ["roleEligibilityScheduleRequests", "roleAssignmentScheduleRequests"]) {
    for (const requestType of ["AdminRemove", "AdminUpdate", "AdminExtend"]) {
      for (const about of ["auditor", "application owner", "operator"] as const) {
        for (const verb of ["", "/validate"]) {
          const path = pim(`${type}/${randomUUID()}${verb}`);
          const method = verb === "" ? "PUT" : "POST";
          const { status, body } = await go("requester", method, path, schedule(requestType, about));
          answers.push({ type, requestType, verb, status, code: body.error.code });
        }
      }
    }
  }
  const distinct = new Set(answers.map((one) => JSON.stringify(one)));
  assert.equal(distinct.size, answers.length / 3, [...distinct].join("\n"));
});

test("a JIT request is named in a resource group that holds an application one operates, and in no other", async () => {
  const elsewhere = `${group.split("/").slice(0, 4).join("/")}/nowhere`;
  const path = solutions("jitRequests/squat", elsewhere);
  assert.equal((await go("requester", "PUT", path, jitRequest("requester", "PT1H"))).status, 404);
});

test("what was deleted on another surface is gone here, and its name is free", async () => {
  const read = await go("administrator", "GET", solutions("applications/ledger"));
  const body = {
    location: "westeurope",
    properties: {
      managedResourceGroupId: `${group.split("/").slice(0, 4).join("/")}/again-managed`,
      applicationDefinitionId: read.body.properties.applicationDefinitionId,
    },
  };
  for (let round = 0; round < 2; round++) {
    const made = await go("administrator", "PUT", solutions("applications/again"), body);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal(
      (await cast.call("administrator", "DELETE", "/configuration/Application/again")).status,
      200,
    );
    assert.equal((await go("administrator", "GET", solutions("applications/again"))).status, 404);
  }
  const root = `/subscriptions/${cast.system.world.id("Subscription", "fabrikam", "fabrikam-operations")}`;
  const definition = solutions("applicationDefinitions/again", `${root}/resourceGroups/offers`);
  const support = cast.system.world.ref("Group", "fabrikam", "support").objectId;
  const offer = { properties: { authorizations: [{ principalId: support, roleDefinitionId: READER }] } };
  for (let round = 0; round < 2; round++) {
    const made = await go("publisher's administrator", "PUT", definition, offer);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const path = "/configuration/ApplicationDefinition/again";
    assert.equal((await cast.call("publisher's administrator", "DELETE", path)).status, 200);
    assert.equal((await go("publisher's administrator", "GET", definition)).status, 404);
  }
});

test("one GUID for several role assignments at once is one assignment and clear refusals", async () => {
  const path = `${group}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}${ROLES}`;
  const made = await Promise.all(
    (["member", "approver", "auditor"] as const).map((one) =>
      go("administrator", "PUT", path, {
        properties: { roleDefinitionId: CONTRIBUTOR, principalId: idOf(one) },
      }),
    ),
  );
  const statuses = made.map(({ status }) => status).sort();
  assert.deepEqual(statuses.filter((status) => status === 201).length, 1, JSON.stringify(made));
  assert.deepEqual(
    statuses.filter((status) => status !== 201 && status !== 409 && status !== 400),
    [],
  );
});

test("the GUID of a role assignment is its tenant's: another tenant's takes nothing from it and tells nothing of it", async () => {
  const name = randomUUID();
  const fabrikam = cast.system.world.id("Subscription", "fabrikam", "fabrikam-operations");
  const support = cast.system.world.ref("User", "fabrikam", "frank").objectId;
  const at = (root: string, called: string) =>
    `${root}/providers/Microsoft.Authorization/roleAssignments/${called}${ROLES}`;
  const places = [
    ["administrator", group, idOf("member")],
    ["publisher's administrator", `/subscriptions/${fabrikam}/resourceGroups/names`, support],
  ] as const;
  for (const [role, root, principalId] of places) {
    const body = { properties: { roleDefinitionId: READER, principalId } };
    const made = await go(role, "PUT", at(root, name), body);
    assert.deepEqual([made.status, made.body.name], [201, name], JSON.stringify(made.body));
    const again = await go(role, "PUT", at(root, name), body);
    assert.equal(again.status, 200, "the same ask again is no second one");
    assert.deepEqual((await go(role, "GET", at(root, name))).body, made.body);
    const listed = await go(role, "GET", at(root, "").replace("/?", "?"));
    assert.ok(JSON.stringify(listed.body.value).includes(String(made.body.id)));
  }
  const refused = await go("administrator", "PUT", at(group, (await liveGrant(cast)).id), {
    properties: { roleDefinitionId: READER, principalId: idOf("approver") },
  });
  assert.equal(refused.status, 409, "nothing is named by another assignment's id");
  const [[role, root], [theirs, away]] = places;
  assert.equal((await go(role, "DELETE", at(root, name))).status, 200);
  assert.equal((await go(role, "GET", at(root, name))).status, 404);
  assert.equal((await go(theirs, "GET", at(away, name))).status, 200, "one's end is not the other's");
  assert.equal((await go(theirs, "DELETE", at(away, name))).status, 200);
});

test("a group's scope exists for its own organisation, while the group does", async () => {
  const groupMember = "9bfe9798-a678-4513-8bb2-cec7b9fcaf28";
  const ours = cast.system.world.ref("Group", "contoso", "platform-approvers").objectId;
  for (const [role, id, status] of [
    ["administrator", randomUUID(), 404],
    ["publisher's administrator", ours, 404],
    ["administrator", ours, 201],
  ] as const) {
    const { objectId: principalId, tenantId } = cast.caller(role).ref;
    const body = { scope: `/groups/${id}`, roleDefinitionId: groupMember, principalId, tenantId };
    assert.equal((await cast.call(role, "POST", "/assignments", body)).status, status, `${role} at ${id}`);
  }
});

test("a filter is applied or refused, never left aside", async () => {
  const all = await go("administrator", "GET", pim("roleManagementPolicyAssignments"));
  assert.ok(all.body.value.length > 1);
  const role = `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`;
  for (const id of [role, CONTRIBUTOR]) {
    const filter = `&$filter=${encodeURIComponent(`roleDefinitionId eq '${id}'`)}`;
    const one = await go("administrator", "GET", pim("roleManagementPolicyAssignments") + filter);
    assert.equal(one.body.value.length, 1);
    assert.ok(one.body.value[0].properties.roleDefinitionId.endsWith(CONTRIBUTOR));
  }
  for (const path of [
    `${solutions("applications")}&$filter=name%20eq%20'x'`,
    `/subscriptions?api-version=2022-12-01&$filter=name%20eq%20'x'`,
    "/providers/Microsoft.Authorization/roleAssignmentApprovals?api-version=2021-01-01-preview&$filter=asTarget()",
  ]) {
    assert.equal((await go("administrator", "GET", path)).status, 400, path);
  }
});

test("what was ended is over at once: a revoked request is deleted without a word about its access", async () => {
  const { requestId } = await liveGrant(cast);
  const removal = { metadata: { originRequestId: requestId }, status: "Remove", subStatus: "Approved" };
  const ended = await go("approver", "POST", solutions("applications/ledger/updateAccess"), removal);
  assert.equal(ended.status, 200, JSON.stringify(ended.body));
  assert.equal((await go("requester", "DELETE", solutions(`jitRequests/${requestId}`))).status, 204);
  const { status } = await go("requester", "GET", solutions(`jitRequests/${requestId}`));
  assert.equal(status, 200, "history stays");
});
