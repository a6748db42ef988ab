import assert from "node:assert/strict";
import { test } from "node:test";
import { changedFields, sameMembers } from "./changed-fields.ts";

test("changedFields: the same content in another order of keys is no change", () => {
  assert.deepEqual(
    changedFields({ a: { x: 1, y: [1, 2] }, b: null }, { b: null, a: { y: [1, 2], x: 1 } }),
    [],
  );
});

test("changedFields: a member that is undefined is one that is not there", () => {
  assert.deepEqual(changedFields({ a: 1 }, { a: 1, b: undefined }), []);
});

test("changedFields: what is added, taken away or different is named, in order", () => {
  assert.deepEqual(changedFields({ a: 1, c: 1 }, { a: 2, b: 1 }), ["a", "b", "c"]);
  assert.deepEqual(changedFields(null, { b: 1, a: null }), ["a", "b"]);
});

test("sameMembers: order and repetition do not matter", () => {
  assert.ok(sameMembers(["a", "b", "a"], ["b", "a"]));
  assert.ok(!sameMembers(["a"], ["a", "b"]));
});
