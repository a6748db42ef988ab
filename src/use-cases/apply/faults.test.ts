import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { type Fault, faultPath, rejectAll, schemaFaults } from "./faults.ts";

const fault = (index: number): Fault => ({
  code: "invalid_input",
  path: `/documents/${index}`,
  message: `fault ${index}`,
});

test("faultPath: file, line and pointer where a file is known, a JSON pointer otherwise", () => {
  assert.equal(
    faultPath({ source: { file: "contoso.yaml", line: 12 }, index: 3 }, "/spec/duration"),
    "contoso.yaml:12:/spec/duration",
  );
  assert.equal(faultPath({ source: null, index: 3 }, "/spec/duration"), "/documents/3/spec/duration");
});

test("rejectAll: every fault is said, twenty of them at most", () => {
  const { rejection } = rejectAll(Array.from({ length: 25 }, (_, index) => fault(index)));
  assert.match(rejection.message, /^25 faults, nothing was stored\n/);
  assert.match(rejection.message, /\/documents\/19: fault 19\nand 5 more$/);
  assert.equal(rejection.path, "/documents/0");
});

test("rejectAll: one fault speaks for itself", () => {
  assert.deepEqual(rejectAll([{ ...fault(7), code: "jit_access_is_fixed" }]).rejection, {
    code: "jit_access_is_fixed",
    message: "fault 7",
    path: "/documents/7",
  });
});

test("schemaFaults: an unknown field is named by its own path", () => {
  const parsed = z
    .strictObject({ a: z.strictObject({ b: z.string() }) })
    .safeParse({ a: { b: 1, "c/d": 2 } });
  assert.ok(!parsed.success);
  const faults = schemaFaults(parsed.error, "/spec");
  assert.deepEqual(faults.map(({ pointer }) => pointer).sort(), ["/spec/a/b", "/spec/a/c~1d"]);
});
