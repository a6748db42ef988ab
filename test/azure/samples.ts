/** For every operation that has a body: a call to add a property to, and a value for each property that takes effect. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Cast, Role } from "../golden/cast.ts";
import { pendingRequest, places } from "../golden/operations.ts";
import { type Json, read, type Sample, type Subject } from "./every-property.ts";
import { EXAMPLES } from "./examples.ts";
import { GRAPH_EXAMPLES } from "./graph-examples.ts";

const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const DAY_MS = 86_400_000;
const FORM = new URL("../fixtures/offer-package/", import.meta.url);
const file = (name: string): Json => JSON.parse(readFileSync(new URL(name, FORM), "utf8"));

const idOf = (cast: Cast, role: Role) => cast.caller(role).ref.objectId;
const same = (value: unknown, more: Partial<Sample> = {}): Sample => ({ value, ...more });
const lastPart = (answer: Json, path: string) =>
  String(read(answer, path) ?? "")
    .split("/")
    .at(-1);
const under = (before: string, samples: Readonly<Record<string, Sample>>) =>
  Object.fromEntries(
    Object.entries(samples).map(([path, sample]) => [
      `${before}${path}`,
      {
        ...sample,
        ...(sample.beside === undefined
          ? {}
          : {
              beside: Object.fromEntries(
                Object.entries(sample.beside).map(([name, value]) => [`${before}${name}`, value]),
              ),
            }),
      },
    ]),
  );

/** What is there already, as its own surface shows it: what names it must say the same. */
export interface There {
  readonly application: Json;
  readonly policy: Json;
  readonly policyAssignment: Json;
  readonly graphPolicy: Json;
}

