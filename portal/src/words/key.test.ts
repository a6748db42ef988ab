import assert from "node:assert/strict";
import { test } from "node:test";
import { pressedWords } from "./key.ts";

test("keys are written as they stand on the keyboard", () => {
  assert.deepEqual(pressedWords("mod+k", false), ["Ctrl", "k"]);
  assert.deepEqual(pressedWords("mod+k", true), ["⌘", "k"]);
  assert.deepEqual(pressedWords("g h", false), ["g", "h"]);
  assert.deepEqual(pressedWords("?", false), ["?"]);
  assert.deepEqual(pressedWords("ArrowDown", false), ["↓"]);
});
