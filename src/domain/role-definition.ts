/** Role definitions: named sets of permissions, with Azure's shape, wildcards and built-in ids. */
import { asId, type RoleDefinitionId, type TenantId } from "./ids.ts";
import { GROUPS, type Scope, scopeCovers } from "./scope.ts";

export interface Permissions {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

export interface RoleDefinition {
  readonly id: RoleDefinitionId;
  /** Null for the roles built in for every tenant. */
  readonly tenantId: TenantId | null;
  readonly name: string;
  readonly description: string;
  readonly permissions: Permissions;
  readonly assignableScopes: readonly Scope[];
}

const ROOT = ["/" as Scope];
const NONE = { notActions: [], dataActions: [], notDataActions: [] };
const MANAGE_ACCESS = [
  "Microsoft.Authorization/*/Delete",
  "Microsoft.Authorization/*/Write",
  "Microsoft.Authorization/elevateAccess/Action",
];

export const CONTRIBUTOR_ID = asId<RoleDefinitionId>("b24988ac-6180-42a0-ab88-20f7382dd24c");
export const READER_ID = asId<RoleDefinitionId>("acdd72a7-3385-48ef-bd42-f606fba81ae7");
export const GROUP_MEMBER_ID = asId<RoleDefinitionId>("9bfe9798-a678-4513-8bb2-cec7b9fcaf28");
export const GROUP_OWNER_ID = asId<RoleDefinitionId>("ec7aee2b-fb44-4731-b954-b69c355b1c0f");

/**
 * Ids and permissions as in Azure's list of built-in roles (learn.microsoft.com/azure/role-based-access-control/built-in-roles).
 * The last two are ours, for what Microsoft calls PIM for Groups: to hold one is to hold a grant at the group's own scope,
 * which bindings tie to entitlements in targets. It permits nothing by itself, and it makes nobody a member or an owner where
 * Curfew asks for one: not for eligibility, not for approvals, not for Curfew's own rights.
 */
export const BUILT_IN_ROLES: readonly RoleDefinition[] = [
  builtIn("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", "manages everything, access included", {
    ...NONE,
    actions: ["*"],
  }),
  builtIn(CONTRIBUTOR_ID, "Contributor", "manages everything but access", {
    ...NONE,
    actions: ["*"],
    notActions: MANAGE_ACCESS,
  }),
  builtIn(READER_ID, "Reader", "sees everything, changes nothing", {
    ...NONE,
    actions: ["*/read"],
  }),
  builtIn("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator", "manages who has access", {
    ...NONE,
    actions: ["*/read", "Microsoft.Authorization/*"],
  }),
  ofGroups(GROUP_MEMBER_ID, "Group Member", "counts as a member of the group in targets bound to it"),
  ofGroups(GROUP_OWNER_ID, "Group Owner", "counts as an owner of the group in targets bound to it"),
];

export const ASSIGN_ACTION = "Microsoft.Authorization/roleAssignments/write";

export function permits(role: RoleDefinition, action: string): boolean {
  const { actions, notActions, dataActions, notDataActions } = role.permissions;
  const matches = (patterns: readonly string[]) => patterns.some((pattern) => actionMatches(pattern, action));
  return (matches(actions) && !matches(notActions)) || (matches(dataActions) && !matches(notDataActions));
}

/** Whether the role permits anything that the pattern names; a part of it is enough. */
export function permitsSome(role: RoleDefinition, pattern: string): boolean {
  const { actions, notActions, dataActions, notDataActions } = role.permissions;
  const some = (given: readonly string[], taken: readonly string[]) =>
    given.some((action) => patternsMeet(pattern, action)) &&
    !taken.some((not) => actionMatches(not, pattern));
  return some(actions, notActions) || some(dataActions, notDataActions);
}

// INVARIANT I10: read-only means that every action ends in `/read` and that there is no data action.
export function isReadOnly(role: RoleDefinition): boolean {
  const { actions, dataActions } = role.permissions;
  return dataActions.length === 0 && actions.every((action) => action.toLowerCase().endsWith("/read"));
}

export function isAssignableAt(role: RoleDefinition, scope: Scope): boolean {
  return role.assignableScopes.some((assignable) => scopeCovers(assignable, scope));
}

/** `*` stands for any run of characters, as in Azure; matched without a regular expression, in linear time. */
export function actionMatches(pattern: string, action: string): boolean {
  const parts = pattern.toLowerCase().split("*");
  const text = action.toLowerCase();
  const [head = "", ...middle] = parts;
  if (middle.length === 0) return text === head;
  const tail = middle.pop() ?? "";
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const part of middle) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - tail.length;
}

/** Whether some action matches both patterns, in linear time. */
export function patternsMeet(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (!a.includes("*")) return actionMatches(b, a);
  if (!b.includes("*")) return actionMatches(a, b);
  // What stands between the stars of one fits into any star of the other: only their ends have to agree.
  const [headA, headB] = [a.slice(0, a.indexOf("*")), b.slice(0, b.indexOf("*"))];
  const [tailA, tailB] = [a.slice(a.lastIndexOf("*") + 1), b.slice(b.lastIndexOf("*") + 1)];
  return (
    (headA.startsWith(headB) || headB.startsWith(headA)) && (tailA.endsWith(tailB) || tailB.endsWith(tailA))
  );
}

function builtIn(id: string, name: string, description: string, permissions: Permissions): RoleDefinition {
  return {
    id: asId<RoleDefinitionId>(id),
    tenantId: null,
    name,
    description,
    permissions,
    assignableScopes: ROOT,
  };
}

function ofGroups(id: string, name: string, description: string): RoleDefinition {
  return { ...builtIn(id, name, description, { ...NONE, actions: [] }), assignableScopes: [GROUPS] };
}
