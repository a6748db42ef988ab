import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "../../domain/time.ts";
import { armedFor, isWithinBounds, stillArmed } from "./preflight.ts";

const END = instant(1_000_000);
const skew = (earliestMs: number, latestMs: number) => ({ earliestMs, latestMs });

test("I1: whatever the skew within its bounds, the target's clock reads the armed end no later than ours reads the end", () => {
  for (const bounds of [skew(-3, 2), skew(-1_500, -1_490), skew(900, 910), skew(0, 0)]) {
    const armed = armedFor(END, bounds);
    assert.ok(armed <= END);
    for (const offset of [bounds.earliestMs, bounds.latestMs]) {
      const oursWhenTheirsReadsArmed = armed - offset;
      assert.ok(oursWhenTheirsReadsArmed <= END, `${armed} at an offset of ${offset}`);
    }
  }
});

test("armed before: kept unless it is now shown to be late", () => {
  const armed = armedFor(END, skew(-3, 2));
  assert.equal(stillArmed(armed, END, skew(-5, 1)), true);
  assert.equal(stillArmed(armed, END, skew(-10, -4)), false);
  assert.equal(stillArmed(armed, END, skew(-900, -890)), false);
  assert.equal(stillArmed(instant(END + 1), END, skew(5, 10)), false);
});

test("bounds: beyond two seconds, or not known to be within, is refused", () => {
  assert.equal(isWithinBounds(skew(-2_000, 2_000)), true);
  assert.equal(isWithinBounds(skew(-2_001, 0)), false);
  assert.equal(isWithinBounds(skew(0, 2_001)), false);
  assert.equal(isWithinBounds(skew(5, -5)), false, "a clock that jumped while it was measured");
  assert.equal(isWithinBounds(skew(Number.NaN, Number.NaN)), false);
});
