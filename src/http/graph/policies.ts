/** Role management policies, their rules and which role each belongs to: readable, and patchable rule by rule. */

import { z } from "zod";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { formatInstant } from "../../domain/time.ts";
import { echoes } from "../../pim/echoes.ts";
import type { PatchRule } from "../../pim/patch-rules.ts";
import { findPolicy, listPolicies, patchPolicy } from "../../pim/policies.ts";
import { RULE_IDS, rulesOf } from "../../pim/policy-rules.ts";
import { type Words, withWords } from "../../pim/words.ts";
import { text } from "../../use-cases/values.ts";
import type { RolePolicy } from "../../use-cases/views/role-policies.ts";
import { byName } from "../cursor.ts";
import { bodyOf } from "../odata/body.ts";
import type { Filterable } from "../odata/matches.ts";
import { type Answer, nameIn } from "../odata/operation.ts";
import { ruleTakes } from "../odata/rule-takes.ts";
import type { Takes } from "../odata/takes.ts";
import { answerFound, answerOne, type Entity, listOf, listOfAll } from "./entity.ts";
import { type Able, OF_ALL, OF_LIST, OF_ONE } from "./options.ts";
import { type PolicyPlace, placeInFilter, placeInId, policyIdOf, roleIdOfPolicy } from "./policy-place.ts";
import { ruleEntity, ruleOf } from "./rule-json.ts";
import type { GraphCall, GraphOperation } from "./surface.ts";
import { BOTH } from "./versions.ts";

const POLICIES = "policies/roleManagementPolicies";
const ASSIGNMENTS = "policies/roleManagementPolicyAssignments";
const path = POLICIES.split("/");
const one = [...path, "{id}"];
const rule = [...one, "rules", "{ruleId}"];
const shared = { versions: BOTH, method: "GET" } as const;

const navigations = { rules: {}, effectiveRules: {} };
const ofPolicies: Able = { navigation: navigations, fits: byName };
const ofAssignments: Able = { navigation: { policy: navigations }, fits: byName };

const IDS = ["@odata.type", "userId", "groupId"];
const RULE_TAKES: Takes = ruleTakes("", IDS);
const RULES = ruleTakes("rules.", IDS);
const OWN = ["displayName", "description", "isOrganizationDefault", "scopeId", "scopeType"];
const PATCH_TAKES: Takes = {
  ...RULES,
  only: { ...RULES.only, ...Object.fromEntries(OWN.map((name) => [name, "what the policy has"])) },
  readOnly: [...RULES.readOnly, "id", "effectiveRules", "lastModifiedBy", "lastModifiedDateTime"],
};

export const POLICY_OPERATIONS: readonly GraphOperation[] = [
  {
    ...shared,
    id: "roleManagementPolicies_List",
    path,
    options: OF_LIST,
    handle: (call) => list(call, POLICIES, ofPolicies, asPolicy),
  },
  {
    ...shared,
    id: "roleManagementPolicies_Get",
    path: one,
    options: OF_ONE,
    handle: (call) => get(call, POLICIES, ofPolicies, asPolicy),
  },
  {
    ...shared,
    id: "roleManagementPolicies_Update",
    method: "PATCH",
    path: one,
    takes: PATCH_TAKES,
    handle: patch,
  },
  {
    ...shared,
    id: "roleManagementPolicies_ListRules",
    path: [...one, "rules"],
    options: OF_ALL,
    handle: listRules,
  },
  { ...shared, id: "roleManagementPolicies_GetRule", path: rule, handle: getRule },
  {
    ...shared,
    id: "roleManagementPolicies_UpdateRule",
    method: "PATCH",
    path: rule,
    takes: RULE_TAKES,
    handle: patchRule,
  },
  {
    ...shared,
    id: "roleManagementPolicyAssignments_List",
    path: ASSIGNMENTS.split("/"),
    options: OF_LIST,
    handle: (call) => list(call, ASSIGNMENTS, ofAssignments, asAssignment),
  },
  {
    ...shared,
    id: "roleManagementPolicyAssignments_Get",
    path: [...ASSIGNMENTS.split("/"), "{id}"],
    options: OF_ONE,
    handle: (call) => get(call, ASSIGNMENTS, ofAssignments, asAssignment),
  },
];

interface PlacedPolicy {
  readonly place: PolicyPlace;
  readonly policy: RolePolicy;
}

type Make = (call: GraphCall) => (placed: PlacedPolicy, words: Words) => Promise<Entity>;

async function list(call: GraphCall, context: string, able: Able, make: Make): Promise<Answer> {
  return listOf<PlacedPolicy>(call, {
    ...able,
    context,
    async listed(filter) {
      const found = await placeInFilter(call, filter);
      if (!found.ok) return found;
      const place = found.value;
      const all = async () => {
        const policies = await listPolicies(call, place.scope);
        return policies.ok ? accept(policies.value.map((policy) => ({ place, policy }))) : policies;
      };
      const source = { all, key: ({ policy }: PlacedPolicy) => policyIdOf(call, policy) };
      return accept({ source, isHere: isInArea, able: filterable(call) });
    },
    entities: () => make(call),
  });
}

function isInArea({ place, policy }: PlacedPolicy): boolean {
  return place.area.holds({ scope: place.scope, roleDefinitionId: policy.role.id });
}