export async function lookThere(cast: Cast): Promise<There> {
  const get = async (role: Role, path: string) => {
    const { status, body } = await cast.at(role, "GET", path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body as Json;
  };
  const at = async (examples: typeof EXAMPLES, id: string) =>
    (await examples[id]?.make(cast, "administrator"))?.path ?? "";
  // What this prepares is a change of the policy: what it says of itself stays from here on.
  await GRAPH_EXAMPLES.roleAssignmentScheduleRequests_Create?.make(cast, "member");
  return {
    application: await get("administrator", await at(EXAMPLES, "Applications_Get")),
    policy: await get("administrator", await at(EXAMPLES, "RoleManagementPolicies_Get")),
    policyAssignment: await get("administrator", await at(EXAMPLES, "RoleManagementPolicyAssignments_Get")),
    graphPolicy: await get("administrator", await at(GRAPH_EXAMPLES, "roleManagementPolicies_Get")),
  };
}

const SCHEDULE: Readonly<Record<string, Sample>> = {
  justification: same("for the audit"),
  isValidationOnly: same(true),
  "ticketInfo.ticketNumber": same("4711"),
  "ticketInfo.ticketSystem": same("tracker", { beside: { "ticketInfo.ticketNumber": "4711" } }),
  "scheduleInfo.startDateTime": same("2099-01-01T00:00:00.000Z", {
    beside: { "scheduleInfo.expiration": { type: "AfterDateTime", endDateTime: "2099-01-02T00:00:00Z" } },
  }),
  "scheduleInfo.expiration.duration": same("P3D", {
    beside: { "scheduleInfo.expiration.type": "AfterDuration" },
    not: "P1M",
  }),
  "scheduleInfo.expiration.endDateTime": same("2099-03-01T00:00:00Z", {
    beside: {
      "scheduleInfo.startDateTime": "2099-02-01T00:00:00Z",
      "scheduleInfo.expiration.type": "AfterDateTime",
      "scheduleInfo.expiration.duration": undefined,
    },
    not: "2001-01-01T00:00:00Z",
  }),
};

/** `AdminAssign`, at a place of its own each time. */
export function azureSubjects(cast: Cast, there: There): Readonly<Record<string, Subject>> {
  const root = places(cast).ledger.split("/").slice(0, 3).join("/");
  const solutions = `${root}/resourceGroups/applications/providers/Microsoft.Solutions`;
  const version = "?api-version=2021-07-01";
  let count = 0;
  const site = () => `${root}/resourceGroups/elsewhere/providers/Microsoft.Web/sites/s${count++}`;
  const authorization =
    (type: string, api = "2020-10-01", rest = "") =>
    () =>
      `${site()}/providers/Microsoft.Authorization/${type}/${randomUUID()}${rest}?api-version=${api}`;
  const schedule = (of: "Assignment" | "Eligibility", rest = ""): Subject => ({
    role: "administrator",
    method: rest === "" ? "PUT" : "POST",
    path: authorization(`role${of}ScheduleRequests`, "2020-10-01", rest),
    body: () => ({
      properties: {
        principalId: idOf(cast, "auditor"),
        roleDefinitionId: READER,
        requestType: "AdminAssign",
        scheduleInfo: { expiration: { type: "AfterDuration", duration: "P7D" } },
      },
    }),
    samples: under("properties.", {
      ...SCHEDULE,
      principalId: same(idOf(cast, "member")),
      roleDefinitionId: same(CONTRIBUTOR, { reads: lastPart }),
      requestType: same("AdminAssign"),
      "scheduleInfo.expiration.type": same("AfterDuration", { not: "Never" }),
      ...Object.fromEntries(
        [`targetRole${of}ScheduleId`, `targetRole${of}ScheduleInstanceId`].map((name) => [
          name,
          // Where it is about something that is there, other tests say what is done with it.
          same("", { reads: () => "", not: randomUUID() }),
        ]),
      ),
      linkedRoleEligibilityScheduleId: same("", { reads: () => "", not: randomUUID() }),
    }),
  });
  const application = (method: string): Subject => ({
    role: "administrator",
    method,
    path: () => `${solutions}/applications/ledger${version}`,
    body: () => ({ kind: "ServiceCatalog", location: "westeurope", properties: {} }),
    samples: {
      ...tags,
      location: same("northeurope"),
      kind: same("MarketPlace"),
      sku: same({ name: "small" }),
      identity: same({ type: "SystemAssigned" }),
      ...Object.fromEntries(
        ["name", "product", "publisher", "version"].map((name) => [
          `plan.${name}`,
          same(read(there.application, `plan.${name}`), { not: name === "version" ? "1.0.0" : "another" }),
        ]),
      ),
      ...under("properties.", {
        parameters: same({ size: { value: "m2" } }),
        managedResourceGroupId: same(read(there.application, "properties.managedResourceGroupId")),
        applicationDefinitionId: same(read(there.application, "properties.applicationDefinitionId")),
        ...under("jitAccessPolicy.", {
          jitAccessEnabled: same(true),
          jitApprovalMode: same("ManualApprove", { beside: { jitAccessEnabled: true } }),
          maximumJitAccessDuration: same("PT6H", { beside: { jitAccessEnabled: true } }),
          "jitApprovers.id": same(idOf(cast, "approver"), { beside: { jitAccessEnabled: true } }),
          "jitApprovers.type": same("user", {
            beside: { jitAccessEnabled: true, "jitApprovers.id": idOf(cast, "approver") },
            not: "group",
          }),
          "jitApprovers.displayName": same("Somebody else", {
            beside: { jitAccessEnabled: true, "jitApprovers.id": idOf(cast, "approver") },
          }),
        }),
      }),
    },
  });
  const jitRequest: Subject = {
    role: "requester",
    method: "PUT",
    path: () => `${solutions}/jitRequests/every-${count++}${version}`,
    body: () => ({
      properties: {
        applicationResourceId: places(cast).ledger.replace(/ledger$/, "billing"),
        jitAuthorizationPolicies: [{ principalId: idOf(cast, "requester"), roleDefinitionId: CONTRIBUTOR }],
        jitSchedulingPolicy: { type: "Once", duration: "PT5M", startTime: nextDay(cast) },
      },
    }),
    samples: {
      ...tags,
      ...under("properties.", {
        applicationResourceId: same(places(cast).ledger.replace(/ledger$/, "billing")),
        "jitAuthorizationPolicies.principalId": same(idOf(cast, "requester")),
        "jitAuthorizationPolicies.roleDefinitionId": same(CONTRIBUTOR),
        "jitSchedulingPolicy.type": same("Once", { not: "Recurring" }),
        "jitSchedulingPolicy.duration": same("PT7M"),
        "jitSchedulingPolicy.startTime": same(nextDay(cast)),
      }),
    },
  };
  const tagged = jitRequest.body();
  const fabrikam = cast.system.world.id("Subscription", "fabrikam", "fabrikam-operations");
  const support = cast.system.world.ref("Group", "fabrikam", "support").objectId;
  const definitionBody = () => ({
    properties: {
      lockLevel: "None",
      authorizations: [{ principalId: support, roleDefinitionId: READER }],
    },
  });
  const definition: Subject = {
    role: "publisher's administrator",
    method: "PUT",
    path: () =>
      `/subscriptions/${fabrikam}/resourceGroups/offers/providers/Microsoft.Solutions/applicationDefinitions/every-${count++}${version}`,
    body: () => ({
      properties: {
        ...definitionBody().properties,
        notificationPolicy: { notificationEndpoints: [{ uri: "https://example.com" }] },
      },
    }),
    samples: {
      ...tags,
      ...under("properties.", {
        displayName: same("Ledger"),
        isEnabled: same(false),
        lockLevel: same("None", { not: "ReadOnly" }),
        "authorizations.principalId": same(support),
        "authorizations.roleDefinitionId": same(CONTRIBUTOR),
        createUiDefinition: same(file("createUiDefinition.json")),
        mainTemplate: same(file("mainTemplate.json"), {
          beside: { createUiDefinition: file("createUiDefinition.json") },
          not: "no template",
        }),
        "managementPolicy.mode": same("Managed", { not: "Unmanaged" }),
        "notificationPolicy.notificationEndpoints.uri": same("https://example.com/hook"),
        deploymentPolicy: same({ deploymentMode: "Incremental" }),
      }),
    },
  };
  const stage = (method: string, scope: string): Subject => {
    let at = "";
    return {
      role: "approver",
      method,
      before: async () => {
        const approval = `${scope}/providers/Microsoft.Authorization/roleAssignmentApprovals/${await pendingRequest(cast)}`;
        const { body } = await cast.at(
          "approver",
          "GET",
          `${approval}/stages?api-version=2021-01-01-preview`,
        );
        const [first] = (body as { value: { name: string }[] }).value;
        at = `${approval}/stages/${first?.name}?api-version=2021-01-01-preview`;
      },
      path: () => at,
      body: () => ({ reviewResult: "Approve", justification: "fine" }),
      samples: {
        reviewResult: same("Deny", { reads: (answer) => read(answer, "properties.reviewResult") }),
        justification: same("agreed", { reads: (answer) => read(answer, "properties.justification") }),
      },
    };
  };
  const policyPath = `${String(there.policy.id)}?api-version=2020-10-01`;
  const decided: Subject = {
    role: "approver",
    method: "POST",
    before: () => pendingRequest(cast),
    path: () => `${solutions}/applications/ledger/updateAccess${version}`,
    body: async () => ({
      metadata: { originRequestId: await waiting(cast) },
      status: "Elevate",
      subStatus: "Approved",
    }),
    samples: {
      approver: same(idOf(cast, "approver"), { not: "Somebody else" }),
      "metadata.requestorId": same(idOf(cast, "requester"), { not: randomUUID() }),
      status: same("Elevate"),
      subStatus: same("Denied"),
      // Known only when it is sent: the call's own, which its answer gives back.
      "metadata.originRequestId": same(undefined, { reads: () => undefined }),
    },
  };
  return {
    jitRequests_CreateOrUpdate: jitRequest,
    JitRequests_Update: {
      ...jitRequest,
      method: "PATCH",
      before: async () => {
        const made = await cast.at("requester", "PUT", `${solutions}/jitRequests/tagged${version}`, tagged);
        if (made.status > 201) throw new Error(JSON.stringify(made.body));
      },
      path: () => `${solutions}/jitRequests/tagged${version}`,
      body: () => ({}),
    },
    Applications_CreateOrUpdate: application("PUT"),
    Applications_Update: application("PATCH"),
    Applications_UpdateAccess: decided,
    Applications_ListTokens: {
      role: "administrator",
      method: "POST",
      path: () => `${solutions}/applications/ledger/listTokens${version}`,
      body: () => ({}),
      samples: {},
    },
    ApplicationDefinitions_CreateOrUpdate: definition,
    ApplicationDefinitions_Update: {
      ...definition,
      method: "PATCH",
      before: () => cast.at(definition.role, "PUT", taggedDefinition(fabrikam, version), definitionBody()),
      path: () => taggedDefinition(fabrikam, version),
      body: () => ({}),
    },
    RoleAssignmentScheduleRequests_Create: schedule("Assignment"),
    RoleAssignmentScheduleRequests_Validate: schedule("Assignment", "/validate"),
    RoleEligibilityScheduleRequests_Create: schedule("Eligibility"),
    RoleEligibilityScheduleRequests_Validate: schedule("Eligibility", "/validate"),
    RoleManagementPolicies_Update: {
      role: "administrator",
      method: "PATCH",
      path: () => policyPath,
      body: () => ({ properties: {} }),
      samples: under("properties.", {
        ...echoes(
          there.policy.properties as Json,
          ["scope", "displayName", "description"],
          ["isOrganizationDefault"],
        ),
        ...ruleSamples("rules.", { id: idOf(cast, "approver") }),
      }),
    },
    RoleManagementPolicyAssignments_Create: {
      role: "administrator",
      method: "PUT",
      path: () => `${String(there.policyAssignment.id)}?api-version=2020-10-01`,
      body: () => ({ properties: {} }),
      samples: under(
        "properties.",
        echoes(there.policyAssignment.properties as Json, ["scope", "roleDefinitionId", "policyId"]),
      ),
    },
    RoleAssignmentApprovalStep_Patch: stage("PATCH", ""),
    RoleAssignmentApprovalStep_Put: stage("PUT", ""),
    ScopeRoleAssignmentApprovalStep_Patch: stage("PATCH", places(cast).ledger),
    ScopeRoleAssignmentApprovalStep_Put: stage("PUT", places(cast).ledger),
    RoleAssignments_Create: {
      role: "administrator",
      method: "PUT",
      path: authorization("roleAssignments", "2022-04-01"),
      body: () => ({ properties: { principalId: idOf(cast, "auditor"), roleDefinitionId: READER } }),
      samples: under("properties.", {
        principalId: same(idOf(cast, "member")),
        roleDefinitionId: same(CONTRIBUTOR, { reads: lastPart }),
        principalType: same("User", { not: "ServicePrincipal" }),
        description: same("for the audit"),
      }),
    },
    RoleDefinitions_CreateOrUpdate: {
      role: "administrator",
      method: "PUT",
      path: () =>
        `${root}/resourceGroups/elsewhere/providers/Microsoft.Authorization/roleDefinitions/${randomUUID()}?api-version=2022-04-01`,
      body: () => ({ properties: { roleName: `Every ${count++}`, permissions: [{ actions: ["a/read"] }] } }),
      samples: under("properties.", {
        roleName: same("Every property"),
        description: same("what it may"),
        type: same("CustomRole", { not: "BuiltInRole" }),
        assignableScopes: same([`${root}/resourceGroups/elsewhere`]),
        ...Object.fromEntries(
          ["actions", "notActions", "dataActions", "notDataActions"].map((name) => [
            `permissions.${name}`,
            same(["Microsoft.Web/sites/read"]),
          ]),
        ),
      }),
    },
  };
}

const tags: Readonly<Record<string, Sample>> = { tags: same({ team: "finance" }) };

const taggedDefinition = (subscription: string, version: string) =>
  `/subscriptions/${subscription}/resourceGroups/offers/providers/Microsoft.Solutions/applicationDefinitions/tagged${version}`;

let days = 0;
function nextDay(cast: Cast): string {
  return new Date(cast.system.deps.clock.now() + (1 + (days++ % 80)) * DAY_MS + days * 600_000).toISOString();
}

async function waiting(cast: Cast): Promise<string> {
  const { body } = await cast.call("administrator", "GET", "/access-requests?view=all&state=pending");
  return (body.items as { id: string }[])[0]?.id ?? "";
}

function echoes(shown: Json, texts: readonly string[], booleans: readonly string[] = []) {
  return Object.fromEntries([
    ...texts.map((name) => [name, same(shown[name], { not: "/another" })]),
    ...booleans.map((name) => [name, same(shown[name], { not: shown[name] !== true })]),
  ]) as Record<string, Sample>;
}

/** `before` is where the rules stand, empty where one is the whole body; `approver` names one as the surface does. */
function ruleSamples(before: string, approver: Readonly<Record<string, string>>) {
  const of = (id: string, samples: Readonly<Record<string, Sample>>) =>
    under(
      before,
      Object.fromEntries(
        Object.entries(samples).map(([name, sample]) => [
          name,
          { ...sample, beside: { id, ...sample.beside }, reads: sample.reads ?? readsRule(id, before) },
        ]),
      ),
    );
  const stages = "setting.approvalStages";
  const required = {
    "setting.isApprovalRequired": true,
    ...Object.fromEntries(
      Object.entries(approver).map(([name, value]) => [`${stages}.primaryApprovers.${name}`, value]),
    ),
  };
  const escalating = {
    ...required,
    [`${stages}.isEscalationEnabled`]: true,
    [`${stages}.escalationTimeInMinutes`]: 30,
    ...Object.fromEntries(
      Object.entries(approver).map(([name, value]) => [`${stages}.escalationApprovers.${name}`, value]),
    ),
  };
  const ofApprover = (set: string, beside: Json) =>
    Object.fromEntries([
      ...Object.entries(approver).map(([name, value]) => [
        `${stages}.${set}.${name}`,
        same(value, { beside }),
      ]),
      [`${stages}.${set}.isBackup`, same(false, { beside, not: true })],
      [`${stages}.${set}.description`, same("Somebody else", { beside })],
      [`${stages}.${set}.userType`, same("User", { beside, not: "Group" })],
    ]);
  const approval = of("Approval_EndUser_Assignment", {
    "setting.isApprovalRequired": same(true, { beside: required }),
    "setting.isApprovalRequiredForExtension": same(true, { beside: required }),
    "setting.isRequestorJustificationRequired": same(true),
    "setting.approvalMode": same("SingleStage", { beside: required, not: "Parallel" }),
    [`${stages}.approvalStageTimeOutInDays`]: same(3, { beside: required }),
    [`${stages}.isApproverJustificationRequired`]: same(true, { beside: required }),
    [`${stages}.isEscalationEnabled`]: same(true, { beside: escalating }),
    [`${stages}.escalationTimeInMinutes`]: same(45, {
      beside: { ...escalating, [`${stages}.escalationTimeInMinutes`]: 45 },
    }),
    ...ofApprover("primaryApprovers", required),
    ...ofApprover("escalationApprovers", escalating),
  });
  const target = { caller: "EndUser", level: "Assignment" };
  const notification = "Notification_Approver_EndUser_Assignment";
  return {
    ...approval,
    ...of("Expiration_EndUser_Assignment", {
      id: same("Expiration_EndUser_Assignment"),
      ruleType: same("RoleManagementPolicyExpirationRule", { not: "RoleManagementPolicyApprovalRule" }),
      target: same(target, {
        reads: (answer, path) => {
          const { caller, level } = readsRule("Expiration_EndUser_Assignment", before)(answer, path) as Json;
          return { caller, level };
        },
        not: { caller: "Admin" },
      }),
      isExpirationRequired: same(true),
      maximumDuration: same("PT3H"),
    }),
    ...of("Enablement_EndUser_Assignment", { enabledRules: same(["Justification", "Ticketing"]) }),
    ...of("AuthenticationContext_EndUser_Assignment", {
      isEnabled: same(true, { beside: { claimValue: "c1" } }),
      claimValue: same("c2", { beside: { isEnabled: true } }),
    }),
    ...of(notification, {
      notificationType: same("Email", { not: "Post" }),
      recipientType: same("Approver", { not: "Admin" }),
      notificationLevel: same("Critical"),
      isDefaultRecipientsEnabled: same(false),
      notificationRecipients: same(["ops@contoso.example"]),
    }),
  };
}

/** A rule is read by its id, wherever it stands among the others. */
function readsRule(id: string, before: string) {
  return (answer: Json, path: string): unknown => {
    const name = path.slice(path.indexOf(before) + before.length);
    if (before === "") return read(answer, name);
    const rules = Reflect.get(Object(answer.properties ?? answer), "rules") as readonly Json[];
    return read(
      rules.find((rule) => rule.id === id),
      name,
    );
  };
}

export const GRAPH_TYPES: Readonly<Record<string, string>> = {
  roleAssignmentScheduleRequests_Create: "UnifiedRoleAssignmentScheduleRequest",
  roleEligibilityScheduleRequests_Create: "UnifiedRoleEligibilityScheduleRequest",
  privilegedAccessGroup_assignmentScheduleRequests_Create: "PrivilegedAccessGroupAssignmentScheduleRequest",
  privilegedAccessGroup_eligibilityScheduleRequests_Create: "PrivilegedAccessGroupEligibilityScheduleRequest",
  roleManagementPolicies_Update: "UnifiedRoleManagementPolicy",
  roleManagementPolicies_UpdateRule: "UnifiedRoleManagementPolicyRule",
  roleAssignmentApprovals_UpdateStep: "ApprovalStage",
  privilegedAccessGroup_assignmentApprovals_UpdateStep: "ApprovalStage",
};

export function graphSubjects(cast: Cast, there: There): Readonly<Record<string, Subject>> {
  const groupId = cast.system.world.ref("Group", "contoso", "platform-approvers").objectId;
  const request = (path: string, held: Json, more: Readonly<Record<string, Sample>>): Subject => {
    const at = `/v1.0/${path}`;
    const body = (action: string) => ({
      action,
      principalId: idOf(cast, "auditor"),
      ...held,
      justification: "the audit",
      scheduleInfo: { expiration: { type: "afterDuration", duration: "P7D" } },
    });
    return {
      role: "administrator",
      method: "POST",
      before: async () => {
        for (const role of ["auditor", "member"] as const)
          await cast.at("administrator", "POST", at, {
            ...body("adminRemove"),
            principalId: idOf(cast, role),
          });
      },
      path: () => at,
      body: () => body("adminAssign"),
      samples: {
        ...SCHEDULE,
        action: same("adminAssign"),
        principalId: same(idOf(cast, "member")),
        "scheduleInfo.expiration.type": same("afterDuration", { not: "never" }),
        targetScheduleId: same("", { reads: () => "", not: randomUUID() }),
        ...more,
      },
    };
  };
  const role = { roleDefinitionId: READER, directoryScopeId: "/" };
  const ofRole = {
    roleDefinitionId: same(READER),
    directoryScopeId: same("/", { not: "/administrativeUnits/1" }),
    appScopeId: same("/", { reads: () => "/", not: "/apps/1" }),
  };
  const group = { groupId, accessId: "owner" };
  const ofGroup = { groupId: same(groupId), accessId: same("owner") };
  const step = (id: string): Subject => {
    let call = { path: "" };
    return {
      role: "approver",
      method: "PATCH",
      before: async () => {
        const made = await GRAPH_EXAMPLES[id]?.make(cast, "approver");
        if (made !== undefined) call = made;
      },
      path: () => call.path,
      body: () => ({ reviewResult: "Approve", justification: "fine" }),
      // Answered without a body: what was decided is read where the approval is.
      samples: {
        reviewResult: same("Deny", { reads: () => "Deny" }),
        justification: same("agreed", { reads: () => "agreed" }),
      },
    };
  };
  const policy = `/v1.0/policies/roleManagementPolicies/${there.graphPolicy.id}`;
  const approver = { userId: idOf(cast, "approver") };
  const groups = (before: string) => {
    const id = before === "" ? "" : "rules.";
    const stages = `${id}setting.approvalStages`;
    const beside = {
      [`${id}id`]: "Approval_EndUser_Assignment",
      [`${id}setting.isApprovalRequired`]: true,
      [`${stages}.primaryApprovers.groupId`]: groupId,
    };
    const escalation = {
      ...beside,
      [`${stages}.isEscalationEnabled`]: true,
      [`${stages}.escalationTimeInMinutes`]: 30,
      [`${stages}.escalationApprovers.groupId`]: groupId,
    };
    const reads = readsRule("Approval_EndUser_Assignment", id);
    return {
      [`${stages}.primaryApprovers.groupId`]: same(groupId, { beside, reads }),
      [`${stages}.escalationApprovers.groupId`]: same(groupId, { beside: escalation, reads }),
    };
  };
  return {
    roleAssignmentScheduleRequests_Create: request(
      "roleManagement/directory/roleAssignmentScheduleRequests",
      role,
      ofRole,
    ),
    roleEligibilityScheduleRequests_Create: request(
      "roleManagement/directory/roleEligibilityScheduleRequests",
      role,
      ofRole,
    ),
    privilegedAccessGroup_assignmentScheduleRequests_Create: request(
      "identityGovernance/privilegedAccess/group/assignmentScheduleRequests",
      group,
      ofGroup,
    ),
    privilegedAccessGroup_eligibilityScheduleRequests_Create: request(
      "identityGovernance/privilegedAccess/group/eligibilityScheduleRequests",
      group,
      ofGroup,
    ),
    roleManagementPolicies_Update: {
      role: "administrator",
      method: "PATCH",
      path: () => policy,
      body: () => ({}),
      samples: {
        ...echoes(
          there.graphPolicy,
          ["displayName", "description", "scopeId", "scopeType"],
          ["isOrganizationDefault"],
        ),
        ...ruleSamples("rules.", approver),
        ...groups("rules."),
      },
    },
    roleManagementPolicies_UpdateRule: {
      role: "administrator",
      method: "PATCH",
      path: ({ id }) => `${policy}/rules/${id}`,
      body: () => ({ id: "Approval_EndUser_Assignment" }),
      samples: { ...ruleSamples("", approver), ...groups("") },
    },
    roleAssignmentApprovals_UpdateStep: step("roleAssignmentApprovals_UpdateStep"),
    privilegedAccessGroup_assignmentApprovals_UpdateStep: step(
      "privilegedAccessGroup_assignmentApprovals_UpdateStep",
    ),
  };
}
