/** A call for every operation of Graph's contract. The member asks, the approver decides; all of it in the cast's consumer. */
import type { Cast, Role } from "../golden/cast.ts";
import type { Call, Example } from "./examples.ts";

const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";
const AT_ONCE = "2020-01-01T00:00:00Z";

/** The half of the surface that a set belongs to: its addresses, and how its bodies name what is held. */
interface Half {
  readonly prefix: string;
  readonly path: string;
  readonly assignments: string;
  readonly eligibilities: string;
  readonly approvals: string;
  /** What is asked for, behind an approval; and what is assigned and made eligible, so that neither is in the other's way. */
  asked(cast: Cast): object;
  given(cast: Cast): object;
  policies(cast: Cast): string;
}

const groupId = (cast: Cast) => cast.system.world.ref("Group", "contoso", "platform-approvers").objectId;

const DIRECTORY: Half = {
  prefix: "",
  path: "roleManagement/directory",
  assignments: "roleAssignment",
  eligibilities: "roleEligibility",
  approvals: "roleAssignmentApprovals",
  asked: () => ({ roleDefinitionId: ACCESS_ADMINISTRATOR, directoryScopeId: "/" }),
  given: () => ({ roleDefinitionId: READER, directoryScopeId: "/" }),
  policies: () =>
    `scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '${ACCESS_ADMINISTRATOR}'`,
};
const GROUP: Half = {
  prefix: "privilegedAccessGroup_",
  path: "identityGovernance/privilegedAccess/group",
  assignments: "assignment",
  eligibilities: "eligibility",
  approvals: "assignmentApprovals",
  asked: (cast) => ({ groupId: groupId(cast), accessId: "member" }),
  given: (cast) => ({ groupId: groupId(cast), accessId: "owner" }),
  policies: (cast) =>
    `scopeId eq '${groupId(cast)}' and scopeType eq 'Group' and roleDefinitionId eq 'member'`,
};

type Body = Readonly<Record<string, unknown>>;
const idOf = (cast: Cast, role: Role) => cast.caller(role === "nobody" ? "member" : role).ref.objectId;

async function read(cast: Cast, role: Role, path: string): Promise<Body[]> {
  const { status, body } = await cast.at(role, "GET", path);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return (body as { value: Body[] }).value;
}

async function post(cast: Cast, role: Role, path: string, body: unknown): Promise<Body | null> {
  const answer = await cast.at(role, "POST", path, body);
  return answer.status < 300 ? (answer.body as Body) : null;
}

const requests = ({ path }: Half, of: string) => `/v1.0/${path}/${of}ScheduleRequests`;

function ask(cast: Cast, action: string, held: object, [principal, duration = "PT30M"]: [Role, string?]) {
  return {
    action,
    principalId: idOf(cast, principal),
    ...held,
    justification: "the new pipeline",
    scheduleInfo: { startDateTime: AT_ONCE, expiration: { type: "afterDuration", duration } },
  };
}

/** The member may ask, and the approver decides; done once for each cast. */
const ready = new WeakMap<Cast, Map<Half, Promise<void>>>();
function prepared(cast: Cast, half: Half): Promise<void> {
  const halves = ready.get(cast) ?? new Map<Half, Promise<void>>();
  ready.set(cast, halves);
  const doing = halves.get(half) ?? prepare(cast, half);
  halves.set(half, doing);
  return doing;
}

async function prepare(cast: Cast, half: Half): Promise<void> {
  const eligible = ask(cast, "adminAssign", half.asked(cast), ["member", "P30D"]);
  await post(cast, "administrator", requests(half, half.eligibilities), eligible);
  const rule = `/v1.0/policies/roleManagementPolicies/${await policyId(cast, half)}/rules/Approval_EndUser_Assignment`;
  const primaryApprovers = [{ "@odata.type": "#microsoft.graph.singleUser", userId: idOf(cast, "approver") }];
  const setting = { isApprovalRequired: true, approvalStages: [{ primaryApprovers }] };
  const { status, body } = await cast.at("administrator", "PATCH", rule, { setting });
  if (status !== 200) throw new Error(JSON.stringify(body));
}

async function policyId(cast: Cast, half: Half): Promise<string> {
  const filter = encodeURIComponent(half.policies(cast));
  const path = `/v1.0/policies/roleManagementPolicyAssignments?$filter=${filter}`;
  const [assignment] = await read(cast, "administrator", path);
  return String(assignment?.policyId);
}

/** A request of the member's that waits for its approver. */
async function pendingAsk(cast: Cast, half: Half): Promise<string> {
  await nothingHeld(cast, half);
  const path = requests(half, half.assignments);
  const made = await post(cast, "member", path, ask(cast, "selfActivate", half.asked(cast), ["member"]));
  if (made === null) throw new Error("the member could not ask");
  return String(made.id);
}

