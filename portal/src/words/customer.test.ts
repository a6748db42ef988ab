import assert from "node:assert/strict";
import { test } from "node:test";
import { applicationWith, DECLINED } from "./application.fixture.ts";
import * as words from "./customer.ts";

const orders = applicationWith({ side: "publisher" });

test("what one may do at a customer's is one line, and permanent access is called that", () => {
  assert.equal(words.accessWords(orders), "Ask for Contributor, for up to 4 h; Contoso decides");
  assert.equal(
    words.accessWords(applicationWith(DECLINED)),
    "You hold Contributor permanently: Contoso declined JIT",
  );
});

test("a publisher learns how many decide, and never who", () => {
  assert.equal(words.approvalWords(orders), "Contoso, 2 approvers");
  assert.equal(words.approvalWords(applicationWith(DECLINED)), null);
});

test("the version that runs is compared with the newest", () => {
  assert.equal(words.versionWords(orders, 1), ", version 1, the newest");
  assert.equal(
    words.versionWords(orders, 2),
    ", version 1. Version 2 is published; Contoso has not accepted it yet.",
  );
  assert.equal(words.offerWords(null, 3), "Withdrawn, version 3");
});

test("what a request needs is listed, and nothing is nothing", () => {
  assert.equal(words.needsWords(orders), "a justification");
  assert.equal(words.needsWords(applicationWith(DECLINED)), null);
  assert.equal(
    words.waysWords([words.wayWords(null), words.wayWords("support")]),
    "You directly and Group support",
  );
});
