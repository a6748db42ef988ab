import assert from "node:assert/strict";
import { test } from "node:test";
import { matches, runsAway } from "./bounded-pattern.ts";

test("patterns as publishers write them are run", () => {
  assert.equal(matches("^[A-Za-z0-9]{3,20}$", "Ledger"), true);
  assert.equal(matches("^[A-Za-z0-9]{3,20}$", "no spaces"), false);
  assert.equal(matches("^(?=.*[A-Z])(?=.*\\d).{12,72}$", "a-long-Password-1"), true);
  assert.equal(matches("^[a-z]+(-eu|-us)?$", "orders-eu"), true);
  assert.equal(matches("^[()+*]+$", "(+)"), true, "signs in a class repeat nothing");
});

test("patterns that can run away, and long texts, are not run at all", () => {
  for (const pattern of ["^(a+)+$", "^(a|a)*$", "^(?:a?){20,}a{20}$", "(a*)*b", "^(a)\\1+$", ".*.*.*.*x"]) {
    assert.equal(runsAway(pattern), true, pattern);
    assert.equal(matches(pattern, "a".repeat(40)), null, pattern);
  }
  assert.equal(matches("^a", "a".repeat(257)), null);
  assert.equal(matches("[", "a"), null, "and what is no pattern refuses nobody");
});