/** What was asked for before is taken back, what was held is given up. */
async function nothingHeld(cast: Cast, half: Half): Promise<void> {
  await prepared(cast, half);
  const path = requests(half, half.assignments);
  const mine = await read(cast, "member", `${path}/filterByCurrentUser(on='createdBy')`);
  for (const { id } of mine.filter(({ status }) => status === "PendingApproval"))
    await cast.at("member", "POST", `${path}/${id}/cancel`);
  await post(cast, "member", path, ask(cast, "selfDeactivate", half.asked(cast), ["member"]));
}

/** Something that the auditor holds or may ask for: by administrators, without a request. */
async function given(cast: Cast, half: Half, of: string): Promise<Body> {
  const path = requests(half, of);
  await post(cast, "administrator", path, ask(cast, "adminRemove", half.given(cast), ["auditor"]));
  const made = await post(
    cast,
    "administrator",
    path,
    ask(cast, "adminAssign", half.given(cast), ["auditor", "P7D"]),
  );
  if (made === null) throw new Error("the administrator could not assign");
  return made;
}

function get(words: string, path: (cast: Cast) => Promise<string> | string, differs?: string): Example {
  return {
    words,
    ...(differs === undefined ? {} : { differs }),
    make: async (cast) => ({ method: "GET", path: await path(cast) }),
  };
}

function setExamples(half: Half, what: string): Record<string, Example> {
  const ours = (of: string, verb: string) => `${half.prefix}${of}ScheduleRequests_${verb}`;
  const { assignments, eligibilities } = half;
  const at = requests(half, assignments);
  const eligibleAt = requests(half, eligibilities);
  return {
    [ours(assignments, "Create")]: {
      words: `activate ${what}`,
      differs: "409 never: every refusal is a 400 with its code; `isValidationOnly` shows `Granted`",
      async make(cast, role) {
        await nothingHeld(cast, half);
        return { method: "POST", path: at, body: ask(cast, "selfActivate", half.asked(cast), [role]) };
      },
    },
    [ours(assignments, "List")]: get(`list requests for ${what}`, () => at, "those that one may see"),
    [ours(assignments, "FilterByCurrentUser")]: get(
      `list requests for ${what} that wait for oneself`,
      () => `${at}/filterByCurrentUser(on='approver')`,
    ),
    [ours(assignments, "Get")]: get(
      `read a request for ${what}`,
      async (cast) => `${at}/${await pendingAsk(cast, half)}`,
    ),
    [ours(assignments, "Cancel")]: {
      words: `cancel a request for ${what}`,
      make: async (cast) => ({
        method: "POST",
        path: `${at}/${await pendingAsk(cast, half)}/cancel`,
        body: {},
      }),
    },
    [ours(eligibilities, "Create")]: {
      words: `make somebody eligible for ${what}`,
      differs: "administrators only",
      async make(cast) {
        await post(
          cast,
          "administrator",
          eligibleAt,
          ask(cast, "adminRemove", half.given(cast), ["auditor"]),
        );
        const body = ask(cast, "adminAssign", half.given(cast), ["auditor", "P7D"]);
        return { method: "POST", path: eligibleAt, body };
      },
    },
    [ours(eligibilities, "List")]: get(
      `list eligibility requests for ${what}`,
      () => eligibleAt,
      "those made through these surfaces",
    ),
    [ours(eligibilities, "FilterByCurrentUser")]: get(
      `list eligibility requests for ${what} about oneself`,
      () => `${eligibleAt}/filterByCurrentUser(on='principal')`,
    ),
    [ours(eligibilities, "Get")]: get(
      `read an eligibility request for ${what}`,
      async (cast) => `${eligibleAt}/${(await given(cast, half, eligibilities)).id}`,
    ),
    [ours(eligibilities, "Cancel")]: {
      words: `cancel an eligibility request for ${what}`,
      differs: "they are done at once: there is nothing to cancel",
      make: async (cast) => ({
        method: "POST",
        path: `${eligibleAt}/${(await given(cast, half, eligibilities)).id}/cancel`,
        body: {},
      }),
    },
    ...scheduleExamples(half, assignments, `assignments of ${what}`),
    ...scheduleExamples(half, eligibilities, `eligibilities for ${what}`),
    ...approvalExamples(half, what),
  };
}

function scheduleExamples(half: Half, of: string, what: string): Record<string, Example> {
  return Object.fromEntries(
    ["Schedules", "ScheduleInstances"].flatMap((form) => {
      const at = `/v1.0/${half.path}/${of}${form}`;
      const id = (verb: string) => `${half.prefix}${of}${form}_${verb}`;
      const words = form === "Schedules" ? `schedules of ${what}` : `${what} in effect`;
      const one = async (cast: Cast) => `${at}/${(await given(cast, half, of)).targetScheduleId}`;
      return [
        [id("List"), get(`list ${words}`, () => at, "one's own; administrators and auditors everybody's")],
        [
          id("FilterByCurrentUser"),
          get(`list one's own ${words}`, () => `${at}/filterByCurrentUser(on='principal')`),
        ],
        [id("Get"), get(`read one of the ${words}`, one)],
      ];
    }),
  );
}

