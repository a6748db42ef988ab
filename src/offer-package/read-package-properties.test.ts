import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jitSettingFaults } from "./check-jit-setting.ts";
import { describeForm } from "./describe-form.ts";
import { evaluateOutputs } from "./evaluate-outputs.ts";
import { jitAccessPolicyOf } from "./jit-output.ts";
import type { Json } from "./json.ts";
import type { PackageFault } from "./package-fault.ts";
import { readPackage } from "./read-package.ts";
import { definitionText, given } from "./sample.fixture.ts";

function faultsIn(createUiDefinition: string): readonly PackageFault[] {
  const read = readPackage({ createUiDefinition });
  return read.ok ? [] : read.faults;
}

test("whatever JSON itself refuses is refused here, and the other way round", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"',
    "1",
    "0",
    "-",
    ".",
    "e",
    " ",
    "\\",
    "\n",
    "null",
    "/",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      // The one thing that is tolerated.
      if (text.includes("//")) return;
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      assert.equal(
        faultsIn(text).some(({ code }) => code === "invalid_json"),
        !isJson,
        JSON.stringify(text),
      );
    }),
    { numRuns: 3_000 },
  );
});

test("whatever stands in a package, reading it ends in a package or in faults, and a package serves every reader", () => {
  const json = fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as Json);
  const type = fc
    .constantFrom("TextBox", "Section", "DropDown", "CheckBox")
    .map((name) => `Microsoft.Common.${name}`);
  const name = fc.constantFrom("a", "b", "c", "toString");
  const element = (elements: fc.Arbitrary<Json>) =>
    fc.record({
      name,
      type: fc.oneof({ weight: 9, arbitrary: type }, { weight: 1, arbitrary: json }),
      constraints: json,
      defaultValue: json,
      elements,
    });
  const inSection = fc.oneof(fc.array(element(json), { maxLength: 2 }), json);
  const elements = fc.array(element(inSection), { maxLength: 3 });
  const outputs = fc.dictionary(fc.constantFrom("x", "jitAccessPolicy"), json, { maxKeys: 2 });
  let packages = 0;
  fc.assert(
    fc.property(elements, elements, outputs, (basics, inStep, out) => {
      const text = definitionText({
        basics,
        steps: [{ name: "s", label: "S", elements: inStep }],
        outputs: out,
      });
      const read = readPackage({ createUiDefinition: text });
      if (!read.ok) return assert.ok(read.faults.every(({ line, column }) => line > 0 && column > 0));
      packages++;
      const { uiDefinition } = read.package;
      assert.equal(describeForm(uiDefinition).steps.length, 2);
      jitSettingFaults(read.package, true, text);
      const found = evaluateOutputs(uiDefinition, given());
      if (found.ok) jitAccessPolicyOf(found.outputs);
    }),
    { numRuns: 1_000 },
  );
  assert.ok(packages > 50, `only ${packages} were packages`);
});
