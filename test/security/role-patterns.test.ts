/** Whether two patterns meet is told in linear time: roles and tiers are a tenant's own, the process is everybody's. */
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { test } from "node:test";
import { asId, type RoleDefinitionId } from "../../src/domain/ids.ts";
import { actionMatches, permitsSome, type RoleDefinition } from "../../src/domain/role-definition.ts";
import type { Scope } from "../../src/domain/scope.ts";

function roleOf(actions: readonly string[]): RoleDefinition {
  return {
    id: asId<RoleDefinitionId>("a"),
    tenantId: null,
    name: "any",
    description: "",
    permissions: { actions, notActions: [], dataActions: [], notDataActions: [] },
    assignableScopes: ["/" as Scope],
  };
}

const words = (letters: string, most: number): string[] =>
  most === 0
    ? [""]
    : ["", ...[...letters].flatMap((one) => words(letters, most - 1).map((rest) => one + rest))];

test("two patterns meet exactly where some action matches both", () => {
  const patterns = [...new Set(words("ab*", 3))].filter((pattern) => pattern !== "");
  const actions = [...new Set(words("ab", 6))];
  for (const one of patterns) {
    for (const other of patterns) {
      const both = actions.some((action) => actionMatches(one, action) && actionMatches(other, action));
      assert.equal(permitsSome(roleOf([one]), other), both, `${one} and ${other}`);
    }
  }
});

test("a role of a thousand long patterns is compared with a hundred others in no time", () => {
  const long = (last: number) => `*${"a/".repeat(253)}${last}`;
  const role = roleOf(Array.from({ length: 1_000 }, (_, at) => long(1_000 + at)));
  const started = performance.now();
  for (let at = 0; at < 100; at++) assert.equal(permitsSome(role, long(5_000 + at)), false);
  assert.ok(performance.now() - started < 2_000, "it took seconds of everybody's time");
});
