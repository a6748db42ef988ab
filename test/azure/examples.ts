/** A call for every operation of Azure's contract, with a fresh subject for whoever makes it. */
import { randomUUID } from "node:crypto";
import { CONTRIBUTOR } from "../fixtures/system.ts";
import type { Cast, Role } from "../golden/cast.ts";
import { liveGrant, pendingRequest, places } from "../golden/operations.ts";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** `make` prepares what the call is about and says how it goes. */
export interface Example {
  readonly words: string;
  /** What is otherwise than in Azure. */
  readonly differs?: string;
  make(cast: Cast, role: Role): Promise<Call> | Call;
}

const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const SOLUTIONS = "?api-version=2021-07-01";
const PIM = "?api-version=2020-10-01";
const APPROVALS = "?api-version=2021-01-01-preview";
const ROLES = "?api-version=2022-04-01";
const RESOURCES = "?api-version=2022-12-01";

const rootOf = (cast: Cast) => places(cast).ledger.split("/").slice(0, 3).join("/");
const groupOf = (cast: Cast) => `${rootOf(cast)}/resourceGroups/applications`;
const solutions = (cast: Cast, rest: string) =>
  `${groupOf(cast)}/providers/Microsoft.Solutions/${rest}${SOLUTIONS}`;
const atLedger = (cast: Cast, rest: string, version = PIM) =>
  `${places(cast).ledger}/providers/Microsoft.Authorization/${rest}${version}`;
const atGroup = (cast: Cast, rest: string, version = PIM) =>
  `${places(cast).group}/providers/Microsoft.Authorization/${rest}${version}`;
const idOf = (cast: Cast, role: Role) => cast.caller(role === "nobody" ? "member" : role).ref.objectId;

const get = (words: string, path: (cast: Cast) => string, differs?: string): Example => ({
  words,
  ...(differs === undefined ? {} : { differs }),
  make: (cast) => ({ method: "GET", path: path(cast) }),
});

