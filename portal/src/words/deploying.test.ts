import assert from "node:assert/strict";
import { test } from "node:test";
import { decliningWords, deployedWords, JIT, policyWords } from "./deploying.ts";

const OFFER = { roles: [{ name: "Contributor" }] };

test("after deploying, what the publisher may do is said for both choices", () => {
  assert.equal(
    deployedWords("shop", "Fabrikam", OFFER, true),
    "shop is deployed. Fabrikam can look at it any time, and asks each time for Contributor.",
  );
  assert.equal(
    deployedWords("shop", "Fabrikam", OFFER, false),
    "shop is deployed. Fabrikam holds Contributor permanently.",
  );
});

test("declining is said with the group that it opens, and accepted by name", () => {
  const [before, after] = decliningWords("Fabrikam", OFFER, "shop-managed");
  assert.match(before, /gets Contributor on everything in shop-managed now/);
  assert.equal(after, "to choose permanent access.");
  assert.equal(JIT.notAccepted("shop", false), "Type shop as it is written");
  assert.equal(JIT.notAccepted("shop", true), "Type shop as it is written, or choose JIT access");
});

test("the terms in one line, also while they are half typed", () => {
  assert.equal(policyWords(false, 28_800_000, []), "Automatic approval · up to 8 hours · no approvers");
  assert.equal(
    policyWords(true, null, ["Carol", "Casey"]),
    "Manual approval · no maximum yet · Carol and Casey",
  );
});
