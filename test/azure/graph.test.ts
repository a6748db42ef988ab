/** `@microsoft/microsoft-graph-client`, unmodified, over TLS: directory roles and groups from eligibility to the end. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { Client, type GraphError, PageIterator } from "@microsoft/microsoft-graph-client";
import { type Azure, type Credential, startAzure } from "./clients.ts";

let azure: Azure;
let credentials: Record<"carol" | "casey" | "colin", Credential>;
let carol: Client;
let casey: Client;
let colin: Client;
let frank: Client;
let fiona: Client;

before(async () => {
  azure = await startAzure();
  const [first, second, third, ...others] = await Promise.all(
    ["carol", "casey", "colin", "frank", "fiona"].map((name) => azure.person(name)),
  );
  const [fourth, fifth] = others;
  assert.ok(first && second && third && fourth && fifth);
  credentials = { carol: first, casey: second, colin: third };
  [carol, casey, colin] = [graph(first), graph(second), graph(third)];
  [frank, fiona] = [graph(fourth), graph(fifth)];
});
after(() => azure.close());

function graph(credential: Credential): Client {
  return Client.init({
    baseUrl: `${azure.endpoint}/`,
    defaultVersion: "v1.0",
    customHosts: new Set(["127.0.0.1"]),
    authProvider: (done) => {
      credential.getToken().then(({ token }) => done(null, token));
    },
  });
}

// No target is bound to it, so it opens at once.
const ROLE = "User Access Administrator";
const ROLES = "/roleManagement/directory";
const GROUPS = "/identityGovernance/privilegedAccess/group";
const POLICIES = "/policies/roleManagementPolicies";
const roleId = (name: string) => azure.demo.ready.roles[name] ?? "";
const idOf = (name: string) => azure.demo.ready.personas[name]?.objectId ?? "";
const after5minutes = {
  startDateTime: "2020-01-01T00:00:00Z",
  expiration: { type: "afterDuration", duration: "PT5M" },
};

function ask(action: string, more: object = {}) {
  return {
    action,
    principalId: idOf("colin"),
    roleDefinitionId: roleId(ROLE),
    directoryScopeId: "/",
    justification: "the new pipeline",
    scheduleInfo: after5minutes,
    ...more,
  };
}

function refused(status: number, code: string, message = /./) {
  return (error: GraphError) => {
    assert.deepEqual([error.statusCode, error.code], [status, code], error.message);
    assert.match(error.message, message);
    return true;
  };
}

const ids = (page: { value: { id: string }[] }) => page.value.map(({ id }) => id);

test("who is calling, their organization, and the principals of their own directory", async () => {
  const me = await colin.api("/me").get();
  assert.deepEqual(
    [me.id, me.displayName, me.userPrincipalName],
    [idOf("colin"), "Colin Clarke", "colin@contoso.example"],
  );
  const { value } = await colin.api("/organization").get();
  assert.deepEqual(
    value.map((one: { id: string; displayName: string }) => [one.id, one.displayName]),
    [[azure.demo.ready.tenants.contoso?.tenantId, "Contoso"]],
  );
  const found = await carol.api("/users").filter("mail eq 'casey@contoso.example'").select(["id"]).get();
  assert.deepEqual(found.value, [{ id: idOf("casey") }]);
  assert.equal((await carol.api(`/users('${idOf("casey")}')`).get()).displayName, "Casey Chen");
  const groups = await carol.api("/groups").filter("startswith(displayName,'Platform')").count(true).get();
  assert.equal(groups["@odata.count"], 1);
  await assert.rejects(frank.api(`/users/${idOf("casey")}`).get(), refused(404, "ResourceNotFound"));
});

test("an administrator makes somebody eligible for a directory role, once, and reads it back at once", async () => {
  const request = ask("adminAssign", {
    scheduleInfo: {
      startDateTime: new Date().toISOString(),
      expiration: { type: "AfterDuration", duration: "P30D" },
    },
  });
  const made = await carol.api(`${ROLES}/roleEligibilityScheduleRequests`).post(request);
  assert.equal(made.status, "Provisioned");
  assert.equal(made.action, "adminAssign");
  assert.equal(made.createdBy.user.id, idOf("carol"));
  assert.deepEqual(made.scheduleInfo.expiration, {
    type: "afterDuration",
    endDateTime: null,
    duration: "P30D",
  });
  assert.equal(
    (await carol.api(`${ROLES}/roleEligibilityScheduleRequests/${made.id}`).get()).justification,
    "the new pipeline",
  );
  const mine = await colin.api(`${ROLES}/roleEligibilitySchedules/filterByCurrentUser(on='principal')`).get();
  assert.deepEqual(
    mine.value.map((one: Record<string, unknown>) => [
      one.roleDefinitionId,
      one.directoryScopeId,
      one.memberType,
    ]),
    [[roleId(ROLE), "/", "Direct"]],
  );
  assert.equal(mine.value[0].id, made.targetScheduleId);
  await assert.rejects(
    carol.api(`${ROLES}/roleEligibilityScheduleRequests`).post(request),
    refused(400, "RoleAssignmentExists", /already exists/),
  );
  await assert.rejects(
    colin.api(`${ROLES}/roleEligibilityScheduleRequests`).post({ ...request, principalId: idOf("casey") }),
    refused(403, "AuthorizationFailed"),
  );
  await assert.rejects(
    carol.api(`${ROLES}/roleEligibilityScheduleRequests`).post({ ...request, principalId: randomUUID() }),
    refused(400, "SubjectNotFound"),
  );
  await assert.rejects(
    carol
      .api(`${ROLES}/roleEligibilityScheduleRequests`)
      .post({ ...request, directoryScopeId: "/administrativeUnits/x" }),
    refused(400, "InvalidRequestContent", /administrative units/),
  );
});

test("the policy of a role is found by its filter, patched rule by rule, and takes effect", async () => {
  await assert.rejects(carol.api(POLICIES).get(), refused(400, "InvalidRequestContent", /scopeType/));
  const [assignment] = (
    await carol
      .api("/policies/roleManagementPolicyAssignments")
      .filter(`scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '${roleId(ROLE)}'`)
      .expand("policy($expand=rules)")
      .get()
  ).value;
  assert.equal(assignment.policy.rules.length, 17);
  assert.equal(assignment.policyId, assignment.policy.id);
  assert.match(assignment.policyId, /^DirectoryRole_[0-9a-f-]{36}_[0-9a-f-]{36}$/);
  const all = await carol
    .api(POLICIES)
    .filter("scopeId eq '/' and scopeType eq 'DirectoryRole'")
    .expand("rules,effectiveRules")
    .get();
  assert.ok(ids(all).includes(assignment.policyId));

  const rules = `${POLICIES}/${assignment.policyId}/rules`;
  const expiration = await carol.api(`${rules}/Expiration_EndUser_Assignment`).patch({
    "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
    id: "Expiration_EndUser_Assignment",
    isExpirationRequired: true,
    maximumDuration: "PT2H",
    target: { caller: "EndUser", operations: ["All"], level: "Assignment" },
  });
  assert.equal(expiration.maximumDuration, "PT2H");
  assert.equal(expiration["@odata.type"], "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule");
  await carol.api(`${rules}/Enablement_EndUser_Assignment`).patch({
    "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyEnablementRule",
    id: "Enablement_EndUser_Assignment",
    enabledRules: ["justification"],
  });
  const approver = { "@odata.type": "#microsoft.graph.singleUser", userId: idOf("casey") };
  const approval = await carol.api(`${rules}/Approval_EndUser_Assignment`).patch({
    "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
    id: "Approval_EndUser_Assignment",
    setting: {
      isApprovalRequired: true,
      approvalMode: "SingleStage",
      approvalStages: [
        {
          approvalStageTimeOutInDays: 1,
          isApproverJustificationRequired: true,
          primaryApprovers: [approver],
        },
      ],
    },
  });
  const [stage] = approval.setting.approvalStages;
  assert.equal(stage.primaryApprovers[0]["@odata.type"], "#microsoft.graph.singleUser");
  assert.equal(stage.primaryApprovers[0].userId, idOf("casey"));
  // What a patch leaves out stays: none of these lifts anything.
  const enablement = await carol.api(`${rules}/Enablement_EndUser_Assignment`).patch({});
  assert.deepEqual(enablement.enabledRules, ["Justification"]);
  const still = await carol.api(`${rules}/Approval_EndUser_Assignment`).patch({ setting: {} });
  assert.deepEqual(still.setting, approval.setting);
  const bare = assignment.policyId.split("_").at(-1);
  assert.equal(
    (await colin.api(`${POLICIES}/${bare}/rules/expiration_enduser_assignment`).get()).maximumDuration,
    "PT2H",
  );
  await assert.rejects(
    colin.api(`${rules}/Enablement_EndUser_Assignment`).patch({ enabledRules: [] }),
    refused(403, "AuthorizationFailed"),
  );
  await assert.rejects(
    carol.api(`${rules}/Approval_EndUser_Assignment`).patch({
      setting: {
        approvalStages: [{ primaryApprovers: [{ "@odata.type": "#microsoft.graph.requestorManager" }] }],
      },
    }),
    refused(400, "InvalidRequestContent", /singleUser/),
  );

  // Every failed rule is named, not only the first.
  await assert.rejects(
    colin.api(`${ROLES}/roleAssignmentScheduleRequests`).post(
      ask("selfActivate", {
        justification: null,
        scheduleInfo: { expiration: { type: "afterDuration", duration: "PT3H" } },
      }),
    ),
    refused(
      400,
      "RoleAssignmentRequestPolicyValidationFailed",
      /The following policy rules failed: \["ExpirationRule","JustificationRule"\]/,
    ),
  );
});

test("selfActivate waits, is approved by the steps of its approval, is live, and is deactivated by its holder", async () => {
  const requests = `${ROLES}/roleAssignmentScheduleRequests`;
  const would = await colin.api(requests).post(ask("selfActivate", { isValidationOnly: true }));
  assert.deepEqual([would.status, would.isValidationOnly], ["Granted", true]);
  await assert.rejects(colin.api(`${requests}/${would.id}`).get(), refused(404, "ResourceNotFound"));
  await assert.rejects(
    colin.api(requests).post(ask("selfActivate", { isValidationOnly: true, justification: "" })),
    refused(400, "RoleAssignmentRequestPolicyValidationFailed", /JustificationRule/),
  );

  const made = await colin
    .api(requests)
    .post(ask("selfActivate", { ticketInfo: { ticketNumber: "4711", ticketSystem: "tracker" } }));
  assert.equal(made.status, "PendingApproval");
  assert.equal(made.approvalId, made.id);
  assert.equal(made.ticketInfo.ticketNumber, "4711");
  for (const on of ["principal", "createdBy"]) {
    const mine = await colin.api(`${requests}/filterByCurrentUser(on='${on}')`).get();
    assert.deepEqual(ids(mine), [made.id], on);
  }
  assert.deepEqual(ids(await colin.api(`${requests}/filterByCurrentUser(on='approver')`).get()), []);
  assert.deepEqual(ids(await casey.api(`${requests}/filterByCurrentUser(on='approver')`).get()), [made.id]);
  await assert.rejects(
    colin.api(requests).post(ask("selfActivate")),
    refused(400, "PendingRoleAssignmentRequest"),
  );

  const approvals = `${ROLES}/roleAssignmentApprovals`;
  const waiting = await casey.api(`${approvals}/filterByCurrentUser(on='approver')`).version("beta").get();
  assert.equal(waiting.value[0].steps.length, 1);
  const [step] = (await casey.api(`${approvals}/${made.id}/steps`).version("beta").get()).value;
  assert.deepEqual([step.status, step.assignedToMe, step.reviewResult], ["InProgress", true, "NotReviewed"]);
  const one = `${approvals}/${made.id}/steps/${step.id}`;
  await assert.rejects(casey.api(one).get(), refused(404, "ResourceNotFound", /beta/));
  const agreed = { reviewResult: "Approve", justification: "agreed" };
  await assert.rejects(
    colin.api(one).version("beta").patch(agreed),
    refused(403, "ApproverCannotDecideOwnRequest"),
  );
  await casey.api(one).version("beta").patch(agreed);
  const decided = await casey.api(`${approvals}/${made.id}`).version("beta").expand("steps").get();
  assert.deepEqual(
    [decided.steps[0].status, decided.steps[0].reviewResult, decided.steps[0].reviewedBy.id],
    ["Completed", "Approve", idOf("casey")],
  );

  assert.equal((await colin.api(`${requests}/${made.id}`).get()).status, "Provisioned");
  const instances = `${ROLES}/roleAssignmentScheduleInstances`;
  const [live] = (await colin.api(`${instances}/filterByCurrentUser(on='principal')`).get()).value;
  assert.deepEqual([live.assignmentType, live.roleDefinitionId], ["Activated", roleId(ROLE)]);
  assert.ok(new Date(live.endDateTime).getTime() > Date.now());
  const schedule = await colin.api(`${ROLES}/roleAssignmentSchedules/${live.roleAssignmentScheduleId}`).get();
  assert.equal(schedule.createdUsing, made.id);
  const held = await carol
    .api(`${ROLES}/roleAssignments`)
    .filter(`principalId eq '${idOf("colin")}'`)
    .get();
  assert.deepEqual(ids(held), [live.id]);

  const end = await colin.api(requests).post(ask("selfDeactivate"));
  assert.equal(end.status, "Revoked");
  assert.equal((await colin.api(`${requests}/${made.id}`).get()).status, "Revoked");
  await assert.rejects(colin.api(`${instances}/${live.id}`).get(), refused(404, "ResourceNotFound"));
  await assert.rejects(
    colin.api(requests).post(ask("selfDeactivate")),
    refused(400, "RoleAssignmentDoesNotExist"),
  );
});

test("what is asked in Graph is seen and decided through Azure Resource Manager, and the other way round", async () => {
  const requests = `${ROLES}/roleAssignmentScheduleRequests`;
  const arm = azure.authorization(credentials.colin);
  const made = await colin.api(requests).post(ask("selfActivate"));
  const seen = await arm.roleAssignmentScheduleRequests.get("/", made.id);
  assert.equal(seen.status, "PendingApproval");
  const approval = `${seen.approvalId}?api-version=2021-01-01-preview`;
  const [stage] = (await azure.raw(credentials.casey, "GET", approval)).body.properties.stages;
  const denied = await azure.raw(credentials.casey, "PATCH", `${stage.id}?api-version=2021-01-01-preview`, {
    properties: { reviewResult: "Deny", justification: "not today" },
  });
  assert.equal(denied.status, 200);
  assert.equal((await colin.api(`${requests}/${made.id}`).get()).status, "Denied");

  const name = randomUUID();
  await arm.roleAssignmentScheduleRequests.create("/", name, {
    principalId: idOf("colin"),
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roleId(ROLE)}`,
    requestType: "SelfActivate",
    justification: "another try",
    scheduleInfo: { expiration: { type: "AfterDuration", duration: "PT5M" } },
  });
  const waiting = await casey.api(`${requests}/filterByCurrentUser(on='approver')`).get();
  assert.deepEqual(ids(waiting), [name]);
  await colin.api(`${requests}/${name}/cancel`).post({});
  assert.equal((await arm.roleAssignmentScheduleRequests.get("/", name)).status, "Canceled");
  await assert.rejects(
    colin.api(`${requests}/${name}/cancel`).post({}),
    (error: GraphError) => error.statusCode === 400,
  );
});

test("adminRemove takes the eligibility, and with it the right to ask", async () => {
  const removed = await carol.api(`${ROLES}/roleEligibilityScheduleRequests`).post(ask("adminRemove"));
  assert.equal(removed.status, "Revoked");
  await assert.rejects(
    colin.api(`${ROLES}/roleAssignmentScheduleRequests`).post(ask("selfActivate")),
    refused(400, "RoleAssignmentRequestPolicyValidationFailed", /EligibilityRule/),
  );
  const rest = await colin
    .api(`${ROLES}/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')`)
    .get();
  assert.deepEqual(rest.value, []);
});

async function groupId(): Promise<string> {
  const { value } = await carol.api("/groups").filter("displayName eq 'Platform approvers'").get();
  return value[0].id;
}

test("a group: eligible as its member, active, and inactive again, by rules of its own", async () => {
  const base = {
    accessId: "member",
    groupId: await groupId(),
    principalId: idOf("colin"),
    justification: "on call",
    scheduleInfo: after5minutes,
  };
  const eligible = await carol.api(`${GROUPS}/eligibilityScheduleRequests`).post({
    ...base,
    action: "adminAssign",
    scheduleInfo: { expiration: { type: "afterDuration", duration: "P30D" } },
  });
  assert.deepEqual(
    [eligible.accessId, eligible.groupId, eligible.status],
    ["member", base.groupId, "Provisioned"],
  );
  const mine = await colin.api(`${GROUPS}/eligibilitySchedules/filterByCurrentUser(on='principal')`).get();
  assert.deepEqual(
    mine.value.map((one: Record<string, unknown>) => [one.accessId, one.memberType]),
    [["member", "direct"]],
  );
  // Not among directory roles.
  assert.deepEqual(
    (await colin.api(`${ROLES}/roleEligibilitySchedules/filterByCurrentUser(on='principal')`).get()).value,
    [],
  );

  await assert.rejects(
    colin
      .api(`${GROUPS}/assignmentScheduleRequests`)
      .post({ ...base, accessId: "owner", action: "selfActivate" }),
    refused(400, "RoleAssignmentRequestPolicyValidationFailed", /EligibilityRule/),
  );
  const filter = `scopeId eq '${base.groupId}' and scopeType eq 'Group'`;
  const policies = await carol.api("/policies/roleManagementPolicyAssignments").filter(filter).get();
  assert.deepEqual(policies.value.map((one: { roleDefinitionId: string }) => one.roleDefinitionId).sort(), [
    "member",
    "owner",
  ]);
  const ofMember = policies.value.find(
    (one: { roleDefinitionId: string }) => one.roleDefinitionId === "member",
  );
  const patched = await carol.api(`${POLICIES}/${ofMember.policyId}`).patch({
    rules: [
      {
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
        id: "Approval_EndUser_Assignment",
        setting: {
          isApprovalRequired: true,
          approvalStages: [
            { primaryApprovers: [{ "@odata.type": "#microsoft.graph.groupMembers", groupId: base.groupId }] },
          ],
        },
      },
    ],
  });
  assert.equal(patched.rules.length, 17);

  const made = await colin
    .api(`${GROUPS}/assignmentScheduleRequests`)
    .post({ ...base, action: "selfActivate" });
  assert.equal(made.status, "PendingApproval");
  const approvals = `${GROUPS}/assignmentApprovals`;
  const { steps } = await casey.api(`${approvals}/${made.approvalId}`).version("beta").get();
  await assert.rejects(
    casey.api(`${ROLES}/roleAssignmentApprovals/${made.approvalId}`).version("beta").get(),
    refused(404, "ResourceNotFound"),
  );
  await casey
    .api(`${approvals}/${made.approvalId}/steps/${steps[0].id}`)
    .version("beta")
    .patch({ reviewResult: "approve", justification: "yes" });
  const [live] = (
    await carol
      .api(`${GROUPS}/assignmentScheduleInstances`)
      .filter(`groupId eq '${base.groupId}'`)
      .expand("group,principal($select=id,displayName)")
      .get()
  ).value;
  assert.deepEqual([live.accessId, live.assignmentType], ["member", "activated"]);
  assert.equal(live.group.displayName, "Platform approvers");
  assert.equal(live.principal.displayName, "Colin Clarke");

  // To be active is to hold a grant: the group decides, and who is merely active in it does not.
  await carol
    .api(`${GROUPS}/eligibilityScheduleRequests`)
    .post({ ...base, principalId: idOf("casey"), action: "adminAssign", scheduleInfo: {} });
  const asked = await casey
    .api(`${GROUPS}/assignmentScheduleRequests`)
    .post({ ...base, principalId: idOf("casey"), action: "selfActivate" });
  const toDecide = `${GROUPS}/assignmentScheduleRequests/filterByCurrentUser(on='approver')`;
  assert.deepEqual(ids(await colin.api(toDecide).get()), []);
  assert.deepEqual(ids(await carol.api(toDecide).get()), [asked.id]);
  await casey.api(`${GROUPS}/assignmentScheduleRequests/${asked.id}/cancel`).post({});

  const end = await colin
    .api(`${GROUPS}/assignmentScheduleRequests`)
    .post({ ...base, action: "selfDeactivate" });
  assert.equal(end.status, "Revoked");
  const rest = await carol.api(`${GROUPS}/assignmentSchedules`).filter(`groupId eq '${base.groupId}'`).get();
  assert.deepEqual(rest.value, []);
  await assert.rejects(
    carol
      .api(`${GROUPS}/eligibilityScheduleRequests`)
      .post({ ...base, groupId: randomUUID(), action: "adminAssign" }),
    refused(404, "ResourceNotFound"),
  );
});

test("documents name a group's scope, by the group's name, and only where there is such a group", async () => {
  const native = await azure.demo.person("carol");
  const read = await native.get("/configuration/Eligibility");
  const scopes = read.body.items.map((one: { spec: { scope: string } }) => one.spec.scope);
  assert.ok(scopes.includes("/groups/platform-approvers"), scopes.join());
  const document = (scope: string) => ({
    documents: [
      { kind: "Eligibility", name: "colin owns", spec: { principal: "colin", role: "Group Owner", scope } },
    ],
  });
  for (const scope of ["/groups/nobody", `/groups/${randomUUID()}`, "/groups", "/"])
    assert.equal((await native.post("/configuration", document(scope))).status, 400, scope);
  const applied = await native.post("/configuration", document("/groups/platform-approvers"));
  assert.equal(applied.status, 200);
  const schedules = await colin.api(`${GROUPS}/eligibilitySchedules`).filter("accessId eq 'owner'").get();
  assert.deepEqual(
    schedules.value.map((one: { groupId: string }) => one.groupId),
    [await groupId()],
  );
});

test("lists are selected, expanded, paged and counted; what is not served is refused by name", async () => {
  for (const name of ["Reader", "Owner"]) {
    await carol
      .api(`${ROLES}/roleEligibilityScheduleRequests`)
      .post(ask("adminAssign", { principalId: idOf("casey"), roleDefinitionId: roleId(name) }));
  }
  const requests = `${ROLES}/roleEligibilityScheduleRequests`;
  const whole = await carol.api(requests).count(true).get();
  assert.ok(whole.value.length >= 3);
  assert.equal(whole["@odata.count"], whole.value.length);
  const first = await carol
    .api(requests)
    .top(1)
    .count(true)
    .select("id,principalId")
    .expand("principal,roleDefinition($select=displayName),directoryScope")
    .get();
  assert.equal(first["@odata.count"], undefined);
  assert.ok(first["@odata.nextLink"].startsWith(`${azure.endpoint}/v1.0/roleManagement/`));
  assert.deepEqual(Object.keys(first.value[0]).sort(), [
    "directoryScope",
    "id",
    "principal",
    "principalId",
    "roleDefinition",
  ]);
  assert.equal(first.value[0].principal["@odata.type"], "#microsoft.graph.user");
  assert.deepEqual(Object.keys(first.value[0].roleDefinition), ["displayName"]);
  const found: string[] = [];
  const pages = new PageIterator(carol, first, (one: { id: string }) => {
    found.push(one.id);
    return true;
  });
  await pages.iterate();
  assert.deepEqual(found, ids(whole));

  const roles = await colin.api(`${ROLES}/roleDefinitions`).filter("isBuiltIn eq true").get();
  assert.deepEqual(roles.value.map(({ displayName }: { displayName: string }) => displayName).sort(), [
    "Contributor",
    "Owner",
    "Reader",
    "User Access Administrator",
  ]);
  assert.equal(
    (await carol.api(requests.toUpperCase().replace("ROLEM", "roleM")).get()).value.length,
    whole.value.length,
  );
  await assert.rejects(
    carol.api(requests).expand("manager").get(),
    refused(400, "InvalidRequestContent", /manager/),
  );
  await assert.rejects(
    carol.api(requests).orderby("id").get(),
    refused(400, "InvalidRequestContent", /orderby/),
  );
  await assert.rejects(carol.api(requests).skip(1).get(), refused(400, "InvalidRequestContent", /skip/));
  await assert.rejects(
    carol.api(requests).filter("nonsense eq 1").get(),
    refused(400, "InvalidRequestContent", /nonsense/),
  );
  const envelope = await azure.raw(credentials.carol, "GET", `/v1.0${requests}?$top=0`, undefined, {
    "client-request-id": "my-own-id",
  });
  assert.equal(envelope.status, 400);
  assert.equal(envelope.body.error.innerError["client-request-id"], "my-own-id");
  assert.equal((await azure.raw(credentials.carol, "DELETE", `/v1.0${requests}`)).status, 405);
});

test("another tenant sees none of it, and gets 404 for its ids, its administrator too", async () => {
  const [request] = (await carol.api(`${ROLES}/roleEligibilityScheduleRequests`).get()).value;
  const [schedule] = (await carol.api(`${ROLES}/roleEligibilitySchedules`).get()).value;
  const [asked] = (await carol.api(`${ROLES}/roleAssignmentScheduleRequests`).get()).value;
  const group = await groupId();
  const filter = `scopeId eq '/' and scopeType eq 'DirectoryRole'`;
  const [policy] = (await carol.api(POLICIES).filter(filter).get()).value;
  for (const path of [
    `${ROLES}/roleEligibilityScheduleRequests/${request.id}`,
    `${ROLES}/roleEligibilitySchedules/${schedule.id}`,
    `${ROLES}/roleAssignmentScheduleRequests/${asked.id}`,
    `${POLICIES}/${policy.id}`,
    `/groups/${group}`,
  ])
    for (const other of [frank, fiona])
      await assert.rejects(other.api(path).get(), refused(404, "ResourceNotFound"), path);
  for (const set of [
    "roleEligibilityScheduleRequests",
    "roleAssignmentScheduleRequests",
    "roleEligibilitySchedules",
  ])
    for (const other of [frank, fiona])
      assert.deepEqual((await other.api(`${ROLES}/${set}`).get()).value, [], set);
  await assert.rejects(
    frank.api(`${ROLES}/roleAssignmentApprovals/${asked.id}`).version("beta").get(),
    refused(404, "ResourceNotFound"),
  );
  await assert.rejects(
    frank.api(`${GROUPS}/assignmentScheduleRequests`).post({
      accessId: "member",
      groupId: group,
      principalId: idOf("frank"),
      action: "selfActivate",
      justification: "x",
      scheduleInfo: after5minutes,
    }),
    refused(404, "ResourceNotFound"),
  );
  await assert.rejects(
    fiona.api(POLICIES).filter(`scopeId eq '${group}' and scopeType eq 'Group'`).get(),
    refused(404, "ResourceNotFound"),
  );
  await assert.rejects(
    fiona.api(`${ROLES}/roleEligibilityScheduleRequests`).post(ask("adminRemove")),
    refused(400, "SubjectNotFound"),
  );
});
