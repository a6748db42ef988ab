import assert from "node:assert/strict";
import { test } from "node:test";
import { findGroupCycle } from "./group-cycle.ts";

const edges = (...pairs: string[]) =>
  pairs.map((pair) => ({ group: pair.charAt(0), member: pair.charAt(1) }));

test("findGroupCycle: a tree has none, nor has a group that is reached by two ways", () => {
  assert.equal(findGroupCycle([]), null);
  assert.equal(findGroupCycle(edges("ab", "bc", "ac", "cd")), null);
});

test("findGroupCycle: a group that holds itself", () => {
  assert.deepEqual(findGroupCycle(edges("aa")), ["a", "a"]);
});

test("findGroupCycle: the circle alone is named, not the way to it", () => {
  assert.deepEqual(findGroupCycle(edges("xa", "ab", "bc", "ca")), ["a", "b", "c", "a"]);
});

test("findGroupCycle: nesting of any depth does not break the stack", () => {
  const chain = Array.from({ length: 50_000 }, (_, index) => ({
    group: `g${index}`,
    member: `g${index + 1}`,
  }));
  assert.equal(findGroupCycle(chain), null);
  assert.equal(findGroupCycle([...chain, { group: "g50000", member: "g0" }])?.length, 50_002);
});
