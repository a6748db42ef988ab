import assert from "node:assert/strict";
import { test } from "node:test";
import { applicationWith, DECLINED } from "./application.fixture.ts";
import * as words from "./jit-terms.ts";

test("a change says what is and what was", () => {
  assert.equal(
    words.changeWords({ field: "maximumDuration", from: "8 h", to: "2 h" }),
    "Maximum duration: 2 h, before 8 h",
  );
  assert.equal(
    words.changeWords({ field: "ticket", from: "required", to: null }),
    "Ticket: nothing, before required",
  );
  assert.equal(
    words.changeWords({ field: "approvers", from: null, to: "Casey Chen" }),
    "Approvers: Casey Chen",
  );
  assert.equal(words.changeWords({ field: "conditions", from: null, to: null }), "Conditions: changed");
  assert.equal(words.changeWords({ field: "toString", from: null, to: null }), "toString: changed");
});

test("what only counts where somebody decides is left out where nobody does", () => {
  const { jitPolicy } = applicationWith();
  assert.ok(jitPolicy);
  const of = (mode: "manual" | "automatic") =>
    Object.fromEntries(words.termFacts({ ...jitPolicy, mode }, ["Casey Chen"]));
  assert.equal(of("manual")["Approvals needed"], "1 approval");
  assert.equal(of("automatic")["Approvals needed"], null);
  assert.equal(of("automatic").Approvers, "Casey Chen");
});

test("what nobody can change is said both ways", () => {
  assert.match(words.fixedWords(applicationWith()), /can ever give Fabrikam permanent access\.$/);
  assert.match(words.fixedWords(applicationWith(DECLINED)), /You cannot switch JIT on later/);
});

test("who changes terms are the owners by name and the administrators", () => {
  assert.equal(
    words.changedByWords(["Carol Castillo"], "Contoso"),
    "Changed by Carol Castillo and by Contoso's administrators.",
  );
  assert.equal(words.changedByWords([], "Contoso"), "Changed by Contoso's administrators.");
  assert.equal(words.ownersWords(applicationWith()), "the owners (Carol Castillo)");
});
