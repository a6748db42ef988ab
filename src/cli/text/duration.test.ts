import assert from "node:assert/strict";
import { test } from "node:test";
import { describeLeft, describeMs, isoMs, toIsoDuration, typedIso } from "./duration.ts";

test("toIsoDuration: what people type and ISO 8601 become seconds", () => {
  const cases = {
    "2h": 7_200,
    "90m": 5_400,
    "30s": 30,
    "1h30m": 5_400,
    "2d": 172_800,
    PT2H: 7_200,
    pt90s: 90,
    P1DT1H: 90_000,
    P1W: 604_800,
    "PT1H1.1234567S": 3_601.123,
  };
  for (const [typed, seconds] of Object.entries(cases))
    assert.equal(toIsoDuration(typed), `PT${seconds}S`, typed);
});

test("toIsoDuration: what has no fixed length above zero, or a unit nobody wrote, is none", () => {
  for (const text of [
    "",
    "P",
    "PT",
    "0s",
    "1M",
    "P1M",
    "P1Y",
    "-2h",
    "2",
    "h",
    "2h ",
    "1.5h",
    "PT1,5H",
    "PT0.5H",
    "PT1,5S",
    "2h1h",
    "30m1h",
    "9".repeat(40),
    "two hours",
  ]) {
    assert.equal(toIsoDuration(text), null, text);
  }
});

test("describeMs: units as people say them, hours up to two days", () => {
  assert.deepEqual([30_000, 5_400_000, 86_400_000, 172_800_000, 600].map(describeMs), [
    "30 s",
    "1 h 30 min",
    "24 h",
    "2 d",
    "600 ms",
  ]);
});

test("describeLeft: a second that has begun counts, and two units are enough", () => {
  assert.deepEqual([17_001, 0, -5, 3_661_000, 90_061_000].map(describeLeft), [
    "18 s",
    "0 s",
    "0 s",
    "1 h 1 min",
    "25 h 1 min",
  ]);
});

test("typedIso: a hint can be typed again as it stands", () => {
  for (const iso of ["PT4H", "PT10S", "PT1H30M", "P2D"])
    assert.equal(isoMs(toIsoDuration(typedIso(iso)) ?? ""), isoMs(iso), iso);
});
