import assert from "node:assert/strict";
import { test } from "node:test";
import { momentWithUtc } from "./moment.ts";
import { readable } from "./readable.ts";

const NOW = Date.parse("2026-11-21T13:02:03Z");

test("readable: instants are told in the caller's zone, ids by their first characters", () => {
  const text = "held until 2026-11-21T13:02:44.887Z (grant 9b74b889-8152-4bf1-8014-40f15d116954)";
  const until = momentWithUtc(Date.parse("2026-11-21T13:02:44.887Z"), NOW);
  assert.equal(readable(text, NOW), `held until ${until} (grant 9b74b889)`);
});

test("readable: a path keeps its ids whole", () => {
  const text = "not eligible at /subscriptions/9b74b889-8152-4bf1-8014-40f15d116954/resourceGroups/web";
  assert.equal(readable(text, NOW), text);
});
