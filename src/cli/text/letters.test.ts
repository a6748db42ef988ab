import assert from "node:assert/strict";
import { test } from "node:test";
import { inAscii, jsonInAscii, speaksUtf8, widthOf } from "./letters.ts";

test("speaksUtf8: LC_ALL goes before LC_CTYPE, that before LANG, and nothing set is ASCII", () => {
  const cases: [Record<string, string>, boolean][] = [
    [{}, false],
    [{ LANG: "en_GB.UTF-8" }, true],
    [{ LANG: "C" }, false],
    [{ LANG: "de_DE.ISO-8859-1" }, false],
    [{ LANG: "en_GB.UTF-8", LC_ALL: "C" }, false],
    [{ LANG: "en_GB.UTF-8", LC_CTYPE: "POSIX" }, false],
    [{ LANG: "C", LC_CTYPE: "C.utf8" }, true],
    [{ LANG: "C", LC_ALL: "", LC_CTYPE: "ja_JP.UTF8" }, true],
  ];
  for (const [env, is] of cases) assert.equal(speaksUtf8(env, "linux"), is, JSON.stringify(env));
  assert.equal(speaksUtf8({}, "win32"), true);
});

test("inAscii: our signs have their like, other people's letters are written out and cannot be mistaken", () => {
  assert.equal(inAscii("✓ • a → b … – ✗"), "+ * a -> b ... - x");
  assert.equal(inAscii("Zoë 😀\n"), "Zo\\u00eb \\ud83d\\ude00\n");
});

test("jsonInAscii: what is read again is what it was", () => {
  const value = { name: "Zoë → 山田 😀", sign: "✓" };
  const text = jsonInAscii(JSON.stringify(value, null, 2));
  assert.match(text, /^[\n\x20-\x7e]*$/);
  assert.deepEqual(JSON.parse(text), value);
});

test("widthOf: wide letters and emoji take two cells, marks on a letter and joined emoji none of their own", () => {
  const cases = {
    abc: 3,
    Zoë: 3,
    "Zoe\u0308": 3,
    山田: 4,
    한국: 4,
    ｱ: 1,
    Ａ: 2,
    "😀": 2,
    "👩‍💻": 2,
    "✓": 1,
    "⚠️": 2,
  };
  for (const [text, width] of Object.entries(cases)) assert.equal(widthOf(text), width, text);
});
