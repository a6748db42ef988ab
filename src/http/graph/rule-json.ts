/** The rules of a policy in Graph's form, and back: derived types, and approvers that say what they are. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { type PatchRule, ruleSchema } from "../../pim/patch-rules.ts";
import type { Rule } from "../../pim/policy-rules.ts";
import { bodyOf } from "../odata/body.ts";
import type { Entity } from "./entity.ts";

export function ruleEntity(rule: Rule): Entity {
  const { ruleType, target, setting, ...own } = rule;
  const { targetObjects: _, ...rest } = target as JsonObject;
  return {
    properties: {
      "@odata.type": `#microsoft.graph.unified${ruleType}`,
      ...own,
      target: { ...rest, operations: ["all"] },
      ...(setting === undefined ? {} : { setting: settingJson(setting as JsonObject) }),
    },
  };
}

function settingJson(setting: JsonObject): JsonObject {
  const stages = setting.approvalStages as readonly JsonObject[];
  return {
    ...setting,
    approvalStages: stages.map((stage) => ({
      ...stage,
      primaryApprovers: approversJson(stage.primaryApprovers),
      escalationApprovers: approversJson(stage.escalationApprovers),
    })),
  };
}

function approversJson(sets: unknown): JsonObject[] {
  return (sets as readonly JsonObject[]).map(({ id, description, isBackup, userType }) =>
    userType === "Group"
      ? { "@odata.type": "#microsoft.graph.groupMembers", groupId: id ?? null, description, isBackup }
      : { "@odata.type": "#microsoft.graph.singleUser", userId: id ?? null, description, isBackup },
  ) as JsonObject[];
}

/** `ruleId`: the one that the address names; null where the body names each. */
export function ruleOf(body: unknown, ruleId: string | null): Outcome<PatchRule> {
  const given = (body ?? {}) as Record<string, unknown>;
  if (ruleId !== null && typeof given.id === "string" && given.id.toLowerCase() !== ruleId.toLowerCase())
    return reject("invalid_input", "the rule in the body is another one than the address names", {
      path: "/id",
    });
  const parsed = bodyOf(ruleSchema, spelled({ ...given, ...(ruleId === null ? {} : { id: ruleId }) }));
  if (!parsed.ok) return parsed;
  const typed = requireTypes(parsed.value);
  if (!typed.ok) return typed;
  const nameless = parsed.value.setting?.approvalStages?.some((stage) =>
    [...(stage.primaryApprovers ?? []), ...(stage.escalationApprovers ?? [])].some(
      ({ id, userId, groupId }) => (id ?? userId ?? groupId) == null,
    ),
  );
  if (nameless === true) {
    return reject(
      "invalid_input",
      "an approver is a singleUser with its userId or groupMembers with their groupId",
      { path: "/setting/approvalStages" },
    );
  }
  return accept(parsed.value);
}

/** An approver is one principal, of the sort that the property's name and the derived type both say. */
function requireTypes({ setting }: PatchRule): Outcome<void> {
  for (const [at, stage] of (setting?.approvalStages ?? []).entries()) {
    for (const set of ["primaryApprovers", "escalationApprovers"] as const) {
      for (const [index, one] of (stage[set] ?? []).entries()) {
        const type = one["@odata.type"] ?? null;
        const said = [one.userId == null ? null : "singleUser", one.groupId == null ? null : "groupMembers"];
        const sorts = said.filter((sort) => sort !== null);
        if (type !== null) sorts.push(String(type).replace(/^#?microsoft\.graph\./i, ""));
        if (new Set(sorts.map((sort) => sort.toLowerCase())).size > 1 || !sorts.every(isSort))
          return reject(
            "invalid_input",
            "an approver is a singleUser with its userId or groupMembers with their groupId",
            { path: `/setting/approvalStages/${at}/${set}/${index}` },
          );
      }
    }
  }
  return accept(undefined);
}

function isSort(sort: string): boolean {
  return ["singleuser", "groupmembers"].includes(sort.toLowerCase());
}

const WORDS = ["MultiFactorAuthentication", "Justification", "Ticketing", "None", "Critical", "All"];

/** Members of enumerations are taken in any letters. */
function spelled(rule: Record<string, unknown>): Record<string, unknown> {
  const { enabledRules, notificationLevel } = rule;
  return {
    ...rule,
    ...(Array.isArray(enabledRules) ? { enabledRules: enabledRules.map(word) } : {}),
    ...(notificationLevel === undefined ? {} : { notificationLevel: word(notificationLevel) }),
  };
}

function word(written: unknown): unknown {
  if (typeof written !== "string") return written;
  return WORDS.find((one) => one.toLowerCase() === written.toLowerCase()) ?? written;
}
