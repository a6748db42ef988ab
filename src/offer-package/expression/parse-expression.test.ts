import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseExpression } from "./parse-expression.ts";
import { partsOf, referencesIn } from "./references.ts";
import { isExpression, plainText } from "./syntax.ts";

function parsed(text: string) {
  const result = parseExpression(text);
  assert.ok(result.ok, `${text}: ${JSON.stringify(result)}`);
  return result.expression;
}

function refused(text: string): { at: number; message: string } {
  const result = parseExpression(text);
  assert.ok(!result.ok, `\`${text}\` should not parse`);
  return result;
}

test("only text that brackets enclose is an expression, and a doubled first bracket escapes", () => {
  for (const text of ["[concat('a')]", "[a]", "[]"]) assert.equal(isExpression(text), true, text);
  for (const text of ["", "[", "a", "[a]+", "x[a]", "[[a]", "[[a]]"])
    assert.equal(isExpression(text), false, text);
  assert.equal(plainText("[[0-9]"), "[0-9]");
  assert.equal(plainText("[[0-9]+"), "[[0-9]+");
  assert.equal(plainText("[1] of 2"), "[1] of 2");
});

test("a text keeps its brackets, and a doubled quote is one quote", () => {
  assert.deepEqual(parsed("['it''s [here], (too)']"), { kind: "value", at: 1, value: "it's [here], (too)" });
  assert.deepEqual(parsed("['''']"), { kind: "value", at: 1, value: "'" });
  assert.deepEqual(parsed("['']"), { kind: "value", at: 1, value: "" });
});

test("numbers are whole, negative or with a point; constants in any case", () => {
  const values = ["[12]", "[-3]", "[ 2.5 ]", "[TRUE]", "[false]", "[null]"].map((text) => {
    const expression = parsed(text);
    return expression.kind === "value" ? expression.value : undefined;
  });
  assert.deepEqual(values, [12, -3, 2.5, true, false, null]);
});

test("calls nest, and what follows them is one flat path", () => {
  const expression = parsed("[first(steps('s').list[0]['a b'].c)]");
  assert.equal(expression.kind, "call");
  const access = expression.kind === "call" ? expression.args[0] : undefined;
  assert.ok(access?.kind === "access");
  assert.deepEqual(
    access.path.map((step) => (step.kind === "property" ? step.name : step.index)),
    ["list", { kind: "value", at: 23, value: 0 }, { kind: "value", at: 26, value: "a b" }, "c"],
  );
});

test("lambdas and lists parse, as filter and map take them", () => {
  const parts = [...partsOf(parsed("[map(filter(['a'], (item) => equals(item, 'a')), (x) => x.name)]"))];
  assert.deepEqual(
    parts.map(({ expression }) => expression.kind).filter((kind) => kind === "lambda" || kind === "variable"),
    ["lambda", "variable", "lambda", "variable"],
  );
  assert.match(refused("[concat(map(['a'], (x) => x), x)]").message, /`x` is no value/);
});

test("references name a step and what is read from it, in brackets too", () => {
  const found = referencesIn(
    parsed("[concat(steps('s').a.b, Basics('n')['m'], steps('t'), steps(location()))]"),
  );
  assert.deepEqual(
    found.map(({ step, path, at }) => [step, path.map(({ name }) => name).join("."), at]),
    [
      ["s", "a.b", 14],
      [null, "n.m", 31],
      ["t", "", 48],
    ],
  );
});

const REFUSED: readonly (readonly [text: string, at: number, message: RegExp])[] = [
  ["[]", 1, /ends where a value is expected/],
  ["[concat(]", 8, /ends where a value/],
  ["[concat('a' 'b')]", 12, /a `\)` is missing before `b`/],
  ["[concat('a',)]", 12, /a value is missing before `\)`/],
  ["['a]", 1, /does not end/],
  ["[steps('s').]", 12, /the name of a property is missing/],
  ["[steps('s')[]]", 12, /a value is missing/],
  ['["a"]', 1, /texts stand in single quotes/],
  ["[concat('a')) ]", 12, /has ended before `\)`/],
  ["[a-z]", 2, /`-` has no meaning.*\[\[/],
  ["[Contoso]", 1, /`Contoso` is no value.*\[\[/],
  ["[1 + 2]", 3, /`\+` has no meaning/],
  ["[\u{1f511}]", 1, /`\u{1f511}` has no meaning/u],
  ["[(1)]", 2, /lambda/],
  [`[${"9".repeat(30)}]`, 1, /24 digits/],
];
for (const [text, at, message] of REFUSED) {
  test(`\`${text}\` is refused at character ${at}`, () => {
    const fault = refused(text);
    assert.match(fault.message, message);
    assert.equal(fault.at, at);
  });
}

test("32 levels are read and 33 are not, whatever nests", () => {
  const nested = (open: string, close: string, levels: number) =>
    `[${open.repeat(levels)}1${close.repeat(levels)}]`;
  for (const [open, close] of [
    ["not(", ")"],
    ["x(['a'], (i) => ", ")"],
    ["x(1)[", "]"],
  ] as const) {
    const levels = open.includes("=>") ? 15 : 31;
    assert.equal(parseExpression(nested(open, close, levels)).ok, true, open);
    assert.match(refused(nested(open, close, levels + 1)).message, /deeper than 32/);
  }
});

test("a hundred thousand brackets, points or quotes are refused at once", () => {
  for (const char of ["[", "(", "'", ".", "a(", "a.", "''", " ", "9"]) {
    const began = performance.now();
    assert.equal(parseExpression(`[${char.repeat(100_000)}]`).ok, false, char);
    parseExpression(`[${char.repeat(5_000)}]`);
    assert.ok(performance.now() - began < 200, `${char} took too long`);
  }
});

test("no text makes the parser throw, and every fault lies within its text", () => {
  const piece = fc.constantFrom(
    "[",
    "]",
    "(",
    ")",
    "'",
    "''",
    ".",
    ",",
    "=>",
    "a",
    "1",
    "-",
    " ",
    "steps('s')",
    "é",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, (inner) => {
      const result = parseExpression(`[${inner}]`);
      if (result.ok) assert.ok([...partsOf(result.expression)].length > 0);
      else assert.ok(result.at >= 0 && result.at < inner.length + 2 && result.message !== "");
    }),
    { numRuns: 2_000 },
  );
});
