/** roleManagementPolicies and their assignments: the 17 rules of each role at a scope, readable and patchable. */
import { z } from "zod";
import { formatInstant } from "../../../domain/time.ts";
import { echoes } from "../../../pim/echoes.ts";
import { ruleSchema } from "../../../pim/patch-rules.ts";
import { findPolicy, listPolicies, patchPolicy, resetPolicy } from "../../../pim/policies.ts";
import { rulesOf } from "../../../pim/policy-rules.ts";
import { inWords, type Words } from "../../../pim/words.ts";
import { text } from "../../../use-cases/values.ts";
import type { RolePolicy } from "../../../use-cases/views/role-policies.ts";
import { byName } from "../../cursor.ts";
import { bodyOf } from "../../odata/body.ts";
import type { Filterable } from "../../odata/matches.ts";
import { type Answer, answered, badRequest, done, nameIn } from "../../odata/operation.ts";
import { FILTERED } from "../../odata/page.ts";
import { ruleTakes } from "../../odata/rule-takes.ts";
import type { Takes } from "../../odata/takes.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { idUnder, PROVIDER, roleIdAt } from "./json.ts";
import { PIM } from "./versions.ts";

const shared = { namespace: "Microsoft.Authorization", at: "scope", versions: PIM } as const;
const policies = { ...shared, path: ["roleManagementPolicies"] } as const;
const policy = { ...shared, path: ["roleManagementPolicies", "{name}"] } as const;
const assignments = { ...shared, path: ["roleManagementPolicyAssignments"] } as const;
const assignment = { ...shared, path: ["roleManagementPolicyAssignments", "{name}"] } as const;

const IDS = ["id", "name", "type"];
const RULES = ruleTakes("properties.rules.", ["id"]);
const OWN = "what the policy has";

const PATCH_TAKES: Takes = {
  honoured: RULES.honoured,
  only: {
    "properties.scope": OWN,
    "properties.displayName": OWN,
    "properties.description": OWN,
    "properties.isOrganizationDefault": OWN,
    ...RULES.only,
    ...Object.fromEntries(
      ["primaryApprovers", "escalationApprovers"].map((set) => [
        `properties.rules.setting.approvalStages.${set}.userType`,
        "what the approver is",
      ]),
    ),
  },
  inert: RULES.inert,
  readOnly: [
    ...IDS,
    ...["lastModifiedBy", "lastModifiedDateTime", "effectiveRules", "policyProperties"].map(
      (name) => `properties.${name}`,
    ),
    ...RULES.readOnly,
  ],
};

const ASSIGN_TAKES: Takes = {
  honoured: [],
  only: { "properties.scope": OWN, "properties.roleDefinitionId": OWN, "properties.policyId": OWN },
  readOnly: [...IDS, "properties.effectiveRules", "properties.policyAssignmentProperties"],
};

export const POLICY_OPERATIONS: readonly ArmOperation[] = [
  {
    ...policies,
    id: "RoleManagementPolicies_ListForScope",
    method: "GET",
    options: FILTERED,
    handle: (call) => list(call, policyJson),
  },
  { ...policy, id: "RoleManagementPolicies_Get", method: "GET", handle: (call) => get(call, policyJson) },
  { ...policy, id: "RoleManagementPolicies_Update", method: "PATCH", takes: PATCH_TAKES, handle: patch },
  { ...policy, id: "RoleManagementPolicies_Delete", method: "DELETE", handle: reset },
  {
    ...assignments,
    id: "RoleManagementPolicyAssignments_ListForScope",
    method: "GET",
    options: FILTERED,
    handle: (call) => list(call, assignmentJson),
  },
  {
    ...assignment,
    id: "RoleManagementPolicyAssignments_Get",
    method: "GET",
    handle: (call) => get(call, assignmentJson),
  },
  {
    ...assignment,
    id: "RoleManagementPolicyAssignments_Create",
    method: "PUT",
    takes: ASSIGN_TAKES,
    handle: assign,
  },
  { ...assignment, id: "RoleManagementPolicyAssignments_Delete", method: "DELETE", handle: unassign },
];

type Shape = (words: Words, policy: RolePolicy) => Promise<{ readonly id: string }>;

const ABLE: Filterable<RolePolicy> = {
  properties: {
    roleDefinitionId: ({ role }) => role.id,
    scope: ({ scope }) => scope,
    policyId: (one) => idUnder(one.scope, "roleManagementPolicies", one.id),
  },
  functions: { atScope: () => true },
};

