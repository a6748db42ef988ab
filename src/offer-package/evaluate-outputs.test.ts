import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { evaluateOutputs } from "./evaluate-outputs.ts";
import type { Json, JsonObject } from "./json.ts";
import {
  definitionOf,
  evaluated,
  given,
  type Parts,
  samplePackage,
  textBox,
  valueOfExpression,
} from "./sample.fixture.ts";

function outputsOf(parts: Parts, more: Parameters<typeof given>[0] = {}): JsonObject {
  const found = evaluateOutputs(definitionOf(parts), given(more));
  assert.ok(found.ok, JSON.stringify(found));
  return found.outputs;
}

function faultOf(parts: Parts): { code: string; output: string; message: string } {
  const found = evaluateOutputs(definitionOf(parts), given());
  assert.ok(!found.ok, JSON.stringify(found).slice(0, 200));
  return found.fault;
}

const step = (...elements: Json[]) => [{ name: "s", label: "S", elements }];

test("the sample's outputs come from what was filled in", () => {
  const filled = {
    basics: { ledgerName: "Orders" },
    steps: {
      database: { size: "s1", ownBackup: true, backup: { days: 14 } },
      credentials: { administrator: "x" },
    },
  };
  const found = evaluateOutputs(samplePackage().uiDefinition, given(filled));
  assert.ok(found.ok, JSON.stringify(found));
  const { jitAccessPolicy, ...others } = found.outputs;
  assert.deepEqual(others, {
    applicationResourceName: "Orders",
    location: "westeurope",
    databaseSize: "s1",
    backup: { account: "ordersbackup", days: 14 },
    secondRegion: "westeurope",
    administratorPassword: "x",
  });
});

test("a form left as it is gives defaults: labels become values, boxes are unticked, the hidden give nothing", () => {
  const found = evaluateOutputs(samplePackage().uiDefinition, given());
  assert.ok(found.ok, JSON.stringify(found));
  assert.deepEqual(found.outputs, {
    applicationResourceName: "Ledger",
    location: "westeurope",
    databaseSize: "m2",
    backup: { account: "none", days: 0 },
    secondRegion: "westeurope",
    administratorPassword: null,
    jitAccessPolicy: {
      jitAccessEnabled: true,
      jitEnabled: true,
      jitApprovalMode: "AutoApprove",
      jitApprovers: [],
      approvers: [],
      maximumJitAccessDuration: "PT8H",
      maxAccessDuration: "PT8H",
    },
  });
});

test("what a consumer gives is data, even where it looks like an expression", () => {
  const hostile = "[concat('a', location())]";
  assert.equal(valueOfExpression("[steps('s').e]", hostile), hostile);
  assert.equal(valueOfExpression("[concat(steps('s').e, '')]", hostile), hostile);
  assert.deepEqual(valueOfExpression("[steps('s')]", hostile), { e: hostile });
  assert.equal(valueOfExpression("[if(true, steps('s').e, '')]", "[[x]"), "[[x]");
  assert.deepEqual(valueOfExpression("[parse(steps('s').e)]", '["[guid()]"]'), ["[guid()]"]);
  assert.equal(
    outputsOf({ steps: step(textBox("e")), outputs: { o: "[location()]" } }, { location: hostile }).o,
    hostile,
  );
});

test("outputs are evaluated at any depth, and what is no expression stays as it is", () => {
  const outputs = { a: { b: ["[add(1, 1)]", "[[x]", "x", 1, null, true] } };
  assert.deepEqual(outputsOf({ outputs }), { a: { b: [2, "[x]", "x", 1, null, true] } });
});

test("only own properties and items are read; what is not there is null", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    assert.equal(valueOfExpression(`[steps('s').e.${name}]`, { a: 1 }), null, name);
    assert.equal(valueOfExpression(`[subscription()['${name}']]`), null, name);
    assert.equal(valueOfExpression(`[steps('s').${name}]`), null, name);
    assert.equal(valueOfExpression(`[steps('${name}').e]`), null, name);
    assert.equal(evaluated(`[steps('s').e.${name}]`, "text").ok, false, name);
  }
  assert.equal(evaluated("[steps('s').e.length]", [1]).ok, false);
  assert.equal(valueOfExpression("[steps('s').e[1]]", ["a", "b"]), "b");
  assert.equal(valueOfExpression("[steps('s').e[9]]", ["a"]), null);
  assert.equal(valueOfExpression("[steps('s').e[sub(0, 1)]]", ["a"]), null);
  assert.equal(valueOfExpression("[steps('s').e['a'].b[0]]", { a: { b: [7] } }), 7);
});

