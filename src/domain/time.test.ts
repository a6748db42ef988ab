import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  addMs,
  contains,
  covers,
  DAY_MS,
  describeDuration,
  earliest,
  formatDuration,
  formatInstant,
  HOUR_MS,
  type Instant,
  instant,
  latest,
  MINUTE_MS,
  overlaps,
  parseDuration,
  parseInstant,
  SECOND_MS,
  type Window,
} from "./time.ts";

const window = (startsAt: number, endsAt: number | null): Window => ({
  startsAt: instant(startsAt),
  endsAt: endsAt === null ? null : instant(endsAt),
});

const FIXED: readonly [string, number][] = [
  ["PT8H", 8 * HOUR_MS],
  ["PT90M", 90 * MINUTE_MS],
  ["PT10S", 10 * SECOND_MS],
  ["PT0.5S", 500],
  ["P1D", DAY_MS],
  ["P1DT1H", DAY_MS + HOUR_MS],
  ["P2W", 14 * DAY_MS],
  ["P3660D", 3_660 * DAY_MS],
];

for (const [text, ms] of FIXED) {
  test(`parseDuration: ${text} is ${ms} ms`, () => {
    assert.equal(parseDuration(text), ms);
  });
}

const REFUSED: readonly [string, string][] = [
  ["P1M", "a month has no fixed length"],
  ["P1Y", "nor has a year"],
  ["P1Y2M3DT4H", "not even among fixed parts"],
  ["PT0S", "zero"],
  ["P0D", "zero days"],
  ["-PT1H", "negative"],
  ["PT-1H", "negative inside"],
  ["P1DT-1H", "mixed signs"],
  ["+PT1H", "a sign at all"],
  ["P3661D", "over ten years"],
  ["P99999999999999D", "out of any range"],
  ["PT99999999999999999999S", "beyond what a number holds"],
  ["PT0.0001S", "below a millisecond"],
  ["P", "nothing"],
  ["PT", "nothing after T"],
  ["8h", "not ISO 8601"],
  ["pt8h", "small letters"],
  [" PT8H", "a blank before"],
  ["PT8H\n", "a line end behind"],
  ["", "empty"],
  [`PT${"1".repeat(100)}S`, "too long to be read"],
];

for (const [text, why] of REFUSED) {
  test(`parseDuration: \`${text.slice(0, 24).trim()}\` is refused (${why})`, () => {
    assert.equal(parseDuration(text), null);
  });
}

test("formatDuration: what it writes is read back as the same length", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_660 * DAY_MS }), (ms) => {
      assert.equal(parseDuration(formatDuration(ms)), ms);
    }),
  );
});

test("parseInstant: an offset is needed, and is taken into account", () => {
  assert.equal(parseInstant("2026-03-02T10:00:00+01:00"), Date.UTC(2026, 2, 2, 9));
  assert.equal(parseInstant("2026-03-02T09:00:00.250Z"), Date.UTC(2026, 2, 2, 9, 0, 0, 250));
  for (const text of [
    "2026-03-02T10:00:00",
    "2026-03-02",
    "tomorrow",
    "2026-02-30T00:00:00Z",
    "",
    "1772442000",
  ]) {
    assert.equal(parseInstant(text), null, text);
  }
  assert.equal(parseInstant(`2026-03-02T09:00:00.${"0".repeat(80)}Z`), null);
});

test("formatInstant: UTC with milliseconds, read back as the same instant", () => {
  assert.equal(formatInstant(instant(Date.UTC(2026, 2, 2, 9))), "2026-03-02T09:00:00.000Z");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 0) }), (ms) => {
      assert.equal(parseInstant(formatInstant(instant(ms))), ms);
    }),
  );
});

test("instant: a fraction, not-a-number and infinity are no instants", () => {
  for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => instant(wrong), RangeError);
  }
  assert.throws(() => addMs(instant(0), 0.1), RangeError);
});

test("earliest and latest: of two orders the same answer", () => {
  const [a, b] = [instant(1), instant(2)];
  assert.deepEqual([earliest(a, b), earliest(b, a), latest(a, b), latest(b, a)], [1, 1, 2, 2]);
});

test("contains: the start is inside, the end is not", () => {
  const at = (ms: number) => contains(window(10, 20), instant(ms));
  assert.deepEqual([9, 10, 19, 20].map(at), [false, true, true, false]);
  assert.equal(contains(window(10, null), instant(2 ** 50)), true);
});

test("overlaps: windows that only touch do not overlap", () => {
  assert.equal(overlaps(window(0, 10), window(10, 20)), false);
  assert.equal(overlaps(window(0, 11), window(10, 20)), true);
  assert.equal(overlaps(window(0, null), window(10, 20)), true);
  assert.equal(overlaps(window(20, null), window(10, 20)), false);
});

test("overlaps: is the same both ways, and true exactly when some instant lies in both", () => {
  const some = fc
    .tuple(fc.nat(20), fc.option(fc.nat(20)))
    .map(([start, length]) => window(start, length === null ? null : start + length + 1));
  fc.assert(
    fc.property(some, some, (a, b) => {
      const shared = Array.from({ length: 60 }, (_, at) => instant(at)).some(
        (at) => contains(a, at) && contains(b, at),
      );
      assert.equal(overlaps(a, b), shared);
      assert.equal(overlaps(b, a), shared);
    }),
  );
});

test("covers: to the instant, and only an endless window covers an endless one", () => {
  assert.equal(covers(window(0, 10), window(0, 10)), true);
  assert.equal(covers(window(0, 10), window(0, 11)), false);
  assert.equal(covers(window(1, 10), window(0, 10)), false);
  assert.equal(covers(window(0, null), window(5, null)), true);
  assert.equal(covers(window(0, 10), window(5, null)), false);
});

test("describeDuration: as people say it", () => {
  const said: readonly [number, string][] = [
    [30 * SECOND_MS, "30 s"],
    [90 * MINUTE_MS, "1 h 30 min"],
    [DAY_MS, "24 h"],
    [2 * DAY_MS, "2 d"],
    [90 * DAY_MS, "90 d"],
    [250, "250 ms"],
  ];
  for (const [ms, words] of said) assert.equal(describeDuration(ms), words);
  const later: Instant = addMs(instant(0), 1);
  assert.equal(later, 1);
});