function list(call: ArmCall, shape: Shape): Promise<Answer> {
  const source = { all: () => listPolicies(call, call.scope), key: ({ id }: RolePolicy) => id };
  return listOf(call, byName, { source, able: ABLE }, (all) => inWords(call, all, shape));
}

async function get(call: ArmCall, shape: Shape): Promise<Answer> {
  const found = await findPolicy(call, call.scope, nameIn(call, "name"));
  return answered(found, async (one) => done(200, (await inWords(call, [one], shape))[0]));
}

async function policyJson(words: Words, one: RolePolicy) {
  const rules = await rulesOf(words, one.settings);
  const id = idUnder(one.scope, "roleManagementPolicies", one.id);
  return {
    id,
    name: one.id,
    type: `${PROVIDER}/roleManagementPolicies`,
    properties: {
      scope: one.scope,
      displayName: one.role.name,
      description: `from ${one.source.kind} ${one.source.name}`,
      isOrganizationDefault: one.source.kind === "tier",
      ...(one.resource === null ? {} : { lastModifiedDateTime: formatInstant(one.resource.changed.at) }),
      rules,
      effectiveRules: rules,
      policyProperties: { scope: await words.scope(one.scope) },
    },
  };
}

async function assignmentJson(words: Words, one: RolePolicy) {
  const name = `${one.id}_${one.role.id}`;
  const { builtIn, displayName } = await words.role(one.role.id);
  const roleDefinitionId = roleIdAt(one.scope, one.role.id);
  const policyId = idUnder(one.scope, "roleManagementPolicies", one.id);
  return {
    id: idUnder(one.scope, "roleManagementPolicyAssignments", name),
    name,
    type: `${PROVIDER}/roleManagementPolicyAssignments`,
    properties: {
      scope: one.scope,
      roleDefinitionId,
      policyId,
      effectiveRules: await rulesOf(words, one.settings),
      policyAssignmentProperties: {
        scope: await words.scope(one.scope),
        roleDefinition: { id: roleDefinitionId, displayName, type: builtIn ? "BuiltInRole" : "CustomRole" },
        policy: { id: policyId },
      },
    },
  };
}

const patchSchema = z.looseObject({
  properties: z
    .looseObject({
      scope: text(1_100).nullish(),
      displayName: text(256).nullish(),
      description: text(1_024).nullish(),
      isOrganizationDefault: z.boolean().nullish(),
      rules: z.array(ruleSchema).max(17).nullish(),
    })
    .nullish(),
});

const assignSchema = z.looseObject({
  properties: z
    .looseObject({
      scope: text(1_100).nullish(),
      roleDefinitionId: text(1_100).nullish(),
      policyId: text(1_100).nullish(),
    })
    .nullish(),
});

async function patch(call: ArmCall): Promise<Answer> {
  const body = bodyOf(patchSchema, call.body);
  if (!body.ok) return body;
  const found = await findPolicy(call, call.scope, nameIn(call, "name"));
  if (!found.ok) return found;
  const { rules: said, scope, displayName, description, isOrganizationDefault } = body.value.properties ?? {};
  const about = { scope, displayName, description, isOrganizationDefault };
  const shown = (await inWords(call, [found.value], policyJson))[0]?.properties;
  const same = echoes(about, shown ?? {}, "/properties");
  if (!same.ok) return same;
  const rules = said ?? [];
  const patched = rules.length === 0 ? found : await patchPolicy(call, found.value, rules);
  return patched.ok ? get(call, policyJson) : patched;
}

/** Azure's own policies have no reset: here deleting one goes back to what is inherited. */
async function reset(call: ArmCall): Promise<Answer> {
  const found = await findPolicy(call, call.scope, nameIn(call, "name"));
  if (!found.ok) return found;
  return answered(await resetPolicy(call, found.value), (was) => done(was ? 200 : 204, undefined));
}

/** A role at a scope always has its own policy; saying so again is fine. */
async function assign(call: ArmCall): Promise<Answer> {
  const found = await findPolicy(call, call.scope, nameIn(call, "name"));
  if (!found.ok) return found;
  const body = bodyOf(assignSchema, call.body);
  if (!body.ok) return body;
  const [shown] = await inWords(call, [found.value], assignmentJson);
  const { scope, roleDefinitionId, policyId } = body.value.properties ?? {};
  const same = echoes({ scope, roleDefinitionId, policyId }, shown?.properties ?? {}, "/properties");
  return same.ok ? done(201, shown) : same;
}

async function unassign(call: ArmCall): Promise<Answer> {
  const found = await findPolicy(call, call.scope, nameIn(call, "name"));
  if (!found.ok) return done(204, undefined);
  return badRequest("a role always has a policy: delete the policy itself to go back to what is inherited");
}