function filterable(call: GraphCall): Filterable<PlacedPolicy> {
  const id = ({ policy }: PlacedPolicy) => policyIdOf(call, policy);
  return {
    properties: {
      scopeId: ({ place }) => place.scopeId,
      scopeType: ({ place }) => place.scopeType,
      id,
      policyId: id,
      roleDefinitionId: ({ policy }) => roleIdOfPolicy(policy),
      isOrganizationDefault: ({ policy }) => policy.source.kind === "tier",
    },
  };
}

async function find(call: GraphCall): Promise<Outcome<PlacedPolicy>> {
  const named = await placeInId(call, nameIn(call, "id"));
  if (!named.ok) return named;
  const { place, name } = named.value;
  const found = await findPolicy(call, place.scope, name);
  if (!found.ok) return found;
  const placed = { place, policy: found.value };
  return isInArea(placed)
    ? accept(placed)
    : reject("not_found", "there is no policy of this id that you can see");
}

function get(call: GraphCall, context: string, able: Able, make: Make): Promise<Answer> {
  return answerFound(call, { ...able, context }, () => find(call), make(call));
}

const asPolicy: Make = (call) => (placed, words) => policyEntity(call, words, placed);
const asAssignment: Make = (call) => (placed, words) => assignmentEntity(call, words, placed);

async function policyEntity(call: GraphCall, words: Words, { place, policy }: PlacedPolicy): Promise<Entity> {
  const { role, source, resource } = policy;
  const changed = resource?.changed ?? null;
  const by = changed === null ? null : await words.principal(changed.by);
  const rules = async () => (await rulesOf(words, policy.settings)).map((each) => ruleEntity(each));
  return {
    properties: {
      id: policyIdOf(call, policy),
      displayName: role.name,
      description: `from ${source.kind} ${source.name}`,
      isOrganizationDefault: source.kind === "tier",
      scopeId: place.scopeId,
      scopeType: place.scopeType,
      lastModifiedDateTime: changed === null ? null : formatInstant(changed.at),
      lastModifiedBy: by === null ? null : { id: by.id, displayName: by.displayName },
    },
    navigation: { rules, effectiveRules: rules },
  };
}

async function assignmentEntity(call: GraphCall, words: Words, placed: PlacedPolicy): Promise<Entity> {
  const { place, policy } = placed;
  const policyId = policyIdOf(call, policy);
  const roleDefinitionId = roleIdOfPolicy(policy);
  return {
    properties: {
      id: `${policyId}_${roleDefinitionId}`,
      policyId,
      scopeId: place.scopeId,
      scopeType: place.scopeType,
      roleDefinitionId,
    },
    navigation: { policy: () => policyEntity(call, words, placed) },
  };
}

const patchSchema = z.looseObject({
  displayName: text(256).nullish(),
  description: text(1_024).nullish(),
  isOrganizationDefault: z.boolean().nullish(),
  scopeId: text(64).nullish(),
  scopeType: text(64).nullish(),
  rules: z.array(z.looseObject({})).max(17).nullish(),
});

async function patch(call: GraphCall): Promise<Answer> {
  const body = bodyOf(patchSchema, call.body);
  if (!body.ok) return body;
  const found = await find(call);
  if (!found.ok) return found;
  const { properties } = await withWords(call, (words) => policyEntity(call, words, found.value));
  const said = Object.fromEntries(OWN.map((name) => [name, Reflect.get(body.value, name)]));
  const same = echoes(said, properties, "");
  if (!same.ok) return same;
  const rules: PatchRule[] = [];
  for (const given of body.value.rules ?? []) {
    const read = ruleOf(given, null);
    if (!read.ok) return read;
    rules.push(read.value);
  }
  const patched = rules.length === 0 ? found : await patchPolicy(call, found.value.policy, rules);
  if (!patched.ok) return patched;
  const now = await find(call);
  const shown = { select: null, expand: [{ name: "rules", select: null, expand: [] }] };
  return now.ok ? answerOne(call, POLICIES, (words) => policyEntity(call, words, now.value), shown) : now;
}

async function listRules(call: GraphCall): Promise<Answer> {
  const found = await find(call);
  if (!found.ok) return found;
  const context = `${POLICIES}('${policyIdOf(call, found.value.policy)}')/rules`;
  return listOfAll(call, context, await allRules(call, found.value.policy), ruleEntity);
}

function allRules(call: GraphCall, { settings }: RolePolicy) {
  return withWords(call, (words) => rulesOf(words, settings));
}

async function getRule(call: GraphCall): Promise<Answer> {
  const found = await find(call);
  return found.ok ? answerRule(call, found.value.policy) : found;
}

async function answerRule(call: GraphCall, policy: RolePolicy): Promise<Answer> {
  const wanted = nameIn(call, "ruleId").toLowerCase();
  const found = (await allRules(call, policy)).find(({ id }) => id.toLowerCase() === wanted);
  if (found === undefined) return reject("not_found", "the policy has no rule of this id; list its rules");
  const context = `${POLICIES}('${policyIdOf(call, policy)}')/rules`;
  return answerOne(call, context, () => ruleEntity(found));
}

async function patchRule(call: GraphCall): Promise<Answer> {
  const wanted = nameIn(call, "ruleId").toLowerCase();
  const ruleId = RULE_IDS.find((id) => id.toLowerCase() === wanted);
  if (ruleId === undefined) return reject("not_found", "the policy has no rule of this id; list its rules");
  const read = ruleOf(call.body, ruleId);
  if (!read.ok) return read;
  const found = await find(call);
  if (!found.ok) return found;
  const patched = await patchPolicy(call, found.value.policy, [read.value]);
  if (!patched.ok) return patched;
  const now = await find(call);
  return now.ok ? answerRule(call, now.value.policy) : now;
}
