import assert from "node:assert/strict";
import { test } from "node:test";
import * as words from "./eligibility.ts";

const one = {
  principal: { displayName: "Colin Clarke", tenantName: "Contoso" },
  roleName: "Reader",
  scopeName: "web",
} as unknown as Parameters<typeof words.madeEligible>[0];

test("making and ending are told in the same words before and after", () => {
  assert.equal(words.madeEligible(one), "Colin Clarke may ask for Reader on web.");
  assert.equal(words.endedWords(one), "Colin Clarke can no longer ask for Reader on web.");
  assert.equal(words.endItWords(one), "End Reader on web for Colin Clarke");
});

test("what the button will do names the end, or that there is none", () => {
  const now = Date.parse("2026-12-01T00:00:00Z");
  assert.equal(
    words.willMake("Colin", "Reader", null, now),
    "Colin may ask for Reader until somebody ends it.",
  );
  assert.match(words.willMake("Colin", "Reader", "2027-01-01T12:00:00Z", now), /until 1 Jan 2027/);
});

test("who made it is a name, an application, or that nobody wrote it down", () => {
  const made = (source: object) => words.madeWords({ source } as Parameters<typeof words.madeWords>[0]);
  assert.equal(made({ kind: "application", name: "orders", at: null }), "comes with the application orders");
  assert.equal(made({ kind: "assigned", name: "Carol Castillo", at: "x" }), "Carol Castillo");
  assert.equal(made({ kind: "assigned", name: null, at: "x" }), "when Curfew was set up");
  assert.equal(made({ kind: "assigned", name: null, at: null }), "not recorded");
});

test("how long it may last is said, or that it need not end", () => {
  assert.match(words.lastingHelp(null), /without an end/);
  assert.equal(words.lastingHelp(86_400_000), "The role's settings allow up to 1 d.");
});
