import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, outcomeOf } from "../activation.fixture.ts";

const justification = (text: string | null, justificationRequired = true) =>
  outcomeOf("JustificationRule", { ask: { justification: text }, settings: { justificationRequired } });

test("JustificationRule: demanded and blank is unsatisfied, whatever blank is made of", () => {
  assert.equal(justification("fix order 4711"), "satisfied");
  for (const blank of [null, "", "   ", "\n\t", "\u00a0"]) assert.equal(justification(blank), "unsatisfied");
  assert.equal(justification(null, false), "notApplicable");
});

const ticket = (number: string | null, more: { required?: boolean; patterns?: string[] } = {}) =>
  outcomeOf("TicketingRule", {
    ask: { ticket: number === null ? null : { system: "jira", number } },
    settings: { ticket: { required: true, patterns: [], ...more } },
  });

test("TicketingRule: demanded and blank is unsatisfied", () => {
  assert.equal(ticket("OPS-12"), "satisfied");
  assert.equal(ticket(null), "unsatisfied");
  assert.equal(ticket("  "), "unsatisfied");
  assert.equal(ticket(null, { required: false }), "notApplicable");
});

test("TicketingRule: the whole number must match the tier's pattern, demanded or not", () => {
  const patterns = ["OPS-\\d+"];
  assert.equal(ticket("OPS-12", { patterns }), "satisfied");
  for (const wrong of ["OPS-", "xOPS-12", "OPS-12 and more", "ops-12", "OPS-12\n"]) {
    assert.equal(ticket(wrong, { patterns }), "unsatisfied", wrong);
  }
  assert.equal(ticket("anything", { patterns, required: false }), "unsatisfied");
});

test("TicketingRule: with the patterns of several settings, each must match", () => {
  assert.equal(ticket("OPS-12", { patterns: ["OPS-\\d+", "[A-Z]+-12"] }), "satisfied");
  assert.equal(ticket("OPS-13", { patterns: ["OPS-\\d+", "[A-Z]+-12"] }), "unsatisfied");
});

test("the input that would satisfy a rule is named", () => {
  assert.equal(answerOf("JustificationRule", { ask: { justification: null } }).missing, "justification");
  const required = { ticket: { required: true, patterns: [] } };
  assert.equal(answerOf("TicketingRule", { settings: required }).missing, "ticket");
});