export const EXAMPLES: Readonly<Record<string, Example>> = {
  Tenants_List: get("list one's tenant", () => `/tenants${RESOURCES}`, "one's own tenant only"),
  Subscriptions_List: get(
    "list subscriptions",
    () => `/subscriptions${RESOURCES}`,
    "a consumer's subscription carries the consumer's name for its publisher",
  ),
  Subscriptions_Get: get("read a subscription", (cast) => `${rootOf(cast)}${RESOURCES}`),
  ResourceGroups_List: get(
    "list resource groups",
    (cast) => `${rootOf(cast)}/resourceGroups${RESOURCES}`,
    "those that something one may see lies in; Curfew keeps no resource groups",
  ),
  ResourceGroups_Get: get("read a resource group", (cast) => `${groupOf(cast)}${RESOURCES}`, "as above"),
  Providers_ListAtTenantScope: get("list providers", () => `/providers${RESOURCES}`),
  Providers_GetAtTenantScope: get("read a provider", () => `/providers/Microsoft.Solutions${RESOURCES}`),
  Providers_List: get("list providers of a subscription", (cast) => `${rootOf(cast)}/providers${RESOURCES}`),
  Providers_Get: get(
    "read a provider of a subscription",
    (cast) => `${rootOf(cast)}/providers/Microsoft.Authorization${RESOURCES}`,
  ),
  ListOperations: get(
    "list operations of Microsoft.Solutions",
    () => `/providers/Microsoft.Solutions/operations${SOLUTIONS}`,
  ),
  Operations_List: get(
    "list operations of Microsoft.Authorization",
    () => `/providers/Microsoft.Authorization/operations${APPROVALS}`,
  ),

  JitRequests_Get: {
    words: "read a JIT request",
    differs: "one made elsewhere is found by its own id in its application's resource group",
    make: async (cast) => ({
      method: "GET",
      path: solutions(cast, `jitRequests/${await pendingRequest(cast)}`),
    }),
  },
  jitRequests_CreateOrUpdate: {
    words: "ask for a role on the application",
    differs:
      "one principal a request; only the schedule type `Once`; header `x-ms-justification`; the same PUT again finds what it made, another is 409",
    async make(cast, role) {
      await pendingRequest(cast).then((id) =>
        cast.call("administrator", "POST", `/access-requests/${id}/cancel`),
      );
      return {
        method: "PUT",
        path: solutions(cast, `jitRequests/${randomUUID()}`),
        body: jitRequest(cast, role),
      };
    },
  },
  JitRequests_Update: {
    words: "tag a JIT request",
    make: async (cast) => ({
      method: "PATCH",
      path: solutions(cast, `jitRequests/${await pendingRequest(cast)}`),
      body: { tags: { ticket: "4711" } },
    }),
  },
  jitRequests_Delete: {
    words: "take a JIT request back",
    differs:
      "cancels what is pending; history stays, and reading it goes on; 409 while access that was given has not ended",
    make: async (cast) => ({
      method: "DELETE",
      path: solutions(cast, `jitRequests/${await pendingRequest(cast)}`),
    }),
  },
  jitRequests_ListBySubscription: get(
    "list JIT requests of a subscription",
    (cast) => `${rootOf(cast)}/providers/Microsoft.Solutions/jitRequests${SOLUTIONS}`,
    "those that one may see",
  ),
  jitRequests_ListByResourceGroup: get(
    "list JIT requests of a resource group",
    (cast) => solutions(cast, "jitRequests"),
    "those that one may see",
  ),

  Applications_Get: get(
    "read the application",
    (cast) => solutions(cast, "applications/ledger"),
    "approvers are told to the consumer alone",
  ),
  Applications_CreateOrUpdate: {
    words: "put the application with another maximum",
    differs:
      "`jitAccessEnabled: false` is the acknowledgement of permanent access; `plan.version` accepts a version of the offer; whoever deploys becomes an owner",
    make: (cast) => ({
      method: "PUT",
      path: solutions(cast, "applications/ledger"),
      body: {
        kind: "ServiceCatalog",
        location: "westeurope",
        properties: { jitAccessPolicy: { jitAccessEnabled: true, maximumJitAccessDuration: "PT7H" } },
      },
    }),
  },
  Applications_Update: {
    words: "tag the application",
    make: (cast) => ({
      method: "PATCH",
      path: solutions(cast, "applications/ledger"),
      body: { tags: { team: "finance" } },
    }),
  },
  Applications_Delete: {
    words: "delete an application",
    differs: "its requests and grants end with it; history stays",
    async make(cast) {
      await cast.at(
        "administrator",
        "PUT",
        solutions(cast, "applications/probe"),
        await newApplication(cast),
      );
      return { method: "DELETE", path: solutions(cast, "applications/probe") };
    },
  },
  Applications_ListBySubscription: get(
    "list applications of a subscription",
    (cast) => `${rootOf(cast)}/providers/Microsoft.Solutions/applications${SOLUTIONS}`,
  ),
  Applications_ListByResourceGroup: get("list applications of a resource group", (cast) =>
    solutions(cast, "applications"),
  ),
  Applications_UpdateAccess: {
    words: "approve a JIT request by updateAccess",
    differs: "decides the request at once (200); the decider is whoever calls; `Remove` revokes",
    make: async (cast) => ({
      method: "POST",
      path: solutions(cast, "applications/ledger/updateAccess"),
      body: {
        metadata: { originRequestId: await pendingRequest(cast) },
        status: "Elevate",
        subStatus: "Approved",
      },
    }),
  },
  Applications_RefreshPermissions: {
    words: "refresh permissions",
    differs: "access follows the deployment by itself; 200 at once",
    make: (cast) => ({ method: "POST", path: solutions(cast, "applications/ledger/refreshPermissions") }),
  },
  Applications_ListAllowedUpgradePlans: {
    words: "list newer versions of the offer",
    make: (cast) => ({
      method: "POST",
      path: solutions(cast, "applications/ledger/listAllowedUpgradePlans"),
    }),
  },
  Applications_ListTokens: {
    words: "list tokens of the application's identity",
    differs: "always empty: applications have no managed identity here",
    make: (cast) => ({ method: "POST", path: solutions(cast, "applications/ledger/listTokens"), body: {} }),
  },

  ApplicationDefinitions_Get: definition("read an application definition", "GET"),
  ApplicationDefinitions_CreateOrUpdate: {
    ...definition("publish an application definition", "PUT", definitionBody),
    differs:
      "JIT access is offered where createUiDefinition has the JIT control; to whom it is offered is said in Curfew's own documents; one name an organisation",
  },
  ApplicationDefinitions_Update: definition("tag an application definition", "PATCH", () => ({
    tags: { team: "platform" },
  })),
  ApplicationDefinitions_Delete: {
    ...definition("delete an application definition", "DELETE"),
    differs: "what was deployed of it stays",
  },
  ApplicationDefinitions_ListBySubscription: get(
    "list application definitions of a subscription",
    (cast) => `${fabrikam(cast)}/providers/Microsoft.Solutions/applicationDefinitions${SOLUTIONS}`,
    "those of that subscription that are one's own or offered to one's organisation",
  ),
  ApplicationDefinitions_ListByResourceGroup: get(
    "list application definitions of a resource group",
    (cast) =>
      `${fabrikam(cast)}/resourceGroups/offers/providers/Microsoft.Solutions/applicationDefinitions${SOLUTIONS}`,
    "as above",
  ),

  RoleAssignmentScheduleRequests_Create: {
    words: "activate a role on the application",
    differs:
      "the same PUT again finds the request; SelfRenew asks anew; AdminUpdate and AdminExtend end the assignment and make another",
    async make(cast, role) {
      await pendingRequest(cast).then((id) =>
        cast.call("administrator", "POST", `/access-requests/${id}/cancel`),
      );
      return {
        method: "PUT",
        path: atLedger(cast, `roleAssignmentScheduleRequests/${randomUUID()}`),
        body: activation(cast, role),
      };
    },
  },
  RoleAssignmentScheduleRequests_Get: {
    words: "read a request",
    differs: "requests stay for ever; one for several roles shows its first",
    make: async (cast) => ({
      method: "GET",
      path: atLedger(cast, `roleAssignmentScheduleRequests/${await pendingRequest(cast)}`),
    }),
  },
  RoleAssignmentScheduleRequests_ListForScope: get(
    "list requests",
    (cast) => atLedger(cast, "roleAssignmentScheduleRequests"),
    "those that one may see, also those made elsewhere",
  ),
  RoleAssignmentScheduleRequests_Cancel: {
    words: "cancel a request",
    make: async (cast) => ({
      method: "POST",
      path: atLedger(cast, `roleAssignmentScheduleRequests/${await pendingRequest(cast)}/cancel`),
    }),
  },
  RoleAssignmentScheduleRequests_Validate: {
    words: "validate a request",
    async make(cast, role) {
      await pendingRequest(cast).then((id) =>
        cast.call("administrator", "POST", `/access-requests/${id}/cancel`),
      );
      return {
        method: "POST",
        path: atLedger(cast, `roleAssignmentScheduleRequests/${randomUUID()}/validate`),
        body: activation(cast, role),
      };
    },
  },
  RoleEligibilityScheduleRequests_Create: {
    words: "make somebody eligible",
    differs: "administrators only: SelfExtend and SelfRenew of an eligibility are refused with a sentence",
    async make(cast) {
      await endEligibility(cast);
      return {
        method: "PUT",
        path: atGroup(cast, `roleEligibilityScheduleRequests/${randomUUID()}`),
        body: eligibility(cast, "AdminAssign"),
      };
    },
  },
  RoleEligibilityScheduleRequests_Get: eligibilityRequest("read an eligibility request", "GET", ""),
  RoleEligibilityScheduleRequests_ListForScope: get(
    "list eligibility requests",
    (cast) => atGroup(cast, "roleEligibilityScheduleRequests"),
    "those made through these surfaces; documents leave none",
  ),
  RoleEligibilityScheduleRequests_Cancel: {
    ...eligibilityRequest("cancel an eligibility request", "POST", "/cancel"),
    differs: "they are done at once, so there is nothing to cancel: 409",
  },
  RoleEligibilityScheduleRequests_Validate: {
    words: "validate an eligibility request",
    async make(cast) {
      await endEligibility(cast);
      return {
        method: "POST",
        path: atGroup(cast, `roleEligibilityScheduleRequests/${randomUUID()}/validate`),
        body: eligibility(cast, "AdminAssign"),
      };
    },
  },
  RoleAssignmentSchedules_ListForScope: get(
    "list assignment schedules",
    (cast) => atLedger(cast, "roleAssignmentSchedules"),
    "one's own; administrators and auditors everybody's",
  ),
  RoleAssignmentSchedules_Get: grant("read an assignment schedule", "roleAssignmentSchedules"),
  RoleAssignmentScheduleInstances_ListForScope: get(
    "list assignment instances",
    (cast) => atLedger(cast, "roleAssignmentScheduleInstances"),
    "what is live at this moment",
  ),
  RoleAssignmentScheduleInstances_Get: grant(
    "read an assignment instance",
    "roleAssignmentScheduleInstances",
  ),
  RoleEligibilitySchedules_ListForScope: get(
    "list eligibility schedules",
    (cast) => atGroup(cast, "roleEligibilitySchedules"),
    "one's own; administrators and auditors everybody's",
  ),
  RoleEligibilitySchedules_Get: eligible("read an eligibility schedule", "roleEligibilitySchedules"),
  RoleEligibilityScheduleInstances_ListForScope: get("list eligibility instances", (cast) =>
    atGroup(cast, "roleEligibilityScheduleInstances"),
  ),
  RoleEligibilityScheduleInstances_Get: eligible(
    "read an eligibility instance",
    "roleEligibilityScheduleInstances",
  ),
  EligibleChildResources_Get: get(
    "list resources one is eligible at",
    (cast) => `${rootOf(cast)}/providers/Microsoft.Authorization/eligibleChildResources${PIM}`,
  ),

  RoleManagementPolicies_ListForScope: get(
    "list policies",
    (cast) => atGroup(cast, "roleManagementPolicies"),
    "of one's own organisation's scopes",
  ),
  RoleManagementPolicies_Get: policy("read a policy", "GET", "roleManagementPolicies"),
  RoleManagementPolicies_Update: {
    ...policy("change a policy's rules", "PATCH", "roleManagementPolicies", () => ({
      properties: {
        rules: [
          {
            id: "Expiration_EndUser_Assignment",
            ruleType: "RoleManagementPolicyExpirationRule",
            maximumDuration: "PT3H",
          },
        ],
      },
    })),
    differs: "an activation always ends; isApprovalRequiredForExtension follows isApprovalRequired",
  },
  RoleManagementPolicies_Delete: {
    ...policy("reset a policy", "DELETE", "roleManagementPolicies"),
    differs: "goes back to what is inherited; 204 where nothing was set",
  },
  RoleManagementPolicyAssignments_ListForScope: get("list policy assignments", (cast) =>
    atGroup(cast, "roleManagementPolicyAssignments"),
  ),
  RoleManagementPolicyAssignments_Get: policy(
    "read a policy assignment",
    "GET",
    "roleManagementPolicyAssignments",
  ),
  RoleManagementPolicyAssignments_Create: {
    ...policy("assign a policy", "PUT", "roleManagementPolicyAssignments", () => ({ properties: {} })),
    differs: "a role at a scope always has its own policy; changes nothing",
  },
  RoleManagementPolicyAssignments_Delete: {
    ...policy("unassign a policy", "DELETE", "roleManagementPolicyAssignments"),
    differs: "refused: delete the policy itself",
  },

  RoleAssignmentApproval_List: get(
    "list what one may decide",
    () => `/providers/Microsoft.Authorization/roleAssignmentApprovals${APPROVALS}`,
  ),
  RoleAssignmentApproval_GetById: approval("read an approval", { method: "GET", rest: "", scope: () => "" }),
  RoleAssignmentApprovalSteps_List: approval("list an approval's stages", {
    method: "GET",
    rest: "/stages",
    scope: () => "",
  }),
  RoleAssignmentApprovalStep_GetById: approval("read a stage", {
    method: "GET",
    rest: "stage",
    scope: () => "",
  }),
  RoleAssignmentApprovalStep_Patch: approval(
    "approve a stage",
    { method: "PATCH", rest: "stage", scope: () => "" },
    review,
  ),
  RoleAssignmentApprovalStep_Put: approval(
    "deny a stage",
    { method: "PUT", rest: "stage", scope: () => "" },
    () => ({ properties: { reviewResult: "Deny", justification: "not now" } }),
  ),
  ScopeRoleAssignmentApproval_List: get(
    "list what one may decide, at a scope",
    (cast) => atLedger(cast, "roleAssignmentApprovals", APPROVALS),
    "not narrowed to the scope",
  ),
  ScopeRoleAssignmentApproval_GetById: approval("read an approval, at a scope", {
    method: "GET",
    rest: "",
    scope: (cast) => places(cast).ledger,
  }),
  ScopeRoleAssignmentApprovalSteps_List: approval("list an approval's stages, at a scope", {
    method: "GET",
    rest: "/stages",
    scope: (cast) => places(cast).ledger,
  }),
  ScopeRoleAssignmentApprovalStep_GetById: approval("read a stage, at a scope", {
    method: "GET",
    rest: "stage",
    scope: (cast) => places(cast).ledger,
  }),
  ScopeRoleAssignmentApprovalStep_Patch: approval(
    "approve a stage, at a scope",
    { method: "PATCH", rest: "stage", scope: (cast) => places(cast).ledger },
    review,
  ),
  ScopeRoleAssignmentApprovalStep_Put: approval(
    "approve a stage by PUT, at a scope",
    { method: "PUT", rest: "stage", scope: (cast) => places(cast).ledger },
    review,
  ),

  RoleAssignments_ListForScope: get(
    "list assignments",
    (cast) => atLedger(cast, "roleAssignments", ROLES),
    "what is live at this moment: one's own; administrators and auditors everybody's",
  ),
  RoleAssignments_Get: grant("read an assignment", "roleAssignments", ROLES),
  RoleAssignments_Create: {
    words: "assign a role",
    differs: "to principals of one's own organisation",
    async make(cast) {
      await liveGrant(cast);
      return {
        method: "PUT",
        path: atGroup(cast, `roleAssignments/${randomUUID()}`, ROLES),
        body: { properties: { roleDefinitionId: READER, principalId: idOf(cast, "member") } },
      };
    },
  },
  RoleAssignments_Delete: {
    words: "delete an assignment",
    async make(cast) {
      await liveGrant(cast);
      const name = randomUUID();
      const body = { properties: { roleDefinitionId: READER, principalId: idOf(cast, "member") } };
      await cast.at("administrator", "PUT", atGroup(cast, `roleAssignments/${name}`, ROLES), body);
      return { method: "DELETE", path: atGroup(cast, `roleAssignments/${name}`, ROLES) };
    },
  },
  RoleDefinitions_List: get("list role definitions", (cast) => atLedger(cast, "roleDefinitions", ROLES)),
  RoleDefinitions_Get: get("read a role definition", (cast) =>
    atLedger(cast, `roleDefinitions/${CONTRIBUTOR}`, ROLES),
  ),
  RoleDefinitions_CreateOrUpdate: {
    words: "define a role",
    differs: "one set of permissions; a role keeps its name",
    make: (cast) => ({
      method: "PUT",
      path: atGroup(cast, `roleDefinitions/${randomUUID()}`, ROLES),
      body: roleBody(cast),
    }),
  },
  RoleDefinitions_Delete: {
    words: "delete a role definition",
    async make(cast) {
      const id = randomUUID();
      await cast.at("administrator", "PUT", atGroup(cast, `roleDefinitions/${id}`, ROLES), roleBody(cast));
      return { method: "DELETE", path: atGroup(cast, `roleDefinitions/${id}`, ROLES) };
    },
  },
};

