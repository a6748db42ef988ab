import assert from "node:assert/strict";
import { test } from "node:test";
import { chainWords } from "./audit.ts";

test("how far the chain goes is a count of entries", () => {
  assert.equal(chainWords(1), "1 entry.");
  assert.equal(chainWords(308), "308 entries, each linked to the one before.");
});
