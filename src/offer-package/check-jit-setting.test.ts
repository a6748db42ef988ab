import assert from "node:assert/strict";
import { test } from "node:test";
import { jitSettingFaults } from "./check-jit-setting.ts";
import type { Json } from "./json.ts";
import { readPackage } from "./read-package.ts";
import {
  definitionText,
  mustRead,
  type Parts,
  samplePackage,
  sampleTexts,
  textBox,
} from "./sample.fixture.ts";

const CONTROL = { name: "control", type: "Microsoft.Solutions.JitConfigurator", label: "JIT" };
const step = (...elements: Json[]) => [{ name: "access", label: "A", elements }];

function faults(parts: Parts, jitOffered: boolean) {
  const text = definitionText(parts);
  const read = mustRead(readPackage({ createUiDefinition: text }));
  const found = jitSettingFaults(read, jitOffered, text);
  const bare = jitSettingFaults(read, jitOffered);
  assert.deepEqual(
    bare.map(({ path, code, message }) => [path, code, message]),
    found.map(({ path, code, message }) => [path, code, message]),
  );
  return found;
}

const codes = (parts: Parts, jitOffered: boolean) => faults(parts, jitOffered).map(({ code }) => code);

test("the sample agrees with the setting on, and names both places with it off", () => {
  const { createUiDefinition } = sampleTexts();
  assert.deepEqual(jitSettingFaults(samplePackage(), true), []);
  const found = jitSettingFaults(samplePackage(), false, createUiDefinition);
  const lines = createUiDefinition.split("\n");
  assert.deepEqual(
    found.map(({ code, line }) => [code, lines[line - 1]?.trim().slice(0, 17)]),
    [
      ["jit_control_unexpected", "{"],
      ["jit_output_unexpected", '"jitAccessPolicy"'],
    ],
  );
});

test("on: a control and an output that refers to it are needed, and both are said", () => {
  assert.deepEqual(codes({}, true), ["jit_control_missing", "jit_output_missing"]);
  const [missing] = faults({ steps: step(CONTROL) }, true);
  assert.equal(missing?.code, "jit_output_missing");
  assert.match(missing?.message ?? "", /add it as "\[steps\('access'\)\.control\]", or turn the setting off/);
  assert.deepEqual(codes({ outputs: { jitAccessPolicy: "[parse('{}')]" } }, true), ["jit_control_missing"]);
});

test("on: an output about something else does not count", () => {
  const steps = step(CONTROL, textBox("other"));
  for (const output of ["x", "[steps('access').other]", "[steps('access')]", { jitEnabled: true }]) {
    const [found] = faults({ steps, outputs: { jitAccessPolicy: output } }, true);
    assert.equal(found?.code, "jit_output_unrelated", JSON.stringify(output));
    assert.equal(found?.path, "/parameters/outputs/jitAccessPolicy");
  }
});

test("on: any name will do as long as output and control agree, in a section and in the basics too", () => {
  const section = { name: "box", type: "Microsoft.Common.Section", elements: [CONTROL] };
  const agreeing: readonly Parts[] = [
    { steps: step(CONTROL), outputs: { jitAccessPolicy: "[steps('access').control]" } },
    { steps: step(CONTROL), outputs: { jitAccessPolicy: "[steps('access')['control'].jitEnabled]" } },
    {
      steps: step(CONTROL),
      outputs: { jitAccessPolicy: { jitEnabled: "[steps('access').control.jitEnabled]" } },
    },
    { steps: step(section), outputs: { jitAccessPolicy: "[coalesce(steps('access').box.control, '')]" } },
    { basics: [CONTROL], outputs: { jitAccessPolicy: "[basics('control')]" } },
  ];
  for (const parts of agreeing) {
    assert.deepEqual(codes(parts, true), [], JSON.stringify(parts.outputs));
    assert.deepEqual(codes(parts, false), ["jit_control_unexpected", "jit_output_unexpected"]);
  }
});

test("off: neither is needed", () => {
  assert.deepEqual(codes({ steps: step(textBox("a")), outputs: { a: "[steps('access').a]" } }, false), []);
});
