import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsForGood, permanentCount } from "./permanent.ts";

test("a list counts what nothing ends, and says nothing where there is none", () => {
  assert.equal(permanentCount(0, 3), null);
  assert.match(permanentCount(1, 3) ?? "", /^Permanent access: 1 of 3 applications\./);
  assert.match(permanentCount(2, 2) ?? "", /^Permanent access: 2 applications\./);
  assert.match(permanentCount(1, 1) ?? "", /^Permanent access: 1 application\./);
});

test("who holds what is one sentence", () => {
  assert.equal(
    holdsForGood("Fabrikam", "Contributor", "legacy"),
    "Fabrikam holds Contributor on legacy permanently",
  );
});
