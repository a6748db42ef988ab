import assert from "node:assert/strict";
import { test } from "node:test";
import { widthOf } from "./letters.ts";
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

const COLUMNS = [{ title: "WHO" }, { title: "WHY" }, { title: "ID" }];
const ROWS = [
  ["Frank Fischer (Fabrikam)", "the ledger of 2025 does not add up, see OPS-4711", "3f9c2a71"],
  ["山田太郎 (Northwind)", "a-word-with-neither-space-nor-end".repeat(3), "7b1e04d2"],
];
const words = (lines: readonly string[]) => lines.join(" ").replace(/\s+/g, "");

test("table: wider than the window, cells run on below themselves and nothing is left out", () => {
  for (const width of [120, 80, 60, 48]) {
    const lines = table(COLUMNS, ROWS, width);
    for (const line of lines) assert.ok(widthOf(line) <= width, `${width}: ${line}`);
    assert.equal(lettersIn(lines.slice(1)), lettersIn(ROWS.flat()), `${width}`);
    assert.match(lines[0] ?? "", /^WHO +WHY +ID$/);
    assert.ok(
      lines.some((line) => line.endsWith("3f9c2a71")),
      "an id stays in one piece",
    );
  }
});

test("table: a window too narrow for columns is told field by field", () => {
  const lines = table(COLUMNS, ROWS, 30);
  assert.deepEqual(lines.slice(0, 2), ["WHO  Frank Fischer (Fabrikam)", "WHY  the ledger of 2025 does"]);
  assert.equal(
    words(lines),
    words(ROWS.flatMap((row) => row.flatMap((cell, at) => [COLUMNS[at]?.title ?? "", cell]))),
  );
  for (const line of lines) assert.ok(widthOf(line) <= 30, line);
});

test("table: wide letters are aligned by their cells, and without a window nothing is broken", () => {
  const lines = table(COLUMNS, ROWS);
  assert.equal(lines.length, 3);
  const starts = lines.map((line, at) =>
    widthOf(line.slice(0, line.indexOf(["WHY", "the", "a-"][at] ?? ""))),
  );
  assert.deepEqual(starts, [26, 26, 26]);
});

/** All of them, whatever stands beside what. */
function lettersIn(texts: readonly string[]): string {
  return [...texts.join("")]
    .filter((letter) => letter !== " ")
    .sort()
    .join("");
}
