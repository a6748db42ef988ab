import assert from "node:assert/strict";
import { test } from "node:test";
import { revealed as revealedByClients } from "../client/plain-text.ts";
import { isPlainLine, isPlainText, revealed } from "./plain-text.ts";

const HIDDEN: readonly [string, string][] = [
  ["\u202e", "\\u202e"],
  ["\u2066", "\\u2066"],
  ["\u200f", "\\u200f"],
  ["\u061c", "\\u061c"],
  ["\u200b", "\\u200b"],
  ["\u200d", "\\u200d"],
  ["\ufeff", "\\ufeff"],
  ["\u00ad", "\\u00ad"],
  ["\u2028", "\\u2028"],
  ["\u0085", "\\u0085"],
  ["\u001b", "\\u001b"],
  ["\u0000", "\\u0000"],
  ["\u3164", "\\u3164"],
  ["\u2800", "\\u2800"],
  ["\u{1d159}", "\\ud834\\udd59"],
  ["\ufe0f", "\\ufe0f"],
  ["\u{e0041}", "\\udb40\\udc41"],
  ["\ud800", "\\ud800"],
];

test("what is not seen, or turns the order of reading around, is plain nowhere, and is written out where it is shown", () => {
  for (const [char, shown] of HIDDEN) {
    const name = `Car${char}ol 1${char}`;
    assert.deepEqual([isPlainLine(name), isPlainText(name)], [false, false], shown);
    assert.equal(revealed(name), `Car${shown}ol 1${shown}`);
    assert.equal(revealedByClients(name), revealed(name), "clients show what the server refuses");
  }
});

test("what people write in any language is plain, joined letters and joined emoji too", () => {
  for (const name of [
    "Carol",
    "Zoë Žižek",
    "يوسف",
    "می‌خواهم",
    "क्‍ष",
    "👩‍💻 on call",
    "❤️‍🔥",
    "1️⃣ first",
    "山田 太郎",
    "⠉⠁⠗⠕⠇⠀⠉⠇⠁⠗⠅",
  ]) {
    assert.ok(isPlainLine(name), name);
    assert.equal(revealed(name), name);
    assert.equal(revealedByClients(name), name);
  }
});

test("a reason has lines, a name has one", () => {
  assert.ok(isPlainText("first\n\tsecond\r\n"));
  assert.equal(revealed("first\n\tsecond\r\n"), "first\n\tsecond\r\n");
  for (const char of ["\n", "\r", "\t"]) assert.equal(isPlainLine(`a${char}b`), false);
});