function jitRequest(cast: Cast, role: Role) {
  return {
    location: "westeurope",
    properties: {
      applicationResourceId: places(cast).ledger,
      jitAuthorizationPolicies: [{ principalId: idOf(cast, role), roleDefinitionId: CONTRIBUTOR }],
      jitSchedulingPolicy: { type: "Once", duration: "PT30M", startTime: "2020-01-01T00:00:00Z" },
    },
  };
}

function activation(cast: Cast, role: Role) {
  return {
    properties: {
      principalId: idOf(cast, role),
      roleDefinitionId: CONTRIBUTOR,
      requestType: "SelfActivate",
      justification: "fix order 4711",
      scheduleInfo: {
        startDateTime: "2020-01-01T00:00:00Z",
        expiration: { type: "AfterDuration", duration: "PT30M" },
      },
    },
  };
}

function eligibility(cast: Cast, requestType: string) {
  return {
    properties: {
      principalId: idOf(cast, "member"),
      roleDefinitionId: READER,
      requestType,
      scheduleInfo: {
        startDateTime: "2020-01-01T00:00:00Z",
        expiration: { type: "AfterDuration", duration: "P30D" },
      },
    },
  };
}

async function endEligibility(cast: Cast): Promise<void> {
  await cast.at(
    "administrator",
    "PUT",
    atGroup(cast, `roleEligibilityScheduleRequests/${randomUUID()}`),
    eligibility(cast, "AdminRemove"),
  );
}

