import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ObjectId, SubscriptionId } from "./ids.ts";
import {
  GROUPS,
  groupOf,
  groupScope,
  parseScope,
  resourceGroupScope,
  type Scope,
  sameScope,
  scopeCovers,
  scopeLineage,
  scopeName,
  subscriptionOf,
} from "./scope.ts";

const SUB = "0a1b2c3d-0000-4000-8000-000000000001";

function scope(text: string): Scope {
  const parsed = parseScope(text);
  assert.ok(parsed !== null, `\`${text}\` should be a scope`);
  return parsed;
}

const web = scope(`/subscriptions/${SUB}/resourceGroups/web`);

test("parseScope: doubled and trailing slashes are tolerated and leave no trace", () => {
  assert.equal(parseScope(`//subscriptions//${SUB}///resourceGroups/web//`), web);
  assert.equal(parseScope("/"), "/");
  assert.equal(parseScope("//"), "/");
});

const REFUSED: readonly [string, string][] = [
  [`/subscriptions/${SUB}/resourceGroups/web/../db`, "a step upward"],
  [`/subscriptions/${SUB}/./resourceGroups`, "a step in place"],
  [`/subscriptions/${SUB}/resourceGroups/...`, "dots only"],
  [`/subscriptions/${SUB}/resourceGroups/web%2F..`, "an encoded slash"],
  [`/subscriptions/${SUB}/resourceGroups/a\\b`, "a backslash"],
  [`/subscriptions/${SUB}/resourceGroups/a\nb`, "a line end"],
  [`/subscriptions/${SUB}/resourceGroups/a\0b`, "a NUL"],
  [`/subscriptions/${SUB}?x=1`, "a query"],
  [`/subscriptions/${SUB}/resourceGroups/*`, "a wildcard"],
  [`subscriptions/${SUB}`, "no leading slash"],
  ["/subscriptions/not-a-guid", "a subscription that is no GUID"],
  ["/subscriptions", "no subscription"],
  ["/resourceGroups/web", "no subscription above"],
  ["/groups", "groups, and no group"],
  ["/groups/platform-approvers", "a group that is no GUID"],
  [`/groups/${SUB}/members`, "something below a group"],
  [`/groups/${SUB}/subscriptions/${SUB}`, "a subscription below a group"],
  ["", "nothing"],
  [`/subscriptions/${SUB}/${"a/".repeat(40)}`, "too many segments"],
  [`/subscriptions/${SUB}/resourceGroups/${"a".repeat(261)}`, "a segment too long"],
  [
    `/subscriptions/${SUB}/${"a".repeat(250)}/${"b".repeat(250)}/${"c".repeat(250)}/${"d".repeat(250)}`,
    "too long",
  ],
];

for (const [text, why] of REFUSED) {
  test(`parseScope: ${why} is refused`, () => {
    assert.equal(parseScope(text), null);
  });
}

test("scopeCovers: what is held at a scope is held below it, by whole segments", () => {
  const covered = ["", "/providers/Microsoft.Web", "/providers/Microsoft.Web/sites/shop"];
  for (const below of covered) assert.equal(scopeCovers(web, scope(`${web}${below}`)), true);
  assert.equal(scopeCovers(web, scope(`/subscriptions/${SUB}/resourceGroups/web2`)), false);
  assert.equal(scopeCovers(web, scope(`/subscriptions/${SUB}/resourceGroups`)), false);
  assert.equal(scopeCovers(web, scope(`/subscriptions/${SUB}`)), false);
  assert.equal(scopeCovers(scope("/"), web), true);
  assert.equal(scopeCovers(web, scope("/")), false);
});

test("scopeCovers: a subscription whose id merely begins alike is another one", () => {
  const longer = `/subscriptions/${SUB}` as Scope;
  assert.equal(scopeCovers(longer, `${longer}0/resourceGroups/web` as Scope), false);
});

test("scopes are compared without regard to case", () => {
  const shouted = scope(web.toUpperCase());
  assert.equal(sameScope(web, shouted), true);
  assert.equal(scopeCovers(shouted, scope(`${web}/providers/x`)), true);
  assert.equal(subscriptionOf(shouted), SUB);
});

test("scopes are compared without regard to case beyond ASCII too, and have one key however they are written", () => {
  const named = (name: string) => parseScope(`/subscriptions/${SUB}/resourceGroups/${name}`);
  assert.equal(named("Ärzte"), named("ärzte"));
  assert.equal(named("ΟΔΟΣ"), resourceGroupScope(SUB as SubscriptionId, "ΟΔΟΣ"));
  assert.equal(named("İ"), null, "a letter that grows when it is made small has no one key");
});

test("scopeLineage: the scope and everything above it, nearest first, ending at the root", () => {
  assert.deepEqual(scopeLineage(web), [
    `/subscriptions/${SUB}/resourcegroups/web`,
    `/subscriptions/${SUB}/resourcegroups`,
    `/subscriptions/${SUB}`,
    "/subscriptions",
    "/",
  ]);
  assert.deepEqual(scopeLineage(scope("/")), ["/"]);
});

test("scopeCovers agrees with scopeLineage for any two scopes", () => {
  const segment = fc.constantFrom("a", "A", "ab", "b", "web", "web2");
  const some = fc
    .array(segment, { maxLength: 4 })
    .map((parts) => scope(`/subscriptions/${SUB}/${parts.join("/")}`));
  fc.assert(
    fc.property(some, some, (outer, inner) => {
      assert.equal(scopeCovers(outer, inner), scopeLineage(inner).includes(outer.toLowerCase()));
    }),
  );
});

test("scopeName: the last segment", () => {
  assert.equal(scopeName(web), "web");
});

test("a group is a scope of its own: below `/groups`, above nothing, in no subscription", () => {
  const group = groupScope(SUB as ObjectId);
  assert.equal(parseScope(`//groups/${SUB}/`), group);
  assert.equal(groupOf(scope(`/Groups/${SUB.toUpperCase()}`)), SUB);
  assert.ok(sameScope(scope(`/Groups/${SUB.toUpperCase()}`), group));
  assert.equal(subscriptionOf(group), null);
  assert.equal(groupOf(web), null);
  assert.equal(groupOf(scope("/")), null);
  assert.equal(scopeCovers(GROUPS, group), true);
  assert.equal(scopeCovers(GROUPS, scope("/")), false);
  assert.equal(scopeCovers(GROUPS, web), false);
  assert.deepEqual(scopeLineage(group), [group, "/groups", "/"]);
});
