import assert from "node:assert/strict";
import { test } from "node:test";
import { card, standingWords } from "./exports.ts";

test("where an export stands: paused before all else, then faults, then what waits", () => {
  const said = (paused: "person" | "refused" | "secret" | null, tries: number, behind: number) =>
    standingWords({ paused, tries, behind }).text;
  assert.equal(said(null, 0, 0), "Up to date");
  assert.equal(said(null, 0, 3), "Sending");
  assert.equal(said(null, 2, 3), "Cannot send");
  assert.equal(said("refused", 2, 3), "Paused: it refuses everything");
  assert.equal(said("person", 0, 0), "Paused");
  assert.equal(said("secret", 0, 9), "Waits for a secret");
  assert.equal(card.upTo(0), "nothing yet");
  assert.deepEqual([card.logsWords(3, 0), card.logsWords(3, 1)], ["3", "3, of which 1 cannot be sent"]);
});