async function newEligibility(cast: Cast): Promise<{ name: string; scheduleId: string }> {
  await endEligibility(cast);
  const name = randomUUID();
  const path = atGroup(cast, `roleEligibilityScheduleRequests/${name}`);
  const made = await cast.at("administrator", "PUT", path, eligibility(cast, "AdminAssign"));
  const { properties } = made.body as { properties: { targetRoleEligibilityScheduleId: string } };
  return { name, scheduleId: properties.targetRoleEligibilityScheduleId.split("/").at(-1) ?? "" };
}

function eligibilityRequest(words: string, method: string, verb: string): Example {
  return {
    words,
    make: async (cast) => ({
      method,
      path: atGroup(cast, `roleEligibilityScheduleRequests/${(await newEligibility(cast)).name}${verb}`),
    }),
  };
}

function eligible(words: string, type: string): Example {
  return {
    words,
    make: async (cast) => ({
      method: "GET",
      path: atGroup(cast, `${type}/${(await newEligibility(cast)).scheduleId}`),
    }),
  };
}

function grant(words: string, type: string, version = PIM): Example {
  return {
    words,
    make: async (cast) => ({
      method: "GET",
      path: atLedger(cast, `${type}/${(await liveGrant(cast)).id}`, version),
    }),
  };
}