function approvalExamples(half: Half, what: string): Record<string, Example> {
  const at = `/beta/${half.path}/${half.approvals}`;
  const id = (verb: string) => `${half.prefix}${half.approvals}_${verb}`;
  const one = async (cast: Cast) => `${at}/${await pendingAsk(cast, half)}`;
  const step = async (cast: Cast) => {
    const approval = await one(cast);
    const [first] = await read(cast, "approver", `${approval}/steps`);
    return `${approval}/steps/${first?.id}`;
  };
  return {
    [id("FilterByCurrentUser")]: get(
      `list approvals of ${what} that wait for oneself`,
      () => `${at}/filterByCurrentUser(on='approver')`,
    ),
    [id("Get")]: get(`read an approval of ${what}`, one, "steps are always expanded"),
    [id("ListSteps")]: get(
      `list the steps of an approval of ${what}`,
      async (cast) => `${await one(cast)}/steps`,
    ),
    [id("GetStep")]: get(`read a step of an approval of ${what}`, step),
    [id("UpdateStep")]: {
      words: `approve a step of an approval of ${what}`,
      make: async (cast) => ({
        method: "PATCH",
        path: await step(cast),
        body: { reviewResult: "Approve", justification: "fine" },
      }),
    },
  };
}

function policyExamples(): Record<string, Example> {
  const at = "/v1.0/policies/roleManagementPolicies";
  const assignmentsAt = "/v1.0/policies/roleManagementPolicyAssignments";
  const filter = encodeURIComponent("scopeId eq '/' and scopeType eq 'DirectoryRole'");
  const one = async (cast: Cast) => `${at}/${await policyId(cast, DIRECTORY)}`;
  const expiration = {
    id: "Expiration_EndUser_Assignment",
    isExpirationRequired: true,
    maximumDuration: "PT3H",
  };
  const patch = async (cast: Cast, rest: string, body: object): Promise<Call> => ({
    method: "PATCH",
    path: `${await one(cast)}${rest}`,
    body,
  });
  return {
    roleManagementPolicies_List: get(
      "list policies of roles",
      () => `${at}?$filter=${filter}`,
      "of one's own organisation",
    ),
    roleManagementPolicies_Get: get("read a policy of a role", one),
    roleManagementPolicies_Update: {
      words: "change several rules of a policy",
      differs: "200 with the new state; approvers are `singleUser` and `groupMembers` only",
      make: (cast) => patch(cast, "", { rules: [expiration] }),
    },
    roleManagementPolicies_ListRules: get(
      "list the rules of a policy",
      async (cast) => `${await one(cast)}/rules`,
    ),
    roleManagementPolicies_GetRule: get(
      "read a rule of a policy",
      async (cast) => `${await one(cast)}/rules/${expiration.id}`,
    ),
    roleManagementPolicies_UpdateRule: {
      words: "change a rule of a policy",
      differs: "as above; what is left out stays",
      make: (cast) => patch(cast, `/rules/${expiration.id}`, expiration),
    },
    roleManagementPolicyAssignments_List: get(
      "list which role has which policy",
      () => `${assignmentsAt}?$filter=${filter}`,
    ),
    roleManagementPolicyAssignments_Get: get(
      "read which policy a role has",
      async (cast) => `${assignmentsAt}/${await policyId(cast, DIRECTORY)}_${ACCESS_ADMINISTRATOR}`,
    ),
  };
}

function directoryExamples(): Record<string, Example> {
  const ofOwn = "of one's own organisation";
  const roles = `/v1.0/${DIRECTORY.path}`;
  return {
    roleDefinitions_List: get(
      "list roles of the directory",
      () => `${roles}/roleDefinitions`,
      "Curfew's own",
    ),
    roleDefinitions_Get: get("read a role of the directory", () => `${roles}/roleDefinitions/${READER}`),
    roleAssignments_List: get("list what is held in the directory", () => `${roles}/roleAssignments`),
    roleAssignments_Get: get(
      "read what is held in the directory",
      async (cast) =>
        `${roles}/roleAssignments/${(await given(cast, DIRECTORY, DIRECTORY.assignments)).targetScheduleId}`,
    ),
    me_Get: get("read oneself", () => "/v1.0/me", "people only, as in Graph"),
    organization_List: get("read one's organisation", () => "/v1.0/organization"),
    users_List: get("list people", () => "/v1.0/users", ofOwn),
    users_Get: get("read a person", (cast) => `/v1.0/users/${idOf(cast, "approver")}`, "by id, not by UPN"),
    groups_List: get("list groups", () => "/v1.0/groups", ofOwn),
    groups_Get: get("read a group", (cast) => `/v1.0/groups/${groupId(cast)}`),
    servicePrincipals_List: get("list workloads", () => "/v1.0/servicePrincipals", ofOwn),
    servicePrincipals_Get: get(
      "read a workload",
      (cast) => `/v1.0/servicePrincipals/${idOf(cast, "beneficiary")}`,
      "`appId` is its id",
    ),
  };
}

export const GRAPH_EXAMPLES: Readonly<Record<string, Example>> = {
  ...setExamples(DIRECTORY, "a directory role"),
  ...setExamples(GROUP, "a membership"),
  ...policyExamples(),
  ...directoryExamples(),
};
