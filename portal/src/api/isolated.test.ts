import assert from "node:assert/strict";
import { test } from "node:test";
import { bare, bareAddress, isolated, isolatedIn } from "./isolated.ts";

test("a name that is read from the right turns nothing around it, in a sentence of the server's or of the portal's", () => {
  assert.equal(isolated("דוד כהן"), "\u2068דוד כהן\u2069");
  assert.equal(isolated("דוד כהן asked for 12 h"), "\u2068דוד כהן\u2069 asked for 12 h");
  assert.equal(
    isolated("محمد علي (Contoso) approved דוד's request"),
    "\u2068محمد علي\u2069 (Contoso) approved \u2068דוד\u2069's request",
  );
});

test("a text that is mostly read from the right keeps its own order", () => {
  assert.equal(isolated("צריך 3 דקות SQL"), "\u2068צריך 3 דקות SQL\u2069");
});

test("what is read from the left stays as it is, and so does every other value", () => {
  assert.equal(isolated("Frank Fischer"), "Frank Fischer");
  const value = { name: "דוד", count: 3, list: [null, "x", true] };
  assert.deepEqual(isolatedIn(value), { name: "\u2068דוד\u2069", count: 3, list: [null, "x", true] });
});

test("none is ever sent", () => {
  assert.equal(bare(JSON.stringify({ name: isolated("דוד") })), '{"name":"דוד"}');
  assert.equal(
    bareAddress(`/x?q=${encodeURIComponent(isolated("דוד"))}`),
    `/x?q=${encodeURIComponent("דוד")}`,
  );
});