test("a value under an inherited name is not taken for one that was given", () => {
  const elements = ["constructor", "toString"].map((name) => textBox(name, { defaultValue: "d" }));
  assert.deepEqual(outputsOf({ steps: step(...elements), outputs: { o: "[steps('s')]" } }).o, {
    constructor: "d",
    toString: "d",
  });
});

test("defaults may refer to other elements, to neighbours too, but not to themselves", () => {
  const elements = [
    textBox("a", { defaultValue: "[concat(steps('s').b, '!')]" }),
    textBox("b", { defaultValue: "hi" }),
  ];
  assert.equal(outputsOf({ steps: step(...elements), outputs: { o: "[steps('s').a]" } }).o, "hi!");
  const circle = [
    textBox("a", { defaultValue: "[steps('s').b]" }),
    textBox("b", { defaultValue: "[steps('s').a]" }),
  ];
  const fault = faultOf({ steps: step(...circle), outputs: { o: "[steps('s').a]" } });
  assert.deepEqual([fault.code, fault.output], ["circular", "o"]);
  const shy = textBox("a", { visible: "[equals(steps('s').a, 1)]" });
  assert.equal(faultOf({ steps: step(shy), outputs: { o: "[steps('s').a]" } }).code, "circular");
});

test("a hidden element gives null, whatever was sent for it; so does everything in a hidden section", () => {
  const inner = textBox("inner", { defaultValue: "x" });
  const section = (visible: Json) => ({
    name: "box",
    type: "Microsoft.Common.Section",
    visible,
    elements: [inner],
  });
  const outputs = { one: "[steps('s').e]", two: "[steps('s').box.inner]", all: "[steps('s')]" };
  const of = (visible: Json) =>
    outputsOf(
      { steps: step(textBox("e", { visible }), section(visible)), outputs },
      { steps: { s: { e: "sent", box: { inner: "sent" } } } },
    );
  for (const hidden of [false, "[equals(1, 2)]", "[parse('null')]"])
    assert.deepEqual(of(hidden), { one: null, two: null, all: { e: null, box: null } }, String(hidden));
  for (const shown of [true, "[equals(1, 1)]"])
    assert.deepEqual(of(shown), { one: "sent", two: "sent", all: { e: "sent", box: { inner: "sent" } } });
});

test("lists to choose from: the first is selected, a label stands for its value, several stay several", () => {
  const allowedValues = [
    { label: "One", value: 1 },
    { label: "Two", value: 2 },
  ];
  const chosen = (more: JsonObject) => {
    const element = {
      name: "e",
      type: "Microsoft.Common.DropDown",
      label: "E",
      constraints: { allowedValues },
      ...more,
    };
    return outputsOf({ steps: step(element), outputs: { o: "[steps('s').e]" } }).o;
  };
  assert.equal(chosen({}), 1);
  assert.equal(chosen({ defaultValue: "Two" }), 2);
  assert.equal(chosen({ defaultValue: "[concat('T', 'wo')]" }), 2);
  assert.equal(chosen({ defaultValue: "Three" }), "Three");
  assert.equal(chosen({ multiselect: true }), null);
  assert.deepEqual(chosen({ multiselect: true, defaultValue: ["Two", "One"] }), [2, 1]);
  assert.equal(chosen({ constraints: { allowedValues: "[steps('s').x]" } }), null);
});

test("elements that only say something have no value", () => {
  const element = { name: "e", type: "Microsoft.Common.InfoBox", defaultValue: "x" };
  const steps = step(element);
  assert.equal(
    outputsOf({ steps, outputs: { o: "[steps('s').e]" } }, { steps: { s: { e: "sent" } } }).o,
    null,
  );
});

const TENFOLD = `[coalesce([${Array(10).fill("steps('s').e{n}").join(",")}])]`;
const RANGES = `[coalesce([${"range(0,1000),".repeat(100)}1])]`;
const LONG = `[length(concat(${Array(90)
  .fill(`'${"x".repeat(150)}'`)
  .join(",")}))]`;
