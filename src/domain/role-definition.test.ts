import assert from "node:assert/strict";
import { test } from "node:test";
import type { ObjectId, RoleDefinitionId } from "./ids.ts";
import {
  actionMatches,
  BUILT_IN_ROLES,
  isAssignableAt,
  isReadOnly,
  type Permissions,
  permits,
  READER_ID,
  type RoleDefinition,
} from "./role-definition.ts";
import { groupScope, type Scope } from "./scope.ts";

const NOTHING: Permissions = { actions: [], notActions: [], dataActions: [], notDataActions: [] };

function role(permissions: Partial<Permissions>): RoleDefinition {
  return {
    id: "r" as RoleDefinitionId,
    tenantId: null,
    name: "role",
    description: "",
    permissions: { ...NOTHING, ...permissions },
    assignableScopes: ["/subscriptions/s" as Scope],
  };
}

function builtIn(name: string): RoleDefinition {
  const found = BUILT_IN_ROLES.find((candidate) => candidate.name === name);
  assert.ok(found);
  return found;
}

const MATCHES: readonly [pattern: string, action: string, expected: boolean][] = [
  ["*", "Microsoft.Compute/virtualMachines/start/action", true],
  ["*/read", "Microsoft.Compute/virtualMachines/read", true],
  ["*/read", "Microsoft.Compute/virtualMachines/write", false],
  ["*/read", "read", false],
  ["Microsoft.Web/*", "Microsoft.Web/sites/write", true],
  ["Microsoft.Web/*", "Microsoft.WebX/sites/write", false],
  ["Microsoft.Web/*/write", "Microsoft.Web/sites/slots/write", true],
  ["Microsoft.Web/*/write", "Microsoft.Web/write", false],
  ["microsoft.web/SITES/read", "Microsoft.Web/sites/read", true],
  ["a*b*c", "aXbYc", true],
  ["a*b*c", "acb", false],
  ["a*bc*c", "abc", false],
  ["ab*ba", "aba", false],
  ["a**b", "ab", true],
  ["a.b", "aXb", false],
  ["", "", true],
];

for (const [pattern, action, expected] of MATCHES) {
  test(`actionMatches: \`${pattern}\` ${expected ? "matches" : "does not match"} \`${action}\``, () => {
    assert.equal(actionMatches(pattern, action), expected);
  });
}

test("actionMatches: many wildcards against a long text that nearly matches end at once", () => {
  const began = performance.now();
  assert.equal(actionMatches(`${"a*".repeat(2_000)}b`, "a".repeat(100_000)), false);
  assert.ok(performance.now() - began < 1_000);
});

test("permits: an action that notActions takes out is not permitted", () => {
  const contributor = builtIn("Contributor");
  assert.equal(permits(contributor, "Microsoft.Web/sites/write"), true);
  assert.equal(permits(contributor, "Microsoft.Authorization/roleAssignments/write"), false);
  assert.equal(permits(contributor, "microsoft.authorization/roleassignments/delete"), false);
  assert.equal(permits(contributor, "Microsoft.Authorization/roleAssignments/read"), true);
});

test("permits: notActions takes out actions only, and notDataActions data actions only", () => {
  const both = role({ actions: ["a/*"], dataActions: ["a/*"], notActions: ["a/x"] });
  assert.equal(permits(both, "a/x"), true);
  assert.equal(
    permits({ ...both, permissions: { ...both.permissions, notDataActions: ["a/x"] } }, "a/x"),
    false,
  );
});

test("permits: a role without permissions permits nothing", () => {
  assert.equal(permits(role({}), "a/read"), false);
});

test("isReadOnly: every action must end in /read, and no data action may stand beside it", () => {
  assert.equal(isReadOnly(builtIn("Reader")), true);
  assert.equal(isReadOnly(role({ actions: ["Microsoft.Web/*/READ"] })), true);
  assert.equal(isReadOnly(role({ actions: ["*/read", "a/action"] })), false);
  assert.equal(isReadOnly(role({ actions: ["*"], notActions: ["*/write"] })), false);
  assert.equal(isReadOnly(role({ actions: ["*/read"], dataActions: ["blobs/read"] })), false);
  assert.equal(isReadOnly(role({ actions: ["a/read*"] })), false);
  assert.equal(isReadOnly(role({ actions: ["a/spread"] })), false);
});

test("BUILT_IN_ROLES: the four of Azure, with Azure's ids, and the two of groups", () => {
  assert.deepEqual(
    BUILT_IN_ROLES.map(({ name }) => name),
    ["Owner", "Contributor", "Reader", "User Access Administrator", "Group Member", "Group Owner"],
  );
  assert.equal(builtIn("Reader").id, READER_ID);
});

test("the roles of groups are assignable at a group and nowhere else, and permit nothing by themselves", () => {
  const group = groupScope("0a1b2c3d-0000-4000-8000-000000000001" as ObjectId);
  for (const one of [builtIn("Group Member"), builtIn("Group Owner")]) {
    assert.equal(isAssignableAt(one, group), true);
    assert.equal(isAssignableAt(one, "/" as Scope), false);
    assert.equal(isAssignableAt(one, "/subscriptions/s" as Scope), false);
    assert.equal(permits(one, "microsoft.directory/groups/members/update"), false);
  }
});

test("isAssignableAt: at an assignable scope and below it", () => {
  assert.equal(isAssignableAt(role({}), "/subscriptions/s/resourceGroups/web" as Scope), true);
  assert.equal(isAssignableAt(role({}), "/subscriptions/s2" as Scope), false);
  assert.equal(isAssignableAt(role({}), "/" as Scope), false);
});
