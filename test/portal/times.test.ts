/** Times in the portal's sentences: the reader's own, or UTC where they prefer it. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { minuteWords, showTimesIn, timeWords, withTimes } from "../../portal/src/words/time.ts";

const NOON = Date.parse("2026-11-24T12:00:00.000Z");

afterEach(() => showTimesIn("local"));

test("in UTC a time says so, with the day where it is another one", () => {
  showTimesIn("utc");
  assert.equal(timeWords("2026-11-24T23:59:58.000Z", NOON), "23:59:58 UTC");
  assert.equal(timeWords("2026-11-25T00:00:01.000Z", NOON), "25 Nov 00:00 UTC");
  assert.equal(timeWords("2027-01-01T00:00:00.000Z", NOON), "1 Jan 2027 00:00 UTC");
  assert.equal(minuteWords("2026-11-24T14:02:03.000Z", NOON), "14:02 UTC");
});

test("every instant in a sentence of the server's is told as a time, and nothing else is touched", () => {
  showTimesIn("utc");
  assert.equal(
    withTimes("Live: Reader on 2026-plan until 2026-11-24T15:00:00.000Z (not 2026-11-24T16:30Z)", NOON),
    "Live: Reader on 2026-plan until 15:00:00 UTC (not 16:30:00 UTC)",
  );
});