const GROWING = `[${"replace(".repeat(6)}'aaaaaaaaaa'${", 'a', 'aaaaaaaaaa')".repeat(6)}]`;

const HOSTILE: readonly (readonly [what: string, parts: Parts])[] = [
  ["a replacement that grows", { outputs: { o: GROWING } }],
  ["a concatenation that doubles itself", chain("[concat(steps('s').e{n}, steps('s').e{n})]", "'xxxxxxxx'")],
  ["a list that holds another ten times, and so on", chain(TENFOLD, "'x'")],
  [
    "such a list written out as text",
    { ...chain(TENFOLD, "'x'"), outputs: { o: "[string(steps('s').e0)]" } },
  ],
  [
    "such a list compared with itself",
    { ...chain(TENFOLD, "'x'"), outputs: { o: "[equals(steps('s').e0, steps('s').e0)]" } },
  ],
  ["a long chain of defaults", chain("[not(steps('s').e{n})]", "false", 400)],
  ["many ranges", { outputs: inEach(() => RANGES) }],
  ["many long texts", { outputs: inEach(() => LONG) }],
  ["an output without an end", { outputs: { o: many(3_000).map(() => "x".repeat(30)) } }],
  ["fifty thousand calls", { outputs: inEach(() => many(500).map(() => "[not(true)]")) }],
];
for (const [what, parts] of HOSTILE) {
  test(`${what} ends soon, as too much`, () => {
    const began = performance.now();
    assert.equal(faultOf(parts).code, "too_much");
    assert.ok(performance.now() - began < 1_000);
  });
}

/** Each element's default is made of the next one's; the last is the seed. */
function chain(defaultValue: string, seed: string, count = 40): Parts {
  const elements = many(count).map((at) =>
    textBox(`e${at}`, {
      defaultValue: at === count - 1 ? `[${seed}]` : defaultValue.replaceAll("{n}", String(at + 1)),
    }),
  );
  return { steps: step(...elements), outputs: { o: "[steps('s').e0]" } };
}

/** A hundred outputs. */
function inEach(written: () => Json): JsonObject {
  return Object.fromEntries(many(100).map((at) => [`o${at}`, written()]));
}

function many(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

test("values that are too long or nested too deep are refused before anything is evaluated", () => {
  const deep = many(40).reduce<Json>((inner) => [inner], 1);
  for (const value of [deep, "x".repeat(300_000)]) {
    const found = evaluated("[location()]", value);
    assert.ok(!found.ok && found.fault.code === "too_much" && found.fault.output === "");
  }
});

test("no small definition makes the evaluation throw, and what comes out can be stored", () => {
  const atom = fc.constantFrom(
    "1",
    "'a'",
    "true",
    "null",
    "steps('s').a",
    "steps('s').b",
    "basics('c')",
    "[1,'b']",
    "location()",
  );
  const names =
    "concat replace take skip first last contains equals less and if coalesce int string parse bool add div range addHours length empty not steps basics substring";
  const name = fc.constantFrom(...names.split(" "));
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      atom,
      fc
        .tuple(name, fc.array(tie("expression"), { minLength: 1, maxLength: 3 }))
        .map(([called, args]) => `${called}(${args.join(", ")})`),
    ),
  }));
  const written = fc.oneof(
    expression.map((text) => `[${text}]`),
    fc.json().map((text) => JSON.parse(text) as Json),
  );
  const value = fc.jsonValue({ maxDepth: 3 }).map((any) => JSON.parse(JSON.stringify(any)) as Json);
  fc.assert(
    fc.property(written, written, written, value, (out, a, visible, c) => {
      const definition = definitionOf({
        basics: [textBox("c")],
        steps: step(textBox("a", { defaultValue: a, visible }), textBox("b", { defaultValue: c })),
        outputs: { out, jitAccessPolicy: a },
      });
      const found = evaluateOutputs(definition, given({ basics: { c } }));
      if (found.ok) assert.ok(!JSON.stringify(found.outputs).includes("\\u0000"));
      else assert.notEqual(found.fault.message, "");
    }),
    { numRuns: 2_000 },
  );
});
