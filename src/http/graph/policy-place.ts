/** Which scope a policy of Graph's is about, from a filter or from the policy's own id, and the ids that lead back there. */

import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { groupOf, type Scope } from "../../domain/scope.ts";
import type { RolePolicy } from "../../use-cases/views/role-policies.ts";
import type { Filter } from "../odata/filter.ts";
import { requiredValue } from "../odata/matches.ts";
import { type Area, accessOf, roleOfAccess } from "./area.ts";
import { DIRECTORY } from "./directory-area.ts";
import { GROUP, scopeOfGroup } from "./group-area.ts";
import type { GraphCall } from "./surface.ts";

export interface PolicyPlace {
  readonly area: Area;
  readonly scope: Scope;
  readonly scopeId: string;
  readonly scopeType: string;
}

/** Graph demands both halves of it. */
export async function placeInFilter(call: GraphCall, filter: Filter | null): Promise<Outcome<PolicyPlace>> {
  const scopeId = requiredValue(filter, "scopeId");
  const scopeType = requiredValue(filter, "scopeType")?.toLowerCase() ?? null;
  if (scopeId === null || scopeType === null) {
    return reject(
      "invalid_input",
      "say which policies in $filter: `scopeId eq '/' and scopeType eq 'DirectoryRole'`, or a group's id and 'Group'",
      { path: "/$filter" },
    );
  }
  switch (scopeType) {
    case "directory":
    case "directoryrole":
      if (scopeId === "/")
        return accept(directory(scopeType === "directory" ? "Directory" : "DirectoryRole"));
      return reject("invalid_input", "policies of directory roles are kept for `/` alone", {
        path: "/$filter",
      });
    case "group":
      return groupPlace(call, scopeId);
    default:
      return reject("invalid_input", "the scopeType is DirectoryRole, Directory or Group", {
        path: "/$filter",
      });
  }
}

export interface NamedPolicy {
  readonly place: PolicyPlace;
  /** The policy's GUID, or that and the role's, as assignments are named. */
  readonly name: string;
}

/** `DirectoryRole_{tenantId}_{guid}`, `Group_{groupId}_{guid}`, or the GUID of a directory role's policy alone. */
export async function placeInId(call: GraphCall, id: string): Promise<Outcome<NamedPolicy>> {
  const [kind = "", of = "", guid = "", last] = id.toLowerCase().split("_");
  const missing = reject("not_found", `there is no policy \`${id.slice(0, 160)}\` that you can see`);
  if (kind === "directoryrole" && of === call.caller.ref.tenantId)
    return accept({ place: directory(), name: last === undefined ? guid : `${guid}_${last}` });
  if (kind === "group") {
    const place = await groupPlace(call, of);
    const role = last === undefined ? null : (roleOfAccess(last) ?? last);
    return place.ok
      ? accept({ place: place.value, name: role === null ? guid : `${guid}_${role}` })
      : missing;
  }
  return id.includes("_") ? missing : accept({ place: directory(), name: kind });
}

function directory(scopeType = "DirectoryRole"): PolicyPlace {
  return { area: DIRECTORY, scope: "/" as Scope, scopeId: "/", scopeType };
}

async function groupPlace(call: GraphCall, groupId: string): Promise<Outcome<PolicyPlace>> {
  const scope = await scopeOfGroup(call, groupId);
  if (!scope.ok) return scope;
  return accept({ area: GROUP, scope: scope.value, scopeId: groupId.toLowerCase(), scopeType: "Group" });
}

export function policyIdOf({ caller }: GraphCall, policy: RolePolicy): string {
  const group = groupOf(policy.scope);
  return group === null ? `DirectoryRole_${caller.ref.tenantId}_${policy.id}` : `Group_${group}_${policy.id}`;
}

/** A role by its id; for a group, what the policy is about is the access. */
export function roleIdOfPolicy({ role }: RolePolicy): string {
  return accessOf({ roleDefinitionId: role.id }) ?? role.id;
}
