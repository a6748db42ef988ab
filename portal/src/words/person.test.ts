import assert from "node:assert/strict";
import { test } from "node:test";
import { hueOf, initialsOf } from "./person.ts";

test("two letters from different parts of a name, whatever letters it is written in", () => {
  assert.equal(initialsOf("Carol Castillo"), "CC");
  assert.equal(initialsOf("Ana María de la Cruz"), "AC");
  assert.equal(initialsOf("support"), "Su");
  assert.equal(initialsOf("דוד כהן"), "דכ");
  assert.equal(initialsOf("李"), "李");
  assert.equal(initialsOf("…"), "?");
});

test("one id has one colour, and people of one name have others", () => {
  const ids = Array.from({ length: 40 }, (_, n) => `0000000${n}-1111-4111-8111-111111111111`);
  const hues = new Set(ids.map(hueOf));
  assert.ok(hues.size >= 8, `${hues.size} colours of 40 people`);
  assert.equal(hueOf(ids[0] ?? ""), hueOf(ids[0] ?? ""));
});
