import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { parseScope } from "../domain/scope.ts";
import { instant as at } from "../domain/time.ts";
import { duration, given, instant, scope } from "./values.ts";

test("a value is read and written by one schema", () => {
  const shape = z.object({ at: instant.nullable(), lasts: duration, where: scope });
  const where = "/subscriptions/0b5a7b1e-6c6f-4d57-9f55-0c5a3c1f2a10";
  const text = { at: "2026-11-21T14:02:24.000Z", lasts: "PT1H30M", where };
  const value = { at: at(Date.UTC(2026, 10, 21, 14, 2, 24)), lasts: 5_400_000, where: parseScope(where) };
  assert.deepEqual(shape.parse(text), value);
  assert.deepEqual(z.encode(shape, value as z.output<typeof shape>), text);
  assert.deepEqual(shape.parse({ ...text, at: null }).at, null);
});

test("what is none is refused with its place and a sentence", () => {
  const shape = z.object({ at: instant.optional(), lasts: duration.optional(), where: scope.optional() });
  for (const [said, path, sentence] of [
    [{ at: "yesterday" }, "at", /not an instant/],
    [{ at: "+275760-09-13T00:00:00Z" }, "at", /not an instant/],
    [{ at: "9".repeat(65) }, "at", /64/],
    [{ at: 5 }, "at", /string/],
    [{ lasts: "P1M" }, "lasts", /not a fixed ISO 8601 duration/],
    [{ lasts: "-PT1H" }, "lasts", /not a fixed ISO 8601 duration/],
    [{ where: "/subscriptions/../etc" }, "where", /not a scope/],
    [{ where: "/a\u0000" }, "where", /control character/],
  ] as const) {
    const read = shape.safeParse(said);
    assert.ok(!read.success, JSON.stringify(said));
    assert.deepEqual(read.error.issues[0]?.path, [path]);
    assert.match(read.error.issues[0]?.message ?? "", sentence);
  }
});

test("what was not said is left out, and null was said", () => {
  assert.deepEqual(given({ a: 1, b: undefined, c: null, d: false, e: "" }), {
    a: 1,
    c: null,
    d: false,
    e: "",
  });
});
