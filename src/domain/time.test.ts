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
  localTime,
  MINUTE_MS,
  overlaps,
  parseDuration,
  parseInstant,
  parseTimeZone,
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
  ["PT1H1.1234567S", HOUR_MS + 1_123],
  ["PT1.999999999S", 1_999],
  ["PT0.001S", 1],
  ["P0Y0M0DT8H0M0.0000000S", 8 * HOUR_MS],
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
  ["PT1,5H", "a comma"],
  ["PT1,5S", "a comma in seconds"],
  ["PT0.5H", "a fraction of an hour"],
  ["PT1.5M", "a fraction of a minute"],
  ["P0.5D", "a fraction of a day"],
  ["PT1.S", "a point with nothing behind"],
  ["PT.5S", "a point with nothing before"],
  ["PT1.1234567891S", "below a nanosecond"],
  ["PT1M1H", "out of order"],
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
    "2026-03-02T10:00:00,5Z",
    "20260302T100000Z",
    "2026-03-02T10:00:00Z[Europe/Berlin]",
    "+002026-03-02T10:00:00Z",
  ]) {
    assert.equal(parseInstant(text), null, text);
  }
  assert.equal(parseInstant("2026-03-02T09:00:00.2509999Z"), Date.UTC(2026, 2, 2, 9, 0, 0, 250));
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

test("parseTimeZone: names of the IANA database in their usual spelling, and nothing else", () => {
  for (const name of ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
    assert.equal(parseTimeZone(name), name);
  assert.equal(parseTimeZone("europe/berlin"), "Europe/Berlin");
  for (const none of ["", "Z", "+01:00", "-0500", "Europe/Atlantis", "Europe/Berlin ", "\u202eEurope/Berlin"])
    assert.equal(parseTimeZone(none), null, none);
});

test("localTime: what the clock on the wall shows, through both edges of daylight saving", () => {
  const berlin = (text: string) => localTime(parseInstant(text) as Instant, "Europe/Berlin");
  assert.deepEqual(berlin("2026-03-28T07:00:00Z"), { date: "2026-03-28", minutes: 480, weekday: 6 });
  assert.deepEqual(berlin("2026-03-29T00:59:59.999Z"), { date: "2026-03-29", minutes: 119, weekday: 0 });
  assert.deepEqual(berlin("2026-03-29T01:00:00Z"), { date: "2026-03-29", minutes: 180, weekday: 0 });
  assert.deepEqual(berlin("2026-03-29T06:00:00Z"), { date: "2026-03-29", minutes: 480, weekday: 0 });
  // The hour between two and three comes twice on the day it is set back.
  assert.equal(berlin("2026-10-25T00:30:00Z").minutes, 150);
  assert.equal(berlin("2026-10-25T01:30:00Z").minutes, 150);
  assert.equal(berlin("2026-10-25T07:00:00Z").minutes, 480);
  const kolkata = localTime(parseInstant("2026-12-31T18:30:00Z") as Instant, "Asia/Kolkata");
  assert.deepEqual(kolkata, { date: "2027-01-01", minutes: 0, weekday: 5 });
});