function policy(
  words: string,
  method: string,
  type: "roleManagementPolicies" | "roleManagementPolicyAssignments",
  body?: () => unknown,
): Example {
  return {
    words,
    async make(cast) {
      const listed = await cast.at("administrator", "GET", atGroup(cast, "roleManagementPolicyAssignments"));
      const { value } = listed.body as { value: { name: string }[] };
      const found = value.find(({ name }) => name.endsWith(READER))?.name ?? "";
      const name = type === "roleManagementPolicyAssignments" ? found : found.split("_")[0];
      return {
        method,
        path: atGroup(cast, `${type}/${name}`),
        ...(body === undefined ? {} : { body: body() }),
      };
    },
  };
}

function review() {
  return { properties: { reviewResult: "Approve", justification: "fine" } };
}

interface Asked {
  readonly method: string;
  readonly rest: string;
  readonly scope: (cast: Cast) => string;
}

function approval(words: string, { method, rest, scope }: Asked, body?: () => unknown): Example {
  return {
    words,
    async make(cast) {
      const at = `${scope(cast)}/providers/Microsoft.Authorization/roleAssignmentApprovals/${await pendingRequest(cast)}`;
      const path = rest === "stage" ? `${at}/stages/${await stageOf(cast, at)}` : `${at}${rest}`;
      return { method, path: `${path}${APPROVALS}`, ...(body === undefined ? {} : { body: body() }) };
    },
  };
}

