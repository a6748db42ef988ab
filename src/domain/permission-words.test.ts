import assert from "node:assert/strict";
import { test } from "node:test";
import { roleId } from "./life.fixture.ts";
import { wordsFor } from "./permission-words.ts";
import { BUILT_IN_ROLES, type Permissions, type RoleDefinition } from "./role-definition.ts";

function builtIn(name: string): RoleDefinition {
  const found = BUILT_IN_ROLES.find((role) => role.name === name);
  assert.ok(found);
  return found;
}

function role(permissions: Partial<Permissions>): RoleDefinition {
  const none = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
  return { ...builtIn("Reader"), id: roleId("own"), permissions: { ...none, ...permissions } };
}

const alone = (permissions: Partial<Permissions>) => wordsFor(role(permissions), []).can;
const over = (asked: string, ...held: string[]) => wordsFor(builtIn(asked), held.map(builtIn)).sentence;

test("what the built-in roles let somebody do", () => {
  assert.deepEqual(
    BUILT_IN_ROLES.map((one) => [one.name, wordsFor(one, []).can]),
    [
      ["Owner", ["read, change and delete everything", "manage who has access"]],
      ["Contributor", ["read everything", "change and delete everything except access"]],
      ["Reader", ["read everything"]],
      ["User Access Administrator", ["read everything", "manage who has access"]],
      ["Group Member", ["counts as a member of the group in targets bound to it"]],
      ["Group Owner", ["counts as an owner of the group in targets bound to it"]],
    ],
  );
});

test("what a role adds to what is held", () => {
  const reads = "already can read everything";
  const contributes = `${reads}, change and delete everything except access`;
  assert.equal(over("Contributor", "Reader"), `can change and delete everything except access; ${reads}`);
  assert.equal(over("Owner", "Contributor"), `can manage who has access; ${contributes}`);
  assert.equal(over("Reader", "Contributor"), `adds nothing; ${contributes}`);
  assert.equal(over("Reader", "Reader"), `adds nothing; ${reads}`);
  assert.equal(over("Contributor"), "can read everything, change and delete everything except access");
});

test("what was taken from the held role is what the asked one adds", () => {
  const asked = role({ actions: ["*/delete"] });
  const held = {
    ...role({ actions: ["*"], notActions: ["Microsoft.Web/sites/delete"] }),
    id: roleId("other"),
  };
  assert.deepEqual(wordsFor(asked, [held]).can, ["delete everything"]);
});

test("a role that may operate adds that to one that may only read, change and delete", () => {
  const held = { ...role({ actions: ["*/read", "*/write", "*/delete"] }), id: roleId("other") };
  assert.deepEqual(wordsFor(role({ actions: ["*/read", "*/action"] }), [held]).can, ["operate everything"]);
});

test("types and operations are said by their names, data by what it is", () => {
  const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
  assert.deepEqual(alone({ actions: ["Microsoft.Web/sites/restart/action"] }), ["restart sites"]);
  assert.deepEqual(alone({ actions: ["Microsoft.Web/*"] }), [
    "read, change and delete everything of Microsoft.Web",
  ]);
  assert.deepEqual(alone({ actions: ["Microsoft.Storage/storageAccounts/read"] }), ["read storage accounts"]);
  assert.deepEqual(alone({ dataActions: ["*/read"] }), ["read all data"]);
  assert.deepEqual(alone({ dataActions: [`${blobs}/read`, `${blobs}/write`] }), ["read and change blobs"]);
  const notActions = ["Microsoft.Web/sites/delete", "Microsoft.Authorization/*"];
  assert.deepEqual(alone({ actions: ["*"], notActions }), [
    "read and change everything except access",
    "delete everything except sites and access",
  ]);
});

test("a verb that is named after what every object has is a verb like any other", () => {
  const [can] = alone({ actions: ["Contoso.Shop/orders/constructor"] });
  assert.match(String(can), /^constructor /);
});
