import assert from "node:assert/strict";
import { test } from "node:test";
import { type Reading, type Testimony, type Trust, trustAfter } from "./clock-trust.ts";

const DAYS_30 = 30 * 86_400_000;
const START: Reading = { atMs: 1_000, bootMs: 50_000, offsetMs: 1_000_000, errorMs: 1 };
const BELIEVED: Trust = { kind: "believed", best: START, furthest: START };
const at = (seconds: number, aheadMs: number, sleptMs = 0): Reading => ({
  atMs: 1_000 + seconds * 1_000,
  bootMs: 50_000 + seconds * 1_000 + sleptMs,
  offsetMs: 1_000_000 + aheadMs,
  errorMs: 1,
});

/** One reading a second, from the first second on. */
function after(readings: readonly Reading[], heard?: Testimony): Trust {
  return readings.reduce((trust, reading) => trustAfter(trust, reading, heard), BELIEVED);
}
const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

test("a clock that goes as this machine's goes is believed, small steps and slewing included", () => {
  assert.equal(after(seconds(1, 600).map((s) => at(s, s % 2 === 0 ? 1_500 : 0))).kind, "believed");
  assert.equal(after(seconds(1, 3_600).map((s) => at(s, s))).kind, "believed");
});

test("a step forward of more than 2 s is suspected, and forgotten when it goes back", () => {
  const trust = after([at(1, 0), at(2, DAYS_30), at(3, DAYS_30), at(4, 2_500)]);
  assert.equal(trust.kind, "suspected");
  assert.equal(trust.best.offsetMs, 1_000_000, "what is told stays what it was");
  assert.equal(trustAfter(trust, at(5, 0)).kind, "believed");
  assert.equal(trustAfter(trust, at(5, -5_000)).kind, "believed", "a step back is another matter");
});

test("however long it stands, alone it is never believed", () => {
  assert.equal(after(seconds(1, 86_400).map((s) => at(s, DAYS_30))).kind, "suspected");
});

test("a machine that slept believes it after a minute; another step in between begins the minute anew", () => {
  const slept = (s: number) => at(s, DAYS_30, DAYS_30);
  assert.equal(after(seconds(1, 61).map(slept)).kind, "suspected");
  const trust = after(seconds(1, 62).map(slept));
  assert.deepEqual([trust.kind, trust.best.offsetMs], ["believed", 1_000_000 + DAYS_30]);
  const later = [
    ...seconds(1, 31).map(slept),
    ...seconds(31, 62).map((s) => at(s, DAYS_30 + 10_000, DAYS_30 + 10_000)),
  ];
  assert.equal(after(later).kind, "suspected");
  const other = seconds(1, 120).map((s) => at(s, DAYS_30, 3_600_000));
  assert.equal(after(other).kind, "suspected", "it slept, and for less");
});

test("without a clock since boot nothing is taken for sleep", () => {
  const readings = seconds(1, 120).map((s) => ({ ...at(s, DAYS_30, DAYS_30), bootMs: null }));
  assert.equal(after(readings).kind, "suspected");
});

test("another host's clock counts after the minute, an operator's word at once, neither before it is suspected", () => {
  const jumped = (s: number) => at(s, DAYS_30);
  assert.equal(after(seconds(1, 61).map(jumped), { agreed: true, accepted: false }).kind, "suspected");
  assert.equal(after(seconds(1, 62).map(jumped), { agreed: true, accepted: false }).kind, "believed");
  assert.equal(after([jumped(1)], { agreed: false, accepted: true }).kind, "suspected");
  assert.equal(after([jumped(1), jumped(2)], { agreed: false, accepted: true }).kind, "believed");
});

test("back from a step back it shows what was believed before, which is no step forward; further ahead is one", () => {
  const back = after([at(1, -3_600_000), at(2, -3_600_000)]);
  assert.deepEqual([back.kind, back.best.offsetMs], ["believed", 1_000_000 - 3_600_000]);
  const again = trustAfter(back, at(3, 0));
  assert.deepEqual([again.kind, again.best.offsetMs], ["believed", 1_000_000]);
  assert.equal(trustAfter(back, at(3, 2_500)).kind, "suspected");
});
