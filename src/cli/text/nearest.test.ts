import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "./nearest.ts";

test("nearest: a slip of the finger finds its word, another word finds nothing", () => {
  const known = ["request", "requests", "revoke", "review", "deactivate"];
  assert.equal(nearest("reqest", known), "request");
  assert.equal(nearest("reuqest", known), "request");
  assert.equal(nearest("deact", known), "deactivate");
  assert.equal(nearest("frobnicate", known), null);
  assert.equal(nearest("", known), null);
});
