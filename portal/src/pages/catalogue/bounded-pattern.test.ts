import assert from "node:assert/strict";
import { test } from "node:test";
import { matches, runsAway } from "./bounded-pattern.ts";

test("patterns as publishers write them are run", () => {
  assert.equal(matches("^[A-Za-z0-9]{3,20}$", "Ledger"), true);
  assert.equal(matches("^[A-Za-z0-9]{3,20}$", "no spaces"), false);
  assert.equal(matches("^(?=.*[A-Z])(?=.*\\d).{12,72}$", "a-long-Password-1"), true);
  assert.equal(matches("^[a-z]+(-eu|-us)?$", "orders-eu"), true);
  assert.equal(matches("^[^@ ]+@[^@ ]+[.][a-z]{2,}$", "casey@contoso.example"), true);
  assert.equal(matches("^(?:eastus|westus|northeurope|westeurope)$", "westeurope"), true);
  assert.equal(matches("[a-z]+?", "orders"), true);
  assert.equal(matches("^[()+*]+$", "(+)"), true, "signs in a class repeat nothing");
});

test("patterns that can run away, and long texts, are not run at all", () => {
  const many = [
    "^(a+)+$",
    "^(a|a)*$",
    "^(?:a?){20,}a{20}$",
    "(a*)*b",
    "^(a)\\1+$",
    ".*.*.*.*x",
    // Nothing within a repeat, and hours all the same.
    `^${"(a|a)".repeat(40)}b$`,
    `^${"a{0,250}".repeat(6)}b$`,
    `^${"a?".repeat(40)}b$`,
    "^b|.*.*.*x",
  ];
  for (const pattern of many) {
    assert.equal(runsAway(pattern), true, pattern);
    assert.equal(matches(pattern, "a".repeat(40)), null, pattern);
  }
  assert.equal(matches("^a", "a".repeat(257)), null);
  assert.equal(matches("[", "a"), null, "and what is no pattern refuses nobody");
});
