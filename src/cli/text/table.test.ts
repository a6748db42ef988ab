import assert from "node:assert/strict";
import { test } from "node:test";
import { table } from "./table.ts";

test("table: columns as wide as their widest cell, and no line ends in spaces", () => {
  const lines = table(
    [{ title: "A", least: 4 }, { title: "LONG" }, { title: "C" }],
    [
      ["✓", "x", "end"],
      ["ab", "y", ""],
    ],
  );
  assert.deepEqual(lines, ["A     LONG  C", "✓     x     end", "ab    y"]);
});

test("table: a cell cannot begin a line of its own", () => {
  assert.deepEqual(table([{ title: "A" }], [["one\ntwo"]]), ["A", "one two"]);
});
