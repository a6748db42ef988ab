import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ticketMatches, ticketPatternFault } from "./ticket-pattern.ts";

const ALLOWED: readonly [pattern: string, matches: string, not: string][] = [
  ["OPS-\\d+", "OPS-12", "OPS-1a"],
  ["[A-Z]{2,5}-\\d{1,6}", "CHG-004711", "C-1"],
  ["INC\\d{7}|CHG\\d{7}", "CHG0000001", "CHG1"],
  ["^OPS-\\d+$", "OPS-1", "xOPS-1"],
  ["a\\.b", "a.b", "axb"],
  ["\\(\\d\\)", "(1)", "1"],
  ["\\d+\\$", "12$", "12"],
  ["[(+*]x", "(x", "x"],
  ["colou?r-\\d+", "color-1", "colouur-1"],
];
for (const [pattern, matches, not] of ALLOWED) {
  test(`\`${pattern}\` is allowed, matches \`${matches}\` and not \`${not}\``, () => {
    assert.equal(ticketPatternFault(pattern), null);
    assert.equal(ticketMatches(pattern, matches), true);
    assert.equal(ticketMatches(pattern, not), false);
  });
}

const REFUSED: readonly [string, string][] = [
  ["(a+)+", "a group"],
  ["(?=a)a", "a look-ahead"],
  ["(?<!a)a", "a look-behind"],
  ["\\1", "a back reference"],
  ["\\k<x>", "a named back reference"],
  ["[a-", "a class without an end"],
  ["*", "a repeat of nothing"],
  ["", "nothing"],
  ["a".repeat(201), "too long"],
  ["\\d+\\d+\\d+\\d+", "four open repeats"],
  [`${"a?".repeat(64)}${"a".repeat(64)}`, "many optional characters"],
  ["\\\\(a+)+", "a group behind an escaped backslash"],
  ["[^](a+)+[^]", "a group between classes that look odd"],
  ["[](a+)+[]", "a group between empty classes"],
  ["\\[(a+)+\\]", "a group between escaped brackets"],
];
for (const [pattern, why] of REFUSED) {
  test(`\`${pattern.slice(0, 24)}\` is refused: ${why}`, () => {
    assert.notEqual(ticketPatternFault(pattern), null);
    assert.equal(ticketMatches(pattern, "a"), false);
  });
}

test("the whole number must match, and a line end is no end", () => {
  assert.equal(ticketMatches("OPS-\\d+", "OPS-12\n"), false);
  assert.equal(ticketMatches("OPS-\\d+|X", "OPS-12 X"), false);
});

test("a number longer than 64 characters matches nothing", () => {
  assert.equal(ticketMatches("\\d+", "1".repeat(64)), true);
  assert.equal(ticketMatches("\\d+", "1".repeat(65)), false);
});

test("no pattern that is allowed runs away, however it is put together", () => {
  const piece = fc.constantFrom(
    "a",
    "\\w",
    ".",
    "[ab]",
    "a?",
    "a+",
    "a*",
    "\\w{0,60}",
    "a{2,}",
    "|",
    "a{30}",
    "[ab]?",
  );
  const pattern = fc
    .array(piece, { minLength: 1, maxLength: 60 })
    .map((pieces) => pieces.join("").slice(0, 200));
  fc.assert(
    fc.property(pattern, (text) => {
      if (ticketPatternFault(text) !== null) return;
      const began = performance.now();
      ticketMatches(text, `${"a".repeat(63)}!`);
      assert.ok(performance.now() - began < 500, `\`${text}\` took too long`);
    }),
    { numRuns: 1_000 },
  );
});
