import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CanonicalFormError, canonicalJson, MAX_DEPTH } from "./canonical-json.ts";

test("RFC 8785 section 3.2.2: the example of literals, numbers and strings", () => {
  const value: unknown = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  const expected = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`;
  assert.equal(canonicalJson(value), expected);
});

test("RFC 8785 section 3.2.3: members are ordered by UTF-16 code units", () => {
  const value: Record<string, string> = JSON.parse(String.raw`{
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis"
  }`);
  const order = [...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map((match) => match[1]);
  assert.deepEqual(order, [
    "Carriage Return",
    "One",
    "Control",
    "Latin Small Letter O With Diaeresis",
    "Euro Sign",
    "Emoji: Grinning Face",
    "Hebrew Letter Dalet With Dagesh",
  ]);
});

const APPENDIX_B: readonly (readonly [string, string])[] = [
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
];

test("RFC 8785 appendix B: every number sample", () => {
  for (const [bits, text] of APPENDIX_B) {
    assert.equal(canonicalJson(Buffer.from(bits, "hex").readDoubleBE()), text, bits);
  }
  for (const bits of ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"]) {
    assert.throws(() => canonicalJson(Buffer.from(bits, "hex").readDoubleBE()), CanonicalFormError, bits);
  }
});

test("what JSON cannot express without loss is refused, with the place named", () => {
  const refused: readonly [unknown, RegExp][] = [
    [undefined, /the value/],
    [{ a: { b: [1, undefined] } }, /`\/a\/b\/1`/],
    [{ a: Number.NaN }, /`\/a`.*finite/],
    [[Number.POSITIVE_INFINITY], /finite/],
    [10n, /bigint/],
    [Symbol("s"), /symbol/],
    [() => 1, /function/],
    [new Date(0), /plain object/],
    [new Map(), /plain object/],
    [Buffer.from("a"), /plain object/],
    [{ [Symbol("s")]: 1 }, /symbol/],
    [new Array(2), /undefined/],
    [Object.assign([1], { extra: 2 }), /named members/],
    ["\ud800", /lone surrogate/],
    [{ "\udc00": 1 }, /lone surrogate/],
  ];
  for (const [value, message] of refused) {
    assert.throws(
      () => canonicalJson(value),
      (error) => error instanceof CanonicalFormError && message.test(error.message),
      String(message),
    );
  }
});

test(`${MAX_DEPTH} levels are taken, one more and a circle are refused`, () => {
  assert.equal(canonicalJson(nested(MAX_DEPTH)).length, MAX_DEPTH * 2);
  assert.throws(() => canonicalJson(nested(MAX_DEPTH + 1)), /nested deeper than 32/);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  assert.throws(() => canonicalJson(circle), /nested deeper than 32/);
});

test("a small value that repeats itself is refused before it fills the memory", () => {
  let bomb: unknown = "x";
  for (let level = 0; level < MAX_DEPTH; level += 1) bomb = [bomb, bomb, bomb, bomb];
  assert.throws(() => canonicalJson(bomb), /longer than 1048576 bytes/);
});

test("the bound counts UTF-8 bytes", () => {
  assert.equal(canonicalJson("€€", 8), '"€€"');
  assert.throws(() => canonicalJson("€€", 7), /longer than 7 bytes/);
});

test("a member named __proto__ is a member like any other", () => {
  const text = '{"__proto__":{"a":1}}';
  assert.equal(canonicalJson(JSON.parse(text)), text);
});

const json = fc.jsonValue({ maxDepth: 6 }).filter((value) => JSON.stringify(value).isWellFormed());
const anyText = fc.string({ unit: "binary" });

test("reading the canonical form back gives the value, and the form of that is the same", () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      const back: unknown = JSON.parse(text);
      assert.deepEqual(back, JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalJson(back), text);
    }),
  );
});

test("the order in which members were added does not show", () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, json), fc.infiniteStream(fc.nat()), (members, ranks) => {
      const shuffled = Object.entries(members)
        .map((entry) => ({ entry, rank: ranks.next().value }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ entry }) => entry);
      assert.equal(canonicalJson(Object.fromEntries(shuffled)), canonicalJson(members));
    }),
  );
});

test("two values with one canonical form are one value", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const same = canonicalJson(a) === canonicalJson(b);
      const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
      if (same) assert.deepEqual(plain(a), plain(b));
      else assert.notDeepEqual(plain(a), plain(b));
    }),
  );
});

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}
