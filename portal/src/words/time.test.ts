import assert from "node:assert/strict";
import { test } from "node:test";
import { durationMs, durationWords, isoDuration, readDuration } from "./duration.ts";
import { listWords } from "./list.ts";
import { agoWords, inWords, minuteWords, showTimesIn, timeWords, withTimes } from "./time.ts";

const NOW = Date.parse("2026-12-01T12:00:00Z");

test("an instant is as long as it has to be: a time today, a day this year, a year otherwise", () => {
  showTimesIn("utc");
  assert.equal(timeWords("2026-12-01T09:05:07Z", NOW), "09:05:07 UTC");
  assert.equal(minuteWords("2026-12-01T09:05:07Z", NOW), "09:05 UTC");
  assert.equal(timeWords("2026-11-25T15:02:00Z", NOW), "25 Nov 15:02 UTC");
  assert.equal(timeWords("2027-01-02T15:02:00Z", NOW), "2 Jan 2027 15:02 UTC");
  assert.equal(withTimes("until 2026-12-01T13:00:00Z.", NOW), "until 13:00:00 UTC.");
});

test("what was and what will be is told from now", () => {
  assert.equal(agoWords(NOW - 5_000, NOW), "just now");
  assert.equal(agoWords(NOW - 3 * 3_600_000, NOW), "3 h ago");
  assert.equal(inWords(NOW + 90_000, NOW), "in 2 min");
  assert.equal(inWords(NOW - 1, NOW), "now");
});

test("durations are read as they are written, and nothing is a duration that is none", () => {
  for (const [typed, ms] of [
    ["90 min", 5_400_000],
    ["1 h 30 min", 5_400_000],
    ["1:30", 5_400_000],
    ["45", 2_700_000],
    ["soon", null],
    ["", null],
  ] as const)
    assert.equal(readDuration(typed), ms, typed);
  assert.equal(durationWords("PT1H30M"), "1 h 30 min");
  assert.equal(durationMs(isoDuration(5_400_000)), 5_400_000);
  assert.deepEqual(
    [86_400_000, 93_600_000, 0].map(isoDuration),
    ["P1D", "P1DT2H", "PT0S"],
    "as the server does",
  );
});

test("many names are counted", () => {
  assert.equal(listWords(["Carol", "Casey", "Colin"]), "Carol, Casey or Colin");
  assert.equal(listWords(["a", "b", "c", "d", "e"], "and"), "a, b, c and 2 more");
});