async function stageOf(cast: Cast, at: string): Promise<string> {
  const { body } = await cast.at("approver", "GET", `${at}/stages${APPROVALS}`);
  return (body as { value: { name: string }[] }).value[0]?.name ?? "";
}

const fabrikam = (cast: Cast) =>
  `/subscriptions/${cast.system.world.id("Subscription", "fabrikam", "fabrikam-operations")}`;
const DEFINITION = "probe-platform";

function definition(words: string, method: string, body?: (cast: Cast) => unknown): Example {
  return {
    words,
    async make(cast) {
      const path = `${fabrikam(cast)}/resourceGroups/offers/providers/Microsoft.Solutions/applicationDefinitions/${DEFINITION}${SOLUTIONS}`;
      await cast.at("publisher's administrator", "PUT", path, definitionBody(cast));
      await cast.call(
        "publisher's administrator",
        "PUT",
        `/configuration/ApplicationDefinition/${DEFINITION}`,
        {
          spec: {
            displayName: "Probe",
            authorizations: [{ principal: "support", role: "Contributor" }],
            visibility: { tenants: ["contoso"] },
          },
        },
      );
      return { method, path, ...(body === undefined ? {} : { body: body(cast) }) };
    },
  };
}

function definitionBody(cast: Cast) {
  return {
    location: "westeurope",
    properties: {
      lockLevel: "None",
      displayName: "Probe",
      authorizations: [
        {
          principalId: cast.system.world.ref("Group", "fabrikam", "support").objectId,
          roleDefinitionId: CONTRIBUTOR,
        },
      ],
    },
  };
}

async function newApplication(cast: Cast) {
  const read = await cast.at("administrator", "GET", solutions(cast, "applications/ledger"));
  const { properties } = read.body as { properties: { applicationDefinitionId: string } };
  return {
    kind: "ServiceCatalog",
    location: "westeurope",
    properties: {
      managedResourceGroupId: `${rootOf(cast)}/resourceGroups/probe-managed`,
      applicationDefinitionId: properties.applicationDefinitionId,
    },
  };
}

function roleBody(cast: Cast) {
  return {
    properties: {
      roleName: `Probe ${randomUUID().slice(0, 8)}`,
      permissions: [{ actions: ["Microsoft.Web/sites/read"] }],
      assignableScopes: [places(cast).group],
    },
  };
}
